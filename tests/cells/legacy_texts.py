"""Texts in the encodings from before Unicode, as programs wrote them."""

import unicodedata
from collections.abc import Mapping

_TONES = "\u0300\u0301\u0303\u0309\u0323"


def as_cp1258(text: str) -> bytes:
    """Write a text as Windows does: hats composed, tones apart."""
    written = ""
    for char in text:
        apart = unicodedata.normalize("NFD", char)
        bare = "".join(mark for mark in apart if mark not in _TONES)
        tones = "".join(mark for mark in apart if mark in _TONES)
        written += unicodedata.normalize("NFC", bare) + tones
    return written.encode("cp1258")


def as_legacy(text: str, table: Mapping[str, str]) -> bytes:
    """Write a text with a table of an encoding's characters to letters."""
    written = {letter: key for key, letter in reversed(list(table.items()))}
    return "".join(written.get(char, char) for char in text).encode("latin-1")
