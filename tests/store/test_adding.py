"""New rows in bulk: however many go into one statement, each arrives, in its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cskh.store.sqlite import SqliteStore
from cskh.store.sqlite.adding import insert
from cskh.store.values import Edit
from tests.sample import lead, stamp
from tests.store.worlds import rows

SOME = [0, 1, 19, 20, 21, 399, 400, 401, 419, 420, 421, 800, 1233]


@pytest.fixture
def path(store: SqliteStore, tmp_path: Path) -> Path:
    return tmp_path / "cskh.db"


def many(count: int) -> list[dict[str, Any]]:
    return [
        lead(f"KH{number}", name=f"Số {number}", tags=("VIP",) * (number % 2))
        for number in range(count)
    ]


@pytest.mark.parametrize("count", SOME)
def test_rows_arrive_in_order_whatever_their_number(count: int) -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)")
    wanted: Sequence[tuple[Any, ...]] = [(number, f"{number}") for number in range(count)]
    insert(db, "t", ("a", "b"), wanted)
    assert db.execute("SELECT a, b FROM t ORDER BY id").fetchall() == wanted


@pytest.mark.parametrize("count", SOME)
def test_every_new_customer_has_his_fields_tags_and_log(
    store: SqliteStore, path: Path, count: int
) -> None:
    assert store.customers.create(many(count), stamp()) == list(range(1, count + 1))
    found = rows(path, "SELECT id, pid, name, name_key FROM customers ORDER BY id")
    assert found == [(n + 1, f"KH{n}", f"Số {n}", f"số {n}") for n in range(count)]
    tagged = rows(path, "SELECT customer_id, key, tag FROM tags ORDER BY customer_id")
    assert tagged == [(n + 1, "vip", "VIP") for n in range(1, count, 2)]
    logged = rows(path, "SELECT object_id FROM changes WHERE field IS NULL ORDER BY id")
    assert logged == [(n + 1,) for n in range(count)]


def test_each_new_customer_is_an_event_of_his_own(store: SqliteStore, path: Path) -> None:
    store.customers.create(many(2), stamp())
    store.customers.change([Edit(1, {"name": ("Số 0", "An")})], stamp())
    store.customers.create([lead("X"), lead("Y")], stamp())
    found = rows(path, "SELECT event_id, object_id, field FROM changes ORDER BY id")
    assert found == [(1, 1, None), (2, 2, None), (3, 1, "name"), (4, 3, None), (5, 4, None)]


def test_one_row_among_many_that_cannot_be_stored_leaves_none_of_them(
    store: SqliteStore, path: Path
) -> None:
    people = many(500)
    people[450]["gender"] = "?"
    with pytest.raises(sqlite3.IntegrityError):
        store.customers.create(people, stamp())
    for table in ("customers", "tags", "changes", "events"):
        assert rows(path, f"SELECT count(*) FROM {table}") == [(0,)]
