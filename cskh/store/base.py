"""What the engine asks of a store, and what a store promises. Another store is another folder.

Whatever is written inside `writing()` is there as a whole or not at all, also after a power
cut. A second writer waits. `snapshot()` shows the customers as they stood when it began.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from cskh.model.acting import Customer
from cskh.model.effects import Chain
from cskh.model.fields import Catalogue, Family
from cskh.rules.dialect import Dialect
from cskh.rules.sql import Statement
from cskh.store.campaigning import Campaigns, Notifications
from cskh.store.keeping import Tokens
from cskh.store.listing import Lists
from cskh.store.permitting import Permissions
from cskh.store.reminding import Reminders
from cskh.store.selling import Calls, Orders
from cskh.store.sending import Outbox, Runs
from cskh.store.values import (
    Asked,
    Edit,
    Happening,
    ImportOf,
    Keys,
    Stamp,
    Values,
)


class Customers(Protocol):
    """The customers, and the one door through which they change."""

    def matching(
        self, statement: Statement, fields: Sequence[str], readable: Catalogue | None = None
    ) -> Iterator[Customer]:
        """Yield the customers of all that a statement selects, without holding them all.

        `readable` are the fields by the names in `fields`, if they aren't all the customer's.
        """
        ...

    def total(self, statement: Statement) -> int:
        """Count what a statement selects, without reading it."""
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

    def history(self, id_: int) -> list[Mapping[str, Any]]:
        """Return a customer's change log: `at`, `actor`, `cause`, `field`, `old` and `new` as JSON.

        The row of a new customer has no field.
        """
        ...

    def change(self, edits: Iterable[Edit], stamp: Stamp) -> None:
        """Change fields of customers, and log every one.

        `account` is the code of one, or the Company whose account is made if it has none.
        """
        ...

    def create(self, rows: Iterable[Values], stamp: Stamp) -> list[int]:
        """Add customers, log it, and return their numbers; `account` is the code of one."""
        ...


class Records(Protocol):
    """Tasks, tickets and opportunities, and the one door through which they change."""

    def read(
        self, family: Family, id_: int, names: Sequence[str], fields: Catalogue
    ) -> Customer | None:
        """Return one of them with its customer's number and some fields, by name."""
        ...

    def of(self, customer: int, family: Family) -> list[int]:
        """Return the numbers of those that a customer has."""
        ...

    def history(self, family: Family, id_: int) -> list[Mapping[str, Any]]:
        """Return the change log of one of them, as `Customers.history` has it."""
        ...

    def next(self, family: Family) -> int:
        """Return the number that the next new one gets; inside `writing()`."""
        ...

    def change(self, family: Family, edits: Iterable[Edit], stamp: Stamp) -> None:
        """Change fields, and log every one; a card's stage is its customer's field too."""
        ...

    def create(
        self,
        family: Family,
        rows: Iterable[Values],
        stamp: Stamp,
        chains: Sequence[Chain] | None = None,
    ) -> list[int]:
        """Add some, each with its `customer_id`, log it, and return their numbers."""
        ...


class Events(Protocol):
    """What workflows answer, in the order in which it happened, and how far each has come."""

    def heard(self) -> Mapping[str, int]:
        """Return the number of the last event that each workflow has dealt with."""
        ...

    def last(self) -> int:
        """Return the number of the last event of all; 0 if there is none."""
        ...

    def advance(self, workflow: str, after: int, upto: int) -> bool:
        """Note that a workflow has dealt with more; false if somebody else has done that."""
        ...

    def chain(self, family: Family, id_: int) -> Chain:
        """Return the firings that led to the last event of an object."""
        ...

    def add(self, happenings: Iterable[Happening], stamp: Stamp) -> list[int]:
        """Note what happened outside and return the numbers of the events."""
        ...


class Turns(Protocol):
    """Whose turn it is in each group of staff."""

    def last(self) -> Mapping[str, str]:
        """Return who of each group was given work last."""
        ...

    def take(self, taken: Mapping[str, str]) -> None:
        """Remember who was given work last; inside `writing()`."""
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
    def records(self) -> Records:
        """Their tasks, tickets and opportunities."""
        ...

    @property
    def events(self) -> Events:
        """What workflows answer."""
        ...

    @property
    def turns(self) -> Turns:
        """Whose turn it is."""
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
    def campaigns(self) -> Campaigns:
        """The SMS campaigns."""
        ...

    @property
    def notifications(self) -> Notifications:
        """What people on the staff are told."""
        ...

    @property
    def permissions(self) -> Permissions:
        """Who may be written to."""
        ...

    @property
    def reminders(self) -> Reminders:
        """The reminders of deadlines."""
        ...

    @property
    def calls(self) -> Calls:
        """The call lists."""
        ...

    @property
    def orders(self) -> Orders:
        """What was bought."""
        ...

    @property
    def imports(self) -> Imports:
        """What was imported."""
        ...

    @property
    def lists(self) -> Lists:
        """The named lists of customers."""
        ...

    @property
    def reports(self) -> Reports:
        """What reports read."""
        ...

    @property
    def tokens(self) -> Tokens:
        """The tokens of providers."""
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
