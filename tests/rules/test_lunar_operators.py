import pytest

from cskh.model.catalogues import catalogue
from cskh.model.conditions import Test as Leaf
from cskh.rules.lunar_operators import lunar_date
from cskh.rules.meaning import holds, value_of
from cskh.rules.operators import OPERATORS, sentence
from cskh.rules.sql import binder, condition_sql
from cskh.store.sqlite.dialect import SqliteDialect
from tests.rules.asking import NOON, is_so
from tests.sample import FIELDS, SETTINGS, at

NAME = "lunar_anniversary"
TODAY = OPERATORS[NAME].parse(FIELDS["birthday"].kind, "today")


def keeps(today: str, **values: str | None) -> bool:
    """Say whether a customer has the lunar birthday on a day."""
    return holds(Leaf("birthday", NAME, TODAY), values, FIELDS, at(f"{today}T10:00"))


@pytest.mark.parametrize(
    ("now", "raw", "death", "wanted"),
    [
        # 20 March 2020 was 27/2 by the moon, which 14 April 2026 and 3 April 2027 are.
        ("2026-04-14", "today", "2020-03-20", True),
        ("2027-04-03", "today", "2020-03-20", True),
        ("2026-03-20", "today", "2020-03-20", False),
        ("2026-04-11", "in 3 days", "2020-03-20", True),
        ("2026-04-13", "this week", "2020-03-20", True),
        ("2026-04-20", "this week", "2020-03-20", False),
        ("2026-04-30", "this month", "2020-03-20", True),
        ("2026-05-01", "this month", "2020-03-20", False),
        ("2026-12-30", "in 3 days", "2027-01-02", True),
    ],
)
def test_an_anniversary_by_the_moon_is_on_another_day_each_year(
    now: str, raw: str, death: str, *, wanted: bool
) -> None:
    assert is_so("ngay_ky", death, NAME, raw, at(f"{now}T10:00")) is wanted


@pytest.mark.parametrize(
    ("tet", "in_china"),
    [("1985-01-21", "1985-02-20"), ("2007-02-17", "2007-02-18"), ("2030-02-02", "2030-02-03")],
)
def test_a_child_of_tet_has_its_birthday_at_vietnams_tet(tet: str, in_china: str) -> None:
    for known in ({"birthday": "1990-01-27"}, {"lunar_birthday": "--01-01"}):
        assert keeps(tet, **known)
        assert not keeps(in_china, **known)


@pytest.mark.parametrize(
    ("lunar", "today", "wanted"),
    [
        ("--12-30", "2026-02-16", True),  # the last day of a year without a 30th
        ("--12-29", "2026-02-16", True),
        ("--12-30", "2026-02-17", False),  # which the library calls its 30th
        ("--12-30", "2024-02-09", True),
        ("--12-30", "2024-02-08", False),
        ("1990-06-01", "2025-06-25", True),
        ("1990-06-01", "2025-07-25", False),  # the leap month's
    ],
)
def test_the_30th_and_leap_months_are_kept_once(lunar: str, today: str, *, wanted: bool) -> None:
    assert keeps(today, lunar_birthday=lunar) is wanted


def test_born_in_a_leap_month_is_kept_in_the_ordinary_one() -> None:
    born = "2025-07-25"  # the first day of the leap sixth month
    assert keeps("2026-07-14", birthday=born)
    assert keeps("2025-06-25", birthday=born)
    assert not keeps("2025-07-25", birthday=born)


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        ({"birthday": "1990-01-27"}, "1990-01-01"),
        ({"birthday": "1990-01-27", "lunar_birthday": None}, "1990-01-01"),
        ({"birthday": "1990-01-27", "lunar_birthday": "--08-15"}, "--08-15"),
        ({"birthday": "1990-01-27", "lunar_birthday": "1990"}, "1990-01-01"),
        ({"lunar_birthday": "1990-08-15"}, "1990-08-15"),
        ({"lunar_birthday": "1990"}, None),
        ({"birthday": "--01-27"}, None),
        ({"birthday": "1990"}, None),
        ({}, None),
    ],
)
def test_the_lunar_birthday_counts_before_the_solar_one(
    values: dict[str, str | None], seen: str | None
) -> None:
    assert lunar_date("birthday", values) == seen
    named = {f"customer.{name}": value for name, value in values.items()}
    assert lunar_date("customer.birthday", named) == seen
    assert value_of(Leaf("birthday", NAME, TODAY), values, NOON) == seen


def test_only_the_birthday_has_a_lunar_one_beside_it() -> None:
    assert lunar_date("ngay_ky", {"ngay_ky": None, "lunar_birthday": "--08-15"}) is None


def test_a_tasks_customer_has_a_lunar_birthday_too() -> None:
    condition = Leaf("customer.birthday", NAME, TODAY)
    fields = catalogue(SETTINGS, "task")
    written = condition_sql(condition, fields, NOON, SqliteDialect(), binder({}))
    own = condition_sql(Leaf("birthday", NAME, TODAY), FIELDS, NOON, SqliteDialect(), binder({}))
    assert written == own
    assert "c.lunar_birthday" in own


def test_it_reads_as_a_sentence(english: None) -> None:
    said = sentence(Leaf("birthday", NAME, TODAY), FIELDS["birthday"])
    assert said == "Birthday has its lunar anniversary today"
