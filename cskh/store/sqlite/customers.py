"""Customers in SQLite: reading what a rule selects, and the one door through which they change."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from cskh.model.acting import Customer
from cskh.model.fields import PIPELINE, Catalogue, Kind
from cskh.model.folding import fold
from cskh.rules.sql import Statement
from cskh.store.sqlite.adding import (
    UNSET,
    customer_columns,
    fold_few,
    folded_texts,
    insert,
    json_of,
)
from cskh.store.sqlite.connection import writing
from cskh.store.sqlite.converting import with_accounts
from cskh.store.sqlite.dialect import KEYED, NUMBERS, SqliteDialect
from cskh.store.sqlite.log import log_changed, log_created, net
from cskh.store.sqlite.queries import queries
from cskh.store.values import Changed, Edit, Stamp, Values

_AT_ONCE = 1000


class SqliteCustomers:
    """The customers of one project's store."""

    def __init__(self, read: Database, write: Database, fields: Catalogue) -> None:
        self._read = read
        self._write = write
        self._fields = fields

    def matching(
        self, statement: Statement, fields: Sequence[str], readable: Catalogue | None = None
    ) -> Iterator[Customer]:
        """Yield the customers of all that a statement selects, without holding them all."""
        read = reader(fields, self._fields if readable is None else readable, NUMBERS)
        cursor = self._read.conn.execute(statement.sql, statement.parameters)
        while rows := cursor.fetchmany(_AT_ONCE):
            for row in rows:
                id_, object_id, event_id, chain, at = row[:NUMBERS]
                whence = tuple(json.loads(chain)) if chain else ()
                yield Customer(id_, read(row), object_id, event_id, whence, at)

    def total(self, statement: Statement) -> int:
        """Count what a statement selects, without reading it."""
        sql = f"SELECT count(*) FROM ({statement.sql})"
        return int(self._read.conn.execute(sql, statement.parameters).fetchone()[0])

    def read(self, id_: int, fields: Sequence[str]) -> Customer:
        """Return one customer by number."""
        columns = ["c.id", *(SqliteDialect().selected(name, self._fields) for name in fields)]
        sql = f"SELECT {', '.join(columns)} FROM customers c WHERE c.id = :id"
        row = self._read.conn.execute(sql, {"id": id_}).fetchone()
        return Customer(id_, reader(fields, self._fields, 1)(row))

    def count(self, kinds: Sequence[str]) -> int:
        """Count the customers of some kinds."""
        parameters = {"kinds": json.dumps(list(kinds))}
        found = self._read.conn.execute(queries()["count_customers"], parameters).fetchone()
        return int(found[0])

    def find(self, pid_or_phone: str) -> list[tuple[int, str]]:
        """Return number and code of the customer with a code, else of those with a phone."""
        wanted = {"key": fold(pid_or_phone.strip()), "phone": pid_or_phone.strip()}
        return list(self._read.conn.execute(queries()["find_customer"], wanted).fetchall())

    def history(self, id_: int) -> list[Mapping[str, Any]]:
        """Return a customer's change log: `at`, `actor`, `cause`, `field`, `old` and `new` as JSON.

        The row of a new customer has no field.
        """
        cursor = self._read.conn.execute(queries()["customer_history"], {"id": id_})
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def change(self, edits: Iterable[Edit], stamp: Stamp) -> None:
        """Change fields of customers, and log every one.

        `account` is the code of one, or the Company whose account is made if it has none.
        """
        with writing(self._write):
            listed = list(with_accounts(self._write, net(edits), stamp, self.create))
            by_names: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
            for id_, changed, _chain in listed:
                columns = self._columns({name: pair[1] for name, pair in changed.items()})
                by_names[tuple(columns)].append(columns | {"id": id_, "updated_at": stamp.at})
            for names, rows in by_names.items():
                self._write.conn.executemany(_update(names), rows)
            self._retag((id_, changed) for id_, changed, _chain in listed)
            log_changed(self._write, "customer", listed, stamp)

    def create(self, rows: Iterable[Values], stamp: Stamp) -> list[int]:
        """Add customers, log it, and return their numbers; `account` is the code of one."""
        listed = [self._linked(row) if "account" in row else row for row in rows]
        with writing(self._write):
            first = self._write.conn.execute(queries()["next_customer"]).fetchone()[0]
            ids = range(first, first + len(listed))
            columns = customer_columns(listed, ids, stamp.at, self._fields)
            made = list(zip(*columns.values(), strict=True))
            insert(self._write.conn, "customers", list(columns), made)
            self._tag(zip(ids, (row.get("tags") or () for row in listed), strict=True))
            log_created(self._write, "customer", ids, stamp)
        return list(ids)

    def _columns(self, values: Values) -> dict[str, Any]:
        """Return what is written into which column: texts with their folded ones beside them."""
        columns: dict[str, Any] = {}
        custom = {name: value for name, value in values.items() if self._is_custom(name)}
        for name, value in self._linked(values).items():
            if name == "tags" or name in custom or name.startswith(PIPELINE):
                continue
            columns[name] = UNSET.get(name) if value is None else value
            if name in KEYED:
                columns[f"{name}_key"] = None if value is None else fold(value)
        if custom:
            columns["fields"] = json_of(custom)
            columns["fields_key"] = json_of(folded_texts(custom))
        return columns

    def _linked(self, values: Values) -> Values:
        """Return values with an account's number in place of its code."""
        if "account" not in values:
            return values
        pid = values["account"]
        key = {"key": None if pid is None else fold(pid)}
        found = self._write.conn.execute(queries()["account_number"], key).fetchone()
        linked = {name: value for name, value in values.items() if name != "account"}
        return linked | {"account_id": found and found[0]}

    def _is_custom(self, name: str) -> bool:
        return name in self._fields and self._fields[name].custom

    def _retag(self, changes: Iterable[tuple[int, Changed]]) -> None:
        pairs = [(id_, *changed["tags"]) for id_, changed in changes if "tags" in changed]
        removed = [
            {"customer_id": id_, "key": fold(tag)}
            for id_, old, new in pairs
            for tag in old
            if tag not in new
        ]
        self._write.conn.executemany(queries()["remove_tag"], removed)
        self._tag((id_, new) for id_, _old, new in pairs)

    def _tag(self, tagged: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Add tags; one that is there already stays as it was first written."""
        rows = [(id_, fold_few(tag), tag) for id_, tags in tagged for tag in tags]
        kept = "ON CONFLICT (customer_id, key) DO NOTHING"
        insert(self._write.conn, "tags", ("customer_id", "key", "tag"), rows, kept)


def _update(columns: Sequence[str]) -> str:
    # json_patch removes the names whose new value is null.
    sets = [
        f"{name} = json_patch({name}, :{name})"
        if name in ("fields", "fields_key")
        else f"{name} = :{name}"
        for name in (*columns, "updated_at")
    ]
    return f"UPDATE customers SET {', '.join(sets)} WHERE id = :id"


def reader(
    names: Sequence[str], fields: Catalogue, skipped: int = 0
) -> Callable[[Sequence[Any]], dict[str, Any]]:
    """Return how a row becomes values by name; its first columns may be numbers."""
    odd = [(name, _CONVERTERS[fields[name].kind]) for name in names if _is_odd(name, fields)]

    def read(row: Sequence[Any]) -> dict[str, Any]:
        values = dict(zip(names, row[skipped:], strict=True))
        for name, convert in odd:
            values[name] = convert(values[name])
        return values

    return read


def _is_odd(name: str, fields: Catalogue) -> bool:
    return name in fields and fields[name].kind in _CONVERTERS


def _tags(text: str) -> tuple[str, ...]:
    return tuple(sorted(json.loads(text)))


def _boolean(value: int | None) -> bool | None:
    return None if value is None else bool(value)


_CONVERTERS: Mapping[Kind, Callable[[Any], Any]] = {Kind.TAGS: _tags, Kind.BOOLEAN: _boolean}
