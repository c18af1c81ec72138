"""Cells that hold one of a few words: genders, kinds, the project's own lists; and tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cskh.cells.reading import NOTHING, Cell, Reading, unreadable
from cskh.cells.texts import UNICODE_FORM, read_text
from cskh.language import _
from cskh.model.folding import fold, unmark

_GENDERS = {
    "male": ("nam", "m", "male", "anh", "ông", "chú", "trai", "mr", "mr.", "1", "nam giới"),
    "female": ("nữ", "nu", "f", "female", "chị", "cô", "bà", "gái", "ms", "ms.", "mrs", "mrs.")
    + ("miss", "2", "nữ giới"),
}
_TYPES = {
    "individual": ("individual", "cá nhân", "khách cá nhân", "kh cá nhân", "người"),
    "business": ("business", "company", "công ty", "doanh nghiệp", "tổ chức", "kh doanh nghiệp")
    + ("khách doanh nghiệp", "khách công ty"),
}
_KINDS = {
    "lead": ("lead", "tiềm năng", "kh tiềm năng", "khách hàng tiềm năng"),
    "contact": ("contact", "cá nhân", "kh cá nhân", "khách hàng cá nhân", "liên hệ"),
    "account": ("account", "doanh nghiệp", "kh doanh nghiệp", "khách hàng doanh nghiệp", "công ty"),
}
# A cell may say that there is another answer; the store has no word for it.
_NO_GENDER = frozenset({"khác", "other", "unknown", "không xác định"})
_BETWEEN_TAGS = re.compile(r"[,;|\n]+")
_SHOWN = 8  # values named in a reason

Words = Mapping[str, str]


def _words(values: Mapping[str, tuple[str, ...]]) -> Words:
    return {fold(word): value for value, words in values.items() for word in words}


GENDERS, TYPES, KINDS = _words(_GENDERS), _words(_TYPES), _words(_KINDS)


def words_of(values: Iterable[str]) -> Words:
    """Return the words that mean each of a project's values: itself, without regard to case."""
    return {fold(value): value for value in values}


def read_choice(cell: Cell, words: Words) -> Reading:
    """Read one of `words` (folded text to value); missing marks are put back where that is sure."""
    text, repairs, problem = read_text(cell)
    if text is None:
        return Reading(text, repairs, problem)
    if (value := words.get(fold(text))) is None:
        bare = unmark(fold(text))
        meant = {value for word, value in words.items() if unmark(word) == bare}
        if len(meant) != 1:
            return unreadable(_unknown(text, words))
        value = meant.pop()
    return Reading(value, repairs if text == value else (*repairs, "spelling"))


def read_word(cell: Cell, words: Words) -> Reading:
    """Read a fixed word such as a gender; another way to say it is no repair."""
    value, repairs, problem = read_choice(cell, words)
    kept = tuple(rule for rule in repairs if rule not in ("spelling", UNICODE_FORM))
    return Reading(value, kept, problem)


def read_gender(cell: Cell) -> Reading:
    """Read `male` or `female` from Nam/Nữ, Anh/Chị, M/F, 1/2; another gender is left out."""
    if isinstance(cell, str) and fold(cell.strip()) in _NO_GENDER:
        return NOTHING
    return read_word(cell, GENDERS)


def _unknown(text: str, words: Words) -> str:
    known = list(dict.fromkeys(words.values()))
    listed = ", ".join(known[:_SHOWN]) + (" …" if len(known) > _SHOWN else "")
    return _("{value} is none of these: {known}.").format(value=text, known=listed)


def read_tags(cell: Cell) -> Reading:
    """Read tags between commas, semicolons or lines; the value is a tuple, each tag once."""
    text = cell if isinstance(cell, str) else read_text(cell).value
    if not text:
        return NOTHING
    readings = [read_text(part.strip().lstrip("#")) for part in _BETWEEN_TAGS.split(text)]
    tags: dict[str, str] = {}
    for tag in (reading.value for reading in readings if reading.value is not None):
        tags.setdefault(fold(tag), tag)
    repairs = dict.fromkeys(rule for reading in readings for rule in reading.repairs)
    problem = next((reading.problem for reading in readings if reading.problem), None)
    return Reading(tuple(tags.values()) or None, tuple(repairs), problem)
