"""What the engine asks of a store about refusals, consents and do-not-call lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

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
