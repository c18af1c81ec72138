"""An SMS campaign as a value, its states, and the one table of moves between them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal

from cskh.language import N_
from cskh.model.conditions import AllOf
from cskh.model.message import Purpose
from cskh.model.settings import Staff
from cskh.model.shape import Names, Pattern, Says, Size, Template, Text

_TIME = r"20\d\d-\d\d-\d\d[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
# What its messages are filed under, where a workflow's have its id.
PREFIX = "campaign:"
# The same of what staff is told by email.
NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whom a campaign is for: who matches the filter and who is on a list, together."""

    filter: Annotated[AllOf | None, Says("At most 6 conditions, all must hold")] = None
    lists: Annotated[
        tuple[Text, ...], Says("Imported with cskh import pids or cskh import phones")
    ] = ()
    exclude: Annotated[tuple[Text, ...], Says("Codes and phone numbers to leave out")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a campaign may grow to without somebody's accepting it."""

    max_recipients: Annotated[int | None, Size(least=1), Says("The most phone numbers")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One planned SMS sending to many customers, which an owner approves.

    `file` is relative to the project, `says` everything that the file says, as JSON.
    """

    id: str
    name: Annotated[Text, Says("What people call the campaign")]
    description: Annotated[str | None, Says("What it is for")] = None
    created_by: Annotated[str, Names("staff"), Says("The admin who made it")]
    content: Annotated[Text | None, Template(), Says("The text itself")] = None
    template: Annotated[str | None, Names("templates"), Says("A file in templates/")] = None
    purpose: Annotated[Purpose, Says("Advertising has the stricter law")] = Purpose.CARE
    send_at: Annotated[
        str | None,
        Pattern(_TIME, "2026-12-24 09:00"),
        Says("When it begins; left out, as soon as it is approved"),
    ] = None
    audience: Annotated[Audience, Says("Whom it is for")]
    limits: Annotated[Limits, Says("Refused at submit beyond these")] = Limits()
    file: str = ""
    says: str = ""

    @property
    def source(self) -> str:
        """Return what its messages are filed under in the outbox."""
        return PREFIX + self.id


class CampaignState(StrEnum):
    """Where a campaign stands; before it is submitted it has no state."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    PAUSED = "paused"
    SENDING = "sending"
    SENT = "sent"
    DELETED = "deleted"

    @property
    def label(self) -> str:
        """Return what people call it, a message to be translated."""
        return _LABELS[self]


_LABELS: Mapping[CampaignState, str] = {
    CampaignState.PENDING: N_("waiting for approval"),
    CampaignState.APPROVED: N_("approved"),
    CampaignState.REJECTED: N_("approval refused"),
    CampaignState.PAUSED: N_("paused"),
    CampaignState.SENDING: N_("being sent"),
    CampaignState.SENT: N_("sent"),
    CampaignState.DELETED: N_("deleted"),
}

# An owner; whoever made it, if she is an admin, or an owner; the tool itself.
Who = Literal["owner", "maker", "tool"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One row of the table: from any of some states to one, None for the one it was in."""

    sources: tuple[CampaignState | None, ...]
    target: CampaignState | None
    who: Who


_PENDING, _APPROVED = CampaignState.PENDING, CampaignState.APPROVED
_REJECTED, _PAUSED = CampaignState.REJECTED, CampaignState.PAUSED
_SENDING, _SENT, _DELETED = CampaignState.SENDING, CampaignState.SENT, CampaignState.DELETED

# A deleted campaign is as if it had never been submitted; one of which something was sent stays.
MOVES: Mapping[str, tuple[Move, ...]] = MappingProxyType(
    {
        "submit": (Move(sources=(None, _DELETED, _REJECTED), target=_PENDING, who="maker"),),
        "edit": (Move(sources=(_PENDING, _PAUSED), target=None, who="maker"),),
        "approve": (Move(sources=(_PENDING,), target=_APPROVED, who="owner"),),
        "reject": (Move(sources=(_PENDING,), target=_REJECTED, who="owner"),),
        "pause": (Move(sources=(_APPROVED, _SENDING), target=_PAUSED, who="owner"),),
        "resume": (Move(sources=(_PAUSED,), target=_APPROVED, who="owner"),),
        "delete": (
            Move(sources=(_PENDING,), target=_DELETED, who="maker"),
            Move(sources=(_APPROVED, _PAUSED, _REJECTED), target=_DELETED, who="owner"),
        ),
        "start": (Move(sources=(_APPROVED,), target=_SENDING, who="tool"),),
        "return": (Move(sources=(_APPROVED, _SENDING), target=_PENDING, who="tool"),),
        "hold": (Move(sources=(_SENDING,), target=_APPROVED, who="tool"),),
        "reopen": (Move(sources=(_SENT,), target=_SENDING, who="tool"),),
        "finish": (Move(sources=(_SENDING,), target=_SENT, who="tool"),),
    }
)
SIGNED = frozenset({"approve", "resume", "reject"})
APPROVALS = frozenset(
    name for name, (row, *_more) in MOVES.items() if row.target is _APPROVED and row.who == "owner"
)
# What the tool does with an approved campaign; all other moves end an approval.
_CARRIES_OUT = frozenset(
    name for name, (row, *_more) in MOVES.items() if row.who == "tool" and row.target != _PENDING
)


def move(name: str, state: CampaignState | None) -> Move | None:
    """Return the row of the table for a move from a state, None if there is none."""
    return next((each for each in MOVES[name] if state in each.sources), None)


def is_carried_out(name: str) -> bool:
    """Say whether a move only carries out an approval, which goes on."""
    return name in _CARRIES_OUT


def may_move(rule: Move, person: Staff, made_by: Iterable[str]) -> bool:
    """Say whether somebody may make a move; an admin's own campaign is made by nobody else."""
    if person.role == "owner":
        return rule.who in ("owner", "maker")
    return rule.who == "maker" and person.role == "admin" and set(made_by) == {person.id}


def may_see(person: Staff | None, made_by: str) -> bool:
    """Say whether somebody may look at a campaign: owners at all, admins at their own."""
    if person is None:
        return False
    return person.role == "owner" or (person.role == "admin" and person.id == made_by)


def digest(frozen: Mapping[str, Any], recipients: Iterable[tuple[str, str]]) -> str:
    """Return the name of exactly this text, time, purpose and these people: 64 hexadecimal digits.

    `recipients` are code and phone of each, in any order that is always the same. It is whole
    where a plan's is cut: whoever writes a campaign must find no second one with its digest.
    """
    whole = hashlib.sha256(canonical(frozen).encode())
    for pid, phone in recipients:
        whole.update(json.dumps([pid, phone]).encode())
    return whole.hexdigest()


def canonical(data: Any) -> str:
    """Return data as the one text that stands for it, whatever its order and layout were."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def signed_text(name: str, campaign: str, digest: str) -> bytes:
    """Return what an owner signs for a move."""
    return f"cskh {name} {campaign} {digest}\n".encode()
