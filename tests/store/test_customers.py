"""The one door: what is written, what is logged, and how it is read again."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from cskh.store.sqlite import SqliteStore
from tests.sample import lead, stamp
from tests.store.worlds import read, rows

NFD_HUE = "Hue\u0302\u0301"


@pytest.fixture
def path(store: SqliteStore, tmp_path: Path) -> Path:
    return tmp_path / "cskh.db"


def create(store: SqliteStore, **values: Any) -> int:
    (id_,) = store.customers.create([lead("A", **values)], stamp())
    return id_


def change(store: SqliteStore, id_: int, **pairs: tuple[Any, Any]) -> None:
    store.customers.change([(id_, pairs)], stamp("2026-12-02T03:00:00Z"))


def log(path: Path) -> list[tuple[Any, ...]]:
    found = rows(path, "SELECT field, old, new FROM changes ORDER BY id")
    return [(name, *(value and json.loads(value) for value in pair)) for name, *pair in found]


def test_customers_are_numbered_as_they_come(store: SqliteStore) -> None:
    assert store.customers.create([lead("A"), lead("B")], stamp()) == [1, 2]
    assert store.customers.create([], stamp()) == []
    assert store.customers.create([lead("C")], stamp()) == [3]


def test_a_new_customer_is_logged_once_with_cause_actor_and_time(
    store: SqliteStore, path: Path
) -> None:
    create(store, name="An", tags=("VIP",), hang_the="Vàng")
    found = rows(path, "SELECT object, object_id, field, old, new, cause, actor, at FROM changes")
    same = (None, None, None, "test", "lan", "2026-12-01T03:00:00Z")
    assert found == [("customer", 1, *same)]


def test_what_a_new_customer_is_not_given_is_not_set(store: SqliteStore) -> None:
    create(store, name=None, revenue=None, hang_the=None, tags=None)
    wanted = {"name": None, "revenue": 0, "order_count": 0, "pinned": False, "hang_the": None,
              "tags": (), "age": None, "account": None, "created_at": "2026-12-01T03:00:00Z",
              "updated_at": "2026-12-01T03:00:00Z"}  # fmt: skip
    assert read(store, *wanted) == [wanted]


def test_a_customer_may_bring_the_time_at_which_it_was_made(store: SqliteStore) -> None:
    create(store, created_at="2020-01-01T00:00:00Z")
    (found,) = read(store, "created_at", "updated_at")
    assert found == {"created_at": "2020-01-01T00:00:00Z", "updated_at": "2026-12-01T03:00:00Z"}


CUSTOM = {
    "so_thich": NFD_HUE,
    "so_con": 2.5,
    "han_muc": 3_000_000,
    "ngay_ky": "2026-12-31",
    "hen_goi": "2026-12-01T03:00:00Z",
    "dong_y": False,
    "hang_the": "Vàng",
}


def test_values_of_every_kind_are_read_as_they_were_written(store: SqliteStore) -> None:
    create(store, **CUSTOM, pinned=True, birthday="--02-29", tags=("b", "a"))
    (found,) = read(store, *CUSTOM, "pinned", "birthday", "tags")
    assert found == {**CUSTOM, "pinned": True, "birthday": "--02-29", "tags": ("a", "b")}
    assert type(found["dong_y"]) is type(found["pinned"]) is bool


def test_texts_have_a_folded_one_beside_them(store: SqliteStore, path: Path) -> None:
    create(store, name=f"NGUYỄN {NFD_HUE}", status="MỚI", so_thich="HUẾ", so_con=1)
    found = rows(path, "SELECT name, name_key, status_key, pid_key, email_key FROM customers")
    assert found == [(f"NGUYỄN {NFD_HUE}", "nguyễn huế", "mới", "a", None)]
    ((key,),) = rows(path, "SELECT fields_key FROM customers")
    assert {name: text for name, text in json.loads(key).items() if text} == {"so_thich": "huế"}


def test_two_customers_cant_have_one_code_whatever_its_case(store: SqliteStore) -> None:
    create(store)
    with pytest.raises(sqlite3.IntegrityError, match=r"customers\.pid_key"):
        store.customers.create([lead("a")], stamp())
    assert read(store, "pid") == [{"pid": "A"}]


def test_a_change_is_written_folded_and_logged_once(store: SqliteStore, path: Path) -> None:
    id_ = create(store, name="An", status="Mới", note="cũ")
    change(store, id_, name=("An", "BÌNH"), note=("cũ", None))
    (found,) = read(store, "name", "status", "note", "updated_at")
    assert found == {"name": "BÌNH", "status": "Mới", "note": None,
                     "updated_at": "2026-12-02T03:00:00Z"}  # fmt: skip
    assert rows(path, "SELECT name_key, note_key FROM customers") == [("bình", None)]
    assert log(path)[1:] == [("name", "An", "BÌNH"), ("note", "cũ", None)]


@pytest.mark.parametrize(
    "pairs",
    [{}, {"status": ("Mới", "Mới")}, {"tags": (("VIP",), ("VIP",))}, {"so_con": (2, 2)}],
)
def test_what_is_so_already_is_neither_written_nor_logged(
    pairs: dict[str, Any], store: SqliteStore, path: Path
) -> None:
    id_ = create(store, status="Mới", tags=("VIP",), so_con=2)
    change(store, id_, **pairs)
    assert read(store, "updated_at") == [{"updated_at": "2026-12-01T03:00:00Z"}]
    assert len(log(path)) == 1


def test_of_two_changes_of_a_field_the_last_one_stays_and_one_is_logged(
    store: SqliteStore, path: Path
) -> None:
    one, other = store.customers.create([lead("A", status="a"), lead("B", status="a")], stamp())
    store.customers.change(
        [
            (one, {"status": ("a", "b")}),
            (other, {"status": ("a", "b"), "note": (None, "x")}),
            (one, {"status": ("b", "c"), "note": (None, "x")}),
            (other, {"status": ("b", "c")}),
        ],
        stamp(),
    )
    assert read(store, "status", "note") == [{"status": "c", "note": "x"}] * 2
    assert sorted(log(path)[2:]) == [("note", None, "x")] * 2 + [("status", "a", "c")] * 2


def test_there_and_back_again_is_no_change(store: SqliteStore, path: Path) -> None:
    id_ = create(store, status="a")
    store.customers.change([(id_, {"status": ("a", "b")}), (id_, {"status": ("b", "a")})], stamp())
    assert len(log(path)) == 1


def test_custom_fields_are_set_and_cleared_one_by_one(store: SqliteStore, path: Path) -> None:
    id_ = create(store, hang_the="Vàng", so_con=2)
    change(store, id_, hang_the=("Vàng", None), so_thich=(None, "Bơi"), dong_y=(None, True))
    wanted = {"hang_the": None, "so_thich": "Bơi", "dong_y": True, "so_con": 2}
    assert read(store, *wanted) == [wanted]
    ((stored, keys),) = rows(path, "SELECT fields, fields_key FROM customers")
    assert json.loads(stored) == {"so_thich": "Bơi", "dong_y": True, "so_con": 2}
    assert json.loads(keys)["so_thich"] == "bơi"
    assert "hang_the" not in json.loads(keys)


def test_tags_are_added_and_removed_and_known_by_their_folded_names(
    store: SqliteStore, path: Path
) -> None:
    id_ = create(store, tags=("Khách sỉ", "VIP", "vip"))
    assert read(store, "tags") == [{"tags": ("Khách sỉ", "VIP")}]
    change(store, id_, tags=(("Khách sỉ", "VIP"), ("Mới", "VIP")))
    assert read(store, "tags") == [{"tags": ("Mới", "VIP")}]
    assert rows(path, "SELECT key FROM tags ORDER BY key") == [("mới",), ("vip",)]
    assert log(path)[-1] == ("tags", ["Khách sỉ", "VIP"], ["Mới", "VIP"])


def test_a_tag_that_is_written_otherwise_is_written_otherwise(store: SqliteStore) -> None:
    id_ = create(store, tags=("vip",))
    change(store, id_, tags=(("vip",), ("VIP",)))
    assert read(store, "tags") == [{"tags": ("VIP",)}]


def test_what_cant_be_unset_goes_back_to_nothing(store: SqliteStore) -> None:
    id_ = create(store, revenue=5, pinned=True)
    change(store, id_, revenue=(5, None), pinned=(True, None))
    assert read(store, "revenue", "pinned") == [{"revenue": 0, "pinned": False}]


def test_customers_are_counted_by_kind(store: SqliteStore) -> None:
    store.customers.create([lead("A"), lead("B"), {**lead("C"), "kind": "account"}], stamp())
    assert store.customers.count(["lead"]) == 2
    assert store.customers.count(["lead", "account"]) == 3
    assert store.customers.count(["contact"]) == 0


def test_a_customer_is_found_by_code_before_those_who_have_it_as_a_phone(
    store: SqliteStore,
) -> None:
    store.customers.create(
        [lead("KH1", phone="0900000101"), lead("KH2", phone="0900000101"),
         lead("0900000102"), lead("KH4", phone="0900000102")],
        stamp(),
    )  # fmt: skip
    assert store.customers.find(" kh1 ") == [(1, "KH1")]
    assert store.customers.find("0900000101") == [(1, "KH1"), (2, "KH2")]
    assert store.customers.find("0900000102") == [(3, "0900000102")]
    assert store.customers.find("nobody") == []


def test_many_customers_are_read_by_number_and_not_held_at_once(store: SqliteStore) -> None:
    store.customers.create((lead(f"KH{n:04}") for n in range(2500)), stamp())
    assert [row["pid"] for row in read(store, "pid")] == [f"KH{n:04}" for n in range(2500)]
