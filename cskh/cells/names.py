"""People's names: capitals and titles are put right, everything else stays as it was written."""

from __future__ import annotations

import re

from cskh.cells.reading import Cell, Reading, unreadable
from cskh.cells.texts import read_text
from cskh.language import _
from cskh.model.folding import fold
from cskh.model.people import is_business

_LETTERS = "".join(map(chr, (*range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA))))
_UPPER = "A-Z" + "".join(char for char in _LETTERS if char.isupper())
_LOWER = "a-z" + "".join(char for char in _LETTERS if char.islower())
_TITLES = {
    **{"anh": "male", "chị": "female", "cô": "female", "chú": "male", "ông": "male"},
    **{"bà": "female", "mr": "male", "ms": "female", "mrs": "female", "miss": "female"},
    **{"a.": "male", "c.": "female"},
    **dict.fromkeys(("anh/chị", "ông/bà", "cô/chú", "a/c", "mr/ms", "mr/mrs")),
    **dict.fromkeys(("bác sĩ", "tiến sĩ", "thạc sĩ", "dược sĩ", "kỹ sư", "luật sư")),
    **dict.fromkeys(("kiến trúc sư", "bác", "em", "bs", "ts", "ths", "kts", "ks", "ls", "ds")),
}
_HEADS = "|".join(re.escape(title) for title in sorted(_TITLES, key=len, reverse=True))
_TITLE = re.compile(rf"({_HEADS})(?:(?<=\.)\s*|[.:]\s*|\s+)(?=\S*[^\W\d_])")
# Given names of women that begin like a title.
_NAMES = frozenset({"anh thư", "anh đào", "anh thi", "anh thơ", "anh thy"})
# Words that begin with a capital and go on small, and no word before them that may be a title;
# a number may tell people of the same name apart.
_TITLE_WORDS = "|".join(title.split()[0].capitalize() for title in _TITLES if title[1] not in "./")
is_plain_name = re.compile(
    rf"(?!(?:{_TITLE_WORDS}) )[{_UPPER}][{_LOWER}]+(?: (?:[{_UPPER}][{_LOWER}]*|[0-9]+))+"
).fullmatch


def read_name(cell: Cell) -> Reading:
    """Read a name; a title before it goes, see `gender_of_title`."""
    if isinstance(cell, str) and is_plain_name(cell):
        return Reading(cell)
    text, repairs, problem = read_text(cell)
    if text is None or is_business(text):
        return Reading(text, repairs, problem)
    bare = _without_titles(text)
    if bare != text:
        repairs = (*repairs, "title")
    named = _cased(bare)
    if named == bare:
        return Reading(named, repairs)
    if read_text(named) != Reading(named):  # in other letters it is no text after all
        return unreadable(_("It is no name."))
    return Reading(named, (*repairs, "name_case"))


def gender_of_title(cell: Cell) -> str | None:
    """Return the gender that a title before a name tells: Chị Lan is female."""
    if not isinstance(cell, str) or is_plain_name(cell):
        return None
    text = fold(read_text(cell).value or "")
    while (title := _title(text)) is not None:
        if gender := _TITLES[title[1]]:
            return gender
        text = text[title.end() :]
    return None


def _title(folded: str) -> re.Match[str] | None:
    return None if folded in _NAMES else _TITLE.match(folded)


def _without_titles(name: str) -> str:
    while (title := _title(fold(name))) is not None:
        name = name[title.end() :]
    return name


def _cased(name: str) -> str:
    """Write a name in capitals or in small letters as names are written."""
    letters = [char for char in name if char.isalpha()]
    if len(letters) < 2 or not (name.isupper() or name.islower()):
        return name
    return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), name)
