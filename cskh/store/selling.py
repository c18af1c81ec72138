"""What the engine asks of a store about call lists and orders."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, Protocol


class Called(NamedTuple):
    """What a call came to; `note` None leaves the note as it is, an empty one clears it."""

    campaign: str
    customer: int
    result: str
    note: str | None
    at: str


class Calls(Protocol):
    """Who is on which call list, with which agent, and what the calls came to."""

    def of(self, customer: int) -> list[Mapping[str, Any]]:
        """Return the lists that a customer is on: `campaign`, `agent`, `status`, `result`."""
        ...

    def members(self, campaign: str) -> list[Mapping[str, Any]]:
        """Return who is on a list in the order of coming: `id`, `customer`, and how it stands."""
        ...

    def counts(self) -> list[Mapping[str, Any]]:
        """Count by `campaign` and `result`: `members`, and those `distributed` to an agent."""
        ...

    def add(self, campaign: str, agents: Mapping[int, str | None], at: str) -> None:
        """Put customers, by number, on a list, with the agent who calls, if that is known."""
        ...

    def distribute(self, campaign: str, agents: Mapping[int, str], at: str) -> None:
        """Give agents to customers who are on a list."""
        ...

    def record(self, called: Called) -> None:
        """Note what a call came to."""
        ...


class Order(NamedTuple):
    """One order as the store has it; `id` 0 is a new one, `pid` its customer's code."""

    id: int
    code: str
    customer: int
    pid: str
    status: str
    amount: int
    ordered_at: str


class Orders(Protocol):
    """What customers bought."""

    def find(self, codes: Collection[str]) -> list[Order]:
        """Return the orders with some codes, which are folded."""
        ...

    def every(self) -> list[Order]:
        """Return all orders, the oldest first."""
        ...

    def of(self, customer: int) -> list[Order]:
        """Return a customer's orders, the oldest first."""
        ...

    def write(self, orders: Iterable[Order], at: str) -> None:
        """Add the new orders and change the others."""
        ...

    def opening(self, customer: int, have: str | None, cause: str) -> str | None:
        """Return a customer's last order as it was said to be, whatever orders made of it.

        `have` is what it is now, `cause` what the causes of the orders' changes begin with.
        """
        ...
