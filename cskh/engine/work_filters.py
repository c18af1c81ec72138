"""Which tasks, tickets or cards a command asks for: words, a customer, and when they are due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Literal

from cskh.engine.filtering import condition
from cskh.engine.work_words import WorkAssigner
from cskh.engine.worklists import LIVE
from cskh.model.clock import Clock
from cskh.model.conditions import AllOf, AnyOf, Condition, Test
from cskh.model.fields import Family
from cskh.model.settings import Settings

Due = Literal["today", "overdue", "week"]
_DAYS = dt.timedelta(days=1)


def asked_for(
    family: Family,
    said: Mapping[str, str],
    settings: Settings,
    clock: Clock,
    *,
    customer: str | None = None,
    dues: Collection[Due] = (),
) -> AllOf:
    """Return the condition that words, a customer's code and times ask for; all of them hold."""
    assigner = WorkAssigner(settings, clock, family)
    plain = condition(assigner.named(said), assigner, clock)
    whose = () if customer is None else (Test("customer.pid", "is", customer),)
    times = (due(family, when, clock, any_status="status" in said) for when in dues)
    return AllOf((plain, *whose, *times))


def due(family: Family, when: Due, clock: Clock, *, any_status: bool = False) -> Condition:
    """Return the condition that work is due then: only what isn't done, unless any is asked for.

    A ticket is due when it is to be answered, and when it is to be resolved.
    """
    if family == "task":
        return AllOf((*_live(("open",), any_status), *_within("due_at", when, clock)))
    return AnyOf(
        (
            AllOf((*_live(("open",), any_status), *_within("respond_by", when, clock))),
            AllOf((*_live(LIVE["ticket"], any_status), *_within("resolve_by", when, clock))),
        )
    )


def _live(statuses: tuple[str, ...], any_status: bool) -> Iterator[Test]:
    if not any_status:
        yield Test("status", "in", statuses)


def _within(name: str, when: Due, clock: Clock) -> Iterator[Test]:
    monday = clock.today - _DAYS * clock.today.weekday()
    match when:
        case "today":
            yield Test(name, "on", clock.today)
        case "week":
            yield Test(name, "between", (monday, monday + _DAYS * 6))
        case "overdue":
            yield Test(name, "before", clock.now)
