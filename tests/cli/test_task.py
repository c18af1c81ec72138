"""cskh task: work given to people, by name or by turns, and what is due."""

from __future__ import annotations

import signal
from collections import Counter
from contextlib import ExitStack
from typing import Any

import pytest

from tests.forks import ended, forked
from tests.killing import started
from tests.project import Cli, Project

NOW = ("--now", "2026-12-01T10:00")  # a Tuesday
JSON = (*NOW, "--format", "json")
SETTINGS = {
    "staff": (
        "[{id: lan, name: Nguyễn Lan, role: owner}, {id: minh, name: Trần Minh, role: admin}, "
        "{id: an, name: An, role: agent, away: true}]"
    ),
    "groups": (
        "{ban: {name: Bán hàng, members: [lan, minh, an]}, vang: {name: Vắng, members: [an]}, "
        "bat-ky: {name: Bất kỳ, assign: random, members: [lan, minh]}}"
    ),
}


@pytest.fixture(autouse=True)
def settled(project: Project, cli: Cli) -> None:
    (project.root / "hello.yaml").unlink()
    project.settle(**SETTINGS)
    cli("customer", "add", "pid=A1", "name=Nguyễn An", "phone=0900000001", *NOW)
    cli("customer", "add", "pid=A2", "name=Bình", "phone=0900000002", "tags=VIP", *NOW)


def add(cli: Cli, *words: str) -> dict[str, Any]:
    said = cli("task", "add", "content=Gọi lại", "customer=A1", *words, *JSON)
    assert said.exit == 0, said.err
    task: dict[str, Any] = said.json
    return task


def listed(cli: Cli, *words: str) -> list[int]:
    return [task["id"] for task in cli("task", "list", *words, *JSON).json["tasks"]]


def test_what_is_added_is_shown_and_listed_field_by_field(cli: Cli) -> None:
    words = ["content=Gọi  lại", "customer=0900 000 001", "due=3 days", "category=Tư vấn"]
    more = ["group=Bán hàng", "assignee=Trần Minh", "priority=HIGH"]
    said = cli("task", "add", *words, *more, *JSON, "--as", "lan")
    assert said.exit == 0
    expected = {
        **{"id": 1, "customer": "A1", "content": "Gọi lại", "group": "ban", "assignee": "minh"},
        **{"priority": "high", "category": "Tư vấn", "due_at": "2026-12-04T10:00:00+07:00"},
        "status": "open",
    }
    made = {"at": "2026-12-01T10:00:00+07:00", "actor": "lan", "cause": "cli"}
    history = [{**made, "field": None, "old": None, "new": None}]
    assert said.json == {**expected, "history": history}
    assert cli("task", "show", "1", *JSON).json == said.json
    assert cli("task", "list", *JSON).json == {"tasks": [expected]}
    assert cli("customer", "show", "A1", *JSON).json["tasks"] == [expected]


@pytest.mark.parametrize(
    ("text", "due_at"),
    [
        ("3 days", "2026-12-04T10:00:00+07:00"),
        ("2h", "2026-12-01T12:00:00+07:00"),
        ("1 Month", "2027-01-01T10:00:00+07:00"),
        ("today", "2026-12-01T23:59:59+07:00"),
        ("today+2", "2026-12-03T23:59:59+07:00"),
        ("2026-12-04", "2026-12-04T23:59:59+07:00"),
        ("04/12/2026", "2026-12-04T23:59:59+07:00"),
        ("04/12/2026 17:30", "2026-12-04T17:30:00+07:00"),
        ("2026-12-04T17:00", "2026-12-04T17:00:00+07:00"),
        ("2026-12-04 17:00+00:00", "2026-12-05T00:00:00+07:00"),
        ("", None),
    ],
)
def test_due_is_a_length_of_time_or_a_day_to_its_end(
    cli: Cli, text: str, due_at: str | None
) -> None:
    assert add(cli, f"due={text}")["due_at"] == due_at


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["content=x", "customer=A1", "priority=hihg"], "Did you mean high?"),
        (["content=x", "customer=A1", "prioriti=high"], "Did you mean priority?"),
        (["content=x", "customer=A1", "due=someday"], "3 days"),
        (["content=x", "customer=A1", "group=bann"], "Did you mean ban?"),
        (["content=x", "customer=A1", "assignee=lann"], "Did you mean lan?"),
        (["content=x", "customer=A1", "assignee=-"], "Known: an, lan, minh."),
        (["content=x", "customer=A1", "done_at=today"], "cskh task done"),
        (["content=x", "customer=A1", "created_at=today"], "by itself"),
        (["content=x", "customer=A1", "priority="], "can't be cleared"),
        (["content=x"], "customer= is missing."),
        (["content= ", "customer=A1"], "can't be cleared"),
        (["customer=A1"], "content= is missing."),
        (["content=x", "content=y", "customer=A1"], "said twice"),
    ],
)
def test_what_can_not_be_writes_nothing(
    project: Project, cli: Cli, words: list[str], hint: str
) -> None:
    said = cli("task", "add", *words)
    assert said.exit == 2
    assert hint in said.err
    assert project.rows("SELECT count(*) FROM tasks") == [(0,)]


def test_a_customer_or_a_task_that_is_not_there_is_exit_1(cli: Cli) -> None:
    assert cli("task", "add", "content=x", "customer=nobody").exit == 1
    for command in (["show", "9"], ["done", "9"], ["set", "9", "status=done"]):
        said = cli("task", *command, "--format", "json")
        assert said.exit == 1
        assert said.json["error"]["message"] == "There is no task 9."
    assert cli("task", "show", str(2**70)).exit == 1
    assert cli("task", "list", "--customer", "nobody").exit == 1
    assert cli("task", "show", "x").exit == 2


def test_of_a_group_whoever_is_next_gets_it_and_the_absent_are_passed_over(cli: Cli) -> None:
    assert [add(cli, "group=ban")["assignee"] for _turn in range(3)] == ["lan", "minh", "lan"]
    assert "Assignee: minh" in cli("task", "add", "content=x", "customer=A1", "group=ban").out


def test_whoever_is_named_gets_it_and_no_turn_is_taken(project: Project, cli: Cli) -> None:
    assert add(cli, "group=ban", "assignee=an")["assignee"] == "an"
    assert add(cli, "group=ban", "assignee=")["assignee"] is None
    assert project.rows("SELECT * FROM turns") == []
    assert add(cli, "group=ban")["assignee"] == "lan"


def test_chance_comes_to_the_same_person_for_the_same_task(project: Project, cli: Cli) -> None:
    first = [add(cli, "group=bat-ky")["assignee"] for _task in range(12)]
    assert set(first) == {"lan", "minh"}
    for file in project.root.glob("cskh.db*"):
        file.unlink()
    cli("customer", "add", "pid=A1")
    assert [add(cli, "group=bat-ky")["assignee"] for _task in range(12)] == first


def test_a_group_of_which_nobody_is_there_gets_nothing(project: Project, cli: Cli) -> None:
    said = cli("task", "add", "content=x", "customer=A1", "group=vang")
    assert said.exit == 4
    assert "assignee=ID" in said.err
    add(cli)
    before = project.rows("SELECT count(*) FROM changes")
    assert cli("task", "set", "1", "group=vang", "priority=high").exit == 4
    assert project.rows("SELECT count(*) FROM changes") == before
    assert project.rows('SELECT priority, "group" FROM tasks') == [("normal", None)]
    assert add(cli, "group=vang", "assignee=an")["assignee"] == "an"


def test_a_task_that_comes_to_another_group_is_handed_out_there(cli: Cli) -> None:
    add(cli, "assignee=minh")
    moved = cli("task", "set", "1", "group=ban", *JSON).json
    assert (moved["group"], moved["assignee"]) == ("ban", "lan")
    assert cli("task", "set", "1", "group=BAN", *JSON).json["assignee"] == "lan"
    named = cli("task", "set", "1", "group=vang", "assignee=minh", *JSON).json
    assert (named["group"], named["assignee"]) == ("vang", "minh")


def test_done_is_noted_once_and_undone_by_opening_again(project: Project, cli: Cli) -> None:
    add(cli)
    assert cli("task", "done", "1", *NOW).out.splitlines() == [
        "task 1 status: open → done",
        "task 1 done_at: – → 01/12/2026 10:00",
    ]
    again = cli("task", "done", "1", "--now", "2026-12-02T10:00")
    assert (again.exit, again.out) == (0, "")
    assert "Nothing changes" in again.err
    assert project.rows("SELECT done_at FROM tasks") == [("2026-12-01T03:00:00Z",)]
    opened = cli("task", "set", "1", "status=open", *JSON).json
    assert (opened["status"], opened["history"][-1]["field"]) == ("open", "done_at")
    assert project.rows("SELECT done_at FROM tasks") == [(None,)]
    assert cli("task", "set", "1", "status=done", *NOW).exit == 0
    assert project.rows("SELECT done_at FROM tasks") == [("2026-12-01T03:00:00Z",)]


def test_a_cancelled_task_can_not_be_done(cli: Cli) -> None:
    add(cli)
    cli("task", "set", "1", "status=cancelled")
    said = cli("task", "done", "1")
    assert said.exit == 4
    assert "cskh task set 1 status=open" in said.err


def test_every_change_is_told_with_who_made_it(cli: Cli) -> None:
    add(cli, "due=today")
    words = ["priority=urgent", "due=", "content=Gọi ngay", "priority=urgent"]
    assert cli("task", "set", "1", *words).exit == 2
    said = cli("task", "set", "1", *words[:3], *JSON, "--as", "minh").json
    told = [(row["actor"], row["field"], row["old"], row["new"]) for row in said["history"][1:]]
    assert told == [
        ("minh", "priority", "normal", "urgent"),
        ("minh", "due_at", "2026-12-01T23:59:59+07:00", None),
        ("minh", "content", "Gọi lại", "Gọi ngay"),
    ]
    assert cli("task", "set", "1", "customer=A2").exit == 2
    assert cli("task", "set", "1", "content=").exit == 2


def test_what_is_late_comes_first_then_by_deadline_and_priority(cli: Cli) -> None:
    for due, priority in [
        ("", "urgent"),
        ("2026-12-04", "normal"),
        ("2026-12-04", "urgent"),
        ("2026-11-30", "low"),
        ("today", "low"),
        ("", "low"),
    ]:
        add(cli, f"due={due}", f"priority={priority}")
    add(cli, "due=2026-11-01")
    cli("task", "done", "7")
    assert listed(cli) == [4, 5, 3, 2, 1, 6, 7]


def test_what_is_due_is_asked_for_by_day_and_is_not_done(cli: Cli) -> None:
    for due in ("2026-11-30", "today", "9h", "2026-12-06", "2026-12-07", "", "2026-12-01 09:00"):
        add(cli, f"due={due}")
    assert listed(cli, "--due", "today") == [7, 3, 2]
    assert listed(cli, "--due", "overdue") == listed(cli, "--overdue") == [1, 7]
    assert listed(cli, "--due", "week") == [1, 7, 3, 2, 4]
    assert listed(cli, "--due", "today", "--overdue") == [7]
    assert listed(cli, "due=today") == [7, 3, 2]
    cli("task", "done", "7")
    assert listed(cli, "--due", "today") == [3, 2]
    assert listed(cli, "--due", "today", "--status", "done") == [7]
    said = cli("task", "list", "--due", "todya")
    assert (said.exit, "Did you mean today?" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--assignee", "lan"], [1]),
        (["--assignee", "Trần Minh"], [2]),
        (["--assignee", ""], [3]),
        (["assignee=lan"], [1]),
        (["--group", "ban"], [1]),
        (["--status", "open"], [1, 2]),
        (["--status", "done"], [3]),
        (["--customer", "0900000002"], [2]),
        (["customer=a2"], [2]),
        (["customer.tags=vip"], [2]),
        (["customer.phone=+84900000002"], [2]),
        (["priority=urgent", "category=Tư vấn"], [2]),
        (["content=gọi"], [1, 3]),
        (["created_at=today"], [1, 2, 3]),
    ],
)
def test_words_and_options_ask_for_some_tasks(cli: Cli, words: list[str], found: list[int]) -> None:
    said = ["add", "content=Gọi", "customer=A1", *NOW]
    cli("task", *said, "group=ban", "assignee=lan")
    cli("task", "add", "content=x", "customer=A2", "assignee=minh", "priority=urgent",
        "category=Tư vấn", *NOW)  # fmt: skip
    cli("task", *said)
    cli("task", "done", "3", *NOW)
    assert sorted(listed(cli, *words)) == found


def test_a_table_is_short_and_masks_phones(cli: Cli) -> None:
    for _task in range(3):
        cli("task", "add", "content=Gọi 0900000009", "customer=A1", "due=2026-11-30", *NOW)
    said = cli("task", "list", "--limit", "2", *NOW)
    assert "Gọi 0900•••009" in said.out
    assert "30/11/2026 23:59 (overdue)" in said.out
    assert "3 tasks, 3 overdue" in said.out
    assert "1 more row" in said.err
    assert cli("task", "list", "--status", "done").out == "0 tasks\n"
    card = cli("task", "show", "1", *NOW).out
    assert "0900000009" not in card
    assert max(map(len, card.splitlines())) <= 80


def test_new_and_changed_tasks_fire_workflows_in_the_same_command(
    project: Project, cli: Cli
) -> None:
    project.settle(**SETTINGS)
    hello = '[{send_sms: {content: "{{ task.content }}"}}]'
    project.workflow("new", object="task", trigger="{moment: created}", actions=hello)
    done = "{moment: updated, conditions: [{status: done}]}"
    project.workflow("done", object="task", trigger=done, actions="[{update: {status: Lost}}]")
    assert "accepted 1" in cli("task", "add", "content=Goi", "customer=A1", *NOW).out
    assert [each["content"] for each in project.sent] == ["Goi"]
    cli("task", "set", "1", "priority=high", *NOW)
    cli("customer", "set", "A1", "name=Bình", *NOW)
    status = "SELECT status FROM customers WHERE pid = 'A1'"
    assert project.rows(status) == [(None,)]
    cli("task", "done", "1", "--no-run", *NOW)
    assert project.rows(status) == [(None,)]
    cli("run", "events", *NOW)
    assert project.rows(status) == [("Lost",)]
    assert len(project.sent) == 1


# Kills the process when the turn is taken and the task is not yet there, or the other way round.
KILLED = """
import os, signal
from cskh.cli import run
from cskh.store.sqlite.records import SqliteRecords
from cskh.store.sqlite.turns import SqliteTurns
create, take = SqliteRecords.create, SqliteTurns.take
def die(real):
    def then(*given):
        real(*given)
        os.kill(os.getpid(), signal.SIGKILL)
    return then
{patched}
run()
"""


@pytest.mark.parametrize(
    "patched", ["SqliteRecords.create = die(create)", "SqliteTurns.take = die(take)"]
)
def test_killed_between_turn_and_task_neither_is_there(
    project: Project, cli: Cli, patched: str
) -> None:
    words = ("task", "add", "content=x", "customer=A1", "group=ban")
    with started(project, "-c", KILLED.format(patched=patched), *words) as process:
        assert process.wait(timeout=60) == -signal.SIGKILL
    assert project.rows("SELECT * FROM turns") == project.rows("SELECT * FROM tasks") == []
    assert project.rows("SELECT count(*) FROM events WHERE object = 'task'") == [(0,)]
    assert add(cli, "group=ban")["assignee"] == "lan"


def test_many_who_add_at_once_share_the_work_evenly(project: Project) -> None:
    words = ("task", "add", "content=x", "customer=A1", "group=ban")
    with ExitStack() as running:
        processes = [running.enter_context(forked(project, *words)) for _one in range(6)]
        assert ended(processes) == [0] * 6
    shared = Counter(who for (who,) in project.rows("SELECT assignee FROM tasks"))
    assert shared == {"lan": 3, "minh": 3}


def test_what_is_given_to_nobody_by_name_is_for_whose_customer_it_is(
    project: Project, cli: Cli
) -> None:
    cli("customer", "add", "pid=B1", "phone=0900000801", "assignee=lan", *NOW)
    cli("customer", "add", "pid=B2", "phone=0900000802", *NOW)
    own = cli("task", "add", "content=Gọi", "customer=B1", *NOW, "--format", "json").json
    mine = cli("task", "add", "content=Gọi", "customer=B2", *NOW, "--as", "lan", "--format", "json")
    assert (own["assignee"], mine.json["assignee"]) == ("lan", "lan")
