"""What actions cause, as values: effects, skips, and the steps a plan is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cskh.model.message import Channel, Purpose

# The firings that led to a change, the first one first: `workflow@object:number` each.
Chain = tuple[str, ...]
DEEPEST_CHAIN = 5
Work = Literal["task", "ticket", "opportunity", "telesales"]


def firing(workflow: str, family: str, number: int | str) -> str:
    """Return what one firing is called in a chain."""
    return f"{workflow}@{family}:{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Put one message in the outbox; `send_at` None means at once, `price` is in VND.

    An answer in a conversation must leave before `leave_by`; the vendor takes none after it.
    `when` is what the workflow says of the time: `+2h` comes to another instant each time.
    """

    channel: Channel
    recipient: str
    content: str
    provider: str | None
    purpose: Purpose = Purpose.CARE
    subject: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    when: str = "now"
    send_at: dt.datetime | None = None
    leave_by: dt.datetime | None = None
    to_staff: str | None = None
    page: str | None = None
    parts: int = 1
    price: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Change fields of the customer: name -> (old, new); tags are sorted tuples."""

    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """Make something new for the customer: a task, a ticket, a card, a place on a call list.

    `values` are its columns in the store. Of a `group` whoever's turn it is gets it. `when` is
    what the workflow says of its time: `3 days` comes to another instant each time.
    """

    family: Work
    values: Mapping[str, Any]
    group: str | None = None
    when: str = ""


Effect = Send | Change | Add


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Something that an action does not do for somebody, and why."""

    reason: str
    channel: Channel | None = None
    purpose: Purpose | None = None
    to_staff: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the action at place `index` does for one object: an effect, or a skip."""

    index: int
    action: str
    what: Effect | Skip


@dataclass(frozen=True, slots=True)
class Step:
    """All that a workflow does about one object on one occasion.

    `object_id` is the number of the task, ticket or opportunity, None when it is the customer;
    `event_id` the event that is answered, and `chain` the firings that this one ends.
    """

    customer: int
    pid: str
    outcomes: tuple[Outcome, ...]
    object_id: int | None = None
    event_id: int | None = None
    chain: Chain = ()

    @property
    def acted_on(self) -> int:
        """Return the number of the object that the workflow is about."""
        return self.customer if self.object_id is None else self.object_id

    @property
    def acts(self) -> bool:
        """Say whether anything is done for the object at all."""
        return any(not isinstance(outcome.what, Skip) for outcome in self.outcomes)
