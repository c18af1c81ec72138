"""The encodings of Vietnamese text: which one it is, and how it is read."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from cskh.cells.legacy import from_tcvn3, from_vni
from cskh.model.folding import unmark

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?"
    r"[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?"
)
_WORD = re.compile(r"[^\s\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_LETTERS = _TONES | frozenset("abcdefghijklmnopqrstuvwxyzđ\u0302\u0306\u031b")
_SURE = 0.6  # the least share of plausible words for a guess


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _same(text: str) -> str:
    return text


# The codec that reads the bytes, and what makes Vietnamese of the characters it gives.
ENCODINGS: Mapping[str, tuple[str, Callable[[str], str]]] = MappingProxyType(
    {
        "utf-8": ("utf-8-sig", _same),
        "utf-16": ("utf-16", _same),
        "utf-16-le": ("utf-16-le", _same),
        "utf-16-be": ("utf-16-be", _same),
        "cp1258": ("cp1258", _composed),
        "tcvn3": ("latin-1", from_tcvn3),
        "vni": ("latin-1", from_vni),
    }
)
LEGACY = ("cp1258", "tcvn3", "vni")
NAMES = ("utf-8", "utf-16", *LEGACY)  # what people may ask for


def encoding_by_mark(head: bytes) -> str | None:
    """Return the encoding that a file's first bytes tell: a byte order mark, or zeros between."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    pairs = list(zip(head[0:2000:2], head[1:2000:2], strict=False))
    if _plain(low for low, high in pairs if high == 0) > len(pairs) * 0.3:
        return "utf-16-le"
    if _plain(low for high, low in pairs if high == 0) > len(pairs) * 0.3:
        return "utf-16-be"
    return None


def _plain(codes: Iterable[int]) -> int:
    """Count the codes of plain letters; no text has codes of nothing between."""
    found = list(codes)
    return 0 if 0 in found else sum(code >= 32 or code in (9, 10, 13) for code in found)


def guess_bytes(sample: bytes) -> str | None:
    """Return the legacy encoding in which a sample reads most like Vietnamese, if one does."""
    readings = {}
    for encoding in LEGACY:
        codec, converted = ENCODINGS[encoding]
        readings[encoding] = converted(sample.decode(codec, "replace"))
    return _best(readings)


def guess_text(sample: str) -> str | None:
    """Return `tcvn3` or `vni` if a text reads like Vietnamese only so: fonts did this in Excel."""
    readings = {name: ENCODINGS[name][1](sample) for name in ("tcvn3", "vni")}
    best = _best({"": sample, **readings})
    return best or None


def decoder(encoding: str) -> Callable[[str], str]:
    """Return what mends a text of a legacy encoding; true Unicode in it is left alone."""
    converted = ENCODINGS[encoding][1]
    return lambda text: text if text.isascii() or max(text) > "\xff" else converted(text)


def _best(readings: Mapping[str, str]) -> str | None:
    shares = {name: _plausible(text) for name, text in readings.items()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= _SURE else None


def _plausible(text: str) -> float:
    """Return the share of words with letters beyond ASCII that can be Vietnamese syllables."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return sum(map(_is_syllable, words)) / len(words) if words else 0.0


def _is_syllable(word: str) -> bool:
    apart = unicodedata.normalize("NFD", word.lower())
    if sum(char in _TONES for char in apart) > 1 or not _LETTERS.issuperset(apart):
        return False
    if not (word.islower() or word.isupper() or word.istitle()):
        return False
    return _SYLLABLE.fullmatch(unmark(word.lower())) is not None
