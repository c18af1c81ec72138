from __future__ import annotations

import itertools
import os
import signal
import socket
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cskh.edge import moods
from cskh.edge.stand_in import Call, Mood, StandIn, answer
from cskh.engine.delivering import deliver
from cskh.engine.environment import Environment
from cskh.model.message import Message, State
from cskh.providers import Flow
from tests.project import PASSCODE, Project, run, send
from tests.sample import at

TEN = "2026-12-01T10:00"


@contextmanager
def queued(project: Project, size: int) -> Iterator[Environment]:
    """Greet a crowd of a size, up to the point where its messages have to leave."""
    project.crowd(size)
    with project.opened(TEN) as environment:
        run(environment)
        yield environment


def minute(number: int) -> str:
    """Return a time so many minutes after ten."""
    return f"2026-12-01T{10 + number // 60}:{number % 60:02}"


def test_every_message_reaches_the_provider_once(project: Project, vietguys: StandIn) -> None:
    with queued(project, 100) as environment:
        delivered = send(environment)
    assert delivered.counts[State.ACCEPTED] == 100
    assert not delivered.is_partial
    assert sorted(sms.phone for sms in vietguys.accepted) == [
        f"8490000{number:04}" for number in range(1, 101)
    ]
    assert project.states() == {"accepted": 100}
    stored = dict(project.rows("SELECT id, provider_id FROM outbox"))
    assert {int(sms.bid): sms.id for sms in vietguys.accepted} == stored
    assert project.rows("SELECT DISTINCT sent_at, attempts, error FROM outbox") == [
        ("2026-12-01T03:00:00Z", 1, None)
    ]


@pytest.mark.parametrize("code", [-10, -11, -14, -18, -20, -99])
def test_what_a_provider_refuses_for_good_has_failed(
    project: Project, vietguys: StandIn, code: int
) -> None:
    vietguys.next(moods.refuse(code))
    with queued(project, 1) as environment:
        delivered = send(environment)
        send(environment, minute(120))
    assert delivered.is_partial
    assert vietguys.calls == 1
    (row,) = project.rows("SELECT state, attempts, error FROM outbox")
    assert row[:2] == ("failed", 1)
    assert f"(Vietguys {code})" in row[2]


def test_a_busy_provider_is_tried_five_times_further_and_further_apart(
    project: Project, vietguys: StandIn
) -> None:
    vietguys.mood = moods.busy
    tries = []
    with queued(project, 1) as environment:
        for now in range(0, 100):
            before = vietguys.calls
            send(environment, minute(now))
            tries += [now] * (vietguys.calls - before)
    waits = [after - before for before, after in itertools.pairwise(tries)]
    assert waits[0] == 1
    assert len(tries) == 5
    assert all(
        3 * longest / 4 <= wait <= longest
        for wait, longest in zip(waits, (1, 4, 15, 60), strict=True)
    )
    assert project.rows("SELECT state, attempts FROM outbox") == [("failed", 5)]


def test_a_run_never_waits_for_a_retry(project: Project, vietguys: StandIn) -> None:
    vietguys.next(moods.busy)
    with queued(project, 1) as environment:
        first, again = send(environment), send(environment)
        assert vietguys.calls == 1
        assert (first.is_partial, again.is_partial) == (True, False)
        assert again.counts[State.QUEUED] == 1
        assert send(environment, minute(1)).counts[State.ACCEPTED] == 1
    assert project.rows("SELECT state, attempts, error FROM outbox") == [("accepted", 2, None)]


def test_a_retry_is_for_a_later_delivery_even_if_this_one_takes_hours(
    project: Project, vietguys: StandIn
) -> None:
    vietguys.mood = moods.busy
    project.through(vietguys, keys=", parallel: 1")
    with queued(project, 3) as environment:
        minutes = itertools.count(step=5)
        passing = replace(environment, time=lambda: at(minute(next(minutes))))
        send(passing)
    assert vietguys.calls == 3


def test_what_policy_holds_back_is_put_off_in_parts(project: Project, vietguys: StandIn) -> None:
    parts: list[int] = []
    with queued(project, 2500) as environment:
        night = at("2026-12-01T22:30")
        deliver(replace(environment, clock=night, time=lambda: night), parts.append)
    assert (sum(parts), vietguys.calls, project.states()) == (2500, 0, {"queued": 2500})
    assert max(parts) <= 1100


def test_somebody_elses_duplicate_has_failed(project: Project, vietguys: StandIn) -> None:
    vietguys.next(moods.refuse(-16))
    with queued(project, 1) as environment:
        send(environment)
    assert project.states() == {"failed": 1}


def test_a_duplicate_of_our_own_earlier_try_was_accepted(
    project: Project, vietguys: StandIn
) -> None:
    vietguys.next(moods.busy, moods.refuse(-16))
    with queued(project, 1) as environment:
        send(environment)
        send(environment, minute(1))
    assert project.states() == {"accepted": 1}


@pytest.mark.parametrize("code", [-3, -5, -8, -9])
def test_a_refused_account_stops_the_provider_and_costs_no_message_an_attempt(
    project: Project, vietguys: StandIn, code: int
) -> None:
    vietguys.mood = moods.refuse(code)
    with queued(project, 30) as environment:
        delivered = send(environment)
        assert delivered.is_partial
        assert f"(Vietguys {code})" in delivered.stopped["chinh"]
        assert vietguys.calls <= 8
        assert environment.store.outbox.stops() == delivered.stopped
    assert project.rows("SELECT DISTINCT state, attempts FROM outbox") == [("queued", 0)]


def test_a_stopped_provider_is_tried_with_one_message_and_then_gets_them_all(
    project: Project, vietguys: StandIn
) -> None:
    vietguys.mood = moods.refuse(-5)
    with queued(project, 30) as environment:
        send(environment)
        before = vietguys.calls
        assert send(environment, minute(1)).stopped
        assert vietguys.calls == before + 1
        vietguys.mood = answer
        repaired = send(environment, minute(2))
        assert environment.store.outbox.stops() == {}
    assert (repaired.counts[State.ACCEPTED], repaired.stopped) == (30, {})
    assert project.rows("SELECT DISTINCT state, attempts FROM outbox") == [("accepted", 1)]


@pytest.mark.parametrize("mood", [moods.busy, moods.status(503)])
def test_a_stopped_provider_that_is_still_down_costs_no_attempt(
    project: Project, vietguys: StandIn, mood: Mood
) -> None:
    vietguys.mood = moods.refuse(-5)
    with queued(project, 3) as environment:
        send(environment)
        vietguys.mood = mood
        before = vietguys.calls
        assert send(environment, minute(1)).stopped
        assert vietguys.calls == before + 1
    assert project.rows("SELECT DISTINCT state, attempts FROM outbox") == [("queued", 0)]


@pytest.mark.parametrize(
    ("mood", "states"),
    [
        (moods.busy, {"queued": 50}),
        (moods.status(500), {"queued": 30, "unknown": 20}),
        (moods.cut_unread, {"queued": 30, "unknown": 20}),
    ],
)
def test_twenty_failures_in_a_row_stop_a_provider(
    project: Project, vietguys: StandIn, mood: Mood, states: dict[str, int]
) -> None:
    vietguys.mood = mood
    project.through(vietguys, keys=", parallel: 1")
    with queued(project, 50) as environment:
        assert list(send(environment).stopped) == ["chinh"]
    assert vietguys.calls == 20
    assert project.states() == states


def test_failures_in_a_row_are_counted_from_one_delivery_to_the_next(
    project: Project, vietguys: StandIn
) -> None:
    vietguys.mood = moods.status(500)
    project.through(vietguys, keys=", parallel: 1")
    with queued(project, 3) as environment:
        for day in range(1, 8):
            run(environment, f"2026-12-{day:02}T10:00")
            stopped = send(environment, f"2026-12-{day:02}T10:00").stopped
            assert bool(stopped) is (day == 7)
        assert environment.store.outbox.failures() == {"chinh": 20}
        vietguys.mood = answer
        assert send(environment, "2026-12-07T10:01").stopped == {}
        assert environment.store.outbox.failures() == {"chinh": 0}


def test_an_outage_that_costs_a_message_a_trial_is_tried_less_and_less_often(
    project: Project, vietguys: StandIn
) -> None:
    vietguys.mood = moods.status(500)
    project.through(vietguys, keys=", parallel: 1")
    with queued(project, 100) as environment:
        for number in range(240):
            assert send(environment, minute(number)).stopped
        lost = vietguys.calls - 20
        assert 5 <= lost <= 12  # of 239 runs, one a minute
        vietguys.mood = answer
        assert send(environment, "2026-12-01T15:00").stopped == {}
    assert project.states() == {"unknown": 20 + lost, "accepted": 80 - lost}


def test_recipients_who_cant_be_reached_are_no_failure_of_the_provider(
    project: Project, vietguys: StandIn
) -> None:
    vietguys.mood = moods.refuse(-10)
    with queued(project, 50) as environment:
        assert send(environment).stopped == {}
    assert project.states() == {"failed": 50}


def test_a_numbers_daily_cap_is_tried_again_after_an_hour_and_until_the_next_day(
    project: Project, vietguys: StandIn
) -> None:
    vietguys.mood = moods.refuse(-19)
    tries = []
    with queued(project, 1) as environment:
        assert send(environment).stopped == {}
        for hour in range(1, 40):
            before = vietguys.calls
            day, hours = divmod(10 + hour, 24)
            send(environment, f"2026-12-0{1 + day}T{hours:02}:00")
            tries += [hour] * (vietguys.calls - before)
    assert tries == [1, 5, 20, 32]  # 23:00 is for the morning
    assert project.states() == {"failed": 1}


def test_an_accounts_daily_cap_rests_the_account_and_costs_no_message_an_attempt(
    project: Project, vietguys: StandIn
) -> None:
    vietguys.mood = moods.refuse(-17)
    project.through(vietguys, keys=", parallel: 1")
    with queued(project, 30) as environment:
        for now in (*range(0, 60, 7), *range(60, 600, 31)):
            assert send(environment, minute(now)).stopped.keys() == {"chinh"}
        assert vietguys.calls == 10  # once an hour at most
        assert project.rows("SELECT DISTINCT state, attempts FROM outbox") == [("queued", 0)]
        assert len(project.rows("SELECT 1 FROM notifications WHERE kind = 'provider_stopped'")) == 1
        vietguys.mood = answer
        assert send(environment, "2026-12-02T07:00").stopped == {}
    assert project.states() == {"accepted": 30}


def test_a_provider_that_asks_on_trial_to_be_left_alone_is_left_alone(
    project: Project, vietguys: StandIn
) -> None:
    vietguys.mood = moods.refuse(-9)
    with queued(project, 3) as environment:
        send(environment)
        vietguys.mood = moods.status(429, Retry_After="600")
        send(environment, minute(1))
        calls = vietguys.calls
        for now in range(2, 11):
            assert send(environment, minute(now)).stopped.keys() == {"chinh"}
        assert vietguys.calls == calls
        assert project.rows("SELECT max(attempts) FROM outbox") == [(0,)]
        vietguys.mood = answer
        send(environment, minute(11))
    assert project.states() == {"accepted": 3}


@pytest.mark.parametrize(
    ("mood", "due"),
    [
        (moods.status(503), "2026-12-01T03:01:00Z"),
        (moods.status(429, Retry_After="5"), "2026-12-01T03:01:00Z"),
        (moods.status(503, Retry_After="600"), "2026-12-01T03:10:00Z"),
        (moods.status(429, Retry_After="86400"), "2026-12-01T04:00:00Z"),
    ],
)
def test_a_server_that_asks_for_patience_gets_it(
    project: Project, vietguys: StandIn, mood: Mood, due: str
) -> None:
    vietguys.next(mood)
    with queued(project, 1) as environment:
        send(environment)
    assert project.rows("SELECT state, due_at FROM outbox") == [("queued", due)]


@pytest.mark.parametrize(
    "mood",
    [
        pytest.param(moods.status(500), id="an internal error"),
        pytest.param(moods.status(502), id="a gateway's error"),
        pytest.param(moods.status(504), id="a gateway's time-out"),
        pytest.param(moods.cut_read, id="cut after reading"),
        pytest.param(moods.cut_unread, id="cut before reading"),
        pytest.param(moods.says("<html>OK</html>"), id="HTML"),
        pytest.param(moods.says(""), id="nothing"),
        pytest.param(moods.says('{"error": 0, "error_code": -2}'), id="a contradiction"),
        pytest.param(moods.says("[" * 100_000), id="an abyss of brackets"),
        pytest.param(moods.drip, id="a byte at a time"),
        pytest.param(moods.flood, id="an answer without an end"),
        pytest.param(moods.slow(threading.Event()), id="no answer"),
    ],
)
def test_what_may_have_gone_out_is_unknown_and_never_sent_again(
    project: Project, vietguys: StandIn, mood: Mood
) -> None:
    vietguys.next(mood)
    with queued(project, 1) as environment:
        hasty = _hasty(environment)
        assert send(hasty).counts[State.UNKNOWN] == 1
        for now in range(1, 200, 20):
            send(hasty, minute(now))
    assert vietguys.calls == 1
    ((state, error),) = project.rows("SELECT state, error FROM outbox")
    assert state == "unknown"
    assert error


def test_a_provider_that_cant_be_reached_gets_the_message_later(
    project: Project, vietguys: StandIn
) -> None:
    settings = (project.root / "cskh.yaml").read_text()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    project.write("cskh.yaml", settings.replace(vietguys.url, f"http://127.0.0.1:{port}"))
    with queued(project, 1) as environment:
        assert send(environment).is_partial
    assert project.rows("SELECT state, attempts FROM outbox") == [("queued", 1)]
    project.write("cskh.yaml", settings)
    with project.opened(minute(1)) as environment:
        assert send(environment).counts[State.ACCEPTED] == 1


def test_a_message_waits_for_its_time(project: Project) -> None:
    project.workflow("hello", actions='[{send_sms: {content: Hello, send_at: "+2h"}}]')
    with queued(project, 2) as environment:
        waiting = send(environment)
        assert (waiting.counts[State.QUEUED], waiting.is_partial) == (2, False)
        assert send(environment, minute(119)).counts[State.ACCEPTED] == 0
        assert send(environment, minute(120)).counts[State.ACCEPTED] == 2


def test_quiet_hours_put_a_message_off_to_their_end(project: Project) -> None:
    with queued(project, 2) as environment:
        night = send(environment, "2026-12-01T22:00")
        assert (night.counts[State.QUEUED], night.is_partial) == (2, False)
        assert project.rows("SELECT DISTINCT due_at, skip_reason, attempts FROM outbox") == [
            ("2026-12-01T23:00:00Z", "quiet_hours", 0)
        ]
        assert send(environment, "2026-12-02T05:59").counts[State.ACCEPTED] == 0
        assert send(environment, "2026-12-02T06:00").counts[State.ACCEPTED] == 2
    assert project.rows("SELECT DISTINCT state, skip_reason FROM outbox") == [("accepted", None)]


def test_quiet_hours_that_begin_during_a_delivery_hold_the_rest_back(
    project: Project, vietguys: StandIn
) -> None:
    project.through(vietguys, keys=", parallel: 1")
    with queued(project, 5) as environment:
        evening = replace(
            environment,
            clock=at("2026-12-01T21:50"),
            time=lambda: at("2026-12-01T21:50" if vietguys.calls < 3 else "2026-12-01T22:00"),
        )
        delivered = send(evening)
    assert delivered.counts[State.QUEUED] == 2
    assert project.states() == {"accepted": 3, "queued": 2}


def test_colleagues_are_written_to_at_any_hour(project: Project) -> None:
    project.workflow("hello", actions="[{send_sms: {to: {staff: lan}, content: Call them}}]")
    with queued(project, 1) as environment:
        assert send(environment, "2026-12-01T23:00").counts[State.ACCEPTED] == 1


def test_advertising_is_not_sent_without_consent(project: Project) -> None:
    project.settle(policy='{opt_out_text: {sms: "Tu choi: soan TC"}}')
    project.workflow("hello", actions="[{send_sms: {content: Buy!, purpose: advertising}}]")
    with queued(project, 2) as environment:
        assert not send(environment).is_partial
    asked = "SELECT DISTINCT state, skip_reason FROM outbox"
    assert project.rows(asked) == [("skipped", "no_consent")]
    assert project.sent == []


def test_policy_is_asked_again_when_a_message_leaves(project: Project) -> None:
    with queued(project, 2) as environment:
        _change(project, "UPDATE outbox SET purpose = 'advertising' WHERE id = 1")
        delivered = send(environment)
    assert (delivered.counts[State.SKIPPED], delivered.is_partial) == (1, False)
    assert project.rows("SELECT state, skip_reason FROM outbox ORDER BY id") == [
        ("skipped", "no_consent"),
        ("accepted", None),
    ]


def test_a_provider_without_its_secret_is_stopped(project: Project, vietguys: StandIn) -> None:
    del project.environ["PASSCODE"]
    with queued(project, 2) as environment:
        delivered = send(environment)
    assert delivered.stopped == {"chinh": "PASSCODE is not set."}
    assert delivered.is_partial
    assert project.rows("SELECT DISTINCT state, attempts FROM outbox") == [("queued", 0)]
    project.environ["PASSCODE"] = PASSCODE
    with project.opened(TEN) as environment:
        assert send(environment).counts[State.ACCEPTED] == 2


def test_messages_wait_for_a_channel_to_get_a_provider(project: Project) -> None:
    project.settle(active="{}")
    with queued(project, 2) as environment:
        delivered = send(environment)
    assert delivered.unprovided == ["sms has no active provider (active: in cskh.yaml)."]
    assert delivered.is_partial
    project.settle()
    with project.opened(TEN) as environment:
        assert send(environment).counts[State.ACCEPTED] == 2


def test_messages_of_a_provider_that_is_gone_are_told(project: Project) -> None:
    with queued(project, 1):
        pass
    project.settle(providers="{neu: {type: sandbox, file: new.jsonl}}", active="{sms: neu}")
    with project.opened(TEN) as environment:
        delivered = send(environment)
    assert delivered.unprovided == [
        "thu is no longer in cskh.yaml (cskh provider use ID --move-waiting)."
    ]
    assert project.states() == {"queued": 1}


def test_as_many_messages_are_on_the_way_as_the_account_allows_and_never_more(
    project: Project, vietguys: StandIn
) -> None:
    crowd = Together(4)
    vietguys.mood = crowd
    project.settle(active="{}")
    project.crowd(8)
    with project.opened(TEN) as environment:
        run(environment)
    # Half of the messages know no provider, half of them do.
    project.through(vietguys, keys=", parallel: 4")
    project.workflow("again", actions="[{send_sms: {content: Hello again}}]")
    with project.opened(TEN) as environment:
        run(environment)
        assert send(environment).counts[State.ACCEPTED] == 16
    assert crowd.most == 4
    assert vietguys.connections <= 4


def test_a_rate_is_kept_to(project: Project, vietguys: StandIn) -> None:
    arrivals: list[float] = []

    def note(call: Call) -> None:
        arrivals.append(time.monotonic())
        answer(call)

    vietguys.mood = note
    project.through(vietguys, keys=", rate: 5/s")
    with queued(project, 8) as environment:
        assert send(environment).counts[State.ACCEPTED] == 8
    assert arrivals[7] - arrivals[0] > 0.5


def test_a_rate_that_is_not_reached_keeps_nobody_busy(project: Project, vietguys: StandIn) -> None:
    turns = []
    until = threading.Event()
    vietguys.mood = moods.slow(until)
    project.through(vietguys, keys=", rate: 1000/s, parallel: 1")
    timer = threading.Timer(0.2, until.set)
    with queued(project, 3) as environment:
        timer.start()
        deliver(environment, turns.append)
    assert len(turns) < 10


def test_a_slow_provider_holds_up_no_other(project: Project, vietguys: StandIn) -> None:
    project.through(vietguys, active="{sms: thu}")
    project.workflow("slow", actions="[{send_sms: {content: Slow, provider: chinh}}]")
    until = threading.Event()
    vietguys.mood = moods.slow(until)

    def watch(_settled: int) -> None:
        if len(project.sent) == 40:
            until.set()

    with queued(project, 40) as environment:
        delivered = deliver(environment, watch)
    assert delivered.counts[State.ACCEPTED] == 80


def test_a_slip_in_a_providers_code_costs_one_message_its_certainty(project: Project) -> None:
    with queued(project, 1) as environment:
        delivered = send(_through(environment, Slipping()))
    assert delivered.counts[State.UNKNOWN] == 1
    assert project.rows("SELECT state, error FROM outbox") == [("unknown", "ZeroDivisionError")]
    log = (project.root / "cskh.log").read_text()
    assert '"event": "provider_bug"' in log
    assert "test_delivering.py:" in log


def test_what_a_dead_process_was_sending_is_unknown_and_what_it_only_held_goes(
    project: Project,
) -> None:
    holder = f"{socket.gethostname()}:{_dead_process()}:1"
    with queued(project, 3) as environment:
        _hold(project, 1, "sending", holder)
        _hold(project, 2, "claimed", holder)
        delivered = send(environment)
    assert delivered.counts == Counter({State.UNKNOWN: 1, State.ACCEPTED: 2, State.QUEUED: 0})
    assert project.rows("SELECT id, state, error FROM outbox") == [
        (1, "unknown", "The process that was sending it ended."),
        (2, "accepted", None),
        (3, "accepted", None),
    ]


def test_what_goes_through_a_provider_that_another_process_sends_through_is_left_to_that_one(
    project: Project,
) -> None:
    with queued(project, 2) as environment:
        _hold(project, 1, "sending", f"{socket.gethostname()}:{os.getppid()}:{_ticks()}")
        send(environment)
        assert project.states() == {"sending": 1, "queued": 1}
        _hold(project, 1, "sending", "another-machine:1:1", until="2026-01-01T00:00:00Z")
        send(environment)
    assert project.states() == {"unknown": 1, "accepted": 1}


def test_a_provider_through_which_nobody_sends_does_not_wait_for_the_others(
    project: Project,
) -> None:
    project.settle(
        providers="{thu: {type: sandbox, file: a.jsonl}, cham: {type: sandbox, file: b.jsonl}}",
        active="{sms: thu}",
    )
    with queued(project, 2) as environment:
        _change(project, "UPDATE outbox SET provider = 'cham' WHERE id = 1")
        _hold(project, 1, "sending", f"{socket.gethostname()}:{os.getppid()}:{_ticks()}")
        send(environment)
    assert project.states() == {"sending": 1, "accepted": 1}


def test_what_was_taken_away_after_it_was_claimed_does_not_leave(
    project: Project, vietguys: StandIn
) -> None:
    def take_the_next(call: Call) -> None:
        if project.states() == {"sending": 1, "claimed": 1}:
            _hold(project, 2, "claimed", "another-machine:1:1")
        answer(call)

    vietguys.mood = take_the_next
    project.through(vietguys, keys=", parallel: 1")
    with queued(project, 2) as environment:
        send(environment)
    assert vietguys.calls == 1
    assert project.states() == {"accepted": 1, "claimed": 1}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_lets_what_is_on_the_way_arrive_and_nothing_more_leave(
    project: Project, vietguys: StandIn, number: signal.Signals
) -> None:
    def interrupt(call: Call) -> None:
        if vietguys.calls == 10:
            os.kill(os.getpid(), number)
        answer(call)

    vietguys.mood = interrupt
    with queued(project, 100) as environment, pytest.raises(KeyboardInterrupt):
        send(environment)
    states = project.states()
    assert set(states) == {"accepted", "queued"}
    assert sum(states.values()) == 100
    assert states["accepted"] == len(vietguys.accepted) < 30
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_error_in_the_middle_leaves_nothing_in_anybodys_hands(
    project: Project, vietguys: StandIn
) -> None:
    def burst(settled: int) -> None:
        if settled:
            raise ZeroDivisionError

    with queued(project, 30) as environment, pytest.raises(ZeroDivisionError):
        deliver(environment, burst)
    states = project.states()
    assert set(states) == {"accepted", "queued"}
    assert states["accepted"] == len(vietguys.accepted)


def test_answers_are_recorded_though_what_was_to_follow_fails(
    project: Project, vietguys: StandIn
) -> None:
    project.through(vietguys, keys=", parallel: 1")
    with queued(project, 5) as environment:
        _change(
            project,
            "CREATE TRIGGER no_more BEFORE UPDATE ON outbox"
            " WHEN NEW.state = 'claimed' AND EXISTS"
            " (SELECT 1 FROM outbox WHERE state = 'accepted')"
            " BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END",
        )
        with pytest.raises(sqlite3.IntegrityError):
            send(environment)
    assert project.states() == {"accepted": len(vietguys.accepted), "queued": 3}


class Together:
    """Answers only when so many calls are there at once, and counts how many ever are."""

    def __init__(self, size: int) -> None:
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()
        self._barrier = threading.Barrier(size)

    def __call__(self, call: Call) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self._barrier.wait(timeout=4)
        with self._lock:
            self._now -= 1
        answer(call)


class Slipping:
    """A provider whose code has a slip in it."""

    def flow(self, _message: Message) -> Flow:
        raise ZeroDivisionError
        yield


def _through(environment: Environment, settings: Any) -> Environment:
    """Return the environment with a provider's settings in the place of the sandbox's."""
    project = environment.project
    account = replace(project.settings.providers["thu"], settings=settings)
    changed = replace(project.settings, providers={"thu": account})
    return replace(environment, project=replace(project, settings=changed))


def _hasty(environment: Environment) -> Environment:
    """Return the environment with a provider that is given a moment to answer, not seconds."""
    project = environment.project
    accounts = project.settings.providers
    hasty = {id_: replace(account, timeout=0.3) for id_, account in accounts.items()}
    changed = replace(project.settings, providers=hasty)
    return replace(environment, project=replace(project, settings=changed))


def _dead_process() -> int:
    pid = os.spawnlp(os.P_NOWAIT, "true", "true")
    os.waitpid(pid, 0)
    return pid


def _ticks() -> str:
    stat = Path(f"/proc/{os.getppid()}/stat").read_text()
    return stat.rpartition(")")[2].split()[19]


def _hold(
    project: Project, id_: int, state: str, holder: str, until: str = "2999-01-01T00:00:00Z"
) -> None:
    held = f"state = '{state}', claimed_by = '{holder}', claimed_until = '{until}'"
    _change(project, f"UPDATE outbox SET {held} WHERE id = {id_}")


def _change(project: Project, sql: str) -> None:
    with closing(sqlite3.connect(project.root / "cskh.db")) as db, db:
        db.execute(sql)
