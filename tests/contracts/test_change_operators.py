"""What an update changed: the SQL and the Python meaning of `changed…` agree on random changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cskh.model.conditions import AllOf, AnyOf, Condition
from cskh.model.conditions import Test as Leaf
from cskh.model.fields import CUSTOMER_KINDS, Kind
from cskh.rules.change_operators import CHANGES
from cskh.rules.meaning import holds
from cskh.rules.operators import OPERATORS
from cskh.rules.query import Heard, Query
from cskh.rules.sql import statement
from cskh.store.sqlite import SqliteStore, open_store
from cskh.store.values import Edit
from tests.sample import FIELDS, at, lead, stamp

NOON = at("2026-12-01T12:00")
WORDS = ["Mới", "mới", "MOI", "Quan tâm", "Huế", "hue"]
VALUES: Mapping[Kind, list[Any]] = {
    Kind.TEXT: [None, *WORDS],
    Kind.CHOICE: [None, *WORDS],
    Kind.NUMBER: [None, 0, 1, 2.5],
    Kind.MONEY: [0, 1, 3_000_000],
    Kind.DATE: [None, "2026-12-01", "2026-12-02", "1990-05-03"],
    Kind.DATETIME: [None, "2026-12-01T04:00:00Z", "2026-11-30T17:00:00Z", "2026-12-01T16:59:59Z"],
    Kind.BOOLEAN: [False, True],
    Kind.TAGS: [(), ("VIP",), ("vip", "Nhãn 2"), ("Nhãn 2",)],
}
NAMES = ["name", "status", "revenue", "birthday", "last_order_at", "pinned", "tags",
         "hang_the", "so_con", "ngay_ky", "hen_goi", "dong_y"]  # fmt: skip
OF_KIND = {**VALUES, Kind.BOOLEAN: [None, False, True]}


def values(name: str) -> list[Any]:
    return (OF_KIND if FIELDS[name].custom else VALUES)[FIELDS[name].kind]


def wanted(name: str) -> st.SearchStrategy[Any]:
    kind = FIELDS[name].kind
    plain = {
        Kind.DATE: ["today", "2026-12-02", "1990-05-03"],
        Kind.DATETIME: ["today", "2026-11-30", "2026-12-01 11:00"],
        Kind.TAGS: ["VIP", "Nhãn 2", "khác"],
    }
    return st.sampled_from(plain.get(kind, [each for each in values(name) if each is not None]))


@st.composite
def leaves(draw: st.DrawFn) -> Leaf:
    name = draw(st.sampled_from(NAMES))
    operator = draw(st.sampled_from(["changed", "changed_to", "changed_from"]))
    raw = draw(st.booleans() if operator == "changed" else wanted(name))
    is_text = FIELDS[name].kind in (Kind.TEXT, Kind.CHOICE) and operator != "changed"
    marks = draw(st.booleans()) if is_text else True
    return Leaf(name, operator, OPERATORS[operator].parse(FIELDS[name].kind, raw), marks)


@st.composite
def edits(draw: st.DrawFn) -> Mapping[str, tuple[Any, Any]]:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    pair = {name: st.tuples(*(st.sampled_from(values(name)),) * 2) for name in names}
    made = draw(st.fixed_dictionaries(pair))
    return {name: (old, new) for name, (old, new) in made.items() if old != new}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("changes") / "cskh.db"


@pytest.fixture(scope="module")
def opened(path: Path) -> Iterator[SqliteStore]:
    with open_store(path, FIELDS, "here:1:1") as store:
        yield store


def answering(store: SqliteStore, condition: Condition) -> set[int]:
    """Return the events that the compiled SQL answers."""
    asked = Query(
        workflow="w",
        occasion="event:1",
        kinds=CUSTOMER_KINDS,
        condition=condition,
        fields=("pid",),
        clock=NOON,
        heard=Heard(kinds=("updated",), after=0, upto=store.events.last()),
    )
    found = store.customers.matching(statement(asked, FIELDS, store.dialect), asked.fields)
    return {customer.event_id or 0 for customer in found}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(changes=st.lists(edits(), min_size=1, max_size=4), tests=st.lists(leaves(), min_size=1))
def test_sql_answers_the_updates_for_which_the_condition_holds(
    opened: SqliteStore,
    path: Path,
    changes: list[Mapping[str, tuple[Any, Any]]],
    tests: list[Leaf],
) -> None:
    db = sqlite3.connect(path)
    db.executescript("DELETE FROM tags; DELETE FROM changes; DELETE FROM events;"
                     "DELETE FROM customers")  # fmt: skip
    db.close()
    quiet = replace(stamp(), fires=False)
    people = [
        lead(f"A{n}", **{name: old for name, (old, _new) in edit.items()})
        for n, edit in enumerate(changes)
    ]
    ids = opened.customers.create(people, quiet)
    opened.customers.change(map(Edit, ids, changes), stamp())
    heard = [edit for edit in changes if edit]
    for condition in (*tests, AllOf(tuple(tests)), AnyOf(tuple(tests))):
        meant = {
            number
            for number, edit in enumerate(heard, 1)
            if holds(condition, {CHANGES: edit}, FIELDS, NOON)
        }
        assert answering(opened, condition) == meant, condition


def test_a_tag_is_changed_to_when_it_comes_and_from_when_it_goes() -> None:
    def so(operator: str, old: tuple[str, ...], new: tuple[str, ...]) -> bool:
        values = {CHANGES: {"tags": (old, new)}}
        return holds(Leaf("tags", operator, "vip"), values, FIELDS, NOON)

    assert so("changed_to", (), ("VIP",)) and not so("changed_to", ("VIP",), ("VIP", "Mới"))
    assert so("changed_from", ("VIP",), ()) and not so("changed_from", ("VIP",), ("VIP", "Mới"))


def test_what_did_not_change_was_changed_to_nothing() -> None:
    leaf = Leaf("status", "changed_to", "Mới")
    assert not holds(leaf, {"status": "Mới"}, FIELDS, NOON)
    assert holds(Leaf("status", "changed", False), {"status": "Mới"}, FIELDS, NOON)
