import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.model.clock import Clock
from cskh.model.message import Channel, Purpose
from cskh.model.settings import Policy, QuietHours
from cskh.model.standing import NOTHING_KNOWN, Scope, Sort, Standing
from cskh.policy.leaving import Defer, Drop, Go, leave, never, quiet_until
from cskh.policy.refusals import covers, is_refused, remaining
from tests.sample import at

POLICY = Policy(quiet_hours=QuietHours(care="21:30-07:00", advertising="20:00-08:00"))
CARE = (Channel.SMS, Purpose.CARE)
AD = (Channel.SMS, Purpose.ADVERTISING)


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


def test_where_clocks_are_put_back_the_hours_end_the_second_time() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    now = dt.datetime(2026, 10, 25, 2, 10, tzinfo=berlin, fold=1)
    until = quiet_until("01:00-02:30", Clock.at(now, berlin))
    assert until is not None
    assert until.timestamp() - now.timestamp() == 20 * 60


clock_times = st.times().map(lambda time: f"{time:%H:%M}")


@given(start=clock_times, end=clock_times, now=st.datetimes().map(lambda now: f"{now:%H:%M:%S}"))
def test_what_waits_for_the_end_may_leave_then(start: str, end: str, now: str) -> None:
    hours, clock = f"{start}-{end}", at(f"2026-12-01T{now}")
    until = quiet_until(hours, clock)
    if until is not None:
        assert until > clock.now
        assert quiet_until(hours, Clock.at(until, clock.zone)) is None


EVENING = Defer(at("2026-12-02T07:00").now, "quiet_hours")
AGREED = Standing(consents=frozenset({AD}))


@pytest.mark.parametrize(
    ("sort", "to_staff", "time", "decision"),
    [
        (CARE, None, "10:00", Go()),
        (CARE, None, "21:29", Go()),
        (CARE, None, "21:30", EVENING),
        (CARE, None, "06:59", Defer(at("2026-12-01T07:00").now, "quiet_hours")),
        (CARE, "lan", "23:00", Go()),
        (AD, "lan", "23:00", Go()),
        (AD, None, "10:00", Go()),
        (AD, None, "19:59", Go()),
        (AD, None, "20:00", Defer(at("2026-12-02T08:00").now, "quiet_hours")),
        (AD, None, "07:59", Defer(at("2026-12-01T08:00").now, "quiet_hours")),
    ],
)
def test_each_purpose_has_quiet_hours_of_its_own(
    sort: Sort, to_staff: str | None, time: str, decision: Go | Defer | Drop
) -> None:
    assert leave(sort, to_staff, AGREED, POLICY, at(f"2026-12-01T{time}")) == decision


@pytest.mark.parametrize(
    ("known", "sort", "reason"),
    [
        ({}, CARE, None),
        ({}, AD, "no_consent"),
        ({}, (Channel.ZALO, Purpose.ADVERTISING), "no_consent"),
        ({"consents": frozenset({AD})}, AD, None),
        ({"consents": frozenset({AD})}, (Channel.EMAIL, Purpose.ADVERTISING), "no_consent"),
        ({"consents": frozenset({CARE})}, AD, "no_consent"),
        ({"consents": frozenset({AD}), "opted_out": frozenset({AD})}, AD, "opted_out"),
        ({"opted_out": frozenset({AD})}, CARE, None),
        ({"opted_out": frozenset({(None, None)})}, CARE, "opted_out"),
        ({"opted_out": frozenset({(Channel.SMS, None)})}, CARE, "opted_out"),
        ({"opted_out": frozenset({(Channel.EMAIL, None)})}, CARE, None),
        ({"opted_out": frozenset({(None, Purpose.CARE)})}, CARE, "opted_out"),
        ({"opted_out": frozenset({(None, Purpose.ADVERTISING)})}, CARE, None),
        ({"do_not_contact": True}, CARE, "do_not_contact"),
        ({"do_not_contact": True}, (Channel.ZNS, Purpose.CARE), "do_not_contact"),
        ({"do_not_contact": True}, (Channel.EMAIL, Purpose.CARE), None),
        ({"do_not_contact": True, "opted_out": frozenset({CARE})}, CARE, "opted_out"),
        ({"consents": frozenset({AD}), "sent_lately": {AD: 2}}, AD, None),
        ({"consents": frozenset({AD}), "sent_lately": {AD: 3}}, AD, "capped"),
        ({"consents": frozenset({AD}), "sent_lately": {CARE: 9}}, AD, None),
        ({"sent_lately": {CARE: 999}}, CARE, None),
        ({"sent_lately": {AD: 3}}, AD, "no_consent"),
    ],
)
def test_what_is_known_of_a_customer_stops_a_message(
    known: dict[str, Any], sort: Sort, reason: str | None
) -> None:
    assert never(sort, Standing(**known), POLICY) == (Drop(reason) if reason else None)
    # What is never sent doesn't wait for the end of the night either.
    now = at("2026-12-01T23:00")
    told = leave(sort, None, Standing(**known), POLICY, now)
    assert told == Drop(reason) if reason else isinstance(told, Defer)
    assert leave(sort, "lan", Standing(**known), POLICY, now) == Go()


channels, purposes = st.sampled_from(Channel), st.sampled_from(Purpose)
sorts = st.tuples(channels, purposes)
scopes = st.tuples(st.none() | channels, st.none() | purposes)
standings = st.builds(
    Standing,
    opted_out=st.frozensets(scopes, max_size=3),
    consents=st.frozensets(sorts),
    do_not_contact=st.booleans(),
    sent_lately=st.dictionaries(sorts, st.integers(0, 4)),
)


@given(standing=standings, scope=scopes, sort=sorts)
def test_an_opt_out_lets_nothing_more_through(standing: Standing, scope: Scope, sort: Sort) -> None:
    refused = replace(standing, opted_out=standing.opted_out | {scope})
    if never(sort, standing, POLICY) is not None:
        assert never(sort, refused, POLICY) is not None
    if covers(scope, sort):
        assert never(sort, refused, POLICY) == Drop("opted_out")


@given(standing=standings, sort=sorts, other=sorts, more=st.integers(0, 3))
def test_what_was_sent_lets_nothing_more_through_and_only_counts_for_its_own_cap(
    standing: Standing, sort: Sort, other: Sort, more: int
) -> None:
    before, after = (never(sort, each, POLICY) for each in (standing, standing.after(other, more)))
    if before is not None or sort != other:
        assert after == before


@given(known=st.frozensets(scopes, max_size=4), lifted=scopes, sort=sorts)
def test_lifting_frees_what_was_lifted_and_nothing_else(
    known: frozenset[Scope], lifted: Scope, sort: Sort
) -> None:
    left = [scope for each in known for scope in remaining(each, lifted)]
    assert is_refused(left, sort) == (is_refused(known, sort) and not covers(lifted, sort))


@pytest.mark.parametrize(("time", "is_quiet"), [("21:59", False), ("22:00", True)])
def test_left_out_the_hours_are_those_of_the_law(time: str, *, is_quiet: bool) -> None:
    for hours in (QuietHours().care, QuietHours().advertising):
        assert (quiet_until(hours, at(f"2026-12-01T{time}")) is not None) is is_quiet
    assert quiet_until(QuietHours().care, at("2026-12-01T06:00")) is None
    assert quiet_until(QuietHours().advertising, at("2026-12-01T06:59")) is not None


@pytest.mark.parametrize(
    ("time", "leave_by", "decision"),
    [
        ("10:00", "2026-12-01T03:00:00Z", Go()),
        ("10:00", "2026-12-01T02:59:59Z", Drop("out_of_window")),
        ("22:30", "2026-12-01T20:00:00Z", Drop("out_of_window")),
    ],
)
def test_an_answer_leaves_within_its_window_or_not_at_all(
    time: str, leave_by: str, decision: object
) -> None:
    sort, now = (Channel.FACEBOOK, Purpose.CARE), at(f"2026-12-01T{time}")
    assert leave(sort, None, NOTHING_KNOWN, POLICY, now, leave_by) == decision
