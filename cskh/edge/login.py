"""How a server that asks who calls is answered: by HTTP Digest (RFC 7616) or Basic (RFC 7617)."""

from __future__ import annotations

import base64
import hashlib
import http
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import urlsplit
from urllib.request import parse_http_list, parse_keqv_list

from cskh.model.secret import Secret
from cskh.providers import Failure, Request, Response

Login = tuple[str, Secret]
Hash = Callable[[str], str]
Call = Callable[[Request], Response | Failure]


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_HASHES: Mapping[str, Hash] = MappingProxyType({"MD5": _md5, "SHA-256": _sha256})


def logged_in(request: Request, url: str, call: Call) -> Response | Failure:
    """Ask how the server wants to be greeted, and make the call with that greeting.

    The question holds nothing of the message: were the call itself the question, the message
    would have left with it, and nobody could say what became of it if no answer came. `url` is
    the whole address of the call.
    """
    asked = call(Request(method="GET", url=request.url.partition("?")[0]))
    if isinstance(asked, Failure):
        return replace(asked, refused=True)
    greeted = _greeting(request, url, asked)
    if greeted is None:
        return asked
    answer = call(greeted)
    if isinstance(answer, Failure) or _challenge(answer) in ("", _challenge(asked)):
        return answer
    # Who asks only now, or has a new nonce, certainly took nothing.
    greeted = _greeting(request, url, answer)
    return answer if greeted is None else call(greeted)


def _challenge(answer: Response) -> str:
    """Return how a server wants to be greeted, empty if it doesn't ask."""
    asks = answer.status == http.HTTPStatus.UNAUTHORIZED
    return answer.headers.get("www-authenticate", "") if asks else ""


def _greeting(request: Request, url: str, asked: Response) -> Request | None:
    """Return a call with the greeting that was asked for; None if that is none of ours."""
    if request.login is None or asked.status != http.HTTPStatus.UNAUTHORIZED:
        return request
    header = authorization(request.login, request.method, url, _challenge(asked))
    if header is None:
        return None
    return replace(request, headers={**request.headers, "Authorization": header})


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
