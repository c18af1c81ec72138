"""What the engine asks of a store, and what a store promises. Another store is another folder.

Whatever is written inside `writing()` is there as a whole or not at all, also after a power
cut. A second writer waits. `snapshot()` shows the customers as they stood when it began.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Protocol

from cskh.model.acting import Customer
from cskh.model.effects import Step
from cskh.model.message import Channel, Message, State
from cskh.rules.dialect import Dialect
from cskh.rules.sql import Statement

Values = Mapping[str, Any]
Changed = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Why, by whom and when something changed; `at` is a stored instant."""

    cause: str
    actor: str | None
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKey:
    """One workflow on one occasion, as it is being committed; both instants are stored texts.

    `slot_at` is when it was due: repetitions are counted from there, whatever cron's delay.
    """

    id: int
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
    """A message in our hands, and the staff member it is for, if it is not for a customer."""

    message: Message
    to_staff: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of a claimed message; `due_at` is a stored instant."""

    id: int
    state: State
    attempts: int
    due_at: str
    provider_id: str | None = None
    error: str | None = None
    skip_reason: str | None = None


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
    state: str | None = None
    customer: int | None = None
    since: str | None = None
    before: str | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """Return what was asked by name."""
        return asdict(self)


class Customers(Protocol):
    """The customers, and the one door through which they change."""

    def matching(self, statement: Statement, fields: Sequence[str]) -> Iterator[Customer]:
        """Yield the customers a statement selects, by number, without holding them all."""
        ...

    def read(self, id_: int, fields: Sequence[str]) -> Customer:
        """Return one customer by number."""
        ...

    def count(self, kinds: Sequence[str]) -> int:
        """Count the customers of some kinds."""
        ...

    def find(self, pid_or_phone: str) -> list[tuple[int, str]]:
        """Return number and code of the customer with a code, else of those with a phone."""
        ...

    def change(self, changes: Iterable[tuple[int, Changed]], stamp: Stamp) -> None:
        """Change fields (name -> old, new) of customers by number, and log every one."""
        ...

    def create(self, rows: Iterable[Values], stamp: Stamp) -> list[int]:
        """Add customers, log it, and return their numbers."""
        ...


class Runs(Protocol):
    """Which workflows ran on which occasions, and what they did."""

    def seen(self) -> Mapping[str, str]:
        """Return since when each workflow is known to a run."""
        ...

    def see(self, enabled: Iterable[str], disabled: Iterable[str], at: str) -> None:
        """Remember the enabled workflows as seen, forget the disabled ones."""
        ...

    def is_done(self, workflow: str, occasion: str) -> bool:
        """Say whether a workflow has run on an occasion."""
        ...

    def acted(self, workflow: str, customer: int) -> list[tuple[str, str]]:
        """Return the occasions on which a workflow did something for a customer, and when."""
        ...

    def start(self, workflow: str, occasion: str, at: str, slot_at: str) -> RunKey:
        """Begin the record of a run."""
        ...

    def add(self, run: RunKey, steps: Sequence[Step], stamp: Stamp) -> None:
        """Write what steps do: messages to the outbox, changes, executions, skips."""
        ...

    def finish(self, run: RunKey, digest: str, matched: int, acted: int) -> None:
        """Complete the record of a run."""
        ...

    def refused(self, workflow: str, occasion: str, digest: str, matched: int, at: str) -> None:
        """Record that a plan was refused; the occasion may still be done."""
        ...


class Outbox(Protocol):
    """The messages to send. Instants are stored texts; claims are in the store's own name."""

    def recover(self, is_gone: Callable[[str, str], bool], error: str) -> int:
        """Settle what processes that are gone had: claimed is queued again, sending is unknown.

        `is_gone` is asked with the holder and until when it claimed. Returns how many messages
        became unknown.
        """
        ...

    def claim(self, queue: Queue, limit: int, now: str, until: str) -> list[Claimed]:
        """Take messages whose time has come, the oldest promise first."""
        ...

    def settle(
        self, settlements: Iterable[Settlement], sending: Sequence[int], now: str
    ) -> list[int]:
        """In one transaction, record what became of messages and that others now leave.

        Returns the numbers of those that may leave: still ours, and durably `sending`.
        """
        ...

    def release(self) -> None:
        """Give back what we claimed and did not send."""
        ...

    def waiting(self, now: str) -> list[Mapping[str, Any]]:
        """Count what is still to be sent, by `channel` and `provider`: `n`, and `due` by now."""
        ...

    def stops(self) -> Mapping[str, str]:
        """Return why each stopped provider is stopped."""
        ...

    def stop(self, provider: str, why: str, at: str) -> None:
        """Remember that a provider fails as a whole."""
        ...

    def resume(self, provider: str) -> None:
        """Forget that a provider was stopped."""
        ...


class Imports(Protocol):
    """Whom rows of a file may be about, and the record of each file; all inside `writing()`."""

    def candidates(self, keys: Keys, fields: Sequence[str]) -> list[Customer]:
        """Return the customers with one of the codes, phones or emails, by number."""
        ...

    def last_automatic_pid(self) -> int:
        """Return the number of the last automatic code, as AUTO-7; 0 if there is none."""
        ...

    def start(self, of: ImportOf, at: str) -> int:
        """Begin the record of an import and return its number."""
        ...

    def finish(self, id_: int, counts: Mapping[str, int]) -> None:
        """Complete the record: rows, created, updated, unchanged, rejected."""
        ...


class Reports(Protocol):
    """Rows for reports, in the order in which they are shown."""

    def messages(self, asked: Asked) -> list[Mapping[str, Any]]:
        """Return the messages that were asked for, oldest first."""
        ...

    def workflows(self, asked: Asked) -> list[Mapping[str, Any]]:
        """Return what each workflow did."""
        ...


class Store(Protocol):
    """One project's customers and everything that happened to them."""

    @property
    def customers(self) -> Customers:
        """The customers."""
        ...

    @property
    def runs(self) -> Runs:
        """What ran."""
        ...

    @property
    def outbox(self) -> Outbox:
        """The messages."""
        ...

    @property
    def imports(self) -> Imports:
        """What was imported."""
        ...

    @property
    def reports(self) -> Reports:
        """What reports read."""
        ...

    @property
    def dialect(self) -> Dialect:
        """How this store writes SQL."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Hold one write transaction."""
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Hold what `customers.matching` sees as it stands now."""
        ...

    def close(self) -> None:
        """Let go of the store's files."""
        ...
