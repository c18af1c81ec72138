"""Turns in SQLite: who of each group was given work last."""

from __future__ import annotations

from collections.abc import Mapping

from sqlite_utils import Database

from cskh.store.sqlite.queries import queries


class SqliteTurns:
    """Whose turn it is in each group of staff."""

    def __init__(self, write: Database) -> None:
        self._db = write

    def last(self) -> Mapping[str, str]:
        """Return who of each group was given work last."""
        return dict(self._db.conn.execute(queries()["last_turns"]).fetchall())

    def take(self, taken: Mapping[str, str]) -> None:
        """Remember who was given work last."""
        rows = [{"group": group, "last": last} for group, last in taken.items()]
        self._db.conn.executemany(queries()["take_turn"], rows)
