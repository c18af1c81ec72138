"""The SQLite store: one file with a project's customers and all that happened to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlite_utils import Database

from cskh.model.fields import Catalogue
from cskh.store.sqlite.campaigns import SqliteCampaigns
from cskh.store.sqlite.connection import connect, explained, reading, writing
from cskh.store.sqlite.customers import SqliteCustomers
from cskh.store.sqlite.dialect import SqliteDialect
from cskh.store.sqlite.events import SqliteEvents
from cskh.store.sqlite.imports import SqliteImports
from cskh.store.sqlite.lists import SqliteLists
from cskh.store.sqlite.migrating import migrate
from cskh.store.sqlite.notifications import SqliteNotifications
from cskh.store.sqlite.orders import SqliteOrders
from cskh.store.sqlite.outbox import SqliteOutbox
from cskh.store.sqlite.permissions import SqlitePermissions
from cskh.store.sqlite.records import SqliteRecords
from cskh.store.sqlite.reminders import SqliteReminders
from cskh.store.sqlite.reports import SqliteReports
from cskh.store.sqlite.runs import SqliteRuns
from cskh.store.sqlite.telesales import SqliteCalls
from cskh.store.sqlite.tokens import SqliteTokens
from cskh.store.sqlite.turns import SqliteTurns


class SqliteStore:
    """A store on two connections: one reads snapshots while the other one writes.

    With a `reader` it is only for reading, and whoever opened that closes it.
    """

    def __init__(
        self, path: Path, fields: Catalogue, holder: str, reader: Database | None = None
    ) -> None:
        self._read, self._write = (reader, reader) if reader else _connections(path)
        self.dialect = SqliteDialect()
        self.customers = SqliteCustomers(self._read, self._write, fields)
        self.records = SqliteRecords(self._read, self._write, self.customers)
        self.events = SqliteEvents(self._write)
        self.turns = SqliteTurns(self._write)
        self.runs = SqliteRuns(self._write, self.customers, self.records)
        self.outbox = SqliteOutbox(self._write, holder)
        self.campaigns = SqliteCampaigns(self._read, self._write)
        self.notifications = SqliteNotifications(self._write)
        self.reminders = SqliteReminders(self._write)
        self.calls = SqliteCalls(self._read, self._write)
        self.orders = SqliteOrders(self._write)
        self.permissions = SqlitePermissions(self._write)
        self.imports = SqliteImports(self._write, fields)
        self.lists = SqliteLists(self._write)
        self.reports = SqliteReports(self._read)
        self.tokens = SqliteTokens(path)

    def writing(self) -> AbstractContextManager[None]:
        """Hold one write transaction."""
        return writing(self._write)

    def snapshot(self) -> AbstractContextManager[None]:
        """Hold what `customers.matching` sees as it stands now."""
        return reading(self._read)

    def hurry(self) -> None:
        """Wait for no disk from now on: what is written may be lost in a power cut."""
        self._write.conn.execute("PRAGMA synchronous = OFF")

    def close(self) -> None:
        """Let go of the store's file."""
        self.tokens.close()
        for db in (self._read, self._write):
            db.conn.close()


def _connections(path: Path) -> tuple[Database, Database]:
    write = connect(path)
    migrate(write)
    # Every INSERT makes tables for its CHECKs; the other connection sorts what may be large.
    write.conn.execute("PRAGMA temp_store = MEMORY")
    read = connect(path)
    read.conn.execute("PRAGMA query_only = ON")
    return read, write


@contextmanager
def open_store(path: Path, fields: Catalogue, holder: str) -> Iterator[SqliteStore]:
    """Open the store's file, made and brought up to date if need be; close it at the end."""
    with explained(path):
        store = SqliteStore(path, fields, holder)
        try:
            yield store
        finally:
            store.close()


__all__ = ["SqliteStore", "open_store"]
