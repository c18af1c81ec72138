"""What holds whatever is killed, run twice or locked: real processes, real sockets, real files."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from cskh.edge.stand_in import Call, StandIn, answer
from tests.forks import SAID, ended, forked
from tests.killing import FINISHED, PARALLEL, PEOPLE, endpoint, kill_many, started
from tests.project import Project

TEN = ("--now", "2026-12-01T10:00")
Both = tuple[Project, StandIn]


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    """A project with people in it, and the stand-in that their messages go to."""
    with endpoint(tmp_path) as made:
        yield made


def cskh(project: Project, *argv: str) -> subprocess.CompletedProcess[bytes]:
    with started(project, "-m", "cskh", *argv) as process:
        out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(argv, process.returncode, out, err)


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_nothing_is_lost_or_sent_twice(both: Both, seed: int) -> None:
    project, stand_in = both
    account = kill_many(project, stand_in, 4, seed, print)
    assert account.messages % PEOPLE == 0
    assert account.messages > 0
    assert (account.lost, account.doubled, account.untold) == (0, 0, 0)
    assert max(account.unknown) <= PARALLEL


def test_a_killed_delivery_lets_the_waiting_one_go_on_at_once(both: Both) -> None:
    project, stand_in = both
    cskh(project, "run", "daily", "--no-deliver", *TEN)
    reached = threading.Event()

    def hang(call: Call) -> None:
        call.form()
        reached.set()
        stand_in.closing.wait(2)
        call.hang_up()

    stand_in.mood = hang
    with started(project, "-m", "cskh", "deliver", *TEN) as first:
        assert reached.wait(timeout=30)
        stand_in.mood = answer
        with started(project, "-m", "cskh", "deliver", *TEN, "--format", "json") as second:
            first.kill()
            out, _err = second.communicate(timeout=60)
    assert second.returncode == 3
    assert 0 < json.loads(out)["delivery"]["unknown"] <= PARALLEL
    states = project.states()
    assert set(states) == set(FINISHED)
    assert sum(states.values()) == PEOPLE
    assert Counter(sms.bid for sms in stand_in.accepted).most_common(1)[0][1] == 1


def test_what_is_due_is_planned_and_sent_though_a_slow_provider_is_still_being_sent_to(
    both: Both,
) -> None:
    project, stand_in = both
    reached, go_on = threading.Event(), threading.Event()

    def hold(call: Call) -> None:
        reached.set()
        go_on.wait(30)
        answer(call)

    stand_in.mood = hold
    with started(project, "-m", "cskh", "run", "due", *TEN) as first:
        assert reached.wait(timeout=30)
        project.workflow("other", actions='[{send_sms: {content: "Other", provider: thu}}]')
        second = cskh(project, "run", "due", *TEN, "--format", "json")
        go_on.set()
        assert first.wait(timeout=60) == 0
    assert second.returncode == 0
    assert b"Another cskh is running" in second.stderr
    (plan,) = json.loads(second.stdout)["plans"]
    assert (plan["workflow"], plan["totals"]["messages"]) == ("other", PEOPLE)
    # Through the other provider, through which nobody sends.
    assert json.loads(second.stdout)["delivery"]["accepted"] == PEOPLE
    assert cskh(project, "run", "due", *TEN).returncode == 0
    assert project.states() == {"accepted": 2 * PEOPLE}
    assert len(project.sent) == PEOPLE
    assert len(stand_in.accepted) == PEOPLE


@pytest.mark.parametrize("words", [("run", "due"), ("deliver",)])
def test_others_take_over_from_a_run_that_hangs(both: Both, words: tuple[str, ...]) -> None:
    project, stand_in = both
    reached, go_on = threading.Semaphore(0), threading.Event()

    def hold(call: Call) -> None:
        reached.release()
        go_on.wait(30)
        answer(call)

    stand_in.mood = hold
    settings = project.root / "cskh.yaml"
    settings.write_text(settings.read_text("utf-8").replace("timeout: 5", "timeout: 60"), "utf-8")
    with started(project, "-m", "cskh", "run", "daily", *TEN) as hanging:
        for _call in range(PARALLEL):
            assert reached.acquire(timeout=30)
        hanging.send_signal(signal.SIGSTOP)
        stand_in.mood = answer
        # As if two minutes had gone by.
        project.execute("UPDATE outbox SET claimed_until = '2026-01-01T00:00:00Z'"
                        " WHERE claimed_by IS NOT NULL")  # fmt: skip
        second = cskh(project, *words, *TEN, "--format", "json")
        assert second.returncode == 3
        told = json.loads(second.stdout)["delivery"]
        assert (told["unknown"], told["accepted"]) == (PARALLEL, PEOPLE - PARALLEL)
        assert project.states() == {"unknown": PARALLEL, "accepted": PEOPLE - PARALLEL}
        # It holds the lock as long as it hangs, with nothing in its hands any more.
        os.utime(project.root / "cskh.db.beat", (0, 0))
        assert cskh(project, "deliver", *TEN, "--wait", "1").returncode == 0
        go_on.set()
        hanging.send_signal(signal.SIGCONT)
        hanging.wait(timeout=60)
    # It had the answers to what the others could not know of.
    assert project.states() == {"accepted": PEOPLE}
    assert len(stand_in.accepted) == len({sms.bid for sms in stand_in.accepted}) == PEOPLE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_so_and_leaves_nothing_in_the_air(
    both: Both, number: signal.Signals
) -> None:
    project, stand_in = both
    with started(project, "-m", "cskh", "run", "daily", *TEN, "--format", "json") as process:

        def interrupt(call: Call) -> None:
            if stand_in.calls == 5:
                os.kill(process.pid, number)
            answer(call)

        stand_in.mood = interrupt
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["error"]["code"] == "interrupted"
    assert b"Interrupted." in err
    assert b"Traceback" not in err
    states = project.states()
    assert set(states) <= {"accepted", "queued"}
    assert states["accepted"] == len(stand_in.accepted) < PEOPLE
    stand_in.mood = answer
    assert cskh(project, "run", "daily", *TEN).returncode == 0
    assert len(stand_in.accepted) == len({sms.bid for sms in stand_in.accepted}) == PEOPLE


def test_a_run_that_waits_for_another_program_can_be_interrupted(both: Both) -> None:
    project, stand_in = both
    with closing(sqlite3.connect(project.root / "cskh.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with started(project, "-m", "cskh", "run", "daily", *TEN) as process:
            while not (project.root / "cskh.db.lock").exists():
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 130
        other.execute("ROLLBACK")
    assert project.states() == {}
    assert cskh(project, "run", "daily", *TEN).returncode == 0
    assert len(stand_in.accepted) == PEOPLE


def test_many_runs_at_once_are_as_good_as_one(both: Both) -> None:
    project, stand_in = both
    words = [("run", "daily"), ("run", "due"), ("deliver",), ("run", "daily"), ("run", "due")]
    with ExitStack() as running:
        many = [running.enter_context(forked(project, *argv, *TEN)) for argv in words]
        assert ended(many) == [0] * len(many), (project.root / SAID).read_text()
    assert Counter(sms.bid for sms in stand_in.accepted).most_common(1)[0][1] == 1
    assert len(stand_in.accepted) == PEOPLE
    assert project.states() == {"accepted": PEOPLE}


def test_a_store_that_somebody_else_writes_is_waited_for(both: Both) -> None:
    project, stand_in = both
    path = project.root / "cskh.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        with started(project, "-m", "cskh", "run", "daily", *TEN) as process:
            timer = threading.Timer(1.0, other.execute, ["ROLLBACK"])
            timer.start()
            process.communicate(timeout=60)
            timer.join()
    assert process.returncode == 0
    assert len(stand_in.accepted) == PEOPLE


def test_every_message_is_in_the_report_whatever_became_of_it(both: Both) -> None:
    project, stand_in = both
    kill_many(project, stand_in, 2, 7, print)
    said = json.loads(cskh(project, "report", "messages", "--format", "json").stdout)
    assert said["total"] == len(said["messages"]) == sum(said["by_state"].values())
    assert set(said["by_state"]) <= set(FINISHED)
    told = {message["id"] for message in said["messages"]}
    assert {int(sms.bid) for sms in stand_in.accepted} <= told
