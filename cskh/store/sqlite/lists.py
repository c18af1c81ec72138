"""Lists in SQLite: named, imported sets of customers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from cskh.model.folding import fold
from cskh.store.listing import Listed, Member
from cskh.store.sqlite.connection import writing
from cskh.store.sqlite.queries import queries


class SqliteLists:
    """The lists of one project's store."""

    def __init__(self, write: Database) -> None:
        self._db = write

    def names(self) -> list[str]:
        """Return the names of all lists, as they were first written."""
        return [each.list for each in self.all()]

    def all(self) -> list[Listed]:
        """Return all lists, by name."""
        return [Listed(*row) for row in self._rows("lists")]

    def members(self, name: str) -> list[Member]:
        """Return who is on a list, the first customers first."""
        return [Member(*row) for row in self._rows("list_members", key=fold(name))]

    def add(self, name: str, customers: Iterable[int], import_: int, at: str) -> None:
        """Put customers on a list, which is made if there is none; who is on it stays so."""
        row = {"key": fold(name), "name": name, "import": import_, "at": at}
        with writing(self._db):
            self._db.conn.execute(queries()["add_list"], row)
            rows = ({**row, "customer": id_} for id_ in customers)
            self._db.conn.executemany(queries()["add_member"], rows)

    def clear(self, name: str) -> None:
        """Take everybody off a list; the list itself stays."""
        with writing(self._db):
            self._db.conn.execute(queries()["clear_list"], {"key": fold(name)})

    def _rows(self, name: str, **asked: Any) -> list[tuple[Any, ...]]:
        return self._db.conn.execute(queries()[name], asked).fetchall()
