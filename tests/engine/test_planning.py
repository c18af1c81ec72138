from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from cskh.engine.planning import Plan, Tally
from cskh.engine.running import due_plans
from cskh.model.acting import Customer
from cskh.model.effects import Change, Outcome, Send, Skip, Step
from cskh.model.message import Channel, Purpose
from cskh.model.workflow import SCHEDULED
from cskh.policy.assignment import Turns
from tests.project import Project, person

NINE = dt.datetime(2026, 12, 2, 9, tzinfo=dt.UTC)


def sms(**values: Any) -> Send:
    known = {"channel": Channel.SMS, "recipient": "0900000101", "content": "Hello", "provider": "a"}
    return Send(**(known | values))


def step(*whats: Send | Change | Skip, pid: str = "A1") -> Step:
    return Step(1, pid, tuple(Outcome(place, "do", what) for place, what in enumerate(whats)))


def tally(*steps: Step) -> Tally:
    tally = Tally()
    assert list(tally.watch(steps)) == list(steps)
    return tally


@pytest.fixture
def plan(project: Project) -> Callable[..., Plan]:
    """The plan of the project's one workflow, rewritten."""

    def make(**replaced: str) -> Plan:
        project.workflow("hello", **replaced)
        with project.opened() as environment:
            (plan,) = due_plans(environment, SCHEDULED)
        return plan

    return make


def test_each_action_sees_what_those_before_it_changed(plan: Callable[..., Plan]) -> None:
    made = plan(
        actions='[{update: {status: Lost}}, {send_sms: {content: "{{ customer.status }}"}},'
        " {update: {status: Mới}}]"
    )
    values = dict.fromkeys(made.query.fields) | person(1, status="Mới")
    turns = Turns(made.context.settings, {})
    (whole,) = made.steps([Customer(1, values)], turns)
    lost, told, again = (outcome.what for outcome in whole.outcomes)
    assert isinstance(told, Send)
    assert told.content == "Lost"
    assert lost == Change(fields={"status": ("Mới", "Lost")})
    assert again == Change(fields={"status": ("Lost", "Mới")})


def test_a_plan_is_counted_while_it_goes_by() -> None:
    counted = tally(
        step(sms(parts=2, price=700), Change(fields={"status": (None, "Lost")})),
        step(sms(to_staff="lan", price=350), pid="A2"),
        step(Skip(reason="no_phone"), Skip(reason="no_phone"), pid="A3"),
    )
    assert (counted.matched, counted.acted, counted.people) == (3, 2, 1)
    assert (counted.messages, counted.parts, counted.price) == (2, 3, 1050)
    assert (counted.actions, counted.skipped) == ({"do": 3}, {"no_phone": 2})


def test_somebody_who_gets_two_messages_is_one_of_those_the_guard_counts() -> None:
    assert tally(step(sms(), sms(content="Again"))).people == 1


def test_three_messages_are_samples_whoever_gets_them() -> None:
    counted = tally(step(sms(), sms()), step(sms(), sms(), pid="A2"))
    assert [pid for pid, _send in counted.samples] == ["A1", "A1", "A2"]


SAME = step(sms(), Change(fields={"status": (None, "Lost")}), Skip(reason="no_phone"))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(step(*(outcome.what for outcome in SAME.outcomes), pid="A2"), id="customer"),
        pytest.param(step(sms(content="Hello!")), id="text"),
        pytest.param(step(sms(recipient="0900000102")), id="recipient"),
        pytest.param(step(sms(to_staff="lan")), id="staff"),
        pytest.param(step(sms(provider="b")), id="provider"),
        pytest.param(step(sms(provider=None)), id="no provider"),
        pytest.param(step(sms(channel=Channel.ZALO)), id="channel"),
        pytest.param(step(sms(purpose=Purpose.ADVERTISING)), id="purpose"),
        pytest.param(step(sms(subject="Hi")), id="subject"),
        pytest.param(step(sms(data={"a": 1})), id="data"),
        pytest.param(step(sms(price=1)), id="price"),
        pytest.param(step(sms(when="+2h", send_at=NINE)), id="time"),
        pytest.param(step(sms(when="09:00", send_at=NINE)), id="another time"),
        pytest.param(step(Skip(reason="no_phone")), id="skip"),
        pytest.param(step(sms(), sms()), id="twice"),
    ],
)
def test_another_effect_is_another_digest(plan: Callable[..., Plan], other: Step) -> None:
    made = plan()
    assert tally(step(sms())).digest(made) != tally(other).digest(made)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ((None, "Lost"), ("None", "Lost")),
        ((None, "Lost"), (None, "Mới")),
        ((1, 2), ("1", 2)),
        (((), ("A, B",)), ((), ("A", "B"))),
    ],
)
def test_values_that_only_look_alike_are_different(
    plan: Callable[..., Plan], one: Any, another: Any
) -> None:
    made = plan()
    digests = {tally(step(Change(fields={"status": pair}))).digest(made) for pair in (one, another)}
    assert len(digests) == 2


def test_a_time_that_counts_from_now_is_the_same_whenever_it_is_planned(
    plan: Callable[..., Plan],
) -> None:
    made, later = plan(), NINE + dt.timedelta(minutes=3)
    digests = {tally(step(sms(when="+2h", send_at=at))).digest(made) for at in (NINE, later)}
    assert len(digests) == 1


def test_another_occasion_or_workflow_is_another_digest(
    project: Project, plan: Callable[..., Plan]
) -> None:
    made = plan()
    with project.opened("2026-12-02T10:00") as environment:
        (tomorrow,) = due_plans(environment, SCHEDULED)
    assert tally(SAME).digest(made) != tally(SAME).digest(tomorrow)
    assert len(tally(SAME).digest(made)) == 16
