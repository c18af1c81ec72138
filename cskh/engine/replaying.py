"""Replaying: the scheduled workflows of many days, done one after the other on a scratch store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from cskh.engine.environment import Environment
from cskh.engine.firing import fire
from cskh.engine.planning import Watch
from cskh.engine.running import Walked, commit, remember, shown_plans
from cskh.model.clock import Clock
from cskh.model.workflow import SCHEDULED, Workflow
from cskh.rules.moments import Slot, slot_of

MOST_DAYS = 400

Occasion = tuple[Workflow, Slot]


def occasions(
    workflows: Iterable[Workflow], first: dt.date, last: dt.date, clock: Clock
) -> list[Occasion]:
    """Return every slot of the scheduled workflows from one day to another, in time order."""
    scheduled = [each for each in workflows if each.trigger.moment in SCHEDULED]
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    slots = [
        (workflow, slot_of(workflow.trigger, Clock.at(clock.start_of(day), clock.zone)), day)
        for day in days
        for workflow in scheduled
    ]
    held = [(workflow, slot) for workflow, slot, day in slots if slot.at.date() == day]
    return sorted(held, key=lambda each: each[1].at)


def replay(environment: Environment, occasion: Occasion, watch: Watch) -> list[Walked]:
    """Do what a run at the slot's time would do, but for the delivery; nothing if it was done.

    What it changes is answered at once. The store is written: it must be a scratch one.
    """
    workflow, slot = occasion
    if environment.store.runs.is_done(workflow.id, slot.occasion):
        return []
    clock = Clock.at(slot.at, environment.clock.zone)
    here = replace(environment, clock=clock, time=lambda: clock)
    remember(here)
    (plan,) = shown_plans(here, [workflow])
    walked = [commit(here, plan, watch)]
    fire(here, lambda each: walked.append(commit(here, each, watch)))
    return walked
