"""What an action is given: one customer as read from the store, and the world around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cskh.model.clock import Clock
from cskh.model.effects import Add, Chain, Change, Effect
from cskh.model.fields import CARD, PIPELINE, TELESALES, Family
from cskh.model.message import Channel
from cskh.model.settings import Account, MessageTemplate, Settings, Staff


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer: its number in the store and the fields that were asked for, as stored.

    Dates are ISO texts (a birthday may be `--05-03` or `1990`), instants UTC texts, tags a
    sorted tuple; what isn't set is None. `object_id` is the task, ticket or opportunity that a
    workflow is about, None if it is about the customer; `event_id` the event that it answers,
    `event_at` when that happened, and `chain` the firings that led to this one.
    """

    id: int
    values: Mapping[str, Any]
    object_id: int | None = None
    event_id: int | None = None
    chain: Chain = ()
    event_at: str | None = None

    @property
    def acted_on(self) -> int:
        """Return the number of the object that the workflow is about."""
        return self.id if self.object_id is None else self.object_id

    def after(self, effect: Effect) -> Customer:
        """Return the customer as it is once an effect is done."""
        match effect:
            case Change():
                new = {name: pair[1] for name, pair in effect.fields.items()}
            case Add(family="opportunity", values=made):
                card = made["pipeline"]
                new = {f"{PIPELINE}{card}": made["stage"], f"{CARD}{card}": made["status"]}
            case Add(family="telesales", values=made):
                new = {f"{TELESALES}{made['campaign']}": made["status"]}
            case _:
                return self
        # dataclasses.replace takes five times as long, and this comes with every effect.
        known = {**self.values, **new}
        whence = (self.object_id, self.event_id, self.chain, self.event_at)
        return Customer(self.id, known, *whence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The world around an action: settings, time, and the texts that messages are made of.

    `family` is what the workflow is about; actions act on its customer all the same. `event` is
    what it answers, None for one that answers no event.
    """

    settings: Settings
    clock: Clock
    family: Family = "customer"
    event: str | None = None
    templates: Mapping[str, MessageTemplate] = field(default_factory=dict)

    def account(self, channel: Channel, named: str | None) -> Account | None:
        """Return the provider that was named, else the channel's active one."""
        return self.settings.account(channel, named)

    def staff(self, id_: str | None) -> Staff | None:
        """Return a staff member by id."""
        return next((person for person in self.settings.staff if person.id == id_), None)
