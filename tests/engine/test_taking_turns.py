"""What a delivery lets out first, how fast together with others, and what it only tells of."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from cskh.edge.stand_in import Call, StandIn, answer
from cskh.engine.delivering import deliver, undelivered
from cskh.model.message import State
from tests.project import MORNING, Project, run, send
from tests.sample import at


@pytest.fixture
def arrivals(vietguys: StandIn) -> Iterator[list[float]]:
    """When calls arrive at the stand-in."""
    times: list[float] = []

    def note(call: Call) -> None:
        times.append(time.monotonic())
        answer(call)

    vietguys.mood = note
    yield times


def test_two_deliveries_at_once_keep_a_rate_together(
    project: Project, vietguys: StandIn, arrivals: list[float]
) -> None:
    project.through(vietguys, keys=", rate: 5/s")
    project.crowd(10)
    with project.opened() as environment:
        run(environment)

    def send_all() -> None:
        with project.opened() as environment:
            send(environment)

    threads = [threading.Thread(target=send_all) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert project.states() == {"accepted": 10}
    assert len(arrivals) == 10
    # Five at once, and the other five one by one: two rates would have needed no time at all.
    assert max(arrivals) - min(arrivals) > 0.8


def test_a_delivery_begins_with_what_the_one_before_it_left_of_the_rate(
    project: Project, vietguys: StandIn, arrivals: list[float]
) -> None:
    project.through(vietguys, keys=", rate: 2/s")
    for first in (1, 3):
        project.crowd(2, first)
        with project.opened(f"2026-12-0{first}T10:00") as environment:
            run(environment)
            send(environment)
    assert arrivals[-1] - arrivals[0] > 0.8


def test_a_birthday_does_not_wait_for_a_campaign_that_was_queued_before(
    project: Project, vietguys: StandIn
) -> None:
    project.through(vietguys, keys=", parallel: 1")
    project.crowd(40)
    with project.opened() as environment:
        run(environment)
    project.workflow("birthday", actions='[{send_sms: {content: "Happy birthday"}}]')
    project.workflow("hello", enabled="false")
    with project.opened("2026-12-01T10:05") as environment:
        run(environment)
        send(environment)
    first_ten = [sms.text for sms in vietguys.accepted[:10]]
    assert first_ten.count("Happy birthday") == 5


def test_what_is_queued_while_a_delivery_is_at_work_goes_with_it(project: Project) -> None:
    project.crowd(1)
    with project.opened() as environment:
        run(environment)
        later: list[int] = []

        def queue_more(settled: int) -> None:
            if settled and not later:
                later.append(settled)
                project.crowd(1, 2)
                project.workflow("again", actions="[{send_sms: {content: Again}}]")
                with project.opened("2026-12-01T10:05") as other:
                    run(other)

        passing = replace(environment, time=lambda: at("2026-12-01T10:10"))
        assert deliver(passing, queue_more).counts[State.ACCEPTED] == 3


def test_a_message_that_no_provider_could_send_is_told_before_its_time(project: Project) -> None:
    project.settle(active="{}")
    project.workflow("hello", actions='[{send_sms: {content: Hello, send_at: "+2h"}}]')
    project.crowd(2)
    with project.opened(MORNING) as environment:
        run(environment)
        told = ["sms has no active provider (active: in cskh.yaml)."]
        assert undelivered(environment).foreseen == told
        early = send(environment)
        assert (early.foreseen, early.unprovided, early.is_partial) == (told, [], False)
        late = send(environment, "2026-12-01T12:00")
        assert (late.foreseen, late.unprovided, late.is_partial) == ([], told, True)
