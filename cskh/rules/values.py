"""The values that operators compare with: what YAML may say, and the value it becomes."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from cskh.language import _
from cskh.model.clock import SECOND, YEARS, Clock, Span, local, parse_span, shift
from cskh.model.fields import Kind

DATES = frozenset({Kind.DATE, Kind.DATETIME})
NUMBERS = frozenset({Kind.NUMBER, Kind.MONEY})
TEXTS = frozenset({Kind.TEXT, Kind.CHOICE})


class Shape(Enum):
    """What an operator takes."""

    VALUE = auto()  # one value of the field's kind
    VALUES = auto()  # a list of them
    PAIR = auto()  # two of them, the lower first
    PART = auto()  # a piece of text
    SPAN = auto()  # 15 days
    WINDOW = auto()  # today, in 3 days, this week, this month
    FLAG = auto()  # true or false


@dataclass(frozen=True, slots=True)
class RelativeDay:
    """A day counted from today: today+3."""

    days: int


@dataclass(frozen=True, slots=True)
class Window:
    """When an anniversary counts: so many days from today, or all of this week or month."""

    unit: str
    days: int = 0

    def dates(self, today: dt.date) -> tuple[dt.date, ...]:
        """Return the days of the window, seen from today."""
        if self.unit == "day":
            return (today + dt.timedelta(days=self.days),)
        if self.unit == "week":
            monday = today - dt.timedelta(days=today.weekday())
            return tuple(monday + dt.timedelta(days=n) for n in range(7))
        first = today.replace(day=1)
        days = (first + dt.timedelta(days=n) for n in range(31))
        return tuple(day for day in days if day.month == today.month)


Day = dt.date | dt.datetime | RelativeDay

MOST_VALUES = 500
_NAMED = {"today": 0, "yesterday": -1, "tomorrow": 1}
_RELATIVE = re.compile(r"today ?([+-]) ?([0-9]{1,4})")
_IN_DAYS = re.compile(r"in ([0-9]{1,3}) days?")
_WRITTEN = re.compile(
    r"([0-9]{4})-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)


def parse_day(raw: Any) -> Day:
    """Read a date, an instant or `today+3`; raises ValueError with a sentence."""
    if isinstance(raw, str):
        if raw in _NAMED:
            return RelativeDay(_NAMED[raw])
        if match := _RELATIVE.fullmatch(raw):
            return RelativeDay(int(match[1] + match[2]))
        if (match := _WRITTEN.fullmatch(raw)) and int(match[1]) in YEARS:
            with suppress(ValueError):
                return (dt.datetime if match[2] else dt.date).fromisoformat(raw)
    raise ValueError(_("It takes a date like 2026-12-31, or today, yesterday, today+3."))


def day_bounds(kind: Kind, day: Day, clock: Clock) -> tuple[str, str]:
    """Return the first stored text of a day and the first one after it."""
    if isinstance(day, RelativeDay):
        day = clock.today + dt.timedelta(days=day.days)
    if isinstance(day, dt.datetime):
        start = local(day, clock.zone)
        if kind is Kind.DATETIME:
            return clock.stored(start), clock.stored(shift(start, SECOND))
        day = start.date()
    return _stored(kind, day, clock), _stored(kind, day + dt.timedelta(days=1), clock)


def _stored(kind: Kind, day: dt.date, clock: Clock) -> str:
    return day.isoformat() if kind is Kind.DATE else clock.stored(clock.start_of(day))


def is_leap_eve(day: dt.date) -> bool:
    """Say whether this is 28 February of a common year, when those of the 29th are kept too."""
    return (day.month, day.day) == (2, 28) and not calendar.isleap(day.year)


def month_day(day: dt.date) -> str:
    """Return the last `MM-DD` that has come by this day of the year."""
    return "02-29" if is_leap_eve(day) else day.strftime("%m-%d")


def parse_window(raw: Any) -> Window:
    """Read `today`, `in 3 days`, `this week`, `this month`; raises ValueError with a sentence."""
    if raw == "today":
        return Window("day")
    if raw in ("this week", "this month"):
        return Window(raw.removeprefix("this "))
    if isinstance(raw, str) and (match := _IN_DAYS.fullmatch(raw)):
        return Window("day", int(match[1]))
    raise ValueError(_("It takes today, in 3 days, this week or this month."))


def parse_one(kind: Kind, raw: Any) -> Any:
    """Read one value of a field's kind; raises ValueError with a sentence."""
    if kind in DATES:
        return parse_day(raw)
    if kind in NUMBERS:
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return raw
        raise ValueError(_("It takes a number, without quotes."))
    if kind is Kind.BOOLEAN:
        if isinstance(raw, bool):
            return raw
        raise ValueError(_("It takes true or false."))
    if isinstance(raw, str) and raw.strip():
        return raw
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return str(raw)
    raise ValueError(_("It takes a text."))


def _list(kind: Kind, raw: Any) -> tuple[Any, ...]:
    if not isinstance(raw, list) or not raw:
        raise ValueError(_("It takes a list, like [A, B]."))
    if len(raw) > MOST_VALUES:
        raise ValueError(_("It takes at most {n} values.").format(n=MOST_VALUES))
    return tuple(parse_one(kind, item) for item in raw)


def _pair(kind: Kind, raw: Any) -> tuple[Any, ...]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise ValueError(_("It takes two values, the lower first, like [1, 5]."))
    return _list(kind, raw)


def _span(kind: Kind, raw: Any) -> Span:
    try:
        span = parse_span(raw) if isinstance(raw, str) else None
    except ValueError:
        span = None
    if span is None:
        raise ValueError(_("It takes a length of time like 15 days, 2 hours or 3 months."))
    if kind is Kind.DATE and not span.is_days:
        raise ValueError(_("A date has no hours: it takes days, weeks, months or years."))
    return span


def parse(shape: Shape, kind: Kind, raw: Any) -> Any:
    """Read what an operator takes, for a field of `kind`; raises ValueError with a sentence."""
    match shape:
        case Shape.VALUE:
            return parse_one(kind, raw)
        case Shape.VALUES:
            return _list(kind, raw)
        case Shape.PAIR:
            return _pair(kind, raw)
        case Shape.PART:
            return parse_one(Kind.TEXT, raw)
        case Shape.SPAN:
            return _span(kind, raw)
        case Shape.WINDOW:
            return parse_window(raw)
        case Shape.FLAG:
            return parse_one(Kind.BOOLEAN, raw)
