import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.model.clock import Clock, Span, from_text
from cskh.model.workflow import WEEKDAYS, Moment, Trigger
from cskh.rules.moments import SKIP, Slot, as_if_due, is_due, latest_slot, slot_of
from tests.sample import HANOI, at

DAILY = Trigger(moment=Moment.DAILY, at="10:00")
MONDAY = Trigger(moment=Moment.WEEKLY, at="10:00", weekday="mon")
SUNDAY = Trigger(moment=Moment.WEEKLY, at="10:00", weekday="sun")
LAST = Trigger(moment=Moment.MONTHLY, at="10:00", day="last")
NEW_YORK = ZoneInfo("America/New_York")
A_DAY = Span(24, "hours")


def monthly(day: int) -> Trigger:
    return Trigger(moment=Moment.MONTHLY, at="10:00", day=day)


def told(slot: Slot) -> tuple[str, str]:
    return slot.occasion, f"{slot.at:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("trigger", "now", "occasion", "when"),
    [
        (DAILY, "2026-12-01T09:59", "daily:2026-12-01", "2026-12-01 10:00"),
        (MONDAY, "2026-12-01T10:00", "weekly:2026-W49", "2026-11-30 10:00"),
        (SUNDAY, "2026-12-01T10:00", "weekly:2026-W49", "2026-12-06 10:00"),
        (MONDAY, "2020-12-31T10:00", "weekly:2020-W53", "2020-12-28 10:00"),
        (SUNDAY, "2020-12-31T10:00", "weekly:2020-W53", "2021-01-03 10:00"),
        (SUNDAY, "2021-01-01T10:00", "weekly:2020-W53", "2021-01-03 10:00"),
        (MONDAY, "2024-12-31T10:00", "weekly:2025-W01", "2024-12-30 10:00"),
        (MONDAY, "2026-03-02T10:00", "weekly:2026-W10", "2026-03-02 10:00"),
        (monthly(15), "2026-12-01T10:00", "monthly:2026-12", "2026-12-15 10:00"),
        (monthly(31), "2026-11-01T10:00", "monthly:2026-11", "2026-11-30 10:00"),
        (monthly(30), "2026-02-01T10:00", "monthly:2026-02", "2026-02-28 10:00"),
        (monthly(29), "2024-02-01T10:00", "monthly:2024-02", "2024-02-29 10:00"),
        (LAST, "2024-02-01T10:00", "monthly:2024-02", "2024-02-29 10:00"),
        (LAST, "2026-12-01T10:00", "monthly:2026-12", "2026-12-31 10:00"),
    ],
)
def test_a_slot_belongs_to_its_day_week_or_month(
    trigger: Trigger, now: str, occasion: str, when: str
) -> None:
    assert told(slot_of(trigger, at(now))) == (occasion, when)


@pytest.mark.parametrize(
    ("trigger", "now", "occasion"),
    [
        (DAILY, "2026-12-01T09:59:59", "daily:2026-11-30"),
        (DAILY, "2026-12-01T10:00:00", "daily:2026-12-01"),
        (DAILY, "2026-01-01T00:00", "daily:2025-12-31"),
        (MONDAY, "2026-11-30T09:59", "weekly:2026-W48"),
        (MONDAY, "2026-12-06T23:59", "weekly:2026-W49"),
        (SUNDAY, "2026-12-01T10:00", "weekly:2026-W48"),
        (SUNDAY, "2021-01-04T00:00", "weekly:2020-W53"),
        (LAST, "2024-03-30T10:00", "monthly:2024-02"),
        (LAST, "2026-03-31T10:00", "monthly:2026-03"),
        (monthly(1), "2026-01-01T09:00", "monthly:2025-12"),
    ],
)
def test_the_latest_slot_has_come(trigger: Trigger, now: str, occasion: str) -> None:
    assert latest_slot(trigger, at(now)).occasion == occasion


times = st.times().map(lambda time: f"{time:%H:%M}")
triggers = st.one_of(
    st.builds(Trigger, moment=st.just(Moment.DAILY), at=times),
    st.builds(Trigger, moment=st.just(Moment.WEEKLY), at=times, weekday=st.sampled_from(WEEKDAYS)),
    st.builds(
        Trigger,
        moment=st.just(Moment.MONTHLY),
        at=times,
        day=st.integers(1, 31) | st.just("last"),
    ),
)
clocks = st.builds(
    Clock.at,
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC)),
    st.sampled_from([HANOI, NEW_YORK, ZoneInfo("Africa/Cairo")]),
)
# The longest a period gets: a day or week with an hour more, a month's end a month's end away.
PERIODS = {
    Moment.DAILY: dt.timedelta(days=1, hours=1),
    Moment.WEEKLY: dt.timedelta(days=7, hours=1),
    Moment.MONTHLY: dt.timedelta(days=31, hours=1),
}


@given(trigger=triggers, clock=clocks)
def test_the_latest_slot_is_past_and_less_than_a_period_old(trigger: Trigger, clock: Clock) -> None:
    slot = latest_slot(trigger, clock)
    age = clock.now.astimezone(dt.UTC) - slot.at.astimezone(dt.UTC)
    assert dt.timedelta(0) <= age < PERIODS[trigger.moment]


@given(trigger=triggers, clock=clocks, later=st.timedeltas(dt.timedelta(0), dt.timedelta(days=70)))
def test_slots_come_in_order_and_each_has_a_name_of_its_own(
    trigger: Trigger, clock: Clock, later: dt.timedelta
) -> None:
    one = latest_slot(trigger, clock)
    other = latest_slot(trigger, Clock.at(clock.now.astimezone(dt.UTC) + later, clock.zone))
    assert one.at.timestamp() <= other.at.timestamp()
    assert (one.occasion == other.occasion) is (one.at == other.at)


def test_while_clocks_are_put_back_a_slot_comes_once_at_its_first_time() -> None:
    trigger = Trigger(moment=Moment.DAILY, at="01:30")
    before = Clock.at(from_text("2026-11-01T05:29:59Z"), NEW_YORK)
    second_time_round = Clock.at(from_text("2026-11-01T06:10:00Z"), NEW_YORK)
    assert latest_slot(trigger, before).occasion == "daily:2026-10-31"
    assert latest_slot(trigger, second_time_round).occasion == "daily:2026-11-01"


SLOT = slot_of(DAILY, at("2026-12-01T10:00"))
LONG_KNOWN = from_text("2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("now", "catch_up", "wanted"),
    [
        ("2026-12-01T10:00:00", A_DAY, True),
        ("2026-12-02T10:00:00", A_DAY, True),
        ("2026-12-02T10:00:01", A_DAY, False),
        ("2026-12-01T11:00:00", SKIP, True),
        ("2026-12-01T11:00:01", SKIP, False),
        ("2026-12-04T10:00:00", Span(3, "days"), True),
        ("2026-12-04T10:00:01", Span(3, "days"), False),
        ("2026-12-01T10:00:00", Span(0, "hours"), True),
        ("2026-12-01T10:00:01", Span(0, "hours"), False),
    ],
)
def test_a_slot_may_run_late_but_not_too_late(now: str, catch_up: Span, *, wanted: bool) -> None:
    assert is_due(SLOT, at(now), catch_up, LONG_KNOWN) is wanted


@pytest.mark.parametrize(
    ("now", "seen_since", "wanted"),
    [
        ("2026-12-01T23:59", None, True),
        ("2026-12-02T00:00", None, False),
        ("2026-12-01T23:59", "2026-12-01T15:00:00Z", True),
        ("2026-12-02T00:00", "2026-12-01T03:00:01Z", False),
        ("2026-12-02T00:00", "2026-12-01T03:00:00Z", True),
    ],
)
def test_a_workflow_makes_up_no_slot_from_before_it_was_known(
    now: str, seen_since: str | None, *, wanted: bool
) -> None:
    seen = from_text(seen_since) if seen_since else None
    assert is_due(SLOT, at(now), A_DAY, seen) is wanted


def test_a_dry_run_looks_at_todays_time_or_else_at_now() -> None:
    slot, judged_at = as_if_due(DAILY, at("2026-12-01T08:00"))
    assert (slot.occasion, judged_at.now) == ("daily:2026-12-01", at("2026-12-01T10:00").now)
    slot, judged_at = as_if_due(SUNDAY, at("2026-12-01T08:00"))
    assert (slot.occasion, judged_at.now) == ("weekly:2026-W49", at("2026-12-01T08:00").now)
