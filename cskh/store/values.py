"""What the engine tells a store and is told by it, as values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from cskh.model.effects import Chain
from cskh.model.fields import Family
from cskh.model.message import Channel, Message, State
from cskh.model.standing import Addressee

Values = Mapping[str, Any]
Changed = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Why, by whom and when something changed; `at` is a stored instant.

    What `fires` is an event that workflows answer; `chain` are the firings that led to it.
    """

    cause: str
    actor: str | None
    at: str
    fires: bool = True
    chain: Chain = ()


class Edit(NamedTuple):
    """Fields of one object that change (name -> old, new), and the firings that led to it."""

    id: int
    fields: Changed
    chain: Chain = ()


class Happening(NamedTuple):
    """Something that happened, about an object; `data` is what the event tells.

    `chain` are the firings that led to it, if a workflow made it happen.
    """

    family: Family
    id: int
    kind: str
    data: Values
    chain: Chain = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKey:
    """One workflow on one occasion, as it is being committed; both instants are stored texts.

    `slot_at` is when it was due: repetitions are counted from there, whatever cron's delay.
    Campaigns have no number of a run.
    """

    id: int | None
    workflow: str
    occasion: str
    at: str
    slot_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The messages of one provider on one channel; `is_active` adds those that have none yet."""

    provider: str
    channel: Channel
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A message in our hands, the customer it is about, and the colleague it is for, if any."""

    message: Message
    to_staff: str | None
    customer: int = 0  # 0: staff is told of something that is nobody's

    @property
    def addressee(self) -> Addressee:
        """Return whom it is for, as policy sees it."""
        return Addressee(self.customer, self.message.recipient)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of a claimed message; `due_at` is a stored instant.

    `ask_at` is when its provider is to be asked about it, None for never, `resend_until` until when
    it may be sent again though it may have arrived; an earlier such instant holds on.
    One that `falls_back` goes another way if it was planned with one, and who `declined` it is
    left alone on its channel from now on; both in the same transaction.
    """

    id: int
    state: State
    attempts: int
    due_at: str
    provider_id: str | None = None
    error: str | None = None
    skip_reason: str | None = None
    ask_at: str | None = None
    resend_until: str | None = None
    falls_back: bool = False
    declined: bool = False


class ImportOf(NamedTuple):
    """What is imported: the kind of import, the file's name and fingerprint, and who does it."""

    kind: str
    file: str
    sha256: str
    actor: str | None


class Keys(NamedTuple):
    """Folded codes, phones and folded emails by which customers are looked for."""

    pids: Collection[str]
    phones: Collection[str]
    emails: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which rows a report is about; None asks for nothing, instants are stored texts."""

    channel: str | None = None
    provider: str | None = None
    workflow: str | None = None
    campaign: str | None = None
    state: str | None = None
    customer: int | None = None
    since: str | None = None
    before: str | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """Return what was asked by name."""
        return asdict(self)
