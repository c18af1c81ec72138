"""Every action in a run: what each does, in order, all of it or nothing."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cskh.engine.firing import fire
from cskh.engine.running import commit, due_plans, nobody, walk
from cskh.engine.telling import Effects
from cskh.model.workflow import SCHEDULED
from tests.project import Project, person, run
from tests.sample import stamp

PARTS = {
    "staff": (
        "[{id: lan, name: Lan, role: owner, phone: '0900009001'},"
        " {id: minh, name: Minh, role: agent}, {id: thao, name: Thảo, role: agent, away: true}]"
    ),
    "groups": (
        "{cskh: {name: CSKH, members: [lan, thao, minh]},"
        " lot: {name: Lot, assign: random, members: [lan, minh]},"
        " away: {name: Away, members: [thao]}}"
    ),
    "pipelines": "{ban: {name: Bán, stages: [Mở, Chốt]}}",
    "telesales": (
        "{tri-an: {name: Tri ân, audience: customer, group: cskh, distribute: auto},"
        " moi: {name: Mới, audience: lead}}"
    ),
    "sla": "{gap: {name: Gấp, respond: 2h, resolve: 1 day, hours: '08:00-12:00,13:00-17:00'}}",
}
FOUR = """[
  {update: {status: Lost, add_tags: [Đã đóng]}},
  {create_task: {content: "Gọi {{ customer.name }} ({{ customer.status }})", group: cskh}},
  {add_to_telesales: {campaign: tri-an}},
  {send_sms: {content: "Chào {{ customer.name }}"}}]"""


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with groups, a pipeline, call lists and an SLA."""
    project.settle(**PARTS)
    return project


def contact(number: int, **values: Any) -> dict[str, Any]:
    return person(number, kind="contact", **values)


def acted(shop: Project, actions: str, *people: dict[str, Any], now: str | None = None) -> None:
    shop.workflow("hello", actions=actions)
    shop.add(*people)
    with shop.opened() as environment:
        run(environment, now)


def test_an_action_sees_what_those_before_it_did(shop: Project) -> None:
    acted(shop, FOUR, contact(1, status="Mới"))
    assert shop.rows("SELECT content, assignee, status FROM tasks") == [
        ("Gọi An 1 (Lost)", "lan", "open")
    ]
    assert shop.rows("SELECT campaign, agent, status FROM telesales") == [
        ("tri-an", "minh", "distributed")
    ]
    assert shop.rows("SELECT tag FROM tags") == [("Đã đóng",)]
    assert shop.rows("SELECT content FROM outbox") == [("Chao An 1",)]


def test_turns_go_on_from_run_to_run_and_pass_over_who_is_away(shop: Project) -> None:
    shop.workflow("hello", actions="[{create_task: {content: Gọi, group: cskh}}]")
    shop.add(*map(contact, (1, 2, 3)))
    with shop.opened() as environment:
        run(environment)
    with shop.opened() as environment:
        run(environment, "2026-12-02T10:00")
    agents = [who for (who,) in shop.rows("SELECT assignee FROM tasks ORDER BY id")]
    assert agents == ["lan", "minh"] * 3


def test_by_chance_dry_run_and_run_agree(shop: Project) -> None:
    shop.workflow("hello", actions="[{create_task: {content: Gọi, group: lot}}]")
    shop.add(*map(contact, range(1, 41)))
    with shop.opened() as environment:
        (plan,) = due_plans(environment, SCHEDULED)
        kept = Effects(environment.clock, environment.fields)
        shown = walk(environment, plan, kept)
        (done,) = run(environment)
    assert done.digest == shown.digest
    told = [each["add"]["assignee"] for each in kept.effects["hello", shown.plan.occasion]]
    assert [(who,) for who in told] == shop.rows("SELECT assignee FROM tasks ORDER BY id")
    assert min(Counter(told).values()) > 8


def test_looking_takes_no_turn(shop: Project) -> None:
    shop.workflow("hello", actions="[{create_task: {content: Gọi, group: cskh}}]")
    shop.add(contact(1))
    with shop.opened() as environment:
        (plan,) = due_plans(environment, SCHEDULED)
        once, again = (walk(environment, plan, nobody) for _time in range(2))
    assert once.digest == again.digest
    assert shop.rows("SELECT * FROM turns") == []


def test_work_for_a_group_where_nobody_is_there_is_skipped_with_its_reason(shop: Project) -> None:
    acted(shop, "[{create_task: {content: Gọi, group: away}}, pin]", contact(1))
    assert shop.rows("SELECT count(*) FROM tasks") == [(0,)]
    assert shop.rows("SELECT reason FROM skips") == [("nobody_there",)]
    assert shop.rows("SELECT pinned FROM customers") == [(1,)]


def test_a_task_is_due_so_long_from_now_and_may_be_given_to_somebody(shop: Project) -> None:
    task = "{content: Gọi, assignee: minh, due: 2 days, priority: high, category: gọi}"
    acted(shop, f"[{{create_task: {task}}}]", contact(1))
    asked = 'SELECT assignee, "group", due_at, priority, category, created_at FROM tasks'
    at = "2026-12-01T03:00:00Z"
    assert shop.rows(asked) == [("minh", None, "2026-12-03T03:00:00Z", "high", "gọi", at)]


def test_a_ticket_has_the_deadlines_of_its_sla_in_working_time(shop: Project) -> None:
    ticket = '{title: "{{ customer.name }} cần gấp", group: cskh, sla: gap}'
    acted(shop, f"[{{create_ticket: {ticket}}}]", contact(1), now="2026-12-01T11:00")
    asked = "SELECT title, assignee, respond_by, resolve_by, status FROM tickets"
    wanted = ("An 1 cần gấp", "lan", "2026-12-01T07:00:00Z", "2026-12-02T04:00:00Z", "open")
    assert shop.rows(asked) == [wanted]


def test_who_is_on_a_call_list_or_does_not_belong_there_is_skipped(shop: Project) -> None:
    both = "[{add_to_telesales: {campaign: moi}}, {add_to_telesales: {campaign: moi}}]"
    acted(shop, both, person(1), contact(2))
    assert shop.rows("SELECT customer_id, agent, status FROM telesales") == [(1, None, "waiting")]
    reasons = shop.rows("SELECT customer_id, reason FROM skips ORDER BY id")
    assert reasons == [(1, "on_the_list"), (2, "wrong_audience"), (2, "wrong_audience")]


def test_a_card_is_put_into_a_pipeline_once_and_moved(shop: Project) -> None:
    move, add = "{move_stage: {pipeline: ban, stage: Chốt}}", "{add_to_pipeline: {pipeline: ban}}"
    acted(shop, f"[{move}, {add}, {add}, {move}]", contact(1))
    assert shop.rows("SELECT customer_id, pipeline, stage, status FROM opportunities") == [
        (1, "ban", "Chốt", "open")
    ]
    assert shop.rows("SELECT reason FROM skips ORDER BY id") == [
        ("not_in_pipeline",),
        ("in_pipeline",),
    ]
    staged = "SELECT old, new FROM changes WHERE field = 'pipeline.ban' ORDER BY id"
    assert shop.rows(staged) == [(None, '"Mở"'), ('"Mở"', '"Chốt"')]


def test_a_new_task_fires_workflows_about_tasks(shop: Project) -> None:
    shop.workflow("then", object="task", trigger="{moment: created}", actions="[pin]")
    shop.workflow("hello", actions="[{create_task: {content: Gọi, group: cskh}}]")
    shop.add(contact(1))
    with shop.opened() as environment:
        run(environment)
        fire(environment, lambda plan: commit(environment, plan, nobody))
    assert shop.rows("SELECT pinned FROM customers") == [(1,)]


def test_what_is_already_so_is_no_change_and_no_event(shop: Project) -> None:
    actions = "[{update: {status: Mới}}, pin]"
    acted(shop, actions, contact(1, status="Mới", pinned=True))
    assert shop.rows("SELECT count(*) FROM changes WHERE field IS NOT NULL") == [(0,)]
    assert shop.rows("SELECT count(*) FROM events WHERE kind = 'updated'") == [(0,)]


class Copying:
    """A connection that copies the store's files before every statement, as a crash leaves them."""

    def __init__(self, inner: sqlite3.Connection, path: Path, into: Path) -> None:
        self.inner, self.path, self.into, self.copies = inner, path, into, 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if name not in ("execute", "executemany"):
            return found

        def copied(*arguments: Any) -> Any:
            self._copy()
            done = found(*arguments)
            self._copy()
            return done

        return copied

    def _copy(self) -> None:
        folder = self.into / str(self.copies)
        folder.mkdir()
        for file in self.path.parent.glob("cskh.db*"):
            shutil.copy(file, folder)
        self.copies += 1


WRITTEN = ("tasks", "telesales", "outbox", "tags", "executions", "turns", "runs", "events")


def written(path: Path) -> tuple[int, ...]:
    with closing(sqlite3.connect(path)) as db:
        return tuple(db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in WRITTEN)


def test_a_crash_at_any_statement_leaves_all_or_nothing(shop: Project, tmp_path: Path) -> None:
    shop.workflow("hello", actions=FOUR)
    shop.add(*map(contact, range(1, 6)))
    crashes = tmp_path / "crashes"
    crashes.mkdir()
    before = written(shop.root / "cskh.db")
    with shop.opened() as environment:
        run(environment, "2026-11-30T10:00")  # so that the run of the day is all that is written
        start = written(shop.root / "cskh.db")
        (plan,) = due_plans(environment, SCHEDULED)
        store: Any = environment.store
        database = store._write
        database.conn = watched = Copying(database.conn, shop.root / "cskh.db", crashes)
        commit(environment, plan, nobody)
        database.conn = watched.inner
    end = written(shop.root / "cskh.db")
    left = {written(crashes / str(n) / "cskh.db") for n in range(watched.copies)}
    assert watched.copies > 20
    assert before != start != end
    assert left == {start, end}


def test_of_two_tasks_of_one_customer_only_one_puts_him_on_a_list(shop: Project) -> None:
    both = "[{add_to_telesales: {campaign: tri-an}}, {add_to_pipeline: {pipeline: ban}}]"
    shop.workflow("hello", object="task", actions=both)
    shop.add(contact(1))
    task = {"customer_id": 1, "content": "Gọi"}
    with shop.opened() as environment:
        environment.store.records.create("task", [task, task], stamp())
        run(environment)
    assert shop.rows("SELECT count(*) FROM telesales") == [(1,)]
    assert shop.rows("SELECT count(*) FROM opportunities") == [(1,)]
    assert shop.rows("SELECT reason FROM skips ORDER BY id") == [("on_the_list",), ("in_pipeline",)]


def test_a_card_that_is_won_is_not_moved(shop: Project) -> None:
    move = "[{move_stage: {pipeline: ban, stage: Chốt}}]"
    shop.workflow("hello", actions=move)
    shop.add(contact(1))
    card = {"customer_id": 1, "pipeline": "ban", "stage": "Mở", "status": "won"}
    with shop.opened() as environment:
        environment.store.records.create("opportunity", [card], stamp())
        run(environment)
    assert shop.rows("SELECT stage FROM opportunities") == [("Mở",)]
    assert shop.rows("SELECT reason FROM skips") == [("card_is_closed",)]
