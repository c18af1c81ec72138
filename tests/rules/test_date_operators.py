import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.model.clock import Clock, from_text, parse_span, shift_date, to_text
from tests.rules.asking import NOON, is_so
from tests.sample import HANOI, at

NEW_YORK = ZoneInfo("America/New_York")
# 1 December 2026 begins in Hà Nội at 17:00 UTC of the day before.
FIRST_SECOND = "2026-11-30T17:00:00Z"
LAST_SECOND = "2026-12-01T16:59:59Z"
DAY_BEFORE = "2026-11-30T16:59:59Z"
DAY_AFTER = "2026-12-01T17:00:00Z"


@pytest.mark.parametrize(
    ("operator", "raw", "have", "wanted"),
    [
        ("older_than", "15 days", "2026-11-16", True),
        ("older_than", "15 days", "2026-11-17", False),
        ("older_than", "0 days", "2026-12-01", True),
        ("older_than", "0 days", "2026-12-02", False),
        ("older_than", "1 month", "2026-11-01", True),
        ("older_than", "1 month", "2026-11-02", False),
        ("within_last", "7 days", "2026-11-24", True),
        ("within_last", "7 days", "2026-11-23", False),
        ("within_last", "7 days", "2026-12-01", True),
        ("within_last", "7 days", "2026-12-02", False),
        ("within_next", "7 days", "2026-12-08", True),
        ("within_next", "7 days", "2026-12-09", False),
        ("within_next", "7 days", "2026-12-01", True),
        ("within_next", "7 days", "2026-11-30", False),
        ("on", "today", "2026-12-01", True),
        ("on", "yesterday", "2026-11-30", True),
        ("on", "today+3", "2026-12-04", True),
        ("on", "today - 3", "2026-11-28", True),
        ("on", "2026-12-31", "2026-12-30", False),
        ("before", "2026-12-31", "2026-12-30", True),
        ("before", "2026-12-31", "2026-12-31", False),
        ("after", "2026-12-31", "2026-12-31", False),
        ("after", "2026-12-31", "2027-01-01", True),
        ("after", "2026-12-31 08:00", "2026-12-31", False),
        ("between", ["2026-12-01", "2026-12-31"], "2026-12-01", True),
        ("between", ["2026-12-01", "2026-12-31"], "2026-12-31", True),
        ("between", ["2026-12-01", "2026-12-31"], "2027-01-01", False),
        ("between", ["yesterday", "tomorrow"], "2026-12-02", True),
    ],
)
def test_dates_count_whole_days(operator: str, raw: object, have: str, *, wanted: bool) -> None:
    assert is_so("ngay_ky", have, operator, raw) is wanted


@pytest.mark.parametrize(
    ("operator", "raw", "have", "wanted"),
    [
        ("on", "2026-12-01", FIRST_SECOND, True),
        ("on", "2026-12-01", LAST_SECOND, True),
        ("on", "2026-12-01", DAY_BEFORE, False),
        ("on", "2026-12-01", DAY_AFTER, False),
        ("before", "2026-12-01", DAY_BEFORE, True),
        ("before", "2026-12-01", FIRST_SECOND, False),
        ("after", "2026-12-01", LAST_SECOND, False),
        ("after", "2026-12-01", DAY_AFTER, True),
        ("between", ["2026-12-01", "2026-12-01"], LAST_SECOND, True),
        ("between", ["2026-12-01", "2026-12-01"], DAY_AFTER, False),
        ("older_than", "1 day", DAY_BEFORE, True),
        ("older_than", "1 day", FIRST_SECOND, False),
        ("within_last", "1 day", "2026-11-29T17:00:00Z", True),
        ("within_last", "1 day", "2026-11-29T16:59:59Z", False),
        ("within_last", "1 day", LAST_SECOND, True),
        ("within_next", "1 day", FIRST_SECOND, True),
        ("within_next", "1 day", "2026-12-02T16:59:59Z", True),
        ("within_next", "1 day", "2026-12-02T17:00:00Z", False),
    ],
)
def test_days_of_instants_begin_at_midnight_in_the_projects_zone(
    operator: str, raw: object, have: str, *, wanted: bool
) -> None:
    assert is_so("last_contacted_at", have, operator, raw) is wanted


@pytest.mark.parametrize(
    ("operator", "raw", "have", "wanted"),
    [
        ("older_than", "2 hours", "2026-12-01T03:00:00Z", True),
        ("older_than", "2 hours", "2026-12-01T03:00:01Z", False),
        ("within_last", "2 hours", "2026-12-01T03:00:00Z", True),
        ("within_last", "2 hours", "2026-12-01T02:59:59Z", False),
        ("within_last", "2 hours", "2026-12-01T05:00:00Z", True),
        ("within_last", "2 hours", "2026-12-01T05:00:01Z", False),
        ("within_next", "30m", "2026-12-01T05:30:00Z", True),
        ("within_next", "30m", "2026-12-01T05:30:01Z", False),
        ("within_next", "30m", "2026-12-01T04:59:59Z", False),
        ("on", "2026-12-01 12:00", "2026-12-01T05:00:00Z", True),
        ("on", "2026-12-01 12:00", "2026-12-01T05:00:01Z", False),
        ("before", "2026-12-01T12:00", "2026-12-01T04:59:59Z", True),
        ("before", "2026-12-01T05:00:00Z", "2026-12-01T05:00:00Z", False),
        ("after", "2026-12-01T05:00:00+00:00", "2026-12-01T05:00:01Z", True),
    ],
)
def test_shorter_spans_and_times_compare_instants(
    operator: str, raw: object, have: str, *, wanted: bool
) -> None:
    assert is_so("hen_goi", have, operator, raw) is wanted


@pytest.mark.parametrize(
    ("now", "raw", "last_day"),
    [
        ("2026-03-31T10:00", "1 month", "2026-02-28"),
        ("2024-03-31T10:00", "1 month", "2024-02-29"),
        ("2026-05-31T10:00", "3 months", "2026-02-28"),
        ("2024-02-29T10:00", "1 year", "2023-02-28"),
        ("2026-01-15T10:00", "2 months", "2025-11-15"),
        ("2026-12-01T10:00", "2 weeks", "2026-11-17"),
    ],
)
def test_months_and_years_end_where_the_month_ends(now: str, raw: str, last_day: str) -> None:
    day_after = str(dt.date.fromisoformat(last_day) + dt.timedelta(days=1))
    assert is_so("ngay_ky", last_day, "older_than", raw, at(now))
    assert not is_so("ngay_ky", day_after, "older_than", raw, at(now))


@pytest.mark.parametrize("operator", ["older_than", "within_last", "within_next"])
def test_a_span_beyond_the_calendar_is_a_century(operator: str) -> None:
    assert is_so("ngay_ky", "2026-12-01", operator, "999999 years") is (operator != "older_than")
    assert not is_so("ngay_ky", "1900-01-01", "within_last", "100 years")
    assert is_so("ngay_ky", "1926-12-01", "within_last", "999999 days")


@pytest.mark.parametrize("birthday", ["--11-20", "1990", None])
@pytest.mark.parametrize(
    ("operator", "raw"),
    [
        ("before", "2100-01-01"),
        ("after", "1900-01-01"),
        ("on", "today"),
        ("between", ["1900-01-01", "2100-01-01"]),
        ("older_than", "1 day"),
        ("within_last", "100 years"),
        ("within_next", "100 years"),
    ],
)
def test_a_date_in_part_is_no_day_to_compare_with(
    birthday: str | None, operator: str, raw: object
) -> None:
    assert not is_so("birthday", birthday, operator, raw)


@pytest.mark.parametrize(
    ("now", "raw", "birthday", "wanted"),
    [
        ("2026-12-01T00:00", "today", "1990-12-01", True),
        ("2026-12-01T23:59", "today", "--12-01", True),
        ("2026-12-01T10:00", "today", "1990-12-02", False),
        ("2026-12-01T10:00", "today", "1990", False),
        ("2026-12-01T10:00", "today", None, False),
        ("2026-12-30T10:00", "in 3 days", "1990-01-02", True),
        ("2026-12-30T10:00", "in 1 day", "1990-12-31", True),
        ("2026-12-01T10:00", "this month", "--12-31", True),
        ("2026-12-01T10:00", "this month", "--11-30", False),
        ("2026-12-01T10:00", "this week", "--11-30", True),
        ("2026-12-01T10:00", "this week", "--12-06", True),
        ("2026-12-01T10:00", "this week", "--12-07", False),
        ("2026-12-31T10:00", "this week", "--01-03", True),
        ("2026-02-28T10:00", "today", "1988-02-29", True),
        ("2026-02-28T10:00", "today", "1988-02-28", True),
        ("2026-03-01T10:00", "today", "1988-02-29", False),
        ("2024-02-28T10:00", "today", "1988-02-29", False),
        ("2024-02-29T10:00", "today", "--02-29", True),
        ("2024-02-29T10:00", "today", "--02-28", False),
        ("2026-02-25T10:00", "in 3 days", "--02-29", True),
        ("2026-02-27T10:00", "this week", "--02-29", True),
        ("2026-02-01T10:00", "this month", "--02-29", True),
        ("2026-03-02T10:00", "this week", "--02-29", False),
        ("2100-02-28T10:00", "today", "--02-29", True),
    ],
)
def test_anniversaries_come_every_year(
    now: str, raw: str, birthday: str | None, *, wanted: bool
) -> None:
    assert is_so("birthday", birthday, "anniversary", raw, at(now)) is wanted


@pytest.mark.parametrize("fold", [0, 1])
def test_an_hour_is_an_hour_while_clocks_are_put_back(fold: int) -> None:
    now = dt.datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=fold)
    clock = Clock.at(now, NEW_YORK)
    an_hour_ago = to_text(now.astimezone(dt.UTC) - dt.timedelta(hours=1))
    assert is_so("hen_goi", an_hour_ago, "within_last", "1 hour", clock)
    assert is_so("hen_goi", an_hour_ago, "older_than", "1 hour", clock)
    assert not is_so("hen_goi", to_text(now), "older_than", "1 hour", clock)
    assert is_so("hen_goi", to_text(now), "within_next", "1 hour", clock)


instants = st.datetimes(
    dt.datetime(2026, 10, 25), dt.datetime(2026, 11, 8), timezones=st.just(dt.UTC)
).map(to_text)
zones = st.sampled_from([HANOI, NEW_YORK, ZoneInfo("Africa/Cairo")])
spans = st.builds("{} {}".format, st.integers(0, 9), st.sampled_from(["days", "hours", "m"]))


@given(have=instants, now=instants, zone=zones, span=spans)
def test_spans_mean_dates_on_the_wall_or_instants(
    have: str, now: str, zone: ZoneInfo, span: str
) -> None:
    clock, read = Clock.at(from_text(now), zone), parse_span(span)
    when = from_text(have, zone)
    if read.is_days:
        is_old = when.date() <= shift_date(clock.today, read, -1)
        is_next = clock.today <= when.date() <= shift_date(clock.today, read, 1)
    else:
        length, ahead = dt.timedelta(**{read.unit: read.amount}), when - from_text(now)
        is_old = ahead <= -length
        is_next = dt.timedelta(0) <= ahead <= length
    assert is_so("hen_goi", have, "older_than", span, clock) is is_old
    assert is_so("hen_goi", have, "within_next", span, clock) is is_next


def test_an_instant_without_a_value_is_never_old() -> None:
    for operator in ("older_than", "within_last", "within_next"):
        assert not is_so("hen_goi", None, operator, "1 day", NOON)
