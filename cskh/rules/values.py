"""The values that operators compare with: what YAML may say, and the value it becomes."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from cskh.language import _
from cskh.model.clock import Clock, Span, parse_span
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

    def __str__(self) -> str:
        return "today" if not self.days else f"today{self.days:+}"


@dataclass(frozen=True, slots=True)
class Window:
    """When an anniversary counts: so many days from today, or all of this week or month."""

    unit: str
    days: int = 0

    def __str__(self) -> str:
        if self.unit != "day":
            return f"this {self.unit}"
        return f"in {self.days} days" if self.days else "today"

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

_NAMED = {"today": 0, "yesterday": -1, "tomorrow": 1}
_RELATIVE = re.compile(r"today ?([+-]) ?(\d{1,4})")
_IN_DAYS = re.compile(r"in (\d{1,3}) days?")


def parse_day(raw: Any) -> Day:
    """Read a date, an instant or `today+3`; raises ValueError with a sentence."""
    if isinstance(raw, str):
        if raw in _NAMED:
            return RelativeDay(_NAMED[raw])
        if match := _RELATIVE.fullmatch(raw):
            return RelativeDay(int(match[1] + match[2]))
        try:
            return dt.datetime.fromisoformat(raw) if len(raw) > 10 else dt.date.fromisoformat(raw)
        except ValueError:
            pass
    raise ValueError(_("It takes a date like 2026-12-31, or today, yesterday, today+3."))


def day_bounds(kind: Kind, day: Day, clock: Clock) -> tuple[str, str]:
    """Return the first stored text of a day and the first one after it."""
    if isinstance(day, RelativeDay):
        day = clock.today + dt.timedelta(days=day.days)
    if isinstance(day, dt.datetime):
        start = Clock.at(day, clock.zone).now
        if kind is Kind.DATETIME:
            return clock.stored(start), clock.stored(start + dt.timedelta(seconds=1))
        day = start.date()
    return stored_day(kind, day, clock), stored_day(kind, day + dt.timedelta(days=1), clock)


def stored_day(kind: Kind, day: dt.date, clock: Clock) -> str:
    """Return where a day begins, as a field of this kind is stored."""
    return day.isoformat() if kind is Kind.DATE else clock.stored(clock.start_of(day))


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
