"""What the engine asks of a store about refusals, consents and do-not-call lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from cskh.model.message import Channel, Purpose
from cskh.model.standing import Addressee, Scope, Standing, Window


class OptOut(NamedTuple):
    """What a customer refused; `id` 0 is a new one, `at` a stored instant."""

    id: int
    channel: Channel | None
    purpose: Purpose | None
    source: str | None
    actor: str | None
    at: str

    @property
    def scope(self) -> Scope:
        """Return what it is about."""
        return self.channel, self.purpose


class Consent(NamedTuple):
    """What a customer agreed to, and how that is known; `at` is a stored instant."""

    channel: Channel
    purpose: Purpose
    source: str
    actor: str | None
    at: str


class NeverCalled(NamedTuple):
    """A phone on the do-not-call list: how it came there, and whose it is; `at` is stored.

    `source` is import:NUMBER or what somebody said; `file` is what an import read.
    """

    phone: str
    source: str
    file: str | None
    actor: str | None
    at: str
    customers: Sequence[str]


class Permissions(Protocol):
    """Who may be written to. Nothing of it is a customer's field, and no workflow hears of it."""

    def standings(
        self, asked: Collection[Addressee], windows: Sequence[Window]
    ) -> Mapping[Addressee, Standing]:
        """Return what is known of some, without those of whom nothing is.

        It is as the open transaction has it. Counted as sent is also what is on its way.
        """
        ...

    def opt_outs(self, customer: int) -> list[OptOut]:
        """Return what a customer refuses, the oldest first."""
        ...

    def refuse(self, customer: int, added: Iterable[OptOut], lifted: Iterable[OptOut] = ()) -> None:
        """Add refusals and take others away."""
        ...

    def consents(self, customer: int) -> list[Consent]:
        """Return what a customer agreed to, the oldest first."""
        ...

    def agree(self, customer: int, consent: Consent) -> None:
        """Record a consent."""
        ...

    def decide(self, customer: int, what: str, scope: Scope, actor: str | None, at: str) -> None:
        """Remember for good that somebody recorded or lifted a refusal."""
        ...

    def uncalled(self, phones: Collection[str]) -> frozenset[str]:
        """Return those of some phones that are on the do-not-call list."""
        ...

    def never_call(self, phones: Iterable[str], source: str, at: str) -> None:
        """Put phones on the do-not-call list; those that are there stay as they are."""
        ...

    def never_called(self) -> list[NeverCalled]:
        """Return the do-not-call list, the oldest entry first."""
        ...

    def put_on_list(self, phone: str, source: str, actor: str | None, at: str) -> bool:
        """Let somebody put a phone on the do-not-call list; return whether it is new there."""
        ...

    def take_off_list(self, phone: str, actor: str | None, at: str) -> bool:
        """Let somebody take a phone off the do-not-call list; return whether it was there."""
        ...

    def lifted(self, customer: int, phone: str | None) -> list[Mapping[str, Any]]:
        """Return what was lifted of a customer's refusals and off the list, the oldest first.

        Each has `at`, `actor`, and the `scope`, None for the do-not-call list.
        """
        ...
