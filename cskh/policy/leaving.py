"""The one place that decides whether a message may leave now; its answer is stored with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from cskh.model.clock import Clock
from cskh.model.message import Purpose
from cskh.model.settings import Policy


@dataclass(frozen=True, slots=True)
class Go:
    """The message may leave."""


@dataclass(frozen=True, slots=True)
class Defer:
    """The message waits until an instant."""

    until: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Drop:
    """The message will not be sent."""

    reason: str


Decision = Go | Defer | Drop


def leave(purpose: Purpose, to_staff: str | None, policy: Policy, clock: Clock) -> Decision:
    """Decide about one message; colleagues may be written to at any hour."""
    if (dropped := never(purpose, to_staff)) is not None:
        return dropped
    if to_staff is not None:
        return Go()
    end = quiet_until(policy.quiet_hours.care, clock)
    return Defer(end, "quiet_hours") if end else Go()


def never(purpose: Purpose, to_staff: str | None) -> Drop | None:
    """Return why a message would not leave at any hour, None if it would.

    Advertising needs the customer's consent (Decree 91/2020/ND-CP, article 13), and this
    version has nowhere to record one: it is never sent.
    """
    if to_staff is None and purpose is Purpose.ADVERTISING:
        return Drop("no_consent")
    return None


def quiet_until(hours: str, clock: Clock) -> dt.datetime | None:
    """Return when the quiet hours end that the clock stands in, None outside of them.

    `22:00-06:00` includes its start and not its end; one that ends where it starts is empty.
    """
    start, end = _edges(hours)
    time = clock.now.time()
    if start <= end:
        return _at(clock, end, 0) if start <= time < end else None
    if time >= start:
        return _at(clock, end, 1)
    return _at(clock, end, 0) if time < end else None


@cache
def _edges(hours: str) -> tuple[dt.time, dt.time]:
    start, end = (dt.time.fromisoformat(part) for part in hours.split("-"))
    return start, end


def _at(clock: Clock, time: dt.time, days: int) -> dt.datetime:
    return dt.datetime.combine(clock.today + dt.timedelta(days=days), time, clock.zone)
