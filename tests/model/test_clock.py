import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.model.clock import (
    Clock,
    Span,
    from_text,
    is_stored,
    parse_span,
    shift,
    shift_date,
    to_text,
)
from cskh.model.shape import SPAN
from tests.sample import HANOI, at

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("15 days", Span(15, "days")),
        ("1 day", Span(1, "days")),
        ("24h", Span(24, "hours")),
        ("30m", Span(30, "minutes")),
        ("90 s", Span(90, "seconds")),
        ("2 weeks", Span(2, "weeks")),
        ("3 months", Span(3, "months")),
        ("1 year", Span(1, "years")),
        (" 2w ", Span(2, "weeks")),
        ("0 days", Span(0, "days")),
    ],
)
def test_a_length_of_time_is_read_as_people_say_it(text: str, span: Span) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize(
    "text", ["", "15", "days", "-1 day", "1.5 days", "5 ms", "5 hs", "5 D", "1  day", "1 ngày",
             "٣ days", "1000000 days", "1 day 2 hours"]
)  # fmt: skip
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        parse_span(text)


words = st.sampled_from(["s", "m", "h", "d", "w", "hour", "hours", "months", "hs", "ms", "x", ""])


@given(text=st.builds("{}{}{}".format, st.integers(0, 10**7), st.sampled_from(["", " "]), words))
def test_lint_and_code_read_the_same_lengths(text: str) -> None:
    if re.fullmatch(SPAN, text):
        parse_span(text)
    else:
        with pytest.raises(ValueError, match=text):
            parse_span(text)


@pytest.mark.parametrize(("amount", "said"), [(1, "1 day"), (2, "2 days"), (0, "0 days")])
def test_a_span_says_itself_so_that_it_can_be_read_again(amount: int, said: str) -> None:
    assert str(Span(amount, "days")) == said
    assert parse_span(said) == Span(amount, "days")


@pytest.mark.parametrize(
    ("day", "span", "sign", "there"),
    [
        ("2026-12-31", Span(1, "days"), 1, "2027-01-01"),
        ("2026-03-01", Span(1, "days"), -1, "2026-02-28"),
        ("2026-12-01", Span(2, "weeks"), -1, "2026-11-17"),
        ("2026-01-31", Span(1, "months"), 1, "2026-02-28"),
        ("2024-01-31", Span(1, "months"), 1, "2024-02-29"),
        ("2026-03-31", Span(1, "months"), -1, "2026-02-28"),
        ("2026-01-15", Span(1, "months"), -1, "2025-12-15"),
        ("2026-12-15", Span(1, "months"), 1, "2027-01-15"),
        ("2024-02-29", Span(1, "years"), 1, "2025-02-28"),
        ("2024-02-29", Span(4, "years"), 1, "2028-02-29"),
        ("2026-12-01", Span(999_999, "days"), -1, "1926-12-01"),
        ("2026-12-01", Span(999_999, "months"), 1, "2126-12-01"),
        ("2026-12-01", Span(999_999, "years"), -1, "1926-12-01"),
    ],
)
def test_days_move_by_the_calendar(day: str, span: Span, sign: int, there: str) -> None:
    assert str(shift_date(dt.date.fromisoformat(day), span, sign)) == there


@pytest.mark.parametrize(
    ("moment", "span", "sign", "there"),
    [
        # In New York clocks went from 2 to 3 on 8 March 2026, and from 2 to 1 on 1 November.
        ("2026-03-07T12:00", Span(1, "days"), 1, "2026-03-08T16:00:00Z"),
        ("2026-03-07T12:00", Span(24, "hours"), 1, "2026-03-08T17:00:00Z"),
        ("2026-11-01T00:30", Span(90, "minutes"), 1, "2026-11-01T06:00:00Z"),
        ("2026-11-02T12:00", Span(1, "months"), -1, "2026-10-02T16:00:00Z"),
    ],
)
def test_days_keep_the_time_on_the_wall_and_hours_dont(
    moment: str, span: Span, sign: int, there: str
) -> None:
    start = dt.datetime.fromisoformat(moment).replace(tzinfo=NEW_YORK)
    assert to_text(shift(start, span, sign)) == there


@pytest.mark.parametrize(
    ("given_", "stands"),
    [
        ("2026-12-01T10:00", "2026-12-01T03:00:00Z"),
        ("2026-12-01T10:00:00.999", "2026-12-01T03:00:00Z"),
        ("2026-12-01T10:00+00:00", "2026-12-01T10:00:00Z"),
        ("2026-12-01T23:30-05:00", "2026-12-02T04:30:00Z"),
    ],
)
def test_a_clock_takes_a_time_without_an_offset_as_local(given_: str, stands: str) -> None:
    clock = at(given_)
    assert clock.stored(clock.now) == stands
    assert clock.now.tzinfo is HANOI


@pytest.mark.parametrize("year", [1, 1899, 2200, 9999])
def test_a_clock_stands_in_a_year_that_can_be_worked_with(year: int) -> None:
    with pytest.raises(ValueError, match=str(year)):
        Clock.at(dt.datetime(year, 12, 31), HANOI)


def test_today_is_the_date_on_the_wall() -> None:
    assert str(at("2026-11-30T17:00+00:00").today) == "2026-12-01"
    assert str(at("2026-11-30T16:59:59+00:00").today) == "2026-11-30"


@pytest.mark.parametrize(
    ("zone", "day", "starts"),
    [
        (HANOI, "2026-12-01", "2026-11-30T17:00:00Z"),
        # There is no midnight when Cairo's clocks are put forward: the day begins at one.
        (ZoneInfo("Africa/Cairo"), "2024-04-26", "2024-04-25T22:00:00Z"),
        # And two of them when the Azores' are put back.
        (ZoneInfo("Atlantic/Azores"), "2026-10-25", "2026-10-25T00:00:00Z"),
    ],
)
def test_a_day_starts_at_its_first_instant(zone: ZoneInfo, day: str, starts: str) -> None:
    clock = at("2026-12-01T10:00", zone)
    assert to_text(clock.start_of(dt.date.fromisoformat(day))) == starts


def test_an_instant_has_come_even_if_the_wall_says_otherwise() -> None:
    first = dt.datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)
    second = Clock.at(first.replace(minute=10, fold=1), NEW_YORK)
    assert second.has_come(first)
    assert not Clock.at(first, NEW_YORK).has_come(second.now)
    assert second.has_come(second.now)


moments = st.datetimes(
    dt.datetime(1900, 1, 1), dt.datetime(2199, 12, 31), timezones=st.just(dt.UTC)
).map(lambda moment: moment.replace(microsecond=0))


@given(one=moments, other=moments)
def test_stored_instants_sort_as_they_follow_each_other(
    one: dt.datetime, other: dt.datetime
) -> None:
    assert (to_text(one) < to_text(other)) is (one < other)
    assert from_text(to_text(one)) == one
    assert is_stored(to_text(one))


@pytest.mark.parametrize("text", ["2026-12-01", "2026-12-01T10:00:00", "10:00:00Z", 5, None, ""])
def test_other_values_are_no_stored_instants(text: object) -> None:
    assert not is_stored(text)
