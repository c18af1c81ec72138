import datetime as dt
from typing import Any

import pytest

from cskh.model.clock import Span
from cskh.model.fields import Kind
from cskh.rules.operators import OPERATORS, applying_to
from cskh.rules.values import MOST_VALUES, RelativeDay, Shape, Window, parse

pytestmark = pytest.mark.usefixtures("english")

# What DESIGN calls the operators of each type; `changed…` go with any.
TEXTS = "is is_not in not_in contains not_contains starts_with ends_with empty"
CHOICES = "is is_not in not_in empty"
NUMBERS = "is is_not in not_in gt gte lt lte between empty"
CHANGES = "changed changed_to changed_from"
INSTANTS = "on before after between older_than within_last within_next empty"


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (Kind.TEXT, TEXTS),
        (Kind.CHOICE, CHOICES),
        (Kind.NUMBER, NUMBERS),
        (Kind.MONEY, NUMBERS),
        (Kind.DATE, f"{INSTANTS} anniversary lunar_anniversary"),
        (Kind.DATETIME, INSTANTS),
        (Kind.BOOLEAN, "is empty"),
        (Kind.TAGS, "has has_any has_all has_none empty"),
    ],
)
def test_each_kind_of_field_has_its_operators(kind: Kind, names: str) -> None:
    assert {row.name for row in applying_to(kind)} == {*names.split(), *CHANGES.split()}


@pytest.mark.parametrize(
    ("shape", "kind", "raw", "value"),
    [
        (Shape.VALUE, Kind.TEXT, "Huế", "Huế"),
        (Shape.VALUE, Kind.TEXT, 5, "5"),
        (Shape.VALUE, Kind.CHOICE, 2.5, "2.5"),
        (Shape.VALUE, Kind.MONEY, 3_000_000, 3_000_000),
        (Shape.VALUE, Kind.BOOLEAN, False, False),
        (Shape.VALUES, Kind.NUMBER, [1, 2.5], (1, 2.5)),
        (Shape.PAIR, Kind.NUMBER, [1, 5], (1, 5)),
        (Shape.PART, Kind.TAGS, "VIP", "VIP"),
        (Shape.SPAN, Kind.DATE, "15 days", Span(15, "days")),
        (Shape.SPAN, Kind.DATETIME, "2h", Span(2, "hours")),
        (Shape.WINDOW, Kind.DATE, "today", Window("day")),
        (Shape.WINDOW, Kind.DATE, "in 1 day", Window("day", 1)),
        (Shape.WINDOW, Kind.DATE, "in 3 days", Window("day", 3)),
        (Shape.WINDOW, Kind.DATE, "this week", Window("week")),
        (Shape.FLAG, Kind.TEXT, True, True),
        (Shape.VALUE, Kind.DATE, "2026-12-31", dt.date(2026, 12, 31)),
        (Shape.VALUE, Kind.DATETIME, "2026-12-31 08:30", dt.datetime(2026, 12, 31, 8, 30)),
        (
            Shape.VALUE,
            Kind.DATETIME,
            "2026-12-31T08:30:01Z",
            dt.datetime(2026, 12, 31, 8, 30, 1, tzinfo=dt.UTC),
        ),
        (Shape.VALUE, Kind.DATE, "tomorrow", RelativeDay(1)),
        (Shape.VALUE, Kind.DATE, "today - 30", RelativeDay(-30)),
    ],
)
def test_what_yaml_says_becomes_a_value(shape: Shape, kind: Kind, raw: Any, value: Any) -> None:
    parsed = parse(shape, kind, raw)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("shape", "kind", "raw"),
    [
        (Shape.VALUE, Kind.TEXT, ""),
        (Shape.VALUE, Kind.TEXT, "  "),
        (Shape.VALUE, Kind.TEXT, True),
        (Shape.VALUE, Kind.TEXT, ["A"]),
        (Shape.VALUE, Kind.NUMBER, "5"),
        (Shape.VALUE, Kind.NUMBER, True),
        (Shape.VALUE, Kind.BOOLEAN, "yes"),
        (Shape.VALUE, Kind.BOOLEAN, 1),
        (Shape.VALUE, Kind.DATE, 20261231),
        (Shape.VALUE, Kind.DATE, "20261231"),
        (Shape.VALUE, Kind.DATE, "2026-W49-1"),
        (Shape.VALUE, Kind.DATE, "31/12/2026"),
        (Shape.VALUE, Kind.DATE, "2026-02-30"),
        (Shape.VALUE, Kind.DATE, "0026-12-31"),
        (Shape.VALUE, Kind.DATE, "9999-12-31"),
        (Shape.VALUE, Kind.DATETIME, "2026-12-31 25:00"),
        (Shape.VALUE, Kind.DATETIME, "2026-12-31T8"),
        (Shape.VALUE, Kind.DATE, "today+99999"),
        (Shape.VALUES, Kind.TEXT, []),
        (Shape.VALUES, Kind.TEXT, "A"),
        (Shape.VALUES, Kind.TEXT, ["A", None]),
        (Shape.VALUES, Kind.NUMBER, [1] * (MOST_VALUES + 1)),
        (Shape.PAIR, Kind.NUMBER, [1]),
        (Shape.PAIR, Kind.NUMBER, [1, 2, 3]),
        (Shape.SPAN, Kind.DATE, "2 hours"),
        (Shape.SPAN, Kind.DATETIME, "15"),
        (Shape.SPAN, Kind.DATETIME, 15),
        (Shape.SPAN, Kind.DATETIME, "15 ngày"),
        (Shape.WINDOW, Kind.DATE, "this year"),
        (Shape.WINDOW, Kind.DATE, "in 1000 days"),
        (Shape.WINDOW, Kind.DATE, 3),
        (Shape.FLAG, Kind.TEXT, "true"),
    ],
)
def test_what_cant_be_meant_is_refused_with_a_sentence(shape: Shape, kind: Kind, raw: Any) -> None:
    with pytest.raises(ValueError, match=r"^(It takes|A date has) .*\.$"):
        parse(shape, kind, raw)


def test_a_month_is_all_of_its_days() -> None:
    days = Window("month").dates(dt.date(2024, 2, 10))
    assert (days[0], days[-1], len(days)) == (dt.date(2024, 2, 1), dt.date(2024, 2, 29), 29)


def test_every_operator_is_filed_under_its_own_name() -> None:
    assert all(name == row.name for name, row in OPERATORS.items())
