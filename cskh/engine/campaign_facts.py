"""What is told of campaigns: as JSON, and what they come to on the real audience."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cskh.engine.audience import (
    audience_plan,
    frozen_steps,
    once,
    sending_plan,
    walk_audience,
)
from cskh.engine.campaigns import Entry, differs, stored_time
from cskh.engine.environment import Environment
from cskh.engine.planning import Tally
from cskh.engine.telling import instant
from cskh.model.campaign import Campaign, CampaignState
from cskh.model.clock import Clock
from cskh.model.effects import Step


def recipients_of(environment: Environment, entry: Entry) -> int:
    """Return how many people a campaign goes to, or would as things stand."""
    if entry.submitted is not None and entry.state is not CampaignState.DELETED:
        return entry.submitted.recipients
    return previewed(environment, entry.campaign).people if entry.campaign else 0


def previewed(environment: Environment, campaign: Campaign) -> Tally:
    """Return what a campaign would come to as things stand; nothing is written."""
    made = audience_plan(environment, campaign)
    return _counted(environment, walk_audience(environment, made, once()))


def waiting(environment: Environment, campaign: Campaign) -> Tally:
    """Return what is yet to be sent to those who were frozen; nothing is written."""
    made = sending_plan(environment, campaign)
    return _counted(environment, frozen_steps(environment, made, campaign.id))


def _counted(environment: Environment, steps: Iterable[Step]) -> Tally:
    tally = Tally()
    with environment.store.snapshot():
        for _step in tally.watch(steps):
            pass
    return tally


def send_time(entry: Entry, clock: Clock) -> str | None:
    """Return when a campaign is to begin, ISO 8601; None as soon as it is approved."""
    if entry.submitted is not None:
        return instant(entry.submitted.send_at, clock)
    return instant(stored_time(entry.campaign, clock), clock) if entry.campaign else None


def row(environment: Environment, entry: Entry) -> dict[str, Any]:
    """Return a campaign as `campaign list` has it in JSON."""
    return {
        "id": entry.id,
        "name": entry.name,
        "state": entry.state,
        "created_by": entry.created_by,
        "send_at": send_time(entry, environment.clock),
        "recipients": recipients_of(environment, entry),
        "file": entry.file,
    }


def told(environment: Environment, entry: Entry) -> dict[str, Any]:
    """Return a campaign as `campaign show` has it in JSON."""
    submitted, clock = entry.submitted, environment.clock
    return {
        **row(environment, entry),
        "digest": submitted.digest if submitted else None,
        "differs": submitted is not None and differs(environment, entry),
        "left_out": submitted.left_out if submitted else {},
        "history": [
            {
                "move": each.move,
                "from": each.from_,
                "to": each.to,
                "actor": each.actor,
                "at": instant(each.at, clock),
                "note": each.note,
            }
            for each in environment.store.campaigns.history(entry.id)
        ],
    }
