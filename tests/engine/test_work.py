"""Work by hand, without a command line: handing out, what a status brings along, what is due."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.engine import work
from cskh.engine.environment import Environment
from cskh.engine.statuses import following
from cskh.engine.work_filters import Due, asked_for
from cskh.engine.work_words import WorkAssigner
from cskh.engine.worklists import LIVE, find, is_overdue, listed
from cskh.errors import NotFound, Refused
from cskh.model.catalogues import STATUSES
from cskh.model.fields import Family
from tests.project import Project, moved, person
from tests.sample import stamp

NOW, PAST, FUTURE = "2026-12-01T03:00:00Z", "2026-12-01T02:59:59Z", "2026-12-01T03:00:01Z"
SETTINGS = {
    "staff": "[{id: lan, name: Lan, role: owner}, {id: minh, name: Minh, role: agent}]",
    "groups": "{ban: {name: Bán, members: [lan, minh]}}",
    "pipelines": "{ban-moi: {name: Bán mới, stages: [Báo giá, Chốt]}}",
}


@pytest.fixture
def project(project: Project) -> Project:
    project.settle(**SETTINGS)
    return project


@pytest.fixture
def environment(project: Project, environment: Environment) -> Environment:
    environment.store.customers.create([person(1), person(2)], stamp())
    return environment


def asked(environment: Environment, family: Family, *dues: Due) -> set[int]:
    settings, clock = environment.project.settings, environment.clock
    condition = asked_for(family, {}, settings, clock, dues=dues)
    return {each.id for each in listed(environment, family, condition)}


class Crash(Exception):
    """Something breaks in the middle."""


def test_what_breaks_between_turn_and_task_leaves_neither(
    environment: Environment, project: Project
) -> None:
    store = environment.store
    with pytest.raises(Crash), store.writing():
        work.add(environment, "task", 1, {"content": "x", "group": "ban"})
        raise Crash
    assert project.rows("SELECT * FROM turns") == project.rows("SELECT * FROM tasks") == []
    work.add(environment, "task", 1, {"content": "x", "group": "ban"})
    assert project.rows("SELECT assignee FROM tasks") == project.rows("SELECT last FROM turns")


def test_a_task_that_the_store_refuses_takes_no_turn(
    environment: Environment, project: Project
) -> None:
    broken = {"content": "x", "group": "ban", "priority": "no such priority"}
    with pytest.raises(Exception, match="CHECK"):
        work.add(environment, "task", 1, broken)
    assert project.rows("SELECT * FROM turns") == []


def test_a_refused_change_writes_nothing_of_it(environment: Environment, project: Project) -> None:
    card = {"pipeline": "ban-moi", "stage": "báo giá"}
    id_ = work.add(environment, "opportunity", 1, card)
    work.finish(environment, "opportunity", id_, "won")
    before = project.rows("SELECT count(*) FROM changes")
    with pytest.raises(Refused):
        work.change(environment, "opportunity", id_, {"amount": 5, "stage": "Chốt"})
    assert project.rows("SELECT count(*) FROM changes") == before
    assert find(environment, "opportunity", id_).values["amount"] is None


def test_what_is_not_there_is_not_found(environment: Environment) -> None:
    for number in (1, 2**63, 2**64):
        with pytest.raises(NotFound):
            work.change(environment, "task", number, {"status": "done"})


def test_a_card_tells_since_when_it_is_in_its_stage(environment: Environment) -> None:
    id_ = work.add(environment, "opportunity", 2, {"pipeline": "ban-moi"})
    later = moved(environment, "2026-12-05T10:00")
    assert work.change(later, "opportunity", id_, {"amount": 5}) == {"amount": (None, 5)}
    assert find(later, "opportunity", id_).values["stage_since"] == NOW
    work.change(later, "opportunity", id_, {"stage": "CHỐT"})
    assert find(later, "opportunity", id_).values["stage_since"] == "2026-12-05T03:00:00Z"
    assert find(later, "opportunity", id_).customer == 2


@given(statuses=st.lists(st.sampled_from(STATUSES["ticket"]), max_size=8))
def test_whatever_happens_a_ticket_has_the_times_of_its_status(statuses: list[str]) -> None:
    ticket: dict[str, Any] = {"status": "open", "respond_by": NOW, "resolve_by": NOW}
    answered: str | None = None
    for second, status in enumerate(statuses):
        now = f"2026-12-01T03:00:{second:02}Z"
        ticket |= following("ticket", ticket, status, now) | {"status": status}
        assert (ticket["resolved_at"] is not None) == (status == "resolved")
        assert (ticket["on_time"] is not None) == (status == "resolved")
        if status in ("responded", "resolved"):
            assert ticket["responded_at"] is not None
        if status == "resolved":
            assert ticket["responded_at"] <= ticket["resolved_at"] == now
            assert ticket["on_time"] == (now <= NOW)
        answered = answered or ticket.get("responded_at")
        assert ticket.get("responded_at") == answered  # the first answer is the answer


@given(statuses=st.lists(st.sampled_from(STATUSES["task"]), min_size=1, max_size=8))
def test_only_a_task_that_is_done_says_when(statuses: list[str]) -> None:
    task: dict[str, Any] = {"status": "open", "done_at": None}
    for status in statuses:
        task |= following("task", task, status, NOW) | {"status": status}
    assert (task["done_at"] is not None) == (statuses[-1] == "done")


def test_what_the_store_finds_overdue_is_what_a_look_at_it_says(environment: Environment) -> None:
    times = (None, PAST, NOW, FUTURE)
    rows = [
        {"customer_id": 1, "title": "x", "status": status, "respond_by": first, "resolve_by": last}
        for status, first, last in product(STATUSES["ticket"], times, times)
    ]
    ids = environment.store.records.create("ticket", rows, stamp())
    late = {id_ for id_, row in zip(ids, rows, strict=True) if is_overdue("ticket", row, NOW)}
    assert late == asked(environment, "ticket", "overdue") != set()
    assert all(rows[id_ - 1]["status"] in LIVE["ticket"] for id_ in late)
    tasks = [
        {"customer_id": 1, "content": "x", "status": status, "due_at": due}
        for status, due in product(STATUSES["task"], times)
    ]
    environment.store.records.create("task", tasks, stamp())
    assert asked(environment, "task", "overdue") == {2}


def test_a_week_is_from_monday_to_sunday(environment: Environment) -> None:
    for day in ("2026-11-29", "2026-11-30", "2026-12-06", "2026-12-07"):
        assigner = WorkAssigner(environment.project.settings, environment.clock, "task")
        values = assigner.assigned({"content": day, "due": day})
        work.add(environment, "task", 1, values)
    assert asked(environment, "task", "week") == {2, 3}
    sunday = moved(environment, "2026-12-06T23:59")
    assert asked(sunday, "task", "week") == {2, 3}
    assert asked(sunday, "task", "overdue") == {1, 2}
    assert asked(sunday, "task", "today") == {3}
