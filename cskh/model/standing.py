"""What is known of somebody that decides whether he may be written to, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from cskh.model.message import Channel, Purpose

# What a message is, as policy sees it; and what an opt-out is about: None stands for all.
Sort = tuple[Channel, Purpose]
Scope = tuple[Channel | None, Purpose | None]


class Addressee(NamedTuple):
    """Whom a message is for: the customer's number, and the phone or address it goes to."""

    customer: int
    recipient: str


class Window(NamedTuple):
    """From when on a cap counts messages of a channel and a purpose; a stored instant."""

    channel: Channel
    purpose: Purpose
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What somebody refused and agreed to, and how much the recipient was sent lately."""

    opted_out: frozenset[Scope] = frozenset()
    consents: frozenset[Sort] = frozenset()
    do_not_contact: bool = False
    sent_lately: Mapping[Sort, int] = field(default_factory=dict)

    def after(self, sort: Sort, more: int) -> Standing:
        """Return how it stands once more messages of a sort are sent."""
        if not more:
            return self
        sent = {**self.sent_lately, sort: self.sent_lately.get(sort, 0) + more}
        return replace(self, sent_lately=sent)


NOTHING_KNOWN = Standing()
