"""What the engine asks of a store about runs and messages: what was done, what is to be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from cskh.model.effects import Step
from cskh.model.message import Channel, Message, State
from cskh.store.values import Claimed, Queue, RunKey, Settlement, Stamp


class Question(NamedTuple):
    """A message about which its provider is to be asked: where it stands, and since when."""

    message: Message
    state: State
    sent_at: str
    ask_at: str


class Decision(NamedTuple):
    """What somebody did about a message or a channel, from what to what; `at` is stored."""

    what: str
    old: str | None
    new: str | None
    actor: str | None
    at: str


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

    def acted(self, workflow: str, object_id: int) -> list[tuple[str, str]]:
        """Return the occasions on which a workflow did something for an object, and when."""
        ...

    def start(self, workflow: str, occasion: str, at: str, slot_at: str) -> RunKey:
        """Begin the record of a run."""
        ...

    def add(self, run: RunKey, steps: Sequence[Step], stamp: Stamp) -> None:
        """Write what steps do: messages to the outbox, changes, executions, skips."""
        ...

    def queue(self, run: RunKey, steps: Sequence[Step]) -> None:
        """Write the messages of steps, also those that are not sent; nothing else of them."""
        ...

    def finish(self, run: RunKey, digest: str, matched: int, acted: int) -> None:
        """Complete the record of a run."""
        ...

    def refused(self, workflow: str, occasion: str, digest: str, matched: int, at: str) -> bool:
        """Record that a plan was refused, and return whether it is for the first time."""
        ...


class Outbox(Protocol):
    """The messages to send. Instants are stored texts; claims are in the store's own name."""

    def recover(self, is_gone: Callable[[str, str], bool], error: str) -> int:
        """Settle what processes that are gone had: claimed is queued again, sending is unknown.

        `is_gone` is asked with the holder and until when it claimed. Returns how many messages
        became unknown.
        """
        ...

    def holders(self) -> list[tuple[str, str]]:
        """Return the processes that have messages in their hands, and until when."""
        ...

    def claim(
        self, queue: Queue, limit: int, now: str, until: str, began: str | None = None
    ) -> list[Claimed]:
        """Take messages that are due: workflows take turns, each with its oldest promise first.

        Those that were tried before must have been due when the delivery `began`.
        """
        ...

    def settle(
        self, settlements: Iterable[Settlement], sending: Sequence[int], now: str
    ) -> list[int]:
        """In one transaction, record what became of messages and that others now leave.

        Returns the numbers of those that may leave: still ours, and durably `sending`.
        """
        ...

    def is_held_elsewhere(self, provider: str, at: str) -> bool:
        """Say whether another process sends through a provider, and was heard of lately."""
        ...

    def hold(self, until: str) -> None:
        """Keep what we have in our hands for longer."""
        ...

    def release(self, provider: str | None = None) -> None:
        """Give back what we claimed and did not send, of one provider or of all."""
        ...

    def waiting(self, now: str) -> list[Mapping[str, Any]]:
        """Count what is still to be sent, by `channel` and `provider`: `n`, and `due` by now."""
        ...

    def stops(self) -> Mapping[str, str]:
        """Return why each stopped provider is stopped."""
        ...

    def resting(self, now: str) -> Mapping[str, str]:
        """Return why stopped providers are stopped that are not to be tried yet."""
        ...

    def stopped_since(self, provider: str) -> str | None:
        """Return since when a provider is stopped, None if it isn't."""
        ...

    def stop(self, provider: str, why: str, at: str, until: str | None = None) -> None:
        """Remember that a provider fails as a whole, or a page; it isn't tried before `until`."""
        ...

    def resume(self, provider: str) -> None:
        """Forget that a provider was stopped."""
        ...

    def failures(self) -> Mapping[str, int]:
        """Return how many times in a row each provider has failed."""
        ...

    def note_failures(self, provider: str, n: int) -> None:
        """Remember how many times in a row a provider has failed by now."""
        ...

    def bucket(self, provider: str) -> tuple[float, float] | None:
        """Return the tokens of a provider's rate and their instant, None if none were taken."""
        ...

    def keep_bucket(self, provider: str, tokens: float, at: float) -> None:
        """Remember for all processes what a provider's rate still allows."""
        ...

    def to_ask(
        self, provider: str, state: State, now: str, sent_by: str, limit: int
    ) -> list[Question]:
        """Return messages about which a provider is to be asked, those that wait longest first."""
        ...

    def only_ones(
        self, provider: str, recipients: Sequence[str], day: tuple[str, str], about: tuple[str, str]
    ) -> list[Question]:
        """Return accepted messages of a day to recipients who were sent nothing else about it."""
        ...

    def list_read(
        self, provider: str, since: str, before: str, now: str, ask_at: str | None
    ) -> None:
        """Note that a day's list was read, or when it is read again."""
        ...

    def answered(
        self, answers: Iterable[tuple[Question, Settlement]], now: str
    ) -> list[Settlement]:
        """Record what a provider said; return what nobody else had settled before."""
        ...

    def message(self, id_: int) -> Mapping[str, Any] | None:
        """Return a message with all its facts."""
        ...

    def decisions(self, about: str) -> list[Decision]:
        """Return what people did about something, the oldest first."""
        ...

    def decide(self, id_: int, decision: Decision) -> bool:
        """Let a person settle a message that stands where he thinks; return whether it did."""
        ...

    def note(self, about: str, decision: Decision) -> None:
        """Remember for good what somebody did."""
        ...

    def move_waiting(
        self, channel: Channel, was: str, new: str, price: int, decision: Decision
    ) -> int:
        """Let what waits for one provider and was never tried go through another.

        `price` is that of a part there. It is remembered of each message; returns how many moved.
        """
        ...
