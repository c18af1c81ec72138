"""What the engine asks of a store about campaigns: where they stand, for whom, and who is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from cskh.model.campaign import CampaignState


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A campaign as it was submitted; `send_at` and `at` are stored instants.

    `frozen` is what its file and template said, `left_out` how many were by reason, `recipients`
    how many there are.
    """

    id: str
    name: str
    created_by: str
    state: CampaignState
    send_at: str | None
    digest: str
    frozen: Mapping[str, Any]
    left_out: Mapping[str, int]
    accepted: bool
    at: str
    recipients: int = 0


class Moved(NamedTuple):
    """One move of a campaign in its history; `at` is stored."""

    id: int
    move: str
    from_: str | None
    to: str
    actor: str
    at: str
    note: str | None
    digest: str
    signature: str | None


class Recipient(NamedTuple):
    """Somebody whom a campaign goes to."""

    customer: int
    pid: str
    phone: str


class Notice(NamedTuple):
    """What somebody on the staff is told, with the email that says the same, if there is one."""

    kind: str
    about: str
    campaign: str | None
    to: str
    text: str
    mail: Mapping[str, Any] | None = None


class Campaigns(Protocol):
    """Campaigns since they were submitted. Moves compare and swap: false if somebody was faster."""

    def find(self, id_: str) -> Submitted | None:
        """Return a campaign, None if it was never submitted."""
        ...

    def all(self) -> list[Submitted]:
        """Return every campaign that was ever submitted, the one moved last at the end."""
        ...

    def freeze(self, to: Submitted, was: Submitted | None) -> bool:
        """Write what a campaign is from now on, if it still is what it `was`."""
        ...

    def move(self, was: Submitted, to: CampaignState, at: str) -> bool:
        """Put a campaign into another state, if it still is what it `was`."""
        ...

    def log(self, id_: str, moved: Moved) -> int:
        """Add a move to the history, and return its number; that of `moved` doesn't count."""
        ...

    def history(self, id_: str) -> list[Moved]:
        """Return the moves of a campaign, the oldest first."""
        ...

    def free(self, id_: str) -> None:
        """Let go of the recipients whose message certainly did not go out."""
        ...

    def add(self, id_: str, recipient: Recipient) -> bool:
        """Add a recipient, unless he or the phone is there; return whether that was done."""
        ...

    def recipients(self, id_: str) -> Iterator[tuple[str, str]]:
        """Yield code and phone of each recipient, by phone."""
        ...

    def phones(self, id_: str, customers: Sequence[int]) -> Mapping[int, str]:
        """Return the frozen phones of some customers by their numbers."""
        ...

    def people(self, id_: str) -> Iterator[tuple[int, str, str | None, str, str | None]]:
        """Yield number, code, name, phone of each recipient, and the state of the message."""
        ...

    def take_back(self, id_: str) -> None:
        """Take back what certainly did not go out of an approved campaign."""
        ...

    def cancel(self, id_: str) -> None:
        """Let nothing more of a campaign be sent."""
        ...

    def unsettled(self, id_: str, asked: Sequence[str]) -> int:
        """Count the messages that may yet be sent, or that one of the `asked` is yet to tell of."""
        ...

    def providers(self, id_: str) -> list[str | None]:
        """Return the providers that messages of a campaign wait for; None is the active one."""
        ...

    def tried(self, id_: str) -> int:
        """Count the messages that left, or may have."""
        ...


class Notifications(Protocol):
    """What people on the staff are told, on the screen and by email."""

    def tell(self, notices: Iterable[Notice], at: str) -> int:
        """Tell people, each once about each thing; return how many are new."""
        ...

    def of(self, to: str) -> list[Mapping[str, Any]]:
        """Return what somebody was told, the newest first."""
        ...

    def unread(self, to: str) -> int:
        """Count what somebody has not read yet."""
        ...

    def read(self, to: str, ids: Sequence[int] | None, at: str) -> int:
        """Note that somebody has read some of it, or everything; return how many were unread."""
        ...
