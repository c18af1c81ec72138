"""Every operator's SQL and its Python meaning agree: on random customers, conditions and clocks."""

from __future__ import annotations

import datetime as dt
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import or_
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cskh.model.clock import Clock, from_text, to_text
from cskh.model.conditions import AllOf, AnyOf, Condition
from cskh.model.conditions import Test as Leaf
from cskh.model.fields import CUSTOMER_KINDS, Field, Kind
from cskh.model.folding import fold, unmark
from cskh.rules.change_operators import NAMES as CHANGE_OPERATORS
from cskh.rules.meaning import holds, value_of
from cskh.rules.operators import OPERATORS, applying_to, sentence
from cskh.rules.query import Query
from cskh.rules.row import Operator
from cskh.rules.sql import statement
from cskh.rules.values import DATES, NUMBERS, TEXTS, Shape
from cskh.store.sqlite import SqliteStore, open_store
from tests.sample import FIELDS, SETTINGS, stamp

Strategy = st.SearchStrategy
Values = Mapping[str, Any]

# Leap days, month and year ends, weeks that belong to another year, days on which clocks change.
TURNS = [
    *("2023-02-28", "2024-02-28", "2024-02-29", "2024-03-01", "2026-02-28", "2026-03-31"),
    *("2020-12-28", "2021-01-03", "2026-12-31", "2027-01-01", "2026-03-08", "2026-11-01"),
    *("2024-04-26", "2024-10-31"),
]
TIMES = ["00:00:00", "00:00:01", "01:30:00", "06:59:59", "10:00:00", "23:59:59"]
# In Cairo clocks change at midnight.
ZONES = [ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("America/New_York"), ZoneInfo("Africa/Cairo")]
DAYS_AWAY = [0, 1, 2, 3, 7, 15, 28, 30, 31, 59, 365, 366, 9000]
SECONDS_AWAY = [0, 0, 1, -1, 3600, -3600, 3601, -7200, 86_399]

WORDS = ["Huế", "Đà Nẵng", "Nguyễn Thị Ánh", "STRASSE", "straße", "Vàng", "Mới", "lan", "5"]
FORMS: list[Callable[[str], str]] = [
    str,
    str.upper,
    str.lower,
    unmark,
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: unicodedata.normalize("NFD", text.upper()),
]
FORMED = st.sampled_from(FORMS)
WORD = st.builds(lambda word, form: form(word), st.sampled_from(WORDS), FORMED)
TEXT = WORD | st.text("aáÀạăẮâĐđeểIiơỚ\u0301 .'%_\\", min_size=1, max_size=4)
WHOLE = st.sampled_from([-1, 0, 1, 2, 30, 3_000_000, 2**53])
NUMBER = WHOLE | st.sampled_from([0.5, 1.0, 2.5, 30.25, 3_000_000.0])
TURN = st.sampled_from(TURNS)
TIME = st.sampled_from(TIMES)
AWAY = st.sampled_from(DAYS_AWAY + [-n for n in DAYS_AWAY])
SECONDS = st.sampled_from(SECONDS_AWAY)


@dataclass(frozen=True)
class World:
    """A moment, the customers at that moment, and what is asked about them."""

    clock: Clock
    customers: list[Values]
    conditions: list[Condition]


def clock_at(turn: str, time: str, zone: ZoneInfo, fold: int) -> Clock:
    moment = dt.datetime.fromisoformat(f"{turn}T{time}")
    return Clock.at(moment.replace(tzinfo=zone, fold=fold), zone)


CLOCK = st.builds(clock_at, TURN, TIME, st.sampled_from(ZONES), st.integers(0, 1))


@cache
def days(clock: Clock) -> Strategy[dt.date]:
    return AWAY.map(lambda n: clock.today + dt.timedelta(days=n))


@cache
def instants(clock: Clock) -> Strategy[str]:
    """Stored instants around now, and around local midnights."""
    starts = st.just(clock.now) | days(clock).map(clock.start_of)
    return st.builds(lambda start, n: to_text(start.astimezone(dt.UTC) + dt.timedelta(0, n)),
                     starts, SECONDS)  # fmt: skip


@cache
def stored(name: str, clock: Clock) -> Strategy[Any]:
    """Return the values that a customer may be given for a field."""
    whole = days(clock).map(str)
    leaps = st.sampled_from(["--02-29", "--02-28", "1988-02-29", "1990-02-28", "1990"])
    by_name: dict[str, Strategy[Any]] = {
        "pid": TEXT,
        "account": st.booleans(),
        "updated_at": instants(clock),
        "kind": st.sampled_from(CUSTOMER_KINDS),
        "type": st.sampled_from(["individual", "business"]),
        "gender": st.none() | st.sampled_from(["male", "female"]),
        "phone": st.none() | st.sampled_from(["0900000101", "0987654301"]),
        "phone_2": st.none() | st.sampled_from(["0900000101", "0900000102"]),
        "birthday": st.none() | leaps | whole | whole.map(lambda text: f"-{text[4:]}"),
        "revenue": WHOLE,
        "order_count": WHOLE,
        "created_at": instants(clock),
    }
    by_kind: dict[Kind, Strategy[Any]] = {
        Kind.TEXT: TEXT,
        Kind.CHOICE: WORD,
        Kind.NUMBER: NUMBER,
        Kind.MONEY: NUMBER,
        Kind.DATE: whole,
        Kind.DATETIME: instants(clock),
        Kind.BOOLEAN: st.booleans(),
        Kind.TAGS: st.lists(WORD, max_size=3).map(tuple),
    }
    return by_name[name] if name in by_name else st.none() | by_kind[FIELDS[name].kind]


def spelled(have: Any, kind: Kind, clock: Clock) -> Strategy[Any]:
    """Return how YAML may say a value that a customer has, or its neighbour."""
    if kind is Kind.DATETIME:
        moment = from_text(have, clock.zone)
        return st.sampled_from([str(moment.date()), f"{moment:%Y-%m-%d %H:%M:%S}", have])
    if kind is Kind.DATE:
        return st.just(have if len(have) == 10 else str(clock.today))
    if kind in NUMBERS:
        return st.sampled_from([have, have, float(have), have + 1, have - 0.5])
    return st.just(have) if kind is Kind.BOOLEAN else FORMED.map(lambda form: form(str(have)))


@cache
def anything(kind: Kind, clock: Clock) -> Strategy[Any]:
    """Return one value as YAML may have it."""
    if kind in DATES:
        words = st.sampled_from(["today", "yesterday", "tomorrow", "today+3", "today-15"])
        return words | st.builds("{}T{}-05:00".format, days(clock), TIME) | days(clock).map(str)
    if kind in NUMBERS:
        return NUMBER
    return st.booleans() if kind is Kind.BOOLEAN else TEXT.filter(str.strip) | st.just(5)


@cache
def spans(kind: Kind) -> Strategy[str]:
    amounts = st.sampled_from([*DAYS_AWAY, 999_999])
    short = ["hours", "hours", "m"] if kind is Kind.DATETIME else []
    return st.builds(
        "{} {}".format, amounts, st.sampled_from(["d", "w", "months", "y", *short])
    ).map(lambda text: text.replace(" y", " years"))


def raw(row: Operator, kind: Kind, clock: Clock, have: Sequence[Any]) -> Strategy[Any]:
    """Return what an operator takes, as YAML has it; more often than not it is about somebody."""
    one = anything(kind, clock)
    if have:
        theirs = st.sampled_from(have).flatmap(lambda value: spelled(value, kind, clock))
        one = (theirs | theirs | one).filter(lambda value: str(value).strip() != "")
    match row.shape:
        case Shape.VALUES:
            return st.lists(one, min_size=1, max_size=3)
        case Shape.PAIR:
            return st.lists(one, min_size=2, max_size=2)
        case Shape.PART:
            return one | one.map(lambda text: str(text)[1:3] or "x").filter(str.strip)
        case Shape.SPAN:
            return spans(kind)
        case Shape.WINDOW:
            return st.sampled_from(["today", "in 1 day", "in 3 days", "this week", "this month"])
        case Shape.FLAG:
            return st.booleans()
        case _:
            return one


@st.composite
def leaves(
    draw: st.DrawFn, clock: Clock, people: Sequence[Values], name: str, row: Operator
) -> Leaf:
    """Return a test of a field by an operator."""
    kind = FIELDS[name].kind
    values = [value_of(Leaf(name, "empty", True), person, clock) for person in people]
    if kind is Kind.TAGS:
        values = [tag for tags in values for tag in tags or ()]
    have = [value for value in values if value is not None]
    want = row.parse(kind, draw(raw(row, kind, clock, have)))
    return Leaf(name, row.name, want, marks=kind not in TEXTS or draw(st.booleans()))


def groups(members: Strategy[Condition]) -> Strategy[Condition]:
    several = st.lists(members, max_size=3).map(tuple)
    return several.map(AllOf) | several.map(AnyOf)


def rows_of(name: str) -> list[Operator]:
    """Return the operators on what a field is; what became of it is in test_change_operators."""
    return [row for row in applying_to(FIELDS[name].kind) if row.name not in CHANGE_OPERATORS]


@st.composite
def worlds(draw: st.DrawFn, name: str) -> World:
    """Return a world that is asked by every operator about one field, and by trees about two."""
    clock, other = draw(CLOCK), draw(st.sampled_from(list(FIELDS)))
    given = {"pid", "kind", "type", "birthday", "created_at", name, other} - {"age"}
    person = st.fixed_dictionaries({field: stored(field, clock) for field in sorted(given)})
    people = draw(st.lists(person, min_size=3, max_size=6, unique_by=lambda has: fold(has["pid"])))
    for has in people:
        has["account"] = people[0]["pid"] if has.get("account") else None
    singles = [leaves(clock, people, name, row) for row in rows_of(name)]
    others = [leaves(clock, people, other, row) for row in rows_of(other)]
    leaf = st.one_of(singles + others)
    trees = st.lists(groups(leaf | groups(leaf)), min_size=1, max_size=2)
    return World(clock, people, [*map(draw, singles), *draw(trees)])


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("operators") / "cskh.db"


@pytest.fixture(scope="module")
def opened(path: Path) -> Iterator[SqliteStore]:
    with open_store(path, FIELDS, "here:1:1") as store:
        yield store


@pytest.fixture(scope="module")
def bare(opened: SqliteStore, path: Path) -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(path)
    yield db
    db.close()


def empty(db: sqlite3.Connection) -> None:
    """Take all customers out of the store, so that each example has it for itself."""
    db.executescript(
        "BEGIN; DELETE FROM tags; DELETE FROM changes;"
        " DELETE FROM events; DELETE FROM customers; COMMIT"
    )


def fill(store: SqliteStore, people: Sequence[Values]) -> None:
    """Put customers into the store through its own door; the first one is others' account."""
    rows = [{name: value for name, value in has.items() if name != "account"} for has in people]
    (first,) = store.customers.create(rows[:1], stamp())
    accounts = [{"account_id": first if has["account"] else None} for has in people]
    store.customers.create(map(or_, rows[1:], accounts[1:]), stamp())


def select(
    store: SqliteStore, condition: Condition, clock: Clock, fields: tuple[str, ...] = ("pid",)
) -> dict[int, Values]:
    """Return the customers that the compiled SQL selects, with some of their fields."""
    asked = Query(
        workflow="w",
        occasion="o",
        kinds=CUSTOMER_KINDS,
        condition=AllOf((condition,)),
        fields=fields,
        clock=clock,
    )
    rows = store.customers.matching(statement(asked, FIELDS, store.dialect), asked.fields)
    return {customer.id: customer.values for customer in rows}


@pytest.mark.parametrize("name", FIELDS)
@settings(max_examples=8, deadline=None, derandomize=True)
@given(data=st.data())
def test_sql_selects_those_for_whom_the_condition_holds(
    opened: SqliteStore, bare: sqlite3.Connection, name: str, data: st.DataObject
) -> None:
    world = data.draw(worlds(name))
    empty(bare)
    fill(opened, world.customers)
    here = select(opened, AllOf(), world.clock, tuple(FIELDS))
    for condition in world.conditions:
        meant = {id_ for id_, has in here.items() if holds(condition, has, FIELDS, world.clock)}
        assert select(opened, condition, world.clock).keys() == meant, condition
    for has in here.values():
        assert has["age"] == value_of(Leaf("age", "empty", True), has, world.clock)


@pytest.mark.parametrize("row", OPERATORS.values(), ids=list(OPERATORS))
def test_every_operator_says_its_test_as_a_sentence(row: Operator, english: None) -> None:
    raws = {"VALUES": ["a"], "PAIR": [1, 5], "SPAN": "15 days", "WINDOW": "today", "FLAG": True}
    for kind in sorted(row.kinds):
        field = Field(name="x", kind=kind, label="Status")
        plain = {Kind.BOOLEAN: True, **dict.fromkeys(DATES, "today"), **dict.fromkeys(NUMBERS, 5)}
        value = raws.get(row.shape.name, plain.get(kind, "a"))
        if isinstance(value, list) and kind not in TEXTS:
            value = [plain.get(kind, "a")] * len(value)
        said = sentence(Leaf("x", row.name, row.parse(kind, value)), field)
        assert said.startswith("Status ")
        assert "{" not in said


def test_the_sample_has_a_field_of_every_kind_of_its_own() -> None:
    assert {Kind(field.type) for field in SETTINGS.fields.values()} == set(Kind) - {Kind.TAGS}
