"""What the engine asks of a store about lists: named, imported sets of customers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol


class Listed(NamedTuple):
    """A list by its name as first written, how many are on it, and since when there is one."""

    list: str
    members: int
    created_at: str


class Member(NamedTuple):
    """A customer on a list."""

    pid: str
    name: str | None
    phone: str | None


class Lists(Protocol):
    """The lists by name, and who is on them; names differ by more than case and Unicode form."""

    def names(self) -> list[str]:
        """Return the names of all lists, as they were first written."""
        ...

    def all(self) -> list[Listed]:
        """Return all lists, by name."""
        ...

    def members(self, name: str) -> list[Member]:
        """Return who is on a list, the first customers first."""
        ...

    def add(self, name: str, customers: Iterable[int], import_: int, at: str) -> None:
        """Put customers on a list, which is made if there is none; who is on it stays so."""
        ...

    def clear(self, name: str) -> None:
        """Take everybody off a list; the list itself stays."""
        ...
