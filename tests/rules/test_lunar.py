import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lunar_vn import LunarDate, lunar_to_solar, solar_to_lunar

from cskh.rules.lunar import as_lunar, kept_on, lunar_of, solar_days, there_and_back

SOLAR = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


def days(first: str, last: str) -> list[dt.date]:
    begin, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return [begin + dt.timedelta(days=n) for n in range((end - begin).days + 1)]


@pytest.mark.parametrize(
    ("tet", "in_china"),
    [
        ("1985-01-21", "1985-02-20"),
        ("2007-02-17", "2007-02-18"),
        ("2030-02-02", "2030-02-03"),
        ("1968-01-29", "1968-01-30"),
        ("1969-02-16", "1969-02-17"),
        ("2053-02-18", "2053-02-19"),
    ],
)
def test_tet_is_vietnams_and_not_chinas(tet: str, in_china: str) -> None:
    assert as_lunar(tet) == f"{tet[:4]}-01-01"
    assert tet in solar_days("01-01")
    assert in_china not in solar_days("01-01")


@pytest.mark.parametrize(
    ("solar", "lunar"),
    [
        ("2026-02-17", "2026-01-01"),
        ("2026-04-26", "2026-03-10"),
        ("2026-08-27", "2026-07-15"),
        ("2026-09-25", "2026-08-15"),
        ("2030-09-12", "2030-08-15"),
        # The textbook's routine calls these two days the 0th.
        ("2054-05-07", "2054-03-30"),
        ("2062-04-09", "2062-02-30"),
        ("1900-01-01", "1899-12-01"),
    ],
)
def test_a_solar_date_has_its_lunar_day(solar: str, lunar: str) -> None:
    assert as_lunar(solar) == lunar


@pytest.mark.parametrize("stored", [None, "1990", "--05-03", "1899-12-31", "2101-01-01"])
def test_what_is_no_whole_date_or_out_of_range_has_no_lunar_day(stored: str | None) -> None:
    assert as_lunar(stored) is None


@pytest.mark.parametrize(
    ("lunar", "rolled", "times"),
    [
        (LunarDate(30, 12, 2025), "2026-02-17", 0),
        (LunarDate(30, 2, 2026), "2026-04-17", 0),
        (LunarDate(1, 6, 2026, leap=True), "2026-07-14", 1),  # it is the ordinary month's first
    ],
)
def test_a_lunar_day_that_a_year_lacks_is_not_rolled_over(
    lunar: LunarDate, rolled: str, times: int
) -> None:
    assert str(lunar_to_solar(lunar)) == rolled
    assert there_and_back(lunar, lunar_to_solar, solar_to_lunar) is None
    assert solar_days(f"{lunar.month:02}-{lunar.day:02}").count(rolled) == times


def test_a_conversion_that_does_not_lead_back_is_unknown() -> None:
    assert there_and_back(1, lambda n: n + 1, lambda n: n - 1) == 2
    assert there_and_back(1, lambda n: n + 1, lambda n: n) is None
    assert there_and_back(1, lambda _n: 0, lambda _n: int("no number")) is None


@given(day=SOLAR)
def test_a_day_is_among_those_of_its_lunar_day(day: dt.date) -> None:
    lunar = as_lunar(str(day))
    assert lunar is not None
    assert str(day) in solar_days(lunar[-5:])


@given(month=st.integers(1, 12), day=st.integers(1, 30))
def test_all_days_of_a_lunar_day_are_that_day(month: int, day: int) -> None:
    found = solar_days(f"{month:02}-{day:02}")
    lunar = [lunar_of(dt.date.fromisoformat(each)) for each in found]
    assert {(each.month, each.day) for each in lunar if each} == {(month, day)}
    assert len(set(found)) == len(found)


@given(year=st.integers(1901, 2099), month=st.integers(1, 12), day=st.integers(1, 30))
def test_every_lunar_day_is_kept_exactly_once_a_year(year: int, month: int, day: int) -> None:
    around = days(f"{year}-01-15", f"{year + 1}-03-15")
    of_year = [each for each in around if lunar_year(each) == year]
    kept = [each for each in of_year if f"{month:02}-{day:02}" in kept_on([each])]
    assert len(kept) == 1
    lunar = lunar_of(kept[0])
    assert lunar is not None
    assert (lunar.month, lunar.leap) == (month, False)
    assert lunar.day == day or (day, lunar.day) == (30, 29)


def lunar_year(day: dt.date) -> int | None:
    lunar = lunar_of(day)
    return lunar.year if lunar else None


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        ("2026-02-16", ("12-29", "12-30")),  # the eve of Tết 2026: a year without a 30th
        ("2026-02-15", ("12-28",)),
        ("2026-02-17", ("01-01",)),
        ("2024-02-08", ("12-29",)),
        ("2024-02-09", ("12-30",)),
        ("2025-01-28", ("12-29", "12-30")),
        ("2025-06-25", ("06-01",)),
        ("2025-07-25", ()),  # the first day of the leap sixth month
        ("2025-08-22", ()),
        ("2025-08-23", ("07-01",)),
        ("2101-01-01", ()),
    ],
)
def test_the_30th_is_kept_at_the_end_of_a_short_month_and_leap_months_keep_nothing(
    day: str, kept: tuple[str, ...]
) -> None:
    assert kept_on([dt.date.fromisoformat(day)]) == kept
