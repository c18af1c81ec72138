"""Spans of days by name, in English and in Vietnamese, as reports are asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from cskh.model.folding import fold, unmark

Days = tuple[dt.date, dt.date]
_DAY = dt.timedelta(days=1)


def _week(day: dt.date) -> Days:
    monday = day - _DAY * day.weekday()
    return monday, monday + _DAY * 6


def _month(day: dt.date) -> Days:
    first = day.replace(day=1)
    next_first = (first + _DAY * 31).replace(day=1)
    return first, next_first - _DAY


PERIODS: dict[str, tuple[str, Callable[[dt.date], Days]]] = {
    "today": ("hôm nay", lambda today: (today, today)),
    "yesterday": ("hôm qua", lambda today: (today - _DAY, today - _DAY)),
    "this-week": ("tuần này", _week),
    "last-week": ("tuần trước", lambda today: _week(today - _DAY * 7)),
    "this-month": ("tháng này", _month),
    "last-month": ("tháng trước", lambda today: _month(today.replace(day=1) - _DAY)),
    "this-year": ("năm nay", lambda today: (today.replace(month=1, day=1), _last_day(today))),
}
# What the periods are called, in both languages.
NAMES = tuple(f"{english} ({vietnamese})" for english, (vietnamese, _days) in PERIODS.items())


def _last_day(today: dt.date) -> dt.date:
    return today.replace(month=12, day=31)


def named_days(name: str, today: dt.date) -> Days | None:
    """Return the first and the last day of a period, None if nobody calls one so.

    `this-month` is also `this month`, `tháng này` and `thang nay`.
    """
    wanted = _key(name)
    for english, (vietnamese, days) in PERIODS.items():
        if wanted in (_key(english), _key(vietnamese)):
            return days(today)
    return None


def _key(name: str) -> str:
    return unmark(fold(name)).replace("-", " ").strip()
