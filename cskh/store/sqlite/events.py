"""Events in SQLite: what workflows answer, and how far each of them has come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlite_utils import Database

from cskh.model.effects import Chain
from cskh.model.fields import Family
from cskh.store.sqlite.connection import writing
from cskh.store.sqlite.log import log_happened
from cskh.store.sqlite.queries import queries
from cskh.store.values import Happening, Stamp


class SqliteEvents:
    """The events of one project's store."""

    def __init__(self, write: Database) -> None:
        self._db = write

    def heard(self) -> Mapping[str, int]:
        """Return the number of the last event that each workflow has dealt with."""
        return dict(self._db.conn.execute(queries()["heard"]).fetchall())

    def last(self) -> int:
        """Return the number of the last event of all; 0 if there is none."""
        return int(self._db.conn.execute(queries()["last_event"]).fetchone()[0])

    def advance(self, workflow: str, after: int, upto: int) -> bool:
        """Note that a workflow has dealt with more; false if somebody else has done that."""
        row = {"workflow": workflow, "after": after, "upto": upto}
        return self._db.conn.execute(queries()["advance"], row).rowcount == 1

    def chain(self, family: Family, id_: int) -> Chain:
        """Return the firings that led to the last event of an object."""
        asked = {"family": family, "id": id_}
        found = self._db.conn.execute(queries()["last_chain"], asked).fetchone()
        return tuple(json.loads(found[0])) if found else ()

    def add(self, happenings: Iterable[Happening], stamp: Stamp) -> list[int]:
        """Note what happened outside and return the numbers of the events."""
        with writing(self._db):
            return log_happened(self._db, list(happenings), stamp)
