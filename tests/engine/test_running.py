from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest

from cskh.engine.environment import Environment
from cskh.engine.planning import Plan
from cskh.engine.running import (
    check_accepted,
    commit,
    due_plans,
    nobody,
    remember,
    shown_plans,
    walk,
)
from cskh.errors import Refused
from cskh.model.effects import Step
from cskh.model.workflow import SCHEDULED, Moment
from tests.project import Project, moved, occasions, person, run

DAILY = '{moment: daily, at: "10:00"}'
WEEKLY = '{moment: weekly, at: "10:00", weekday: mon}'
MONTHLY = '{moment: monthly, at: "10:00", day: 31}'
LAST = '{moment: monthly, at: "10:00", day: last}'


def runs(project: Project, *times: str) -> list[list[str]]:
    """Run at each of the times, and return the occasions that each did."""
    with project.opened() as environment:
        return [occasions(run(environment, now)) for now in times]


def test_an_occasion_is_done_once_however_often_it_is_run(project: Project) -> None:
    project.crowd(3)
    times = ["2026-12-01T10:00", "2026-12-01T10:01", "2026-12-01T23:59"]
    assert runs(project, *times) == [["daily:2026-12-01"], [], []]
    assert project.states() == {"queued": 3}


def test_a_slot_is_not_done_before_its_time(project: Project) -> None:
    assert runs(project, "2026-12-01T09:59", "2026-12-01T10:00") == [[], ["daily:2026-12-01"]]


@pytest.mark.parametrize(
    ("trigger", "times", "done"),
    [
        pytest.param(
            DAILY,
            ["2026-12-01T10:00", "2026-12-03T09:00", "2026-12-03T09:30", "2026-12-03T10:00"],
            [["daily:2026-12-01"], ["daily:2026-12-02"], [], ["daily:2026-12-03"]],
            id="a missed day is made up once",
        ),
        pytest.param(
            DAILY,
            ["2026-12-01T10:00", "2026-12-06T09:00", "2026-12-06T09:01"],
            [["daily:2026-12-01"], ["daily:2026-12-05"], []],
            id="of many missed days only the last is made up",
        ),
        pytest.param(
            WEEKLY,
            ["2026-11-30T10:00", "2026-12-06T23:59", "2026-12-08T09:59", "2026-12-14T12:00"],
            [["weekly:2026-W49"], [], ["weekly:2026-W50"], ["weekly:2026-W51"]],
            id="a week is made up within a day",
        ),
        pytest.param(
            WEEKLY,
            ["2026-11-30T10:00", "2026-12-08T10:01"],
            [["weekly:2026-W49"], []],
            id="a week is not made up later",
        ),
        pytest.param(
            MONTHLY,
            ["2027-01-31T10:00", "2027-02-28T10:00", "2027-03-30T10:00", "2027-04-01T09:00"],
            [["monthly:2027-01"], ["monthly:2027-02"], [], ["monthly:2027-03"]],
            id="a day that the month lacks is its last",
        ),
        pytest.param(
            LAST,
            ["2028-02-28T10:00", "2028-02-29T10:00"],
            [[], ["monthly:2028-02"]],
            id="the last day of a leap year's February",
        ),
        pytest.param(
            '{moment: daily, at: "00:00"}',
            ["2026-12-31T23:59", "2027-01-01T00:00"],
            [["daily:2026-12-31"], ["daily:2027-01-01"]],
            id="midnight belongs to the day that begins",
        ),
    ],
)
def test_slots(project: Project, trigger: str, times: list[str], done: list[list[str]]) -> None:
    project.workflow("hello", trigger=trigger)
    assert runs(project, *times) == done


@pytest.mark.parametrize(
    ("catch_up", "now", "is_done"),
    [
        ("24h", "2026-12-03T10:00", True),
        ("12h", "2026-12-02T22:00", True),
        ("12h", "2026-12-02T22:01", False),
        ("skip", "2026-12-02T11:00", True),
        ("skip", "2026-12-02T11:01", False),
        ("3 days", "2026-12-02T23:00", True),
    ],
)
def test_a_slot_may_run_as_late_as_catch_up_says(
    project: Project, catch_up: str, now: str, is_done: bool
) -> None:
    project.workflow("hello", catch_up=catch_up)
    later = "daily:2026-12-03" if now.startswith("2026-12-03") else "daily:2026-12-02"
    _seen, done = runs(project, "2026-12-01T10:00", now)
    assert done == ([later] if is_done else [])


def test_who_is_meant_is_judged_by_the_slot_not_by_when_it_is_made_up(project: Project) -> None:
    project.workflow("hello", filter="[{birthday: {anniversary: today}}]")
    project.add(person(1, birthday="1990-12-02"), person(2, birthday="1990-12-03"))
    assert runs(project, "2026-12-01T10:00", "2026-12-03T09:00") == [
        ["daily:2026-12-01"],
        ["daily:2026-12-02"],
    ]
    assert project.rows("SELECT pid FROM outbox") == [("KH0001",)]


def test_the_projects_catch_up_holds_where_a_workflow_says_none(project: Project) -> None:
    project.settle(catch_up="2h")
    project.workflow("patient", catch_up="5h")
    with project.opened() as environment:
        run(environment, "2026-12-01T10:00")
        late = run(environment, "2026-12-02T14:00")
    assert [each.plan.workflow.id for each in late] == ["patient"]


@pytest.mark.parametrize(
    ("now", "done"),
    [
        ("2026-12-01T15:00", ["daily:2026-12-01"]),
        ("2026-12-01T09:00", []),
    ],
)
def test_a_workflow_never_seen_runs_todays_slot_but_none_before(
    project: Project, now: str, done: list[str]
) -> None:
    assert runs(project, now) == [done]


def test_a_workflow_that_comes_back_is_new(project: Project) -> None:
    runs(project, "2026-12-01T10:00")
    project.workflow("hello", enabled="false")
    assert runs(project, "2026-12-02T09:00") == [[]]
    project.workflow("hello")
    assert runs(project, "2026-12-03T09:00", "2026-12-03T10:00") == [[], ["daily:2026-12-03"]]


def test_a_run_of_one_moment_leaves_the_others_to_theirs(environment: Environment) -> None:
    assert due_plans(environment, {Moment.WEEKLY, Moment.MONTHLY}) == []


@pytest.mark.parametrize(
    ("repeat", "times"),
    [
        ("always", 70),
        ("once", 1),
        ("{after: 30 days}", 3),
        ("{after: 1 month}", 3),
        ("{after: 10 weeks}", 1),
    ],
)
def test_repeat_holds_over_weeks_of_runs(project: Project, repeat: str, times: int) -> None:
    project.workflow("hello", repeat=repeat)
    project.crowd(2)
    start = dt.datetime(2026, 12, 1, 10)
    with project.opened() as environment:
        for day in range(70):
            run(environment, (start + dt.timedelta(days=day)).isoformat())
    assert project.rows("SELECT pid, count(*) FROM outbox GROUP BY pid") == [
        ("KH0001", times),
        ("KH0002", times),
    ]


def test_after_counts_from_the_last_time_that_something_was_done(project: Project) -> None:
    project.workflow("hello", repeat="{after: 30 days}")
    project.crowd(1)
    days = ["2026-12-01", "2026-12-30", "2026-12-31", "2027-01-29", "2027-01-30"]
    runs(project, *(f"{day}T10:00" for day in days))
    assert project.rows("SELECT occasion FROM outbox ORDER BY id") == [
        ("daily:2026-12-01",),
        ("daily:2026-12-31",),
        ("daily:2027-01-30",),
    ]


def test_once_waits_for_who_could_not_be_reached(project: Project) -> None:
    project.workflow("hello", repeat="once")
    project.add(person(1, phone=None, phone_kind=None))
    with project.opened() as environment:
        run(environment, "2026-12-01T10:00")
        changed = {"phone": (None, "0900000001"), "phone_kind": (None, "mobile")}
        environment.store.customers.change([(1, changed)], _stamp())
        run(environment, "2026-12-02T10:00")
        run(environment, "2026-12-03T10:00")
    assert project.rows("SELECT occasion, state, skip_reason FROM outbox") == [
        ("daily:2026-12-01", "skipped", "no_phone"),
        ("daily:2026-12-02", "queued", None),
    ]


def test_once_counts_a_message_that_failed_later(project: Project) -> None:
    project.workflow("hello", repeat="once")
    project.crowd(1)
    with project.opened() as environment:
        run(environment, "2026-12-01T10:00")
        with closing(sqlite3.connect(project.root / "cskh.db")) as db, db:
            db.execute("UPDATE outbox SET state = 'failed'")
        run(environment, "2026-12-02T10:00")
    assert project.states() == {"failed": 1}


def test_a_workflow_sees_what_the_one_before_it_did_in_the_same_run(project: Project) -> None:
    project.workflow("a-close", actions="[{update: {status: Lost}}]")
    project.workflow("b-greet", filter="[{status: Lost}]")
    project.workflow("hello", enabled="false")
    project.crowd(2)
    with project.opened() as environment:
        matched = {each.plan.workflow.id: each.tally.matched for each in run(environment)}
    assert matched == {"a-close": 2, "b-greet": 2}


class Stop(Exception):
    """Somebody pulls the plug."""


@pytest.mark.parametrize("batch", [0, 1, 2])
def test_a_plan_that_is_cut_short_at_any_batch_leaves_nothing(project: Project, batch: int) -> None:
    project.workflow(
        "hello",
        actions='[{update: {status: Lost, add_tags: [A]}}, {send_sms: {content: "Hello"}}]',
    )
    project.crowd(2500)
    before = _dump(project)
    seen: list[int] = []

    def watch(_plan: Plan, steps: Sequence[Step]) -> None:
        seen.append(len(steps))
        if len(seen) > batch:
            raise Stop

    with project.opened() as environment:
        (plan,) = due_plans(environment, SCHEDULED)
        with pytest.raises(Stop):
            commit(environment, plan, watch)
    assert seen == [1000, 1000, 500][: batch + 1]
    assert _dump(project) == before
    with project.opened() as environment:
        assert [each.tally.matched for each in run(environment)] == [2500]
    assert project.states() == {"queued": 2500}


def test_what_is_shown_is_what_is_done(project: Project) -> None:
    project.crowd(5)
    with project.opened() as environment:
        workflows = environment.project.workflows.values()
        (shown,) = [walk(environment, plan, nobody) for plan in shown_plans(environment, workflows)]
        (done,) = run(environment)
    assert shown.digest == done.digest
    assert project.rows("SELECT digest, outcome, matched, acted FROM runs") == [
        (done.digest, "done", 5, 5)
    ]


@pytest.mark.parametrize("send_at", ["now", "+2h", "09:00", "11:30", "2026-12-24 09:00"])
@pytest.mark.parametrize("shown_at", ["2026-12-01T07:30", "2026-12-01T10:00", "2026-12-01T10:20"])
def test_a_plan_has_one_digest_all_day(project: Project, send_at: str, shown_at: str) -> None:
    project.workflow("hello", actions=f'[{{send_sms: {{content: Hello, send_at: "{send_at}"}}}}]')
    project.crowd(2)
    with project.opened(shown_at) as environment:
        workflows = environment.project.workflows.values()
        (shown,) = [walk(environment, plan, nobody) for plan in shown_plans(environment, workflows)]
        (done,) = run(environment, "2026-12-01T10:25")
    assert shown.digest == done.digest


GUARD = "{guard: {max_recipients: 3}}"


def test_a_guard_refuses_a_plan_and_keeps_no_other_from_running(project: Project) -> None:
    project.settle(policy=GUARD)
    project.workflow("few", filter="[{pid: {in: [KH0001, KH0002]}}]")
    project.crowd(4)
    with project.opened() as environment:
        walked = {each.plan.workflow.id: each.refused for each in run(environment)}
    assert walked["few"] is None
    assert walked["hello"] == "It would reach 4 people; policy.guard.max_recipients is 3."
    assert project.states() == {"queued": 2}
    assert project.rows("SELECT DISTINCT workflow FROM executions") == [("few",)]


def test_a_refusal_that_comes_every_minute_is_recorded_once(project: Project) -> None:
    project.settle(policy=GUARD)
    project.crowd(4)
    assert runs(project, "2026-12-01T10:00", "2026-12-01T10:01") == [["daily:2026-12-01"]] * 2
    assert project.rows("SELECT outcome, matched, acted FROM runs") == [("refused", 4, 0)]


def test_a_refused_plan_is_done_when_it_is_accepted(project: Project) -> None:
    project.settle(policy=GUARD)
    project.crowd(4)
    with project.opened() as environment:
        (refused,) = run(environment)
        plans = check_accepted(environment, due_plans(environment, SCHEDULED), [refused.digest])
        (done,) = [commit(environment, plan, nobody, [refused.digest]) for plan in plans]
    assert (done.digest, done.refused) == (refused.digest, None)
    assert project.states() == {"queued": 4}


def test_a_plan_that_has_changed_since_it_was_accepted_is_not_done(project: Project) -> None:
    project.crowd(2)
    with project.opened() as environment:
        (plan,) = due_plans(environment, SCHEDULED)
        digest = walk(environment, plan, nobody).digest
        environment.store.customers.create([person(3)], _stamp())
        with pytest.raises(Refused):
            check_accepted(environment, [plan], [digest])
        late = commit(environment, plan, nobody, [digest])
    assert late.refused == "The plan has changed."
    assert project.states() == {}


def test_a_digest_that_is_given_twice_is_done_once(project: Project) -> None:
    project.crowd(1)
    with project.opened() as environment:
        plans = due_plans(environment, SCHEDULED)
        digest = walk(environment, plans[0], nobody).digest
        assert check_accepted(environment, plans, [digest, digest]) == plans


@pytest.mark.parametrize(
    ("base", "reached", "is_refused"),
    [(100, 50, False), (100, 51, True), (99, 99, False)],
)
def test_a_percentage_counts_only_for_a_hundred_customers_and_more(
    project: Project, base: int, reached: int, is_refused: bool
) -> None:
    project.settle(policy="{guard: {max_percent: 50}}")
    project.workflow("hello", filter="[{tags: {has: Gọi}}]")
    project.add(*(person(n, tags=("Gọi",) if n <= reached else ()) for n in range(1, base + 1)))
    with project.opened() as environment:
        (walked,) = run(environment)
    assert (walked.refused is not None) == is_refused


def test_messages_to_staff_know_no_guard(project: Project) -> None:
    project.settle(policy="{guard: {max_recipients: 0}}")
    project.workflow("hello", actions="[{send_sms: {to: {staff: lan}, content: Call them}}]")
    project.crowd(2)
    with project.opened() as environment:
        assert [each.refused for each in run(environment)] == [None]


def test_a_run_remembers_every_enabled_workflow_not_only_those_it_ran(project: Project) -> None:
    project.workflow("weekly", trigger=WEEKLY)
    project.workflow("off", enabled="false")
    with project.opened("2026-12-01T08:00") as environment:
        remember(environment)
        assert set(environment.store.runs.seen()) == {"hello", "weekly"}


def test_whoever_ran_it_stands_in_the_change_log(project: Project) -> None:
    project.workflow("hello", actions="[{update: {status: Lost}}]")
    project.crowd(1)
    with project.opened() as environment:
        run(moved(environment, "2026-12-01T10:00"))
    asked = "SELECT field, old, new, cause, at FROM changes WHERE field IS NOT NULL"
    assert project.rows(asked) == [
        ("status", None, '"Lost"', "workflow:hello", "2026-12-01T03:00:00Z")
    ]


def _dump(project: Project) -> list[str]:
    with closing(sqlite3.connect(project.root / "cskh.db")) as db:
        return list(db.iterdump())


def _stamp() -> Any:
    from tests.sample import stamp

    return stamp()


def test_a_day_after_is_free_again_however_late_cron_was(
    project: Project, environment: Environment
) -> None:
    project.workflow("hello", repeat="{after: 24h}")
    project.crowd(1)
    with project.opened() as late:
        assert occasions(run(late, "2026-12-01T10:00:40")) == ["daily:2026-12-01"]
        (walked,) = run(late, "2026-12-02T10:00:02")
    assert walked.tally.acted == 1


def test_advertising_is_skipped_in_the_plan_and_uses_up_no_repetition(
    project: Project, environment: Environment
) -> None:
    sms = '[{send_sms: {content: "Hello", purpose: advertising}}]'
    project.settle(policy="{opt_out_text: {sms: TC}}")
    project.workflow("hello", actions=sms, repeat="once")
    project.crowd(1)
    with project.opened() as later:
        (walked,) = run(later)
        assert walked.tally.skipped == {"no_consent": 1}
        assert later.store.runs.acted("hello", 1) == []
    assert project.states() == {"skipped": 1}
