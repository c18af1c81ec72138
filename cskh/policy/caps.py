"""Caps: how many messages of a channel and a purpose somebody may get in a rolling span."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cache

from cskh.model.clock import Clock
from cskh.model.message import Channel, Purpose
from cskh.model.settings import CapPurpose, Policy
from cskh.model.standing import Sort, Window

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_WRITTEN: dict[Purpose, CapPurpose] = {
    Purpose.CARE: "care",
    Purpose.ADVERTISING: "advertising",
}


def most(policy: Policy, sort: Sort) -> int | None:
    """Return how many messages the cap allows in its span, None without a cap."""
    cap = _cap(policy, *sort)
    return _read(cap)[0] if cap else None


def windows(policy: Policy, sorts: Iterable[Sort], clock: Clock) -> Iterator[Window]:
    """Yield from when on messages count now, of each of the sorts that has a cap.

    What left exactly a span ago counts no more.
    """
    for channel, purpose in sorts:
        if cap := _cap(policy, channel, purpose):
            yield Window(channel, purpose, clock.stored(clock.now - _read(cap)[1]))


def _cap(policy: Policy, channel: Channel, purpose: Purpose) -> str | None:
    return policy.caps.get(_WRITTEN[purpose], {}).get(channel)


@cache
def _read(cap: str) -> tuple[int, dt.timedelta]:
    """Read `3/24h`; a unit alone is one of it, as in `5/d`."""
    count, _slash, span = cap.partition("/")
    return int(count), dt.timedelta(**{_UNITS[span[-1]]: int(span[:-1] or 1)})
