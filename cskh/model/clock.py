"""Time as a value: an instant in a project's time zone, spans, and the texts the store keeps.

Instants are stored as UTC text with seconds (`2026-12-01T03:00:00Z`), which sorts as it reads.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal, TypeGuard, get_args
from zoneinfo import ZoneInfo

Unit = Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"]
_LETTERS: dict[str, Unit] = {
    "s": "seconds",
    "m": "minutes",
    "h": "hours",
    "d": "days",
    "w": "weeks",
}
_UNITS = _LETTERS | {word: unit for unit in get_args(Unit) for word in (unit, unit[:-1])}
_SPAN = re.compile(r"(\d{1,6}) ?([a-z]+)", re.ASCII)
_STORED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
# Beyond these, adding to a date or comparing stored texts would go wrong.
YEARS = range(1900, 2200)
_CENTURY: dict[Unit, int] = {"days": 36_525, "weeks": 5_218, "months": 1_200, "years": 100}


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as people say it; days and longer count calendar dates."""

    amount: int
    unit: Unit

    @property
    def is_days(self) -> bool:
        """Say whether the span counts calendar dates rather than instants."""
        return self.unit in ("days", "weeks", "months", "years")

    def __str__(self) -> str:
        return f"{self.amount} {self.unit if self.amount != 1 else self.unit[:-1]}"


SECOND = Span(1, "seconds")


def parse_span(text: str) -> Span:
    """Read `15 days`, `24h`, `1 month`; raises ValueError."""
    match = _SPAN.fullmatch(text.strip())
    if match is None or match[2] not in _UNITS:
        raise ValueError(text)
    return Span(int(match[1]), _UNITS[match[2]])


def shift_date(day: dt.date, span: Span, sign: int) -> dt.date:
    """Move a date by a span of days or longer, a century at most; months end where they end."""
    amount = sign * min(span.amount, _CENTURY[span.unit])
    if span.unit == "days":
        return day + dt.timedelta(days=amount)
    if span.unit == "weeks":
        return day + dt.timedelta(weeks=amount)
    months = day.year * 12 + day.month - 1 + amount * (12 if span.unit == "years" else 1)
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def shift(moment: dt.datetime, span: Span, sign: int = 1) -> dt.datetime:
    """Move an aware instant by a span; days and longer keep the time on the wall."""
    if not span.is_days:
        seconds = dt.timedelta(**{span.unit: sign * span.amount})
        return (moment.astimezone(dt.UTC) + seconds).astimezone(moment.tzinfo)
    day = shift_date(moment.date(), span, sign)
    return moment.replace(year=day.year, month=day.month, day=day.day)


def local(moment: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """Return an instant in a zone; a naive one is taken as the time on the wall there."""
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def to_text(moment: dt.datetime) -> str:
    """Return an aware instant as the store keeps it."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_stored(value: object) -> TypeGuard[str]:
    """Say whether a value is an instant as the store keeps it."""
    return isinstance(value, str) and value[-1:] == "Z" and _STORED.fullmatch(value) is not None


def from_text(text: str, zone: dt.tzinfo = dt.UTC) -> dt.datetime:
    """Return a stored instant in `zone`."""
    return dt.datetime.fromisoformat(text).astimezone(zone)


@dataclass(frozen=True, slots=True)
class Clock:
    """Now, in the project's time zone; whoever needs the time is given one of these."""

    now: dt.datetime
    zone: ZoneInfo

    @classmethod
    def at(cls, moment: dt.datetime, zone: ZoneInfo) -> Clock:
        """Make a clock that stands at `moment`, whole seconds; a naive one is local time.

        Raises ValueError for a year that the program doesn't work with.
        """
        if moment.year not in YEARS:
            raise ValueError(str(moment))
        return cls(local(moment, zone).replace(microsecond=0), zone)

    @property
    def today(self) -> dt.date:
        """Return the date on the wall."""
        return self.now.date()

    @property
    def stamp(self) -> str:
        """Return now as the store keeps it."""
        return to_text(self.now)

    def start_of(self, day: dt.date) -> dt.datetime:
        """Return the first instant of a day in the project's zone."""
        return dt.datetime.combine(day, dt.time(), self.zone)

    def has_come(self, moment: dt.datetime) -> bool:
        """Say whether an aware instant is now or past, also when the clocks are put back."""
        return moment.timestamp() <= self.now.timestamp()

    def by(self, moment: dt.datetime | None) -> Clock:
        """Return the clock as it stands when an instant has come; None has come already."""
        return self if moment is None or self.has_come(moment) else Clock.at(moment, self.zone)

    def stored(self, moment: dt.datetime) -> str:
        """Return an instant as the store keeps it; a naive one is local time."""
        return to_text(local(moment, self.zone))
