"""The turns of days, weeks, months and years: anniversaries and slots on both sides of them."""

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.model.clock import Clock
from cskh.model.workflow import WEEKDAYS, Moment, Trigger
from cskh.rules.moments import latest_slot, slot_of
from tests.rules.asking import is_so
from tests.sample import HANOI, at

OPERATORS = ["anniversary", "lunar_anniversary"]
MIDNIGHT = Trigger(moment=Moment.DAILY, at="00:00")
LAST_MINUTE = Trigger(moment=Moment.DAILY, at="23:59")


def noon(day: dt.date) -> Clock:
    return Clock.at(dt.datetime.combine(day, dt.time(12)), HANOI)


def year_days(year: int) -> list[dt.date]:
    return [dt.date(year, 1, 1) + dt.timedelta(n) for n in range(365 + calendar.isleap(year))]


DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2040, 12, 31))
# The last days of months and years, where windows run over.
TURNING = st.builds(
    lambda day, days: day.replace(day=1) + dt.timedelta(days), DAYS, st.integers(-4, 3)
)
BIRTHDAYS = st.dates(dt.date(1900, 1, 1), dt.date(2040, 12, 31)) | st.sampled_from(
    [dt.date(1988, 2, 29), dt.date(1988, 2, 28), dt.date(1990, 12, 31), dt.date(1991, 1, 1)]
)


def has_it(operator: str, window: str, birthday: dt.date, today: dt.date) -> bool:
    return is_so("birthday", str(birthday), operator, window, noon(today))


def born_near(today: dt.date, birthday: dt.date, away: int) -> dt.date:
    """Return a birthday that is kept near today, unless that was a 29 February."""
    near = today + dt.timedelta(away)
    is_leap_day = (near.month, near.day) == (2, 29)
    return near.replace(year=birthday.year, day=28 if is_leap_day else near.day)


@given(year=st.integers(2000, 2040), birthday=BIRTHDAYS)
def test_everybody_has_one_birthday_a_year(year: int, birthday: dt.date) -> None:
    kept = [day for day in year_days(year) if has_it("anniversary", "today", birthday, day)]
    assert len(kept) == 1
    moved = not calendar.isleap(year) and (birthday.month, birthday.day) == (2, 29)
    assert (kept[0].month, kept[0].day) == (birthday.month, 28 if moved else birthday.day)


@pytest.mark.parametrize("operator", OPERATORS)
@given(today=DAYS | TURNING, birthday=BIRTHDAYS, away=st.integers(-8, 40), data=st.data())
def test_a_window_holds_what_its_days_hold(
    operator: str, today: dt.date, birthday: dt.date, away: int, data: st.DataObject
) -> None:
    born = data.draw(st.sampled_from([birthday, born_near(today, birthday, away)]))

    def on(day: dt.date) -> bool:
        return has_it(operator, "today", born, day)

    monday = today - dt.timedelta(today.weekday())
    month = calendar.monthrange(today.year, today.month)[1]
    assert has_it(operator, "in 3 days", born, today) is on(today + dt.timedelta(3))
    week = any(on(monday + dt.timedelta(n)) for n in range(7))
    assert has_it(operator, "this week", born, today) is week
    days = (today.replace(day=n) for n in range(1, month + 1))
    assert has_it(operator, "this month", born, today) is any(map(on, days))


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        ("2026-11-30T23:59:59", False),
        ("2026-12-01T00:00:00", True),
        ("2026-12-01T23:59:59", True),
        ("2026-12-02T00:00:00", False),
        ("2026-11-30T16:59:59+00:00", False),
        ("2026-11-30T17:00:00+00:00", True),
        ("2026-12-01T16:59:59+00:00", True),
        ("2026-12-01T17:00:00+00:00", False),
    ],
)
def test_a_birthday_lasts_from_midnight_to_midnight_in_hanoi(now: str, *, wanted: bool) -> None:
    assert is_so("birthday", "1990-12-01", "anniversary", "today", at(now)) is wanted
    assert is_so("birthday", "1990-12-01", "lunar_anniversary", "today", at(now)) is False
    # By the moon both are the 23rd of the tenth month.
    assert is_so("birthday", "1990-12-09", "lunar_anniversary", "today", at(now)) is wanted


@pytest.mark.parametrize(
    ("trigger", "now", "occasion"),
    [
        (MIDNIGHT, "2026-12-31T23:59:59", "daily:2026-12-31"),
        (MIDNIGHT, "2027-01-01T00:00:00", "daily:2027-01-01"),
        (MIDNIGHT, "2026-12-31T16:59:59+00:00", "daily:2026-12-31"),
        (MIDNIGHT, "2026-12-31T17:00:00+00:00", "daily:2027-01-01"),
        (LAST_MINUTE, "2026-12-31T23:58:59", "daily:2026-12-30"),
        (LAST_MINUTE, "2026-12-31T23:59:00", "daily:2026-12-31"),
        (LAST_MINUTE, "2027-01-01T00:00:00", "daily:2026-12-31"),
    ],
)
def test_a_daily_slot_comes_with_its_second(trigger: Trigger, now: str, occasion: str) -> None:
    assert latest_slot(trigger, at(now)).occasion == occasion


@pytest.mark.parametrize(
    ("weekday", "now", "occasion", "day"),
    [
        ("mon", "2026-12-28T10:00", "weekly:2026-W53", "2026-12-28"),
        ("thu", "2027-01-01T10:00", "weekly:2026-W53", "2026-12-31"),
        ("fri", "2027-01-01T10:00", "weekly:2026-W53", "2027-01-01"),
        ("fri", "2027-01-01T09:59", "weekly:2026-W52", "2026-12-25"),
        ("sun", "2027-01-03T10:00", "weekly:2026-W53", "2027-01-03"),
        ("sun", "2027-01-03T23:59", "weekly:2026-W53", "2027-01-03"),
        ("mon", "2027-01-04T00:00", "weekly:2026-W53", "2026-12-28"),
        ("mon", "2027-01-04T10:00", "weekly:2027-W01", "2027-01-04"),
    ],
)
def test_the_week_of_the_new_year_has_one_name(
    weekday: str, now: str, occasion: str, day: str
) -> None:
    trigger = Trigger(moment=Moment.WEEKLY, at="10:00", weekday=weekday)
    slot = latest_slot(trigger, at(now))
    assert (slot.occasion, str(slot.at.date())) == (occasion, day)


@given(first=DAYS, weekday=st.sampled_from(WEEKDAYS))
def test_every_weekly_slot_is_a_week_after_the_one_before(first: dt.date, weekday: str) -> None:
    trigger = Trigger(moment=Moment.WEEKLY, at="10:00", weekday=weekday)
    slots = [slot_of(trigger, noon(first + dt.timedelta(weeks=n))) for n in range(54)]
    gaps = {later.at - slot.at for slot, later in zip(slots, slots[1:], strict=False)}
    assert gaps == {dt.timedelta(weeks=1)}
    assert len({slot.occasion for slot in slots}) == len(slots)
    assert {slot.at.weekday() for slot in slots} == {WEEKDAYS.index(weekday)}


@given(year=st.integers(2000, 2040), day=st.integers(1, 31) | st.just("last"))
def test_a_monthly_slot_comes_every_month(year: int, day: int) -> None:
    trigger = Trigger(moment=Moment.MONTHLY, at="10:00", day=day)
    for month in range(1, 13):
        length = calendar.monthrange(year, month)[1]
        wanted = length if day == "last" else min(day, length)
        for today in (1, length):
            slot = slot_of(trigger, noon(dt.date(year, month, today)))
            assert slot.occasion == f"monthly:{year}-{month:02}"
            assert slot.at.date() == dt.date(year, month, wanted)
