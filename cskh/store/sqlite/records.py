"""Tasks, tickets and opportunities in SQLite, and the one door through which they change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from cskh.model.acting import Customer
from cskh.model.effects import Chain
from cskh.model.fields import PIPELINE, Catalogue, Family
from cskh.store.sqlite.adding import insert_into
from cskh.store.sqlite.connection import writing
from cskh.store.sqlite.customers import SqliteCustomers, reader
from cskh.store.sqlite.dialect import TABLES, SqliteDialect, quoted
from cskh.store.sqlite.log import log_changed, log_created, log_happened, net
from cskh.store.sqlite.queries import queries
from cskh.store.values import Edit, Happening, Stamp, Values

STAGE_CHANGED = "stage_changed"


class SqliteRecords:
    """The tasks, tickets and opportunities of one project's store."""

    def __init__(self, read: Database, write: Database, customers: SqliteCustomers) -> None:
        self._read = read
        self._write = write
        self._customers = customers

    def read(
        self, family: Family, id_: int, names: Sequence[str], fields: Catalogue
    ) -> Customer | None:
        """Return one of them with its customer's number and some fields, by name."""
        dialect = SqliteDialect()
        columns = ["c.id", *(dialect.selected(name, fields) for name in names)]
        sql = f"SELECT {', '.join(columns)} FROM {dialect.source(family, False)} WHERE o.id = :id"
        row = self._read.conn.execute(sql, {"id": id_}).fetchone()
        return row and Customer(row[0], reader(names, fields, 1)(row), id_)

    def of(self, customer: int, family: Family) -> list[int]:
        """Return the numbers of those that a customer has."""
        sql = f"SELECT id FROM {TABLES[family]} WHERE customer_id = :customer ORDER BY id"
        return [row[0] for row in self._read.conn.execute(sql, {"customer": customer})]

    def history(self, family: Family, id_: int) -> list[Mapping[str, Any]]:
        """Return the change log of one of them; the row of a new one has no field."""
        asked = {"family": family, "id": id_}
        cursor = self._read.conn.execute(queries()["record_history"], asked)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def next(self, family: Family) -> int:
        """Return the number that the next new one gets; inside `writing()`."""
        sql = f"SELECT ifnull(max(id), 0) + 1 FROM {TABLES[family]}"
        return int(self._write.conn.execute(sql).fetchone()[0])

    def change(self, family: Family, edits: Iterable[Edit], stamp: Stamp) -> None:
        """Change fields, and log every one; a card's stage is its customer's field too."""
        listed = net(edits)
        with writing(self._write):
            for edit in listed:
                new = {name: pair[1] for name, pair in edit.fields.items()}
                if family == "opportunity" and "stage" in new:
                    new["stage_since"] = stamp.at
                sets = ", ".join(f"{quoted(name)} = :{name}" for name in new)
                sql = f"UPDATE {TABLES[family]} SET {sets} WHERE id = :number"
                self._write.conn.execute(sql, new | {"number": edit.id})
            log_changed(self._write, family, listed, stamp)
            if family == "opportunity":
                moved = [edit for edit in listed if "stage" in edit.fields]
                self._staged({edit.id: edit.fields["stage"] for edit in moved}, moved, stamp)

    def stages(self, edits: Iterable[Edit], stamp: Stamp) -> None:
        """Move cards, of customers by number: `pipeline.<id>` -> old and new stage."""
        sql = "SELECT id FROM opportunities WHERE customer_id = :customer AND pipeline = :pipeline"
        moved = []
        for edit in edits:
            for name, pair in edit.fields.items():
                asked = {"customer": edit.id, "pipeline": name.removeprefix(PIPELINE)}
                found = self._write.conn.execute(sql, asked).fetchone()
                moved.append(Edit(found[0], {"stage": pair}, edit.chain))
        if moved:
            self.change("opportunity", moved, stamp)

    def create(
        self,
        family: Family,
        rows: Iterable[Values],
        stamp: Stamp,
        chains: Sequence[Chain] | None = None,
    ) -> list[int]:
        """Add some, each with its `customer_id`, log it, and return their numbers."""
        listed = [_dated(family, row, stamp) for row in rows]
        whence = chains or [stamp.chain] * len(listed)
        with writing(self._write):
            ids = self._insert(family, listed)
            log_created(self._write, family, ids, stamp, whence)
            if family == "opportunity":
                edits = [Edit(id_, {}, chain) for id_, chain in zip(ids, whence, strict=True)]
                self._staged(dict.fromkeys(ids, (None, None)), edits, stamp)
        return list(ids)

    def _insert(self, family: Family, rows: Sequence[Values]) -> range:
        """Insert rows in bulk, those with the same columns together, and return their numbers."""
        first = self.next(family)
        ids = range(first, first + len(rows))
        alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for id_, row in zip(ids, rows, strict=True):
            alike.setdefault(tuple(row), []).append((id_, *row.values()))
        for names, values in alike.items():
            sql = insert_into(TABLES[family], ["id", *map(quoted, names)])
            self._write.conn.executemany(sql, values)
        return ids

    def _staged(self, old: Any, edits: Sequence[Edit], stamp: Stamp) -> None:
        """Log that customers came to a stage: it is their field, and an event of its own."""
        happened, edited = [], []
        for edit, customer, pipeline, stage in self._cards(edits):
            before = old[edit.id][0]
            edited.append(Edit(customer, {f"{PIPELINE}{pipeline}": (before, stage)}, edit.chain))
            data = {"pipeline": pipeline, "stage": stage, "old_stage": before}
            card = Happening("opportunity", edit.id, STAGE_CHANGED, data, edit.chain)
            happened += [card, card._replace(family="customer", id=customer)]
        self._customers.change(edited, stamp)
        if stamp.fires:
            log_happened(self._write, happened, stamp)

    def _cards(self, edits: Sequence[Edit]) -> Iterator[tuple[Edit, int, str, str]]:
        sql = "SELECT customer_id, pipeline, stage FROM opportunities WHERE id = :id"
        for edit in edits:
            yield edit, *self._write.conn.execute(sql, {"id": edit.id}).fetchone()


def _dated(family: Family, row: Values, stamp: Stamp) -> Values:
    dated = {"created_at": stamp.at} | dict(row)
    return {"stage_since": stamp.at} | dated if family == "opportunity" else dated
