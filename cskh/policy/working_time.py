"""Working time: deadlines that only move while somebody works.

Times are those on the wall. A working day is what the hours of one day add up to, a week as
many of them as there are working days in it; public holidays are Vietnam's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from zoneinfo import ZoneInfo

from cskh.model.clock import YEARS, Span, local
from cskh.model.settings import Holidays, Sla
from cskh.model.workflow import WEEKDAYS

_DAY = dt.timedelta(days=1)
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600}
# In working days; a year of work has its weekends and not its holidays.
_WEEKS = {"weeks": 1.0, "months": 52 / 12, "years": 52.0}


@dataclass(frozen=True)
class WorkingTime:
    """When somebody works: the spans of a working day, the weekdays, and the days that differ."""

    spans: tuple[tuple[dt.timedelta, dt.timedelta], ...]
    weekdays: frozenset[int]
    zone: ZoneInfo
    holidays: frozenset[dt.date] = frozenset()
    no_holidays: frozenset[dt.date] = frozenset()

    @cached_property
    def day(self) -> dt.timedelta:
        """Return the working time of one day."""
        return sum((end - start for start, end in self.spans), dt.timedelta())

    def length(self, span: Span) -> dt.timedelta:
        """Return the working time that a span means."""
        if span.unit in _SECONDS:
            return dt.timedelta(seconds=span.amount * _SECONDS[span.unit])
        if span.unit == "days":
            return span.amount * self.day
        return span.amount * _WEEKS[span.unit] * len(self.weekdays) * self.day

    def deadline(self, start: dt.datetime, span: Span) -> dt.datetime:
        """Return the instant at which a span of working time is over, at the latest in 2199.

        One that is over just when the work ends stays there.
        """
        wall, left = self._wall(start), self.length(span)
        end = wall
        for begin, end in self._spans_from(wall):
            if left <= end - begin:
                return self._instant(begin + left)
            left -= end - begin
        return self._instant(end)

    def between(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """Return the working time from one instant to another, less than zero if it is earlier."""
        if end < start:
            return -self.between(end, start)
        wall, last = self._wall(start), self._wall(end)
        passed = dt.timedelta()
        for begin, until in self._spans_from(wall):
            if begin >= last:
                break
            passed += min(until, last) - begin
        return passed

    def works_on(self, day: dt.date) -> bool:
        """Say whether somebody works on a day."""
        if day.weekday() not in self.weekdays or day in self.holidays:
            return False
        return day in self.no_holidays or day not in public_holidays(day.year)

    def _spans_from(self, wall: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Yield the working spans from an instant on, what is left of the one it is in first."""
        day = wall.date()
        while day.year in YEARS:
            if self.works_on(day):
                midnight = dt.datetime.combine(day, dt.time())
                for start, end in self.spans:
                    if midnight + end >= wall:
                        yield max(midnight + start, wall), midnight + end
            day += _DAY

    def _wall(self, moment: dt.datetime) -> dt.datetime:
        return local(moment, self.zone).replace(tzinfo=None)

    def _instant(self, wall: dt.datetime) -> dt.datetime:
        return wall.replace(tzinfo=self.zone)


def working_time(sla: Sla, holidays: Holidays, zone: ZoneInfo) -> WorkingTime:
    """Return when somebody works by an SLA's hours and days and the project's holidays."""
    return WorkingTime(
        spans=tuple(_hours(span) for span in sla.hours.split(",")),
        weekdays=weekdays(sla.days),
        zone=zone,
        holidays=frozenset(map(dt.date.fromisoformat, holidays.add)),
        no_holidays=frozenset(map(dt.date.fromisoformat, holidays.remove)),
    )


def _hours(span: str) -> tuple[dt.timedelta, dt.timedelta]:
    start, _dash, end = span.strip().partition("-")
    return _since_midnight(start), _since_midnight(end)


def _since_midnight(time: str) -> dt.timedelta:
    hours, _colon, minutes = time.partition(":")
    return dt.timedelta(hours=int(hours), minutes=int(minutes))


def weekdays(text: str) -> frozenset[int]:
    """Return the weekdays of `mon-fri,sun`, Monday is 0; `sat-mon` goes over the weekend."""
    return frozenset(day for part in text.split(",") for day in _run_of_days(part))


def _run_of_days(part: str) -> Iterator[int]:
    first, *more = (WEEKDAYS.index(day.strip()) for day in part.split("-"))
    start, end = first, more[0] if more else first
    for step in range((end - start) % 7 + 1):
        yield (start + step) % 7


@cache
def public_holidays(year: int) -> frozenset[dt.date]:
    """Return Vietnam's public holidays of a year, with the days off that make up for them.

    Those of the coming years are the law's; the Prime Minister moves days around Tết and
    2 September each year, which `holidays:` in cskh.yaml adds and takes away. 24 November is a
    holiday from 2026 on by a decision of the Politburo; its enactment was not verified.
    """
    from holidays import country_holidays

    return frozenset(country_holidays("VN", years=year))
