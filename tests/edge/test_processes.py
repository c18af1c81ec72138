from __future__ import annotations

import os
import signal
import socket
import threading

import pytest

from cskh.edge.processes import Interrupts, holder, is_gone, login

LATER = "2999-01-01T00:00:00Z"
HERE = socket.gethostname()


def spawned() -> int:
    """Return the number of a process that has ended, and that nobody has asked for yet."""
    pid = os.spawnlp(os.P_NOWAIT, "true", "true")
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    return pid


def test_this_process_is_here() -> None:
    assert holder().startswith(f"{HERE}:{os.getpid()}:")
    assert not is_gone(holder(), LATER)


def test_a_dead_process_is_gone_before_and_after_somebody_asked_for_it() -> None:
    pid = spawned()
    assert is_gone(f"{HERE}:{pid}:1", LATER)
    os.waitpid(pid, 0)
    assert is_gone(f"{HERE}:{pid}:1", LATER)


def test_a_number_that_another_process_has_now_is_gone() -> None:
    assert is_gone(f"{HERE}:{os.getpid()}:1", LATER)


def test_of_another_machine_only_the_time_is_known() -> None:
    elsewhere = holder().replace(HERE, "another-machine", 1)
    assert not is_gone(elsewhere, LATER)
    assert is_gone(elsewhere, "2020-01-01T00:00:00Z")


def test_who_has_been_silent_past_its_claim_is_gone() -> None:
    assert is_gone(holder(), "2020-01-01T00:00:00Z")


def test_the_user_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "lan")
    assert login() == "lan"


def test_a_signal_is_held_back_until_it_is_welcome() -> None:
    reached = []
    with Interrupts() as interrupts, pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
        reached.append("after the signal")
        with interrupts.welcome():
            reached.append("never")
    assert reached == ["after the signal"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_comes_where_it_is_welcome_interrupts(number: signal.Signals) -> None:
    with Interrupts() as interrupts, pytest.raises(KeyboardInterrupt), interrupts.welcome():
        os.kill(os.getpid(), number)
        threading.Event().wait(10)
        pytest.fail("the signal was not heard")


def test_signals_are_what_they_were_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with Interrupts():
        assert signal.getsignal(signal.SIGINT) is not before[0]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts() as interrupts, interrupts.welcome():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_thread_hears_no_signals_and_asks_for_none() -> None:
    before, seen = signal.getsignal(signal.SIGINT), []

    def work() -> None:
        with Interrupts() as interrupts, interrupts.welcome():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
