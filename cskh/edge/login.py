"""How a server that asks who calls is answered: by HTTP Digest (RFC 7616) or Basic (RFC 7617)."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit
from urllib.request import parse_http_list, parse_keqv_list

from cskh.model.secret import Secret

Login = tuple[str, Secret]
Hash = Callable[[str], str]


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_HASHES: Mapping[str, Hash] = MappingProxyType({"MD5": _md5, "SHA-256": _sha256})


def authorization(login: Login, method: str, url: str, challenge: str) -> Secret | None:
    """Return the header that answers a challenge; None if it asks for nothing that we can.

    A server that takes both gets Digest, which doesn't tell the password.
    """
    for asked in _digests(challenge):
        return Secret(_digest(login, method, url, asked))
    return _basic(login) if re.search(r"\bbasic\b", challenge, re.IGNORECASE) else None


def _basic(login: Login) -> Secret:
    account, password = login
    pair = f"{account}:{password.reveal()}".encode()
    return Secret("Basic " + base64.b64encode(pair).decode("ascii"))


def _digests(challenge: str) -> Iterator[Mapping[str, str]]:
    """Yield the Digest challenges that can be answered; several headers come as one."""
    for words in re.split(r"\bdigest\s+", challenge, flags=re.IGNORECASE)[1:]:
        pairs = [each for each in parse_http_list(words) if re.fullmatch("[^=]+=.+", each)]
        asked = {name.strip().lower(): each for name, each in parse_keqv_list(pairs).items()}
        plain = "auth" in re.split(r"[\s,]+", asked.get("qop", "auth").lower())
        if plain and asked.get("nonce") and asked.get("algorithm", "MD5").upper() in _HASHES:
            yield asked


def _digest(login: Login, method: str, url: str, asked: Mapping[str, str]) -> str:
    account, password = login
    hashed = _HASHES[asked.get("algorithm", "MD5").upper()]
    parts = urlsplit(url)
    uri = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    realm, nonce, count, ours = asked.get("realm", ""), asked["nonce"], "00000001", _nonce()
    between = f"{nonce}:{count}:{ours}:auth" if "qop" in asked else nonce
    who, what = hashed(f"{account}:{realm}:{password.reveal()}"), hashed(f"{method}:{uri}")
    words = {"username": account, "realm": realm, "nonce": nonce, "uri": uri}
    words |= {"response": hashed(f"{who}:{between}:{what}")}
    words |= {name: asked[name] for name in ("opaque",) if name in asked}
    said = [f'{name}="{_escaped(each)}"' for name, each in words.items()]
    said += [f"algorithm={asked['algorithm']}"] if "algorithm" in asked else []
    said += ["qop=auth", f"nc={count}", f'cnonce="{ours}"'] if "qop" in asked else []
    # As UTF-8: whoever writes headers writes Latin-1.
    return ("Digest " + ", ".join(said)).encode().decode("latin-1")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _nonce() -> str:
    return secrets.token_hex(8)
