"""What answers in a conversation share: whom to, from where, and until when it may go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cskh.actions._messages import Missing, send_time, words
from cskh.model.acting import Context, Customer
from cskh.model.catalogues import event_fields
from cskh.model.clock import from_text
from cskh.model.effects import Effect, Send, Skip
from cskh.model.message import Channel, Purpose

# How long after the customer's last message the vendors take an answer.
WINDOWS: Mapping[Channel, dt.timedelta] = MappingProxyType(
    {Channel.FACEBOOK: dt.timedelta(hours=24), Channel.ZALO: dt.timedelta(days=7)}
)
# What the vendor calls the customer, in the event that is answered.
SPEAKER: Mapping[Channel, str] = MappingProxyType(
    {Channel.FACEBOOK: "event.psid", Channel.ZALO: "event.zalo_id"}
)
PAGE = "event.page"


@dataclass(frozen=True, slots=True)
class Answer:
    """A text to say in a conversation, and when."""

    channel: Channel
    text: str
    send_at: str


def said(answer: Answer, customer: Customer, context: Context) -> Effect | Skip:
    """Return the message that answers the event, or the reason why there is none."""
    channel = answer.channel
    recipient = customer.values[SPEAKER[channel]] if context.event else None
    if not recipient:
        return skipped("no_conversation", channel)
    at = send_time(answer.send_at, context.clock)
    leave_by = _spoke_at(customer, context) + WINDOWS[channel]
    if (at or context.clock.now) > leave_by:
        return skipped("out_of_window", channel)
    try:
        content = words(answer.text, customer, context).strip()
    except Missing as missing:
        return skipped(missing.reason, channel)
    if not content:
        return skipped("empty_text", channel)
    account = context.account(channel, None)
    return Send(
        channel=channel,
        recipient=recipient,
        content=content,
        page=page_of(customer, context),
        provider=account.id if account else None,
        when=answer.send_at,
        send_at=at,
        leave_by=leave_by,
        price=account.price if account else 0,
    )


def _spoke_at(customer: Customer, context: Context) -> dt.datetime:
    """Return when the event happened; one that is planned for as if it had, happens now."""
    at = customer.event_at
    return from_text(at, context.clock.zone) if at else context.clock.now


def skipped(reason: str, channel: Channel) -> Skip:
    """Return why nothing is said; an answer is always care."""
    return Skip(reason=reason, channel=channel, purpose=Purpose.CARE)


def page_of(customer: Customer, context: Context) -> str | None:
    """Return the page that the event happened on, if it did on one."""
    page: str | None = customer.values[PAGE] if PAGE in heard(context) else None
    return page


def heard(context: Context) -> frozenset[str]:
    """Return what the event tells of the conversation."""
    return frozenset({PAGE, *SPEAKER.values()} & event_fields(context.event).keys())
