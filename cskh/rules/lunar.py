"""The Vietnamese lunar calendar, 1900 to 2100: no day rather than a wrong one.

A conversion counts only if converting back leads to where it began: the library rolls a 30th
that a month lacks over to the next month, and a leap month that a year lacks to the ordinary one.
Before 1968 Vietnam was in other time zones, so a day of those years may be one off.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from lunar_vn import LunarDate

_YEARS = range(1899, 2101)  # 1900 begins in the lunar year 1899
_A_DAY = dt.timedelta(days=1)

One = TypeVar("One")
Other = TypeVar("Other")


def there_and_back(
    day: One, convert: Callable[[One], Other], back: Callable[[Other], One]
) -> Other | None:
    """Convert a day into another calendar; None if that has no such day or leads elsewhere."""
    try:
        converted = convert(day)
        return converted if back(converted) == day else None
    except ValueError:
        return None


@cache
def lunar_of(day: dt.date) -> LunarDate | None:
    """Return the lunar day that a solar day is; None if it is unknown."""
    from lunar_vn import lunar_to_solar, solar_to_lunar

    return there_and_back(day, solar_to_lunar, lunar_to_solar)


def as_lunar(stored: str | None) -> str | None:
    """Return a stored solar date as a lunar one, 1990-05-03 as 1990-04-09; None for one in part."""
    if stored is None or len(stored) != len("1990-05-03"):
        return None
    lunar = lunar_of(dt.date.fromisoformat(stored))
    return f"{lunar.year:04}-{lunar.month:02}-{lunar.day:02}" if lunar else None


def kept_on(days: Iterable[dt.date]) -> tuple[str, ...]:
    """Return the lunar `MM-DD` whose anniversaries are kept on some solar days.

    The 30th is kept on the 29th of a month that ends there. In a year with a leap month everything
    is kept once, in the ordinary month of that number, also by those born in a leap month.
    """
    return tuple(kept for day in days for kept in _kept(day))


def _kept(day: dt.date) -> tuple[str, ...]:
    lunar, next_ = lunar_of(day), lunar_of(day + _A_DAY)
    if lunar is None or lunar.leap:
        return ()
    itself = f"{lunar.month:02}-{lunar.day:02}"
    is_short = lunar.day == 29 and next_ is not None and next_.day == 1
    return (itself, f"{lunar.month:02}-30") if is_short else (itself,)


@cache
def solar_days(month_day: str) -> tuple[str, ...]:
    """Return all solar dates, as stored, whose lunar day is `MM-DD`, in leap months too."""
    from lunar_vn import LunarDate, lunar_to_solar, solar_to_lunar

    month, day = map(int, month_day.split("-"))
    lunar = (LunarDate(day, month, year, leap) for year in _YEARS for leap in (False, True))
    solar = (there_and_back(each, lunar_to_solar, solar_to_lunar) for each in lunar)
    return tuple(found.isoformat() for found in solar if found)
