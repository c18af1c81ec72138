"""Who refused gets nothing, nobody gets too much: in the plan, at the door, in two processes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from cskh.edge import moods
from cskh.edge.stand_in import Call, StandIn, answer
from cskh.engine.profiles import profile
from cskh.engine.refusing import agree, opt_in, opt_out
from cskh.model.clock import Clock
from cskh.model.message import Channel, Purpose, State
from cskh.model.standing import Scope
from cskh.store.sqlite.queries import queries
from tests.project import Project, run, send
from tests.sample import at

TEN = "2026-12-01T10:00"
AD = (Channel.SMS, Purpose.ADVERTISING)
POLICY = '{opt_out_text: {sms: "Tu choi: TC"}'
BUY = "{send_sms: {content: Buy, purpose: advertising}}"
DELIVER = f"""
import os, pathlib
from tests.project import Project, send
with Project(pathlib.Path(os.getcwd()), dict(os.environ)).opened("{TEN}") as environment:
    send(environment)
"""


@pytest.fixture
def shop(project: Project) -> Project:
    """A shop whose one workflow advertises to three people, of whom each has agreed."""
    project.settle(policy=POLICY + "}")
    project.workflow("hello", actions=f"[{BUY}]")
    project.crowd(3)
    with project.opened() as environment:
        for id_ in (1, 2, 3):
            agree(environment, id_, *AD, "form")
    return project


def advertise(project: Project, times: int) -> None:
    """Let so many workflows advertise, each with its own words."""
    for number in range(times):
        name = f"hello-{number}" if number else "hello"
        project.workflow(name, actions=f"[{BUY.replace('Buy', f'Buy {number}')}]")


def skips(project: Project) -> dict[str, int]:
    asked = "SELECT skip_reason, count(*) FROM outbox WHERE state = 'skipped' GROUP BY 1"
    return dict(project.rows(asked))


def sent_before(project: Project, at: str, state: str = "accepted", **more: str) -> None:
    """Write a message into the past, which the first customer was sent."""
    columns = {"purpose": "advertising", "channel": "sms", "recipient": "0900000001", **more}
    names, values = ", ".join(columns), ", ".join(f"'{value}'" for value in columns.values())
    project.execute(
        "INSERT INTO outbox (workflow, occasion, object_id, customer_id, pid, action, content,"
        f" parts, price, state, due_at, created_at, sent_at, {names}) SELECT 'old', 'o' ||"
        f" (SELECT count(*) FROM outbox), 1, 1, 'KH0001', 0, '', 1, 0, '{state}', '{at}', '{at}',"
        f" '{at}', {values}"
    )


@pytest.mark.parametrize(
    ("scope", "planned"),
    [
        ((None, None), 2),
        ((Channel.SMS, None), 2),
        ((None, Purpose.ADVERTISING), 2),
        (AD, 2),
        ((Channel.EMAIL, None), 3),
        ((None, Purpose.CARE), 3),
    ],
)
def test_who_refused_is_skipped_in_the_plan(shop: Project, scope: Scope, planned: int) -> None:
    with shop.opened() as environment:
        opt_out(environment, 1, scope, None)
        (walked,) = run(environment)
    assert walked.tally.messages == planned
    assert skips(shop) == ({"opted_out": 1} if planned == 2 else {})


def test_who_refuses_after_the_plan_is_skipped_when_the_message_leaves(shop: Project) -> None:
    with shop.opened() as environment:
        run(environment)
        opt_out(environment, 2, (None, None), None)
        assert not send(environment).is_partial
    assert shop.states() == {"accepted": 2, "skipped": 1}
    assert shop.rows("SELECT customer_id, skip_reason FROM outbox WHERE state = 'skipped'") == [
        (2, "opted_out")
    ]


def test_opting_in_lifts_the_refusal_and_leaves_the_consent(shop: Project) -> None:
    with shop.opened() as environment:
        opt_out(environment, 1, (None, None), None)
        assert opt_in(environment, 1, (None, None))
        (walked,) = run(environment)
    assert walked.tally.messages == 3


def test_opting_in_is_no_consent(project: Project) -> None:
    project.settle(policy=POLICY + "}")
    project.workflow("hello", actions=f"[{BUY}]")
    project.crowd(1)
    with project.opened() as environment:
        opt_out(environment, 1, AD, None)
        opt_in(environment, 1, AD)
        run(environment)
    assert skips(project) == {"no_consent": 1}


def test_a_part_of_a_refusal_is_lifted_and_the_rest_keeps_its_time(shop: Project) -> None:
    with shop.opened() as environment:
        opt_out(environment, 1, (None, None), "called")
        opt_in(environment, 1, (Channel.SMS, None))
        left = environment.store.permissions.opt_outs(1)
        run(environment)
    assert {each.scope for each in left} == {
        (channel, None) for channel in Channel if channel is not Channel.SMS
    }
    assert {(each.source, each.at) for each in left} == {("called", "2026-12-01T03:00:00Z")}
    assert skips(shop) == {}


def test_who_refused_and_who_lifted_it_is_remembered_for_good(shop: Project) -> None:
    with shop.opened() as environment:
        opt_out(environment, 1, AD, None)
        opt_in(environment, 1, (None, None))
    assert shop.rows("SELECT about, what, new, at FROM decisions") == [
        ("customer:1", "opt-out", '["sms", "advertising"]', "2026-12-01T03:00:00Z"),
        ("customer:1", "opt-in", "[null, null]", "2026-12-01T03:00:00Z"),
    ]
    assert shop.rows("SELECT count(*) FROM changes WHERE object_id = 1") == [(1,)]
    assert shop.rows("SELECT count(*) FROM events WHERE object_id = 1") == [(1,)]


def test_a_phone_on_the_list_gets_nothing_whosever_it_is(project: Project) -> None:
    project.crowd(2)
    with project.opened() as environment:
        environment.store.permissions.never_call(["0900000001"], "list", "2026-12-01T00:00:00Z")
        run(environment)
        environment.store.permissions.never_call(["0900000002"], "list", "2026-12-01T00:00:00Z")
        send(environment)
    assert skips(project) == {"do_not_contact": 2}
    assert project.sent == []


def test_messages_to_colleagues_are_nobodys_to_refuse(project: Project) -> None:
    project.workflow("hello", actions="[{send_sms: {to: {staff: lan}, content: Call}}]")
    project.crowd(1)
    with project.opened() as environment:
        opt_out(environment, 1, (None, None), None)
        environment.store.permissions.never_call(["0900009001"], "list", "2026-12-01T00:00:00Z")
        run(environment)
        send(environment)
    assert project.states() == {"accepted": 1}


def test_a_cap_counts_all_workflows_of_one_delivery(shop: Project) -> None:
    advertise(shop, 5)
    with shop.opened() as environment:
        run(environment)
        send(environment)
    assert shop.states() == {"accepted": 9, "skipped": 6}
    assert skips(shop) == {"capped": 6}
    assert len({message["message"] for message in shop.sent}) == 9


@pytest.mark.parametrize(
    ("last", "states"),
    [
        ("2026-11-30T03:00:00Z", {"accepted": 6}),
        ("2026-11-30T03:00:01Z", {"accepted": 5, "skipped": 1}),
        ("2026-12-01T02:59:59Z", {"accepted": 5, "skipped": 1}),
    ],
)
def test_a_cap_rolls_with_the_clock(shop: Project, last: str, states: dict[str, int]) -> None:
    for instant in ("2026-11-30T23:00:00Z", "2026-11-30T23:00:00Z", last):
        sent_before(shop, instant)
    with shop.opened() as environment:
        (walked,) = run(environment)
        send(environment)
    assert walked.tally.skipped == ({"capped": 1} if "skipped" in states else {})
    assert shop.states() == states


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        ("sending", True),
        ("accepted", True),
        ("delivered", True),
        ("unknown", True),
        ("failed", False),
        ("cancelled", False),
    ],
)
def test_what_may_have_arrived_counts(shop: Project, state: str, *, counts: bool) -> None:
    for _time in range(3):
        sent_before(shop, "2026-12-01T02:00:00Z", state)
    with shop.opened() as environment:
        (walked,) = run(environment)
    assert walked.tally.skipped == ({"capped": 1} if counts else {})


@pytest.mark.parametrize(
    "other",
    [
        {"purpose": "care"},
        {"channel": "zns"},
        {"recipient": "0900000009"},
        {"to_staff": "lan"},
    ],
)
def test_other_messages_use_up_no_cap(shop: Project, other: dict[str, str]) -> None:
    for _time in range(3):
        sent_before(shop, "2026-12-01T02:00:00Z", **other)
    with shop.opened() as environment:
        (walked,) = run(environment)
    assert walked.tally.skipped == {}


def test_care_may_have_a_cap_too(project: Project) -> None:
    project.settle(policy="{caps: {care: {sms: 1/d}}}")
    project.workflow("again")
    project.crowd(2)
    with project.opened() as environment:
        run(environment)
        send(environment)
    assert project.states() == {"accepted": 2, "skipped": 2}


def test_two_customers_with_one_phone_have_one_cap(shop: Project) -> None:
    shop.execute("UPDATE customers SET phone = '0900000001'")
    advertise(shop, 2)
    with shop.opened() as environment:
        run(environment)
        send(environment)
    assert shop.states() == {"accepted": 3, "skipped": 3}


def test_what_a_provider_refused_leaves_room_for_the_next(shop: Project, vietguys: StandIn) -> None:
    shop.through(
        vietguys, keys=", parallel: 1", policy=POLICY + ", caps: {advertising: {sms: 1/d}}}"
    )
    advertise(shop, 3)
    shop.execute("DELETE FROM consents WHERE customer_id > 1")
    vietguys.next(moods.refuse(-10))
    with shop.opened() as environment:
        run(environment)
        send(environment)
    assert shop.states() == {"failed": 1, "accepted": 1, "skipped": 7}


def test_advertising_waits_for_its_own_hours(shop: Project) -> None:
    shop.settle(policy=POLICY + ', quiet_hours: {advertising: "09:00-11:00"}}')
    with shop.opened() as environment:
        run(environment)
        assert send(environment).counts[State.QUEUED] == 3
        assert skips(shop) == {}
        assert send(environment, "2026-12-01T11:00").counts[State.ACCEPTED] == 3


def test_two_deliveries_at_once_keep_to_one_cap(shop: Project, vietguys: StandIn) -> None:
    def slow(call: Call) -> None:
        vietguys.closing.wait(0.05)
        answer(call)

    vietguys.mood = slow
    shop.through(vietguys, keys=", parallel: 2", policy=POLICY + "}")
    advertise(shop, 12)
    with shop.opened() as environment:
        run(environment)
    both = [
        subprocess.Popen([sys.executable, "-c", DELIVER], cwd=shop.root, env=_environ(shop))
        for _process in range(2)
    ]
    assert [process.wait(60) for process in both] == [0, 0]
    assert shop.states() == {"accepted": 9, "skipped": 27}
    assert len(vietguys.accepted) == 9


def _environ(project: Project) -> dict[str, str]:
    return {**project.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def test_an_opt_out_of_what_is_refused_already_changes_nothing(shop: Project) -> None:
    with shop.opened() as environment:
        assert opt_out(environment, 1, (None, None), None)
        assert not opt_out(environment, 1, AD, None)
        assert profile(environment, 1)["opt_outs"] == [
            {
                "channel": None,
                "purpose": None,
                "source": None,
                "actor": None,
                "at": "2026-12-01T10:00:00+07:00",
            }
        ]
        assert not opt_in(environment, 2, (None, None))


def test_between_the_judgement_and_the_leaving_nobody_else_can_write(shop: Project) -> None:
    shut_out = []

    def time() -> Clock:
        with closing(sqlite3.connect(shop.root / "cskh.db", timeout=0)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                shut_out.append(str(error))
        return at(TEN)

    with shop.opened() as environment:
        run(environment)
        send(replace(environment, time=time))
    assert set(shut_out) == {"database is locked"}


def test_what_a_cap_counts_is_found_by_an_index(shop: Project) -> None:
    asked = {"recipients": '["0900000001"]', "windows": "[]", "oldest": ""}
    with closing(sqlite3.connect(shop.root / "cskh.db")) as db:
        plan = db.execute("EXPLAIN QUERY PLAN " + queries()["sent_lately"], asked).fetchall()
    assert any("outbox_sent (recipient=? AND sent_at>?)" in row[-1] for row in plan)
