"""Texts as dates: `28/3/1990`, `28-3-90`, `28/3`, `ngày 28 tháng 3 năm 1990`, `28-Mar-90`, ISO."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from cskh.language import _
from cskh.model.folding import unmark

Order = Literal["dmy", "mdy", "swapped"]
ORDERS: tuple[Order, ...] = ("dmy", "mdy", "swapped")

_SEPARATOR = r"\s*[/.\-–\s]\s*"
_DAY_FIRST = re.compile(
    rf"([0-9]{{1,2}}){_SEPARATOR}([0-9]{{1,2}})(?:{_SEPARATOR}([0-9]{{4}}|[0-9]{{2}}))?"
)
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|--([0-9]{2})-([0-9]{2})")
_PACKED = re.compile(r"[0-9]{8}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_WORDS = re.compile(r"(?:ngay )?([0-9]{1,2}) thang ([0-9]{1,2})(?:,? nam ([0-9]{4}))?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(
    rf"([0-9]{{1,2}})[- ]({'|'.join(_MONTHS)})[a-z]*(?:[- ,]+([0-9]{{4}}|[0-9]{{2}}))?"
)


class Day(NamedTuple):
    """A date as far as it is known: whole, without a year, or the year alone."""

    year: int | None
    month: int | None = None
    day: int | None = None

    @property
    def text(self) -> str:
        """Return `1990-05-03`, `--05-03` or `1990`."""
        if self.month is None or self.day is None:
            return f"{self.year}"
        head = "-" if self.year is None else f"{self.year:04d}"
        return f"{head}-{self.month:02d}-{self.day:02d}"


def find_day(text: str, order: Order, latest: int, *, lunar: bool = False) -> tuple[Day, bool]:
    """Read a folded text; the flag says that a year of two digits was completed.

    Such a year is the last one not after `latest`. Raises ValueError with a sentence.
    """
    shape = None
    for shape in _shapes(text, order):
        day, month, year = shape
        whole = _whole_year(year, latest)
        if is_real(found := Day(whole, month, day), lunar=lunar):
            return found, year is not None and len(year) == 2
    if _YEAR.fullmatch(text):
        return Day(int(text)), False
    if shape is not None:
        day, month, year = shape
        # A hint that would turn every date of the file round must be worth it.
        if order == "dmy" and is_real(Day(_whole_year(year, latest), day, month), lunar=lunar):
            raise ValueError(_("There is no such day. Are months first? Then: --date-order mdy."))
        raise ValueError(_("There is no such day."))
    raise ValueError(_("It is no date: dates are written day/month/year."))


def is_real(found: Day, *, lunar: bool = False) -> bool:
    """Say whether a day is in the calendar; a lunar month may have 30 days."""
    if found.month is None or found.day is None:
        return True
    if not 1 <= found.month <= 12 or found.day < 1:
        return False
    if lunar:
        return found.day <= 30
    leap_or_year = 2000 if found.year is None else found.year
    return found.day <= calendar.monthrange(leap_or_year, found.month)[1]


def _whole_year(year: str | None, latest: int) -> int | None:
    if year is None:
        return None
    if len(year) == 4:
        return int(year)
    return latest - (latest - int(year)) % 100


def _shapes(text: str, order: Order) -> Iterator[tuple[int, int, str | None]]:
    """Yield day, month and year in every way the text can be read, best first."""
    if match := _DAY_FIRST.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        yield (second, first, match[3]) if order == "mdy" else (first, second, match[3])
    elif match := _YEAR_FIRST.fullmatch(text):
        yield int(match[3] or match[5]), int(match[2] or match[4]), match[1]
    elif _PACKED.fullmatch(text):
        yield from _packed(text)
    else:
        bare = unmark(text)
        if match := _WORDS.fullmatch(bare):
            yield int(match[1]), int(match[2]), match[3]
        elif match := _ENGLISH.fullmatch(bare):
            yield int(match[1]), _MONTHS.index(match[2]) + 1, match[3]


def _packed(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Read `19900503` and `03051990`: only one of them can have a year of our time."""
    for year, month, day in ((text[:4], text[4:6], text[6:]), (text[4:], text[2:4], text[:2])):
        if _YEAR.fullmatch(year):
            yield int(day), int(month), year
