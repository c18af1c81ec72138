"""Scheduled moments: when a workflow's slot is, what its occasion is called, whether it is due.

All times are wall times in the project's zone; a day that a month lacks means its last day.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Literal

from cskh.model.clock import Clock, Span, parse_span, shift
from cskh.model.workflow import WEEKDAYS, Moment, Trigger

SKIP = Span(1, "hours")


def catch_up_span(said: Span | str) -> Span:
    """Return how late a slot may still run, by what `catch_up:` says; `skip` is one hour."""
    if said == "skip":
        return SKIP
    return parse_span(said) if isinstance(said, str) else said


def is_late(at: dt.datetime, clock: Clock, catch_up: Span) -> bool:
    """Say whether it is too late for what was to begin at a time."""
    return shift(at, catch_up).timestamp() < clock.now.timestamp()


@dataclass(frozen=True, slots=True)
class Slot:
    """One time at which a workflow is to run; the occasion is its idempotency key."""

    occasion: str
    at: dt.datetime


def slot_of(trigger: Trigger, clock: Clock) -> Slot:
    """Return the slot of the day, week or month in which the clock stands."""
    today = clock.today
    match trigger.moment:
        case Moment.WEEKLY:
            weekday = WEEKDAYS.index(trigger.weekday or "mon")
            day = today + dt.timedelta(days=weekday - today.weekday())
            year, week, _weekday = day.isocalendar()
            occasion = f"weekly:{year}-W{week:02}"
        case Moment.MONTHLY:
            day = today.replace(day=_day_of_month(trigger.day or 1, today))
            occasion = f"monthly:{today:%Y-%m}"
        case _:
            day = today
            occasion = f"daily:{today.isoformat()}"
    time = dt.time.fromisoformat(trigger.at or "00:00")
    return Slot(occasion, dt.datetime.combine(day, time, clock.zone))


def _day_of_month(day: int | Literal["last"], today: dt.date) -> int:
    last = calendar.monthrange(today.year, today.month)[1]
    return last if day == "last" else min(day, last)


def latest_slot(trigger: Trigger, clock: Clock) -> Slot:
    """Return the last slot that is not in the future."""
    slot = slot_of(trigger, clock)
    if clock.has_come(slot.at):
        return slot
    if trigger.moment is Moment.MONTHLY:
        before = clock.start_of(clock.today.replace(day=1) - dt.timedelta(days=1))
    else:
        days = 7 if trigger.moment is Moment.WEEKLY else 1
        before = clock.start_of(clock.today - dt.timedelta(days=days))
    return slot_of(trigger, Clock.at(before, clock.zone))


def is_due(slot: Slot, clock: Clock, catch_up: Span, seen_since: dt.datetime | None) -> bool:
    """Say whether a slot may still run: not too late, and not before the workflow was known.

    A workflow never seen before may run today's slot, not an older one.
    """
    if is_late(slot.at, clock, catch_up):
        return False
    if slot.at.date() == clock.today:
        return True
    return seen_since is not None and seen_since <= slot.at


def as_if_due(trigger: Trigger, clock: Clock) -> tuple[Slot, Clock]:
    """Return the slot that a dry-run shows, and its time if that is today, else now."""
    slot = slot_of(trigger, clock)
    return slot, Clock.at(slot.at, clock.zone) if slot.at.date() == clock.today else clock
