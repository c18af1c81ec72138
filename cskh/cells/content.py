"""What a file is, told by its first bytes and not by its name."""

from __future__ import annotations

import re

from cskh.cells.encodings import encoding_by_mark

# Whatever people rename to .xls or pick by mistake, by the name it is refused with.
_SIGNATURES = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"{\\rtf", "RTF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3", "SQLite"),
    (b"PAR1", "Parquet"),
)
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|meta|table|body|style|div)\b"
)
_XML = re.compile(rb"\s*<\?xml\b")
WORKBOOK, TEXT = "workbook", "text"


def content_of(head: bytes) -> str:
    """Return `workbook`, `text`, or the name of what a file is instead.

    `head` are its first few thousand bytes. A workbook is a zip or an OLE file, which Word's files
    are as well: opening it will tell.
    """
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        return WORKBOOK
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if encoding_by_mark(head) not in (None, "utf-8"):
        return TEXT
    start = head.removeprefix(b"\xef\xbb\xbf").lower()
    if _HTML.match(start):
        return "HTML"
    if _XML.match(start):
        return "XML"
    return "binary" if b"\0" in head else TEXT
