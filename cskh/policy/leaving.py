"""The one place that decides whether a message may leave now; its answer is stored with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from cskh.model.clock import Clock
from cskh.model.message import Channel, Purpose
from cskh.model.settings import Policy
from cskh.model.standing import Sort, Standing
from cskh.policy.caps import most
from cskh.policy.refusals import is_refused

# The channels whose messages go to a phone number, which a do-not-call list is about.
BY_PHONE = frozenset({Channel.SMS, Channel.ZNS})


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


def leave(
    sort: Sort,
    to_staff: str | None,
    standing: Standing,
    policy: Policy,
    clock: Clock,
    leave_by: str | None = None,
) -> Decision:
    """Decide about one message; colleagues may be written to at any hour.

    An answer that can't leave by its hour (a stored instant) would be refused by the vendor.
    """
    if to_staff is not None:
        return Go()
    if (dropped := never(sort, standing, policy)) is not None:
        return dropped
    if leave_by is not None and leave_by < clock.stamp:
        return Drop("out_of_window")
    end = quiet_end(sort[1], policy, clock)
    if end and leave_by is not None and leave_by < clock.stored(end):
        return Drop("out_of_window")
    return Defer(end, "quiet_hours") if end else Go()


def never(sort: Sort, standing: Standing, policy: Policy) -> Drop | None:
    """Return why a message to a customer would not leave at any hour, None if it would.

    The grounds are those of Decree 91/2020/ND-CP: nothing to who refused or is on a do-not-call
    list, advertising only with consent, and not too much of it (article 13).
    """
    channel, purpose = sort
    if is_refused(standing.opted_out, sort):
        return Drop("opted_out")
    if standing.do_not_contact and channel in BY_PHONE:
        return Drop("do_not_contact")
    if purpose is Purpose.ADVERTISING and sort not in standing.consents:
        return Drop("no_consent")
    allowed = most(policy, sort)
    if allowed is not None and standing.sent_lately.get(sort, 0) >= allowed:
        return Drop("capped")
    return None


def quiet_end(purpose: Purpose, policy: Policy, clock: Clock) -> dt.datetime | None:
    """Return when the quiet hours end in which a message to a customer would be put off."""
    hours = policy.quiet_hours
    return quiet_until(hours.advertising if purpose is Purpose.ADVERTISING else hours.care, clock)


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
    """Return the next such time; where clocks are put back it may come once more."""
    at = dt.datetime.combine(clock.today + dt.timedelta(days=days), time, clock.zone)
    return at if at.timestamp() > clock.now.timestamp() else at.replace(fold=1)
