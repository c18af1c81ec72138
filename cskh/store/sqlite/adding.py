"""New rows in bulk: a batch of customers becomes columns, and these a few long statements.

This is the hot path of an import. Statements are positional, as sqlite3 looks every named
parameter up again for every row; and they add many rows at once, as SQLite makes up the lists of
the CHECKs anew for every statement. Either costs as much as the rows themselves.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain, repeat
from typing import Any

from cskh.model.fields import Catalogue
from cskh.model.folding import fold
from cskh.store.sqlite.dialect import KEYED
from cskh.store.values import Values

# What a customer has who was given nothing else, where the column can't be NULL.
UNSET = {"automatic_pid": 0, "revenue": 0, "order_count": 0, "pinned": 0}
# When it was added, unless a customer brings times of his own.
_TIMES = ("created_at", "updated_at")
# Of these a project has few values, of the other texts every customer his own.
_FEW = frozenset({"province", "status", "source", "industry", "channel", "assignee"})
# Rows a statement. Within a savepoint SQLite walks through what it noted after every one.
_TOGETHER = (400, 20, 1)
fold_few = lru_cache(maxsize=1024)(fold)


def insert_into(table: str, columns: Sequence[str], count: int = 1) -> str:
    """Return the statement that adds `count` rows, given one after another, by `columns`."""
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join(repeat(row, count))}"


def insert(
    connection: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    otherwise: str = "",
) -> None:
    """Add rows in order; `otherwise` is what the statement says about conflicts."""
    start = 0
    for size in _TOGETHER:
        places = range(start, len(rows) - size + 1, size)
        if places:
            groups = (tuple(chain.from_iterable(rows[at : at + size])) for at in places)
            connection.executemany(f"{insert_into(table, columns, size)} {otherwise}", groups)
            start = places[-1] + size


def customer_columns(
    rows: Sequence[Values], ids: range, at: str, fields: Catalogue
) -> Mapping[str, Sequence[Any]]:
    """Return the columns of new customers by name; tags are not among them."""
    names = dict.fromkeys(chain.from_iterable(rows))
    own = [name for name in names if name in fields and fields[name].custom]
    columns: dict[str, Sequence[Any]] = {"id": ids, **dict.fromkeys(_TIMES, [at] * len(ids))}
    # In order: the same names are the same statement, which is made once.
    for name in sorted(names.keys() - {"tags", *own}):
        columns |= _columns(name, [row.get(name) for row in rows], at)
    return {**columns, **(_own(own, rows) if own else {})}


def _columns(name: str, values: list[Any], at: str) -> Mapping[str, Sequence[Any]]:
    """Return a column, with the one of folded texts that stands beside it."""
    if name in _TIMES or name in UNSET:
        unset = UNSET.get(name, at)
        return {name: [value or unset for value in values]}
    if name not in KEYED:
        return {name: values}
    folded = fold_few if name in _FEW else fold
    return {name: values, f"{name}_key": [text and folded(text) for text in values]}


def _own(names: Sequence[str], rows: Sequence[Values]) -> Mapping[str, Sequence[Any]]:
    """Return the columns of custom fields and of their folded texts, as JSON."""
    owns = [{name: value for name in names if (value := row.get(name)) is not None} for row in rows]
    return {
        "fields": [json_of(own) if own else "{}" for own in owns],
        "fields_key": [json_of(folded_texts(own)) if own else "{}" for own in owns],
    }


def folded_texts(own: Values) -> dict[str, str | None]:
    """Return custom fields as they are compared: texts folded, everything else cleared."""
    return {
        name: fold_few(value) if isinstance(value, str) else None for name, value in own.items()
    }


# An encoder made once: json.dumps makes one each time.
_encode = json.JSONEncoder(ensure_ascii=False).encode


def json_of(value: Any) -> str:
    """Return JSON as the store keeps it, Vietnamese as it is."""
    return _encode(value)
