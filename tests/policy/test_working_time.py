"""Deadlines move while somebody works, and stand still over lunch, nights, Sundays and Tết."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.model.clock import Span, parse_span
from cskh.model.settings import Holidays, Sla
from cskh.policy.working_time import WorkingTime, public_holidays, weekdays, working_time

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE = "08:00-12:00,13:00-17:30"


def worked(hours: str = OFFICE, days: str = "mon-sat", **holidays: Any) -> WorkingTime:
    sla = Sla(name="Gấp", respond="2h", resolve="24h", hours=hours, days=days)
    return working_time(sla, Holidays(**holidays), ZONE)


SHOP = worked()


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def due(start: str, span: str, time: WorkingTime = SHOP) -> str:
    return f"{time.deadline(at(start), parse_span(span)):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        # Tuesday, 1 December 2026.
        ("2026-12-01 08:30", "2h", "2026-12-01 10:30"),
        ("2026-12-01 11:00", "2h", "2026-12-01 14:00"),
        ("2026-12-01 12:30", "30m", "2026-12-01 13:30"),
        ("2026-12-01 10:00", "2h", "2026-12-01 12:00"),
        ("2026-12-01 12:00", "1m", "2026-12-01 13:01"),
        ("2026-12-01 16:30", "1h", "2026-12-01 17:30"),
        ("2026-12-01 16:30", "90m", "2026-12-02 08:30"),
        ("2026-12-01 17:30", "2h", "2026-12-02 10:00"),
        ("2026-12-01 03:00", "2h", "2026-12-01 10:00"),
        ("2026-12-01 22:00", "0m", "2026-12-02 08:00"),
        ("2026-12-01 08:00", "1 day", "2026-12-01 17:30"),
        ("2026-12-01 09:00", "1 day", "2026-12-02 09:00"),
        ("2026-12-01 09:00", "3 days", "2026-12-04 09:00"),
        ("2026-12-01 09:00", "24h", "2026-12-03 17:00"),
    ],
)
def test_a_deadline_counts_the_hours_of_work(start: str, span: str, end: str) -> None:
    assert due(start, span) == end


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-12-05 17:00", "1h", "2026-12-07 08:30"),  # over a Sunday
        ("2026-12-06 10:00", "1h", "2026-12-07 09:00"),  # on one
        ("2026-12-05 09:00", "1 week", "2026-12-12 09:00"),
        ("2026-11-23 17:00", "1h", "2026-11-25 08:30"),  # 24 November is one from 2026 on
        ("2025-11-24 09:00", "1h", "2025-11-24 10:00"),
    ],
)
def test_a_deadline_stands_still_on_days_off(start: str, span: str, end: str) -> None:
    assert due(start, span) == end


@pytest.mark.parametrize(
    ("start", "end"),
    [("2027-02-03 17:00", "2027-02-11 08:30"), ("2027-02-06 10:00", "2027-02-11 09:00")],
)
def test_nobody_works_over_tet_2027(start: str, end: str) -> None:
    assert due(start, "1h") == end


@pytest.mark.parametrize(
    ("year", "first_day"),
    [(2007, "2007-02-17"), (2027, "2027-02-06"), (2030, "2030-02-02")],
)
def test_tet_is_vietnams_own_where_chinas_falls_on_another_day(year: int, first_day: str) -> None:
    days = public_holidays(year)
    tet = dt.date.fromisoformat(first_day)
    assert {tet - dt.timedelta(1), tet, tet + dt.timedelta(3)} <= days


def test_a_project_adds_holidays_and_takes_some_away() -> None:
    time = worked(add=("2026-12-02",), remove=("2027-01-01",))
    assert due("2026-12-01 17:00", "1h", time) == "2026-12-03 08:30"
    assert due("2027-01-01 09:00", "1h", time) == "2027-01-01 10:00"
    assert due("2027-01-01 09:00", "1h") == "2027-01-02 09:00"


def test_round_the_clock_a_night_is_like_a_day_and_midnight_no_border() -> None:
    always = worked("00:00-24:00", "mon-sun")
    assert due("2026-12-05 23:00", "2h", always) == "2026-12-06 01:00"
    assert due("2026-12-05 23:00", "1h", always) == "2026-12-06 00:00"
    assert due("2026-12-05 23:00", "1 day", always) == "2026-12-06 23:00"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-sat", {0, 1, 2, 3, 4, 5}),
        ("mon,wed", {0, 2}),
        ("mon - fri, sun", {0, 1, 2, 3, 4, 6}),
        ("sat-mon", {5, 6, 0}),
        ("sun", {6}),
    ],
)
def test_days_are_named_alone_or_from_one_to_another(text: str, days: set[int]) -> None:
    assert weekdays(text) == days


def test_the_time_in_between_is_what_was_worked() -> None:
    hours = dt.timedelta(hours=1)
    assert SHOP.between(at("2026-12-01 11:00"), at("2026-12-01 14:00")) == 2 * hours
    assert SHOP.between(at("2026-12-05 17:00"), at("2026-12-07 09:00")) == 1.5 * hours
    assert SHOP.between(at("2026-12-07 09:00"), at("2026-12-05 17:00")) == -1.5 * hours
    assert SHOP.between(at("2026-12-06 01:00"), at("2026-12-06 23:00")) == 0 * hours


def test_a_deadline_beyond_all_calendars_is_the_last_day() -> None:
    assert due("2026-12-01 09:00", "999999 years") == "2199-12-31 17:30"
    shut = worked(days="sun", add=tuple(f"2026-{m:02}-01" for m in range(1, 13)))
    assert due("2199-12-31 18:00", "1h", shut) == "2199-12-31 18:00"


times = st.sampled_from(
    [SHOP, worked("00:00-24:00", "mon-sun"), worked("09:15-11:00,20:00-24:00", "sat,sun,tue")]
)
instants = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2028, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=ZONE)
)
minutes = st.integers(0, 6000).map(lambda count: Span(count, "minutes"))


@given(times, instants, instants, minutes)
def test_who_comes_first_is_due_first(
    time: WorkingTime, one: dt.datetime, other: dt.datetime, span: Span
) -> None:
    first, last = sorted((one, other))
    assert time.deadline(first, span) <= time.deadline(last, span)


@given(times, instants, minutes, minutes)
def test_two_spans_one_after_the_other_are_their_sum(
    time: WorkingTime, start: dt.datetime, one: Span, other: Span
) -> None:
    both = Span(one.amount + other.amount, "minutes")
    assert time.deadline(time.deadline(start, one), other) == time.deadline(start, both)


@given(times, instants, minutes)
def test_a_deadline_lies_in_working_time_and_takes_just_its_span(
    time: WorkingTime, start: dt.datetime, span: Span
) -> None:
    end = time.deadline(start, span)
    since_midnight = end.replace(tzinfo=None) - dt.datetime.combine(end, dt.time())
    day, night = end.date(), dt.timedelta(hours=24)
    in_day = any(begin <= since_midnight <= until for begin, until in time.spans)
    at_midnight = not since_midnight and time.spans[-1][1] == night
    assert (time.works_on(day) and in_day) or (at_midnight and time.works_on(day - dt.timedelta(1)))
    assert end >= start
    assert time.between(start, end) == time.length(span)
