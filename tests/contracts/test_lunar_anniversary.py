"""`lunar_anniversary` in SQL and in Python: the same people, on random birthdays and days."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cskh.model.clock import Clock
from cskh.model.conditions import AllOf
from cskh.model.conditions import Test as Leaf
from cskh.rules.lunar import lunar_of
from cskh.rules.meaning import holds
from cskh.rules.operators import OPERATORS
from cskh.store.sqlite import SqliteStore, open_store
from tests.contracts.test_operators import empty, select
from tests.sample import FIELDS, HANOI, lead, stamp

WINDOWS = ["today", "in 1 day", "in 3 days", "this week", "this month"]
READ = ("birthday", "lunar_birthday", "ngay_ky")
OPERATOR = OPERATORS["lunar_anniversary"]


def solar(day: dt.date) -> st.SearchStrategy[dt.date]:
    """Return past days around a day's lunar one, which comes back after 235 moons, and others."""
    again = st.builds(
        lambda cycles, days: day - dt.timedelta(days=round(cycles * 6939.6885) + days),
        st.integers(0, 5),
        st.sampled_from([0, 0, 0, 1, -1, 29, 30]),
    )
    return again | again | st.dates(dt.date(1900, 1, 1), dt.date(2026, 12, 31))


def lunar(day: dt.date) -> st.SearchStrategy[str]:
    """Return what a lunar birthday is stored as, mostly about a day."""
    known = lunar_of(day)
    month = known.month if known else 12
    days = st.sampled_from([known.day if known else 30, 29, 30]) | st.integers(1, 30)
    month_day = st.builds("{:02}-{:02}".format, st.sampled_from([month, month, 12]), days)
    return st.just("1990") | month_day.map("1990-{}".format) | month_day.map("--{}".format)


@st.composite
def people(draw: st.DrawFn, window: Sequence[dt.date]) -> dict[str, Any]:
    day = draw(st.sampled_from(window))
    whole = solar(day).map(str)
    return {
        "birthday": draw(whole | whole | st.sampled_from([None, "1990", f"--{day:%m-%d}"])),
        "lunar_birthday": draw(st.none() | lunar(day)),
        "ngay_ky": draw(st.none() | whole | whole | st.dates(dt.date(2090, 1, 1)).map(str)),
    }


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lunar") / "cskh.db"


@pytest.fixture(scope="module")
def opened(path: Path) -> Iterator[SqliteStore]:
    with open_store(path, FIELDS, "here:1:1") as store:
        yield store


@pytest.fixture(scope="module")
def bare(opened: SqliteStore, path: Path) -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(path)
    yield db
    db.close()


# The eve of Tết, leap months, Tết, the turn of the year, and the calendar's end.
TURNS = ["2026-02-16", "2025-07-25", "2033-12-22", "2030-02-02", "2026-12-30", "2100-12-31"]
TODAY = st.dates(dt.date(2000, 1, 1), dt.date(2040, 12, 31)) | st.sampled_from(TURNS).map(
    dt.date.fromisoformat
)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(data=st.data(), today=TODAY, raw=st.sampled_from(WINDOWS))
@pytest.mark.parametrize("field", ["birthday", "ngay_ky"])
def test_sql_selects_those_whose_lunar_anniversary_it_is(
    opened: SqliteStore,
    bare: sqlite3.Connection,
    field: str,
    data: st.DataObject,
    today: dt.date,
    raw: str,
) -> None:
    clock = Clock.at(dt.datetime.combine(today, dt.time(10)), HANOI)
    want = OPERATOR.parse(FIELDS[field].kind, raw)
    listed = data.draw(st.lists(people(want.dates(today)), min_size=4, max_size=12))
    empty(bare)
    opened.customers.create([lead(f"A{n}", **has) for n, has in enumerate(listed)], stamp())
    condition = Leaf(field, OPERATOR.name, want)
    everybody = select(opened, AllOf(), clock, READ)
    meant = {id_ for id_, has in everybody.items() if holds(condition, has, FIELDS, clock)}
    assert select(opened, condition, clock).keys() == meant
