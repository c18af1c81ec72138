"""Orders in SQLite; they are read as the transaction that is open has made them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

from sqlite_utils import Database

from cskh.model.folding import fold
from cskh.store.selling import Order
from cskh.store.sqlite.connection import writing
from cskh.store.sqlite.queries import queries


class SqliteOrders:
    """The orders of one project's store."""

    def __init__(self, write: Database) -> None:
        self._db = write

    def find(self, codes: Collection[str]) -> list[Order]:
        """Return the orders with some codes, which are folded."""
        return self._rows("orders_with_codes", codes=json.dumps(list(codes)))

    def every(self) -> list[Order]:
        """Return all orders, the oldest first."""
        return self._rows("orders")

    def of(self, customer: int) -> list[Order]:
        """Return a customer's orders, the oldest first."""
        return self._rows("orders_of", customer=customer)

    def _rows(self, name: str, **asked: Any) -> list[Order]:
        return [Order(*row) for row in self._db.conn.execute(queries()[name], asked).fetchall()]

    def write(self, orders: Iterable[Order], at: str) -> None:
        """Add the new orders and change the others."""
        new: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for order in orders:
            row = order._asdict() | {"code_key": fold(order.code), "at": at}
            (changed if order.id else new).append(row)
        with writing(self._db):
            self._db.conn.executemany(queries()["add_order"], new)
            self._db.conn.executemany(queries()["change_order"], changed)

    def opening(self, customer: int, have: str | None, cause: str) -> str | None:
        """Return a customer's last order as it was said to be, whatever orders made of it.

        `have` is what it is now, `cause` what the causes of the orders' changes begin with.
        """
        rows = self._db.conn.execute(queries()["changes_of_last_order"], {"id": customer})
        for old, new, by in rows.fetchall():
            if not by.startswith(cause):
                return _text(new)
            have = _text(old)
        return have


def _text(value: str | None) -> str | None:
    return None if value is None else json.loads(value)
