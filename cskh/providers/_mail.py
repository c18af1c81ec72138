"""An email as the bytes that go over the wire: headers, texts and attachments, nothing but ASCII.

Written by hand: the standard library's EmailMessage takes a hundred times as long.
"""

from __future__ import annotations

import binascii
import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from email.utils import format_datetime
from itertools import chain
from types import MappingProxyType
from urllib.parse import quote

from cskh.providers._base import Mail

File = tuple[str, bytes]

_LINE = 76
_PIECE = 57 * 4096  # bytes that make whole lines
_CHUNK = 39  # bytes that an encoded word holds, so that it fits a line behind `Subject: `
_LONGEST = 900  # characters of a line that goes as it is; servers take 998
_NAMED_AT_ONCE = 60  # characters of a long file's name in one line; each may become twelve
_NAMED = re.compile(r"(?P<name>.*?) ?<(?P<address>[^<>]*)>")
_PLAIN = re.compile(r"[ -~]*")
_READABLE = re.compile(r"[\t -~]*")
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "csv": "text/csv",
        "doc": "application/msword",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "gif": "image/gif",
        "html": "text/html",
        "ics": "text/calendar",
        "jpeg": "image/jpeg",
        "jpg": "image/jpeg",
        "mp4": "video/mp4",
        "pdf": "application/pdf",
        "png": "image/png",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "txt": "text/plain",
        "webp": "image/webp",
        "xls": "application/vnd.ms-excel",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "zip": "application/zip",
    }
)


def written(mail: Mail, at: dt.datetime, files: Sequence[File] = ()) -> bytes:
    """Return an email with its date and its files as lines that end in CR LF."""
    headers = {**mail.headers, "Date": format_datetime(at), "MIME-Version": "1.0"}
    lines = "".join(f"{_header(name, value)}\r\n" for name, value in headers.items())
    return b"".join([lines.encode("ascii"), *_body(mail, files)])


# A part is a list of pieces: put together again and again, what is attached would be there often.
_Part = list[bytes]


def _body(mail: Mail, files: Sequence[File]) -> _Part:
    body = _text("plain", mail.text)
    if mail.html is not None:
        body = _several("alternative", [body, _text("html", mail.html)])
    return _several("mixed", [body, *(_attached(*file) for file in files)]) if files else body


def _several(kind: str, parts: Sequence[_Part]) -> _Part:
    # Two characters that no base64 has, and a digest that no text can have of itself.
    digest = hashlib.sha256()
    for piece in chain(*parts):
        digest.update(piece)
    boundary = f"=_{digest.hexdigest()[:32]}"
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'
    begin, end = f"--{boundary}\r\n".encode("ascii"), f"--{boundary}--\r\n".encode("ascii")
    inner = chain.from_iterable([begin, *part, b"\r\n"] for part in parts)
    return [head.encode("ascii"), *inner, end]


def _text(kind: str, text: str) -> _Part:
    type_ = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: "
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    whole = "\r\n".join(lines) + "\r\n"
    if whole.isascii() and all(_goes_as_it_is(line) for line in lines):
        return [f"{type_}7bit\r\n\r\n{whole}".encode("ascii")]
    head = f"{type_}base64\r\n\r\n".encode("ascii")
    return [head, *_base64(whole.encode("utf-8", "replace"))]


def _goes_as_it_is(line: str) -> bool:
    # `From ` at a line's start gets a > from servers that keep mail in one file.
    return len(line) <= _LONGEST and bool(_READABLE.fullmatch(line)) and line[:5] != "From "


def _attached(name: str, content: bytes) -> _Part:
    type_ = _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
    head = (
        f"Content-Type: {type_}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n {_filename(name)}\r\n\r\n"
    )
    return [head.encode("ascii"), *_base64(content)]


def _filename(name: str) -> str:
    """Return a file's name as RFC 2231 wants it, over several lines if it is too long for one."""
    whole = quote(name, safe="", errors="replace")
    if len(whole) <= _LONGEST:
        return f"filename*=utf-8''{whole}"
    parts = (name[at : at + _NAMED_AT_ONCE] for at in range(0, len(name), _NAMED_AT_ONCE))
    first, *more = (quote(part, safe="", errors="replace") for part in parts)
    lines = [f"utf-8''{first}", *more]
    return ";\r\n ".join(f"filename*{n}*={line}" for n, line in enumerate(lines))


def _base64(content: bytes) -> Iterator[bytes]:
    """Yield lines of 76 characters, many in a piece."""
    for start in range(0, len(content), _PIECE):
        whole = binascii.b2a_base64(content[start : start + _PIECE], newline=False)
        yield b"".join(whole[at : at + _LINE] + b"\r\n" for at in range(0, len(whole), _LINE))


def _header(name: str, value: str) -> str:
    # One line whatever stands in it: what a customer is called adds no header.
    words = " ".join(value.split())
    named = _NAMED.fullmatch(words) if name == "From" else None
    if named is None:
        return f"{name}: {_phrase(words, len(name) + 2)}"
    address = f"<{named['address']}>"
    if not named["name"]:
        return f"{name}: {address}"
    return f"{name}: {_display(named['name'])}\r\n {address}"


def _display(name: str) -> str:
    """Return a person's name as it stands in front of an address."""
    bare = name[1:-1] if len(name) > 1 and name[0] == name[-1] == '"' else name
    if _PLAIN.fullmatch(bare) and "=?" not in bare and len(bare) < _LINE - 10:
        return '"' + bare.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "\r\n ".join(_encoded_words(bare))


def _phrase(words: str, indent: int) -> str:
    longest = max(map(len, words.split(" ")))
    if not _PLAIN.fullmatch(words) or "=?" in words or longest > _LONGEST:
        return "\r\n ".join(_encoded_words(words))
    return "\r\n ".join(_folded(words, indent))


def _folded(words: str, indent: int) -> Iterator[str]:
    line = ""
    for word in words.split(" "):
        if line and indent + len(line) + len(word) >= _LINE:
            yield line
            line, indent = word, 1
        else:
            line = f"{line} {word}" if line else word
    yield line


def _encoded_words(text: str) -> Iterator[str]:
    """Yield a text as RFC 2047 wants it, cut between characters; spaces between words vanish."""
    chunk = b""
    for char in text:
        byte = char.encode("utf-8", "replace")
        if len(chunk) + len(byte) > _CHUNK:
            yield _encoded_word(chunk)
            chunk = b""
        chunk += byte
    yield _encoded_word(chunk)


def _encoded_word(chunk: bytes) -> str:
    return f"=?utf-8?b?{binascii.b2a_base64(chunk, newline=False).decode('ascii')}?="
