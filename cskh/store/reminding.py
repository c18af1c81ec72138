"""What the engine asks of a store about deadlines of tickets: whom nobody has reminded yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple, Protocol

ReminderKind = Literal["respond_before", "respond_after", "resolve_before", "resolve_after"]


class Reminder(NamedTuple):
    """A deadline that people are to be told of; `deadline` is a stored instant."""

    ticket: int
    kind: ReminderKind
    deadline: str
    title: str
    assignee: str | None
    customer_id: int
    pid: str
    name: str | None


class Reminders(Protocol):
    """Reminders of the deadlines of tickets, each kind once a ticket."""

    def slas(self) -> list[str]:
        """Return the SLAs of the tickets that nobody has resolved yet."""
        ...

    def due(self, now: str, until: Mapping[str, str]) -> list[Reminder]:
        """Return the deadlines that have passed, or come by the instant `until` has of their SLA.

        Those that were written are not among them, and those that were kept.
        """
        ...

    def add(self, reminder: Reminder, mails: Iterable[Mapping[str, Any]], at: str) -> None:
        """Put emails to staff in the outbox, and remember the reminder; inside `writing()`.

        A mail is `recipient`, `to_staff`, `provider`, `price`, `subject` and `content`.
        """
        ...
