"""Imports in SQLite: whom a batch of rows may be about, and the record of each file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlite_utils import Database

from cskh.model.acting import Customer
from cskh.model.fields import Catalogue
from cskh.store.sqlite.customers import reader
from cskh.store.sqlite.dialect import SqliteDialect
from cskh.store.sqlite.queries import queries
from cskh.store.values import ImportOf, Keys

# One statement for each key, so that each goes by its index; most keys are nobody's, which is
# found out first. Of those who share a phone or an email a few are enough to tell that there are
# several: a placeholder stands in all rows.
_BY_KEYS = """
c.id IN (
    SELECT id FROM customers WHERE pid_key IN (SELECT value FROM json_each(:pids))
    UNION SELECT o.id FROM json_each(:phones) AS key CROSS JOIN customers o ON o.id IN (
        SELECT id FROM customers WHERE phone = key.value LIMIT 20)
        WHERE EXISTS (SELECT 1 FROM customers WHERE phone = key.value)
    UNION SELECT o.id FROM json_each(:emails) AS key CROSS JOIN customers o ON o.id IN (
        SELECT id FROM customers WHERE email_key = key.value LIMIT 20)
        WHERE EXISTS (SELECT 1 FROM customers WHERE email_key = key.value))
"""


class SqliteImports:
    """The imports of one project's store; all of it happens inside `writing()`."""

    def __init__(self, write: Database, fields: Catalogue) -> None:
        self._db = write
        self._fields = fields

    def candidates(self, keys: Keys, fields: Sequence[str]) -> list[Customer]:
        """Return the customers with one of the codes, phones or emails, by number."""
        dialect = SqliteDialect()
        columns = ", ".join(dialect.selected(name, self._fields) for name in fields)
        sql = f"SELECT c.id, {columns} FROM customers c WHERE {_BY_KEYS} ORDER BY c.id"
        parameters = {name: json.dumps(list(values)) for name, values in keys._asdict().items()}
        read = reader(fields, self._fields, 1)
        rows = self._db.conn.execute(sql, parameters).fetchall()
        return [Customer(row[0], read(row)) for row in rows]

    def last_automatic_pid(self) -> int:
        """Return the number of the last automatic code, as AUTO-7; 0 if there is none."""
        return int(self._db.conn.execute(queries()["last_automatic_pid"]).fetchone()[0])

    def start(self, of: ImportOf, at: str) -> int:
        """Begin the record of an import and return its number."""
        row = {**of._asdict(), "at": at}
        return int(self._db.conn.execute(queries()["start_import"], row).lastrowid or 0)

    def finish(self, id_: int, counts: Mapping[str, int]) -> None:
        """Complete the record: rows, created, updated, unchanged, rejected."""
        self._db.conn.execute(queries()["finish_import"], {"id": id_, **counts})
