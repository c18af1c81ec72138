"""Texts as they are compared and as a plain SMS can carry them: one key, no diacritics, ASCII."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

# đ has no decomposition, nor have the letters that bad conversions put in its place.
_D = {ord(letter): plain for letter, plain in zip("đĐðÐɖƉ", "dDdDdD", strict=True)}
_PHONETICS = 0x2000  # letters with diacritics end before it
# What Word and Excel make of plain typing, and money; NFKC takes care of wide and joined letters.
_PLAIN = str.maketrans(
    {
        "₫": "d",
        "€": "EUR",
        "•": "-",
        "·": "-",
        "×": "x",
        "→": "->",
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0e\ufe0f"),
    }
)


def fold(text: str) -> str:
    """Return the key by which texts are the same: without regard to case and Unicode form."""
    if text.isascii():
        return text.lower()
    composed = unicodedata.normalize("NFC", text)
    return unicodedata.normalize("NFC", composed.casefold())


def unmark(text: str) -> str:
    """Return the text without diacritics, đ included; the case stays, the form is NFC."""
    if text.isascii():
        return text
    bare = text.translate(_bare_letters())
    return bare if bare.isascii() else unicodedata.normalize("NFC", bare)


@cache
def _bare_letters() -> dict[int, str]:
    """Return every letter with diacritics and the one under them, and the marks themselves."""
    letters = dict(_D)
    for code in range(0x80, _PHONETICS):
        apart = unicodedata.normalize("NFD", chr(code))
        if len(apart) > 1 and all(map(_is_mark, apart[1:])):
            letters[code] = apart[0]
        elif _is_mark(apart):
            letters[code] = ""
    return letters


def _is_mark(char: str) -> bool:
    return "\u0300" <= char <= "\u036f"


def unaccent(text: str) -> str:
    """Return the text as an unaccented SMS says it, in ASCII as far as that goes."""
    if text.isascii():
        return text
    plain = text.translate(_plain_letters())
    return plain if plain.isascii() else _unaccented(text)


@cache
def _plain_letters() -> Mapping[int, str | None]:
    """Return what all letters become that people usually write."""
    return {**_bare_letters(), **_PLAIN}


def _unaccented(text: str) -> str:
    return unmark(unicodedata.normalize("NFKC", text.translate(_PLAIN)))


def unmapped(text: str) -> str:
    """Return the characters, each once, that `unaccent` has no ASCII for."""
    return "".join(dict.fromkeys(char for char in unaccent(text) if not char.isascii()))
