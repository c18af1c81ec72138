from __future__ import annotations

import datetime as dt

from cskh.engine.environment import Environment
from cskh.engine.project import open_project
from cskh.engine.replaying import occasions, replay
from cskh.engine.running import Walked, nobody
from cskh.engine.scratch import changing, readable_store
from tests.project import MORNING, Project, person, run
from tests.project import occasions as names_of
from tests.repository import fingerprints
from tests.sample import at

DAY = dt.timedelta(days=1)
FIRST = dt.date(2026, 12, 1)


def replayed(project: Project, days: int) -> list[Walked]:
    """Replay the workflows of a project for some days from 1 December on."""
    opened, clock = open_project(project.root, project.environ), at(MORNING)
    slots = occasions(opened.workflows.values(), FIRST, FIRST + DAY * (days - 1), clock)
    with (
        readable_store(opened, clock, ours=True) as path,
        changing(opened, clock, path) as environment,
    ):
        return [each for slot in slots for each in replay(environment, slot, nobody)]


def matched(walked: list[Walked]) -> list[int]:
    return [each.tally.matched for each in walked]


def test_every_slot_comes_once_in_time_order(project: Project) -> None:
    project.workflow("early", trigger='{moment: daily, at: "08:00"}')
    project.workflow("friday", trigger='{moment: weekly, at: "09:00", weekday: fri}')
    project.workflow("last", trigger='{moment: monthly, at: "09:00", day: 31}')
    project.workflow("new", trigger="{moment: created}")
    opened = open_project(project.root, project.environ)
    slots = occasions(opened.workflows.values(), FIRST, dt.date(2027, 2, 28), at(MORNING))
    assert [slot.at for _workflow, slot in slots] == sorted(slot.at for _workflow, slot in slots)
    held = [(workflow.id, f"{slot.at:%d/%m %H:%M}") for workflow, slot in slots]
    assert len(held) == len(set(held)) == 90 + 90 + 13 + 3
    assert held[:2] == [("early", "01/12 08:00"), ("hello", "01/12 10:00")]
    assert [day for id_, day in held if id_ == "last"] == [
        "31/12 09:00",
        "31/01 09:00",
        "28/02 09:00",
    ]


def test_repetitions_are_counted_across_the_days(project: Project) -> None:
    project.workflow("hello", repeat="{after: 3 days}")
    project.crowd(2)
    assert matched(replayed(project, 7)) == [2, 0, 0, 2, 0, 0, 2]


def test_what_earlier_days_change_is_seen_by_later_ones(project: Project) -> None:
    project.workflow(
        "hello", filter="[{status: {empty: true}}]", actions="[{update: {status: Mới}}]"
    )
    project.workflow("later", filter="[{status: Mới}]", trigger='{moment: daily, at: "11:00"}')
    project.crowd(3)
    walked = replayed(project, 2)
    assert [(each.plan.workflow.id, each.tally.matched) for each in walked] == [
        ("hello", 3),
        ("later", 3),
        ("hello", 0),
        ("later", 3),
    ]


def test_a_run_in_place_of_the_replay_does_the_same(project: Project) -> None:
    project.workflow("hello", repeat="{after: 2 days}")
    project.crowd(3)
    ahead = replayed(project, 4)
    with project.opened() as environment:
        done = [each for day in range(4) for each in _run(environment, day)]
    assert [each.digest for each in ahead] == [each.digest for each in done]
    assert names_of(ahead) == names_of(done)


def _run(environment: Environment, day: int) -> list[Walked]:
    return run(environment, f"{FIRST + DAY * day}T10:00")


def test_what_a_run_has_done_already_is_not_done_again(project: Project) -> None:
    project.crowd(1)
    with project.opened() as environment:
        run(environment)
    assert names_of(replayed(project, 3)) == ["daily:2026-12-02", "daily:2026-12-03"]


def test_what_a_guard_refuses_changes_nothing_of_the_days_after(project: Project) -> None:
    project.settle(policy="{guard: {max_recipients: 1}}")
    project.workflow("hello", repeat="once")
    project.crowd(2)
    walked = replayed(project, 2)
    assert matched(walked) == [2, 2]
    assert all(each.refused for each in walked)


def test_the_projects_own_store_stays_as_it_is(project: Project) -> None:
    project.crowd(2)
    before = fingerprints(project.root)
    assert matched(replayed(project, 2)) == [2, 2]
    assert fingerprints(project.root) == before


def test_what_a_day_changes_is_answered_the_same_day(project: Project) -> None:
    project.workflow("hello", actions="[{update: {status: Lost}}]", filter="[{status: Mới}]")
    trigger = "{moment: updated, conditions: [{status: {changed_to: Lost}}]}"
    project.workflow("then", trigger=trigger)
    project.add(person(1, status="Mới"))
    walked = replayed(project, 2)
    told = [(each.plan.workflow.id, each.plan.occasion, each.tally.messages) for each in walked]
    assert told == [
        ("hello", "daily:2026-12-01", 0),
        ("then", "event:2", 1),
        ("hello", "daily:2026-12-02", 0),
    ]
