"""New customers in bulk: a batch becomes the rows of one INSERT.

This is the hot path of an import, so its statement is positional: sqlite3 looks every named
parameter up again for every row, which costs as much as the insert.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
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
_fold_few = lru_cache(maxsize=1024)(fold)


def insert_into(table: str, columns: Sequence[str]) -> str:
    """Return the statement that adds rows given as tuples in the order of `columns`."""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


class Batch:
    """Customers to be added, numbered from `first`; tags are not among their columns."""

    def __init__(self, rows: Sequence[Values], first: int, at: str, fields: Catalogue) -> None:
        names = dict.fromkeys(name for row in rows for name in row if name != "tags")
        self._custom = [name for name in names if name in fields and fields[name].custom]
        self._plain = [name for name in names if name not in {*UNSET, *self._custom, *_TIMES}]
        self._keys = [
            (name, _fold_few if name in _FEW else fold) for name in names if name in KEYED
        ]
        self._unset = [(name, zero) for name, zero in UNSET.items() if name in names]
        self._rows, self._first, self._at = rows, first, at

    @property
    def sql(self) -> str:
        """Return the INSERT for `rows`."""
        keys = [f"{name}_key" for name, _fold in self._keys]
        zeros = [name for name, _zero in self._unset]
        custom = ["fields", "fields_key"] if self._custom else []
        columns = ["id", *_TIMES, *self._plain, *keys, *zeros, *custom]
        return insert_into("customers", columns)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield each customer's columns."""
        at = self._at
        plain, keys, unset = self._plain, self._keys, self._unset
        for id_, row in enumerate(self._rows, self._first):
            get = row.get
            times = [get(name) or at for name in _TIMES]
            texts = [get(name) for name in plain]
            folded = [None if (text := get(name)) is None else fold_(text) for name, fold_ in keys]
            zeros = [get(name) or zero for name, zero in unset]
            yield (id_, *times, *texts, *folded, *zeros, *self._own(row))

    def _own(self, row: Values) -> tuple[str, ...]:
        """Return the custom fields and their folded texts as JSON."""
        if not self._custom:
            return ()
        own = {name: value for name in self._custom if (value := row.get(name)) is not None}
        if not own:
            return "{}", "{}"
        return json_of(own), json_of(folded_texts(own))


def folded_texts(own: Values) -> dict[str, str | None]:
    """Return custom fields as they are compared: texts folded, everything else cleared."""
    return {
        name: _fold_few(value) if isinstance(value, str) else None for name, value in own.items()
    }


# An encoder made once: json.dumps makes one each time.
_encode = json.JSONEncoder(ensure_ascii=False).encode


def json_of(value: Any) -> str:
    """Return JSON as the store keeps it, Vietnamese as it is."""
    return _encode(value)
