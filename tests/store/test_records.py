"""Tasks, tickets and cards in the store: their numbers, and what is remembered of each change."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cskh.model.catalogues import own_fields
from cskh.model.fields import Family
from cskh.store.sqlite import SqliteStore
from cskh.store.values import Edit
from tests.sample import SETTINGS, lead, stamp

NEW: dict[Family, dict[str, Any]] = {
    "task": {"content": "Gọi"},
    "ticket": {"title": "Đổi hàng"},
    "opportunity": {"pipeline": "ban-moi", "stage": "Báo giá"},
}


@pytest.fixture
def customers(store: SqliteStore) -> list[int]:
    return store.customers.create([lead("A"), lead("B")], stamp())


def told(store: SqliteStore, family: Family, id_: int) -> list[tuple[Any, ...]]:
    rows = store.records.history(family, id_)
    return [(row["field"], *(json.loads(row[side] or "null") for side in SIDES)) for row in rows]


SIDES = ("old", "new")


@pytest.mark.parametrize("family", NEW)
def test_the_next_number_is_the_one_that_the_next_new_one_gets(
    store: SqliteStore, customers: list[int], family: Family
) -> None:
    for customer in customers:
        with store.writing():
            expected = store.records.next(family)
            row = {"customer_id": customer, **NEW[family]}
            assert store.records.create(family, [row], stamp()) == [expected]
    assert store.records.next(family) == 3


@pytest.mark.parametrize("family", NEW)
def test_each_has_a_history_of_its_own(
    store: SqliteStore, customers: list[int], family: Family
) -> None:
    for other, new in NEW.items():
        for customer in customers:
            store.records.create(other, [{"customer_id": customer, **new}], stamp())
    last = {"task": "done", "ticket": "resolved", "opportunity": "won"}[family]
    store.records.change(family, [Edit(2, {"status": ("open", last)})], stamp(cause="cli"))
    assert told(store, family, 1) == [(None, None, None)]
    assert told(store, family, 2) == [(None, None, None), ("status", "open", last)]
    first, second = store.records.history(family, 2)
    assert (first["cause"], second["cause"], second["actor"]) == ("test", "cli", "lan")
    assert told(store, family, 3) == []


def test_the_log_tells_instants_and_truths_as_they_are_stored(
    store: SqliteStore, customers: list[int]
) -> None:
    store.records.create("ticket", [{"customer_id": customers[0], "title": "x"}], stamp())
    at = "2026-12-01T03:00:00Z"
    changed = {"resolved_at": (None, at), "on_time": (None, True)}
    store.records.change("ticket", [Edit(1, changed)], stamp())
    assert told(store, "ticket", 1)[1:] == [("resolved_at", None, at), ("on_time", None, True)]
    fields = {field.name: field for field in own_fields(SETTINGS, "ticket")}
    found = store.records.read("ticket", 1, ["on_time", "resolved_at"], fields)
    assert found is not None
    assert found.values == {"on_time": True, "resolved_at": at}
