"""Messages: channels, states, purposes, and how many parts a text message is billed as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Channel(StrEnum):
    """The ways a message can reach somebody."""

    SMS = "sms"
    EMAIL = "email"
    ZNS = "zns"
    ZALO = "zalo"
    FACEBOOK = "facebook"


class Purpose(StrEnum):
    """What a message is for; advertising has the stricter law."""

    CARE = "care"
    ADVERTISING = "advertising"


class State(StrEnum):
    """Where an outbox row stands."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An outbox row as a provider sees it; `attempts` counts the tries before this one.

    `page` is the fanpage or OA that it goes from, `provider_id` what the provider called it before,
    `age` how many seconds ago it was last let out, None if it wasn't or nobody knows. One that may
    have arrived before is sent again until `resend_until` (a stored instant) at most. An answer
    must leave before `leave_by` (another one).
    """

    id: int
    channel: Channel
    recipient: str
    content: str
    subject: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    purpose: Purpose = Purpose.CARE
    attempts: int = 0
    page: str | None = None
    provider_id: str | None = None
    age: int | None = None
    resend_until: str | None = None
    leave_by: str | None = None

    @property
    def sort(self) -> tuple[Channel, Purpose]:
        """Return what it is as policy sees it."""
        return self.channel, self.purpose


class Outcome(StrEnum):
    """What a try to send came to, as the provider's answer says it."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"  # asked later, the provider says that it arrived
    RETRY = "retry"  # certainly not sent: may be tried again
    BUSY = "busy"  # certainly not sent: the provider has no room now, which is nobody's fault
    LATER = "later"  # a cap or a box of the recipient, no failure of the provider
    FAILED = "failed"  # this message will never go
    TOO_LATE = "too_late"  # never, as the customer's last message was too long ago
    DUPLICATE = "duplicate"  # the provider says that it has this text already
    UNREACHABLE = "unreachable"  # never, as nothing reaches this person on this channel
    DECLINED = "declined"  # never, as the person told the provider to be left alone
    MISSING = "missing"  # certainly not sent: it lacks something of ours, which a person must mend
    STOPPED = "stopped"  # the account, not the message: nothing goes until a person repairs it
    UNKNOWN = "unknown"  # the call went out and nobody can say what became of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The end of one conversation with a provider; `retry_after` is in seconds.

    A retry with `knows_for` may have arrived: the provider takes no message twice for so many
    seconds after it left, on the same day. A stop `of_page` is only about the page that the
    message goes from.
    """

    outcome: Outcome
    provider_id: str | None = None
    error: str | None = None
    retry_after: int | None = None
    knows_for: int | None = None
    of_page: bool = False


# GSM 03.38 default alphabet and its extension table, which costs two septets a character.
_GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
_GSM = _GSM_EXTENDED.union(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def is_gsm(text: str) -> bool:
    """Say whether every character of `text` is in the GSM-7 alphabet."""
    return _GSM.issuperset(text)


def segments(text: str) -> int:
    """Count the SMS parts `text` is billed as.

    3GPP TS 23.038: 160 septets alone and 153 a part in GSM-7, 70 and 67 UTF-16 units in UCS-2.
    One letter outside GSM-7 (most Vietnamese letters are) makes the whole text UCS-2.
    """
    if not text:
        return 0
    if is_gsm(text):
        if len(text) <= 80:  # two septets a character at most: most texts need no counting
            return 1
        return _parts([2 if char in _GSM_EXTENDED else 1 for char in text], 160, 153)
    return _parts([2 if ord(char) > 0xFFFF else 1 for char in text], 70, 67)


def _parts(costs: list[int], alone: int, joined: int) -> int:
    if sum(costs) <= alone:
        return 1
    parts, room = 1, joined
    for cost in costs:  # a two-unit character is never split between parts
        if cost > room:
            parts, room = parts + 1, joined
        room -= cost
    return parts
