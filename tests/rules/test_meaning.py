import datetime as dt

import pytest

from cskh.model.conditions import AllOf, AnyOf
from cskh.model.conditions import Test as Leaf
from cskh.rules.meaning import age, holds
from tests.rules.asking import NOON
from tests.sample import FIELDS


@pytest.mark.parametrize(
    ("birthday", "today", "years"),
    [
        ("1990-12-01", "2026-11-30", 35),
        ("1990-12-01", "2026-12-01", 36),
        ("1990-12-01", "2026-12-31", 36),
        ("1988-02-29", "2026-02-27", 37),
        ("1988-02-29", "2026-02-28", 38),
        ("1988-02-29", "2024-02-28", 35),
        ("1988-02-29", "2024-02-29", 36),
        ("1990-03-01", "2026-02-28", 35),
        ("1990", "2026-01-01", 36),
        ("--12-01", "2026-12-01", None),
        (None, "2026-12-01", None),
        ("2026-12-01", "2026-12-01", 0),
    ],
)
def test_an_age_is_the_full_years_since_the_birthday(
    birthday: str | None, today: str, years: int | None
) -> None:
    assert age(birthday, dt.date.fromisoformat(today)) == years


YES, NO = Leaf("name", "empty", True), Leaf("name", "empty", False)


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        (AllOf(), True),
        (AnyOf(()), False),
        (AllOf((YES, NO)), False),
        (AnyOf((NO, YES)), True),
        (AllOf((YES, AnyOf((NO, AllOf((YES,)))))), True),
        (AnyOf((NO, AllOf((YES, NO)))), False),
    ],
)
def test_all_and_any_mean_what_they_say(condition: AllOf | AnyOf, *, wanted: bool) -> None:
    assert holds(condition, {}, FIELDS, NOON) is wanted
