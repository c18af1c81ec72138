"""Handing work out: who gets a new task, ticket or call, and by when it is to be done."""

from __future__ import annotations

from cskh.engine.sla import ticket_deadlines
from cskh.model.acting import Context
from cskh.model.effects import Add, Skip
from cskh.policy.assignment import Turns

# What the one who gets it is called.
_WHO = {"telesales": "agent"}


def handed_out(add: Add, turns: Turns, seed: str, context: Context) -> Add | Skip:
    """Return new work with whoever's turn it is, or why nobody gets it; with a ticket's deadlines.

    `seed` names the work: chance comes to the same person for the same work.
    """
    given: dict[str, str | None] = {}
    if add.group is not None:
        who = turns.assign(add.group, seed)
        if who is None:
            return Skip(reason="nobody_there")
        given[_WHO.get(add.family, "assignee")] = who
    if add.family == "ticket":
        given |= ticket_deadlines(add.values.get("sla"), context.settings, context.clock)
    values = {**add.values, **given}
    return Add(family=add.family, values=values, group=add.group, when=add.when) if given else add
