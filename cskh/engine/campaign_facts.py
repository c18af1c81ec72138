"""What is told of campaigns: as JSON, and what they come to on the real audience."""

from __future__ import annotations

from typing import Any

from cskh.engine.audience import (
    audience_plan,
    frozen_steps,
    sending_plan,
)
from cskh.engine.campaigns import Entry, differs, stored_time
from cskh.engine.environment import Environment
from cskh.engine.planning import Tally
from cskh.engine.routing import with_reasons
from cskh.engine.running import nobody, walk
from cskh.engine.telling import instant
from cskh.errors import NotFound
from cskh.model.campaign import Campaign, CampaignState
from cskh.model.clock import Clock
from cskh.model.message import State
from cskh.model.report import Report
from cskh.reports.campaign import Person
from cskh.reports.campaign import campaign as campaign_report
from cskh.store.values import Asked


def recipients_of(environment: Environment, entry: Entry) -> int:
    """Return how many people a campaign goes to, or would as things stand; 0 for a lost list."""
    if entry.kept is not None:
        return entry.kept.recipients
    try:
        return previewed(environment, entry.campaign).people if entry.campaign else 0
    except NotFound:
        return 0


def previewed(environment: Environment, campaign: Campaign) -> Tally:
    """Return what a campaign would come to as things stand; nothing is written."""
    return walk(environment, audience_plan(environment, campaign), nobody).tally


def waiting(environment: Environment, campaign: Campaign) -> Tally:
    """Return what is yet to be sent to those who were frozen; nothing is written."""
    made, tally = sending_plan(environment, campaign), Tally()
    with environment.store.snapshot():
        for _step in tally.watch(frozen_steps(environment, made, campaign.id)):
            pass
    return tally


def send_time(entry: Entry, clock: Clock) -> str | None:
    """Return when a campaign is to begin, ISO 8601; None as soon as it is approved."""
    if entry.kept is not None:
        return instant(entry.kept.send_at, clock)
    return instant(stored_time(entry.campaign, clock), clock) if entry.campaign else None


def report(environment: Environment, entry: Entry) -> Report:
    """Return the report on a campaign; of one that was never submitted everything is nought."""
    # Nothing more is sent of one that is deleted.
    without = State.CANCELLED if entry.state is CampaignState.DELETED else None
    people = [
        Person(pid, name, phone, State(state) if state else without)
        for _id, pid, name, phone, state in environment.store.campaigns.people(entry.id)
    ]
    found = environment.store.reports.messages(Asked(campaign=entry.id))
    # What was planned anew has a row of its own.
    rows = with_reasons(environment, (row for row in found if row["skip_reason"] != "replaced"))
    about = {"campaign": entry.id, "name": entry.name, "state": entry.state}
    return campaign_report(about, people, rows, environment.clock)


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
