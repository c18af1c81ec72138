"""Plain text in cells: spaces, Unicode form, texts that mean nothing, letters that were lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from cskh.cells.reading import NOTHING, Cell, Reading, shown, unreadable
from cskh.language import _
from cskh.model.folding import fold

# What texts for nothing, and errors, begin with; those that are words are short.
_STARTS = r"(?![0\-–—_.:/?(#])(?![xXnNkKcCtT].{0,8}$)"
_HIDDEN = "\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
# Words with one space between them and nothing that could need work: no invisible characters, no
# question mark (lost letters), no start like a text for nothing, nothing that mojibake is made of.
_SIMPLE = re.compile(
    rf"{_STARTS}[^\s?\ufffd\xa0-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ{_HIDDEN}]+"
    rf"(?: [^\s?\ufffd\xa0-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ{_HIDDEN}]+)*"
)
_INVISIBLE = re.compile(f"[{_HIDDEN}]")
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]|\ufffd|[áÃÄÆ][\xa1-\xbf]")
_ERROR = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|#+)")
_ZEROS = re.compile(r"[0\s./:\-–—_?]+")
_NOTHINGS = frozenset(
    {"", "x", "n/a", "null", "none", "trống", "không có", "khong co", "ko có", "chưa có"}
    | {"chua co", "không rõ", "khong ro", "chưa rõ", "(trống)", "(không có)", "(none)", "(null)"}
)
# Programs put the control characters U+0080 to U+009F where a code page has a hole, or everywhere.
_CODE_PAGES = tuple(
    {chr(byte): byte for byte in range(0x80, 0xA0)}
    | {bytes([byte]).decode(codec, "ignore"): byte for byte in range(256)}
    for codec in ("cp1252", "cp1258")
)
UNICODE_FORM = "unicode_form"
MOJIBAKE = "mojibake"


def means_nothing(text: str) -> bool:
    """Say whether people wrote that there is nothing: `-`, `không có`, `n/a`, `00/00/0000`, …"""
    return fold(text) in _NOTHINGS or _ZEROS.fullmatch(text) is not None


def is_error(text: str) -> bool:
    """Say whether a text is how a spreadsheet shows an error."""
    return text.startswith("#") and _ERROR.fullmatch(text) is not None


def lost_letters(text: str) -> bool:
    """Say whether letters were lost when the file was saved: `Nguy?n`."""
    return "://" not in text and _LOST.search(text) is not None


def tidy(text: str) -> str:
    """Return one line: composed, single spaces, nothing invisible."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def unscrambled(text: str) -> str:
    """Return UTF-8 that was read as Windows-1252 or 1258 (`Nguyá»…n`) as it was meant."""
    for table in _CODE_PAGES:
        try:
            meant = bytes(table[char] for char in text).decode("utf-8")
        except (KeyError, UnicodeError):
            continue
        return meant if meant.isascii() else unscrambled(meant)  # some files went wrong twice
    return text


def is_simple(text: str) -> bool:
    """Say whether a text says something and needs no work at all."""
    if _SIMPLE.fullmatch(text) is None:
        return False
    return text.isascii() or unicodedata.is_normalized("NFC", text)


def read_text(cell: Cell) -> Reading:
    """Read one line of text; numbers become digits, dates `dd/mm/yyyy`."""
    text = cell if isinstance(cell, str) else shown(cell)
    return Reading(text) if is_simple(text) else _worked(text, tidy)


def read_lines(cell: Cell) -> Reading:
    """Read text that may have several lines, such as a note."""
    text = cell if isinstance(cell, str) else shown(cell)
    return Reading(text) if is_simple(text) else _worked(text, _tidy_lines)


def _tidy_lines(text: str) -> str:
    return "\n".join(tidy(line) for line in text.splitlines()).strip("\n")


def _worked(text: str, tidied: Callable[[str], str]) -> Reading:
    if is_error(text.strip()):
        return unreadable(_("The cell has an error."))
    clean = _settled(text, tidied)
    repairs: tuple[str, ...] = ()
    if clean != tidied(text):
        repairs = (MOJIBAKE,)
    elif not unicodedata.is_normalized("NFC", text):
        repairs = (UNICODE_FORM,)
    if means_nothing(clean):
        return NOTHING
    if lost_letters(clean):
        return unreadable(
            _("Letters were lost when the file was saved: save it as Unicode (UTF-8).")
        )
    return Reading(clean, repairs)


def _settled(text: str, tidied: Callable[[str], str]) -> str:
    """Clean a text until nothing is left to do: what goes may bring other characters together."""
    clean = tidied(unscrambled(text))
    return clean if clean == text else _settled(clean, tidied)
