"""What conditions leave of a field: never less than the operators do, nothing if that is sure."""

from __future__ import annotations

from functools import reduce
from itertools import combinations
from operator import and_
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cskh.model.conditions import Test as Leaf
from cskh.model.fields import Kind
from cskh.rules.change_operators import CHANGES
from cskh.rules.meaning import holds
from cskh.rules.operators import OPERATORS, applying_to
from cskh.rules.values import Shape
from cskh.spec.room import Room, key, room
from tests.sample import FIELDS, at

FIELD = {
    Kind.TEXT: "so_thich",
    Kind.CHOICE: "hang_the",
    Kind.NUMBER: "so_con",
    Kind.DATE: "ngay_ky",
    Kind.DATETIME: "hen_goi",
    Kind.BOOLEAN: "dong_y",
    Kind.TAGS: "tags",
}
NOW = "2026-12-01T12:00"
CLOCK = at(NOW)
WORDS = st.sampled_from(["a", "A", "ab", "Huế", "HUẾ", "hue", "5", "5.0"])
NUMBERS = st.sampled_from([0, 1, 2, 5, 5.0, -3, 2.5, 1e12, 1e12 + 1])
DAYS = st.sampled_from(
    ["2026-12-01", "2026-11-30", "2026-11-01", "2026-10-31", "2025-12-01", "1990-02-28"]
    + ["today", "yesterday", "today+3", "today-30", "2026-12-01 09:00", "2026-12-01 12:00"]
)  # fmt: skip
SPANS = st.sampled_from(
    ["0 days", "1 day", "7 days", "2 weeks", "28 days", "29 days", "30 days", "31 days", "1 month"]
    + ["2 months", "3 months", "12 months", "1 year", "365 days", "366 days", "40000 days"]
    + ["2 hours", "90 minutes", "1h", "3600s"]
)  # fmt: skip
STORED_DATES = ["2026-12-01", "2026-11-30", "2026-11-24", "2026-11-03", "2026-11-02", "2026-11-01"]
STORED_DATES += ["2026-10-31", "2026-10-01", "2025-12-01", "2025-11-30", "2026-12-04", "1990-02-28"]
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: WORDS,
    Kind.CHOICE: WORDS,
    Kind.NUMBER: NUMBERS,
    Kind.DATE: st.sampled_from(STORED_DATES),
    Kind.DATETIME: st.builds(
        lambda day, time: f"{day}T{time}Z",
        st.sampled_from(STORED_DATES),
        st.sampled_from(["00:00:00", "02:00:00", "03:30:00", "05:00:00", "16:59:59", "17:00:00"]),
    ),
    Kind.BOOLEAN: st.booleans(),
    Kind.TAGS: st.sets(WORDS, max_size=3).map(lambda tags: tuple(sorted(tags))),
}
WANTED = {Kind.BOOLEAN: st.booleans(), Kind.NUMBER: NUMBERS, Kind.DATE: DAYS, Kind.DATETIME: DAYS}


def raw(kind: Kind, shape: Shape) -> st.SearchStrategy[Any]:
    one = WANTED.get(kind, WORDS)
    return {
        Shape.VALUES: st.lists(one, min_size=1, max_size=3),
        Shape.PAIR: st.lists(one, min_size=2, max_size=2),
        Shape.PART: WORDS,
        Shape.SPAN: SPANS,
        Shape.WINDOW: st.just("today"),
        Shape.FLAG: st.booleans(),
    }.get(shape, one)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Kind, list[tuple[str, Any]], Any, Any, bool]:
    """Draw a kind of field, conditions, old and new value, and whether the update changed it."""
    kind = draw(st.sampled_from(sorted(FIELD)))
    rows = draw(st.lists(st.sampled_from(applying_to(kind)), min_size=6, max_size=12))
    conditions = [(row.name, draw(raw(kind, row.shape))) for row in rows]
    nothing = () if kind is Kind.TAGS else None
    old, new = (draw(st.just(nothing) | VALUES[kind]) for _ in range(2))
    # A text that only changed its letters' case was changed from and to the same.
    is_other = key(old, kind) != key(new, kind)
    return kind, conditions, old, new, is_other and draw(st.booleans())


def parsed(kind: Kind, operator: str, wanted: Any) -> Any:
    try:
        return OPERATORS[operator].parse(kind, wanted)
    except ValueError:
        return None


@settings(max_examples=500, deadline=None)
@given(cases())
def test_what_holds_for_some_customer_is_never_called_impossible(
    case: tuple[Kind, list[tuple[str, Any]], Any, Any, bool],
) -> None:
    kind, conditions, old, new, was_changed = case
    name = FIELD[kind]
    values = {name: new, CHANGES: {name: (old, new)} if was_changed else {}}
    left = Room()
    for operator, wanted in conditions:
        value = parsed(kind, operator, wanted)
        if value is not None and holds(Leaf(name, operator, value), values, FIELDS, CLOCK):
            left &= room(kind, operator, wanted)
    assert left.is_left
    if kind not in (Kind.DATETIME, Kind.TAGS):  # which are written otherwise than stored
        assert left.allows(new, kind)


@settings(max_examples=60, deadline=None)
@given(st.lists(cases(), min_size=1, max_size=3))
def test_the_order_of_conditions_does_not_count(
    drawn: list[tuple[Kind, list[tuple[str, Any]], Any, Any, bool]],
) -> None:
    kind = drawn[0][0]
    rooms = [room(kind, *each) for case in drawn if case[0] is kind for each in case[1]]
    forth, back = reduce(and_, rooms), reduce(and_, reversed(rooms))
    assert forth.is_left == back.is_left
    assert (forth & forth).is_left == forth.is_left
    for one, other in combinations([each for each in rooms if each.has_values], 2):
        assert one.meets(other) == (one & other).has_values


@pytest.mark.parametrize(
    "kind, one, other, is_left",
    [
        (Kind.CHOICE, ("is", "Mới"), ("is", "mới"), True),
        (Kind.CHOICE, ("is", "Mới"), ("not_in", ["Lost", "mới"]), False),
        (Kind.CHOICE, ("changed_to", "Lost"), ("in", ["Mới", "Lost"]), True),
        (Kind.CHOICE, ("changed_from", "Lost"), ("changed_to", "lost"), False),
        (Kind.CHOICE, ("changed_from", "Lost"), ("empty", True), True),
        (Kind.CHOICE, ("changed_to", "Lost"), ("empty", True), False),
        (Kind.CHOICE, ("changed", False), ("changed_from", "Lost"), False),
        (Kind.TEXT, ("is", "5"), ("is", 5), True),
        (Kind.TEXT, ("is", "An"), ("ends_with", "n"), True),
        (Kind.TEXT, ("is", "An"), ("not_contains", "N"), False),
        (Kind.MONEY, ("between", [1, 5]), ("gte", 5), True),
        (Kind.MONEY, ("between", [1, 5]), ("gt", 5), False),
        (Kind.MONEY, ("in", [1, 5]), ("gt", 4), True),
        (Kind.TAGS, ("has_any", ["A", "B"]), ("has_none", ["a"]), True),
        (Kind.TAGS, ("has_any", ["A", "B"]), ("has_none", ["a", "b"]), False),
        (Kind.TAGS, ("has_all", ["A", "B"]), ("has_none", ["b"]), False),
        (Kind.TAGS, ("changed_from", "A"), ("has", "A"), False),
        (Kind.TAGS, ("changed_to", "A"), ("changed_to", "B"), True),
        (Kind.DATE, ("older_than", "30 days"), ("within_last", "30 days"), True),
        (Kind.DATE, ("older_than", "30 days"), ("within_last", "29 days"), False),
        (Kind.DATE, ("older_than", "1 month"), ("within_last", "30 days"), True),
        (Kind.DATE, ("older_than", "1 year"), ("within_last", "11 months"), False),
        (Kind.DATE, ("within_next", "3 days"), ("before", "today"), False),
        (Kind.DATE, ("on", "2026-12-01"), ("after", "2026-12-01"), False),
        (Kind.DATE, ("on", "2026-12-01"), ("on", "today"), True),
        (Kind.DATETIME, ("on", "2026-12-01"), ("after", "2026-12-01 09:00"), True),
        (Kind.DATETIME, ("before", "2026-12-01 09:00"), ("after", "2026-12-01 09:00"), False),
        (Kind.DATETIME, ("older_than", "2 hours"), ("within_last", "1 hour"), False),
        (Kind.DATETIME, ("older_than", "2 hours"), ("within_last", "1 day"), True),
        (Kind.DATETIME, ("changed_to", "2026-12-01"), ("changed_from", "2026-12-01"), True),
    ],
)
def test_two_conditions_on_a_field_leave_something_or_nothing(
    kind: Kind, one: tuple[str, Any], other: tuple[str, Any], is_left: bool
) -> None:
    assert room(kind, *one).is_left and room(kind, *other).is_left
    assert (room(kind, *one) & room(kind, *other)).is_left is is_left


@pytest.mark.parametrize("huge", [10**400, float("1e308"), -(10**320)])
def test_a_number_beyond_all_reckoning_is_no_reason_to_stop(huge: float) -> None:
    assert (room(Kind.NUMBER, "gt", huge) & room(Kind.NUMBER, "is", huge)).is_left
