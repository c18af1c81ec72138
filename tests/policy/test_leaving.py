import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.model.clock import Clock
from cskh.model.message import Purpose
from cskh.model.settings import Policy, QuietHours
from cskh.policy.leaving import Defer, Drop, Go, leave, quiet_until
from tests.sample import at

POLICY = Policy(quiet_hours=QuietHours(care="21:30-07:00", advertising="20:00-08:00"))


@pytest.mark.parametrize(
    ("hours", "time", "end"),
    [
        ("22:00-06:00", "21:59:59", None),
        ("22:00-06:00", "22:00:00", "2026-12-02 06:00"),
        ("22:00-06:00", "23:59:59", "2026-12-02 06:00"),
        ("22:00-06:00", "00:00:00", "2026-12-01 06:00"),
        ("22:00-06:00", "05:59:59", "2026-12-01 06:00"),
        ("22:00-06:00", "06:00:00", None),
        ("12:00-13:30", "11:59:59", None),
        ("12:00-13:30", "12:00:00", "2026-12-01 13:30"),
        ("12:00-13:30", "13:29:59", "2026-12-01 13:30"),
        ("12:00-13:30", "13:30:00", None),
        ("22:00-00:00", "23:00:00", "2026-12-02 00:00"),
        ("22:00-00:00", "00:00:00", None),
        ("00:00-06:00", "00:00:00", "2026-12-01 06:00"),
        ("00:00-00:00", "00:00:00", None),
        ("08:00-08:00", "08:00:00", None),
    ],
)
def test_quiet_hours_include_their_start_and_not_their_end(
    hours: str, time: str, end: str | None
) -> None:
    until = quiet_until(hours, at(f"2026-12-01T{time}"))
    assert (f"{until:%Y-%m-%d %H:%M}" if until else None) == end


clock_times = st.times().map(lambda time: f"{time:%H:%M}")


@given(start=clock_times, end=clock_times, now=st.datetimes().map(lambda now: f"{now:%H:%M:%S}"))
def test_what_waits_for_the_end_may_leave_then(start: str, end: str, now: str) -> None:
    hours, clock = f"{start}-{end}", at(f"2026-12-01T{now}")
    until = quiet_until(hours, clock)
    if until is not None:
        assert until > clock.now
        assert quiet_until(hours, Clock.at(until, clock.zone)) is None


@pytest.mark.parametrize(
    ("purpose", "to_staff", "time", "decision"),
    [
        (Purpose.CARE, None, "10:00", Go()),
        (Purpose.CARE, None, "21:29", Go()),
        (Purpose.CARE, None, "21:30", Defer(at("2026-12-02T07:00").now, "quiet_hours")),
        (Purpose.CARE, None, "06:59", Defer(at("2026-12-01T07:00").now, "quiet_hours")),
        (Purpose.CARE, "lan", "23:00", Go()),
        (Purpose.ADVERTISING, "lan", "23:00", Go()),
        (Purpose.ADVERTISING, None, "10:00", Drop("no_consent")),
        (Purpose.ADVERTISING, None, "23:00", Drop("no_consent")),
    ],
)
def test_a_message_leaves_waits_or_is_dropped(
    purpose: Purpose, to_staff: str | None, time: str, decision: Go | Defer | Drop
) -> None:
    assert leave(purpose, to_staff, POLICY, at(f"2026-12-01T{time}")) == decision


@pytest.mark.parametrize(("time", "is_quiet"), [("21:59", False), ("22:00", True)])
def test_left_out_the_hours_are_those_of_the_law(time: str, *, is_quiet: bool) -> None:
    for hours in (QuietHours().care, QuietHours().advertising):
        assert (quiet_until(hours, at(f"2026-12-01T{time}")) is not None) is is_quiet
    assert quiet_until(QuietHours().care, at("2026-12-01T06:00")) is None
    assert quiet_until(QuietHours().advertising, at("2026-12-01T06:59")) is not None
