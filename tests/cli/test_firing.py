"""Changes fire workflows at once, in the same command, and once whatever happens."""

from __future__ import annotations

import signal
from contextlib import AbstractContextManager, ExitStack
from multiprocessing.process import BaseProcess

import pytest

from cskh.cli._firing import Attempts
from cskh.cli._session import Session
from cskh.edge.locks import exclusive
from cskh.engine.firing import waiting_plans
from tests.forks import ended, forked
from tests.killing import started
from tests.project import Cli, Project

NOW = ("--now", "2026-12-01T10:00")
HELLO = '[{send_sms: {content: "Hello {{ customer.name }}"}}]'
GUARD = "{guard: {max_recipients: 1}}"


@pytest.fixture(autouse=True)
def settled(project: Project) -> None:
    """No workflow on a schedule, and six statuses to go through."""
    (project.root / "hello.yaml").unlink()
    project.settle(statuses="[S0, S1, S2, S3, S4, S5, S6, S7]")


def on(project: Project, id_: str, moment: str, actions: str = HELLO, **parts: str) -> None:
    """Write a workflow that waits for a change."""
    conditions = parts.pop("conditions", "")
    trigger = f"{{moment: {moment}, conditions: [{conditions}]}}" if conditions else None
    project.workflow(id_, trigger=trigger or f"{{moment: {moment}}}", actions=actions, **parts)


def add(cli: Cli, number: int = 1, *words: str) -> int:
    named = (f"pid=A{number}", f"name=An {number}", f"phone=090000000{number}")
    return cli("customer", "add", *named, *words, *NOW).exit


def sent(project: Project) -> list[str]:
    return [message["content"] for message in project.sent]


def test_a_new_customer_is_greeted_by_the_command_that_adds_him(project: Project, cli: Cli) -> None:
    on(project, "welcome", "created")
    said = cli("customer", "add", "pid=A1", "name=An", "phone=0900000001", *NOW)
    assert said.exit == 0
    assert "accepted 1" in said.out
    assert sent(project) == ["Hello An"]
    assert add(cli, 2) == 0
    assert cli("run", "events", *NOW).exit == 0
    assert sent(project) == ["Hello An", "Hello An 2"]


def test_only_a_change_of_a_field_in_the_conditions_fires(project: Project, cli: Cli) -> None:
    on(project, "hot", "updated", conditions="{status: S1}")
    add(cli, 1, "status=S1")
    cli("customer", "set", "A1", "name=Bình", *NOW)
    cli("customer", "tag", "A1", "VIP", *NOW)
    assert sent(project) == []
    cli("customer", "set", "A1", "status=S2", *NOW)
    cli("customer", "set", "A1", "status=S1", *NOW)
    assert sent(project) == ["Hello Binh"]


def test_a_workflow_can_wait_for_what_a_field_becomes(project: Project, cli: Cli) -> None:
    on(project, "lost", "updated", conditions="{status: {changed_to: S2}}")
    add(cli, 1, "status=S2")
    cli("customer", "set", "A1", "status=S3", *NOW)
    assert sent(project) == []
    cli("customer", "set", "A1", "status=S2", *NOW)
    assert sent(project) == ["Hello An 1"]


def test_a_tag_can_be_waited_for(project: Project, cli: Cli) -> None:
    on(project, "vip", "updated", conditions="{tags: {has: VIP}}")
    add(cli, 1)
    cli("customer", "tag", "A1", "vip", *NOW)
    assert sent(project) == ["Hello An 1"]


def test_what_a_workflow_changes_fires_the_next_one(project: Project, cli: Cli) -> None:
    on(project, "first", "created", actions="[{update: {status: S1}}]")
    on(project, "second", "updated", conditions="{status: S1}")
    add(cli, 1)
    assert sent(project) == ["Hello An 1"]
    causes = "SELECT cause FROM changes WHERE field = 'status'"
    assert project.rows(causes) == [("workflow:first",)]


def test_a_workflow_does_not_fire_itself(project: Project, cli: Cli) -> None:
    bump = "[{update: {note: {append: x}}}]"
    on(project, "bump", "updated", actions=bump, conditions="{note: {empty: false}}")
    add(cli, 1)
    cli("customer", "set", "A1", "note=a", *NOW)
    assert project.rows("SELECT note FROM customers") == [("a\nx",)]


def test_two_workflows_that_update_each_other_come_to_an_end(project: Project, cli: Cli) -> None:
    on(project, "ping", "updated", "[{update: {status: S2}}]", conditions="{status: S1}")
    on(project, "pong", "updated", "[{update: {status: S1}}]", conditions="{status: S2}")
    add(cli, 1)
    assert cli("customer", "set", "A1", "status=S1", *NOW).exit == 0
    assert project.rows("SELECT workflow FROM executions ORDER BY run_id") == [("ping",), ("pong",)]


def test_a_chain_ends_after_five_firings_and_says_so(project: Project, cli: Cli) -> None:
    for step in range(1, 7):
        update = f"[{{update: {{status: S{step + 1}}}}}]"
        on(project, f"step-{step}", "updated", update, conditions=f"{{status: S{step}}}")
    add(cli, 1)
    cli("customer", "set", "A1", "status=S1", *NOW)
    assert project.rows("SELECT status FROM customers") == [("S6",)]
    assert project.rows("SELECT reason FROM skips") == [("too_deep",)]


def test_no_run_keeps_the_event_for_the_next_run(project: Project, cli: Cli) -> None:
    on(project, "welcome", "created")
    cli("customer", "add", "pid=A1", "name=An", "phone=0900000001", "--no-run", *NOW)
    assert sent(project) == []
    said = cli("run", "events", *NOW, "--format", "json")
    assert [plan["workflow"] for plan in said.json["plans"]] == ["welcome"]
    assert said.json["plans"][0]["effects"][0]["customer"] == "A1"
    assert sent(project) == ["Hello An"]
    assert cli("run", "events", *NOW, "--format", "json").json["plans"] == []


def test_no_deliver_leaves_the_messages_for_the_next_delivery(project: Project, cli: Cli) -> None:
    on(project, "welcome", "created")
    assert cli("customer", "add", "phone=0900000001", "name=An", "--no-deliver").exit == 0
    assert project.states() == {"queued": 1}
    cli("deliver")
    assert sent(project) == ["Hello An"]


def test_whoever_is_at_work_is_not_waited_for(project: Project, cli: Cli) -> None:
    on(project, "welcome", "created")
    with exclusive(project.root / "cskh.db", 0):
        said = cli("customer", "add", "pid=A1", "name=An", "phone=0900000001", "--format", "json")
    assert (said.exit, said.json["pid"]) == (0, "A1")
    assert said.json["messages"][0]["state"] == "accepted"
    assert "Another run is at work" in said.err


def test_json_of_a_change_has_what_it_fired(project: Project, cli: Cli) -> None:
    on(project, "first", "created", actions="[{update: {status: S1}}]")
    on(project, "second", "updated", conditions="{status: S1}")
    known = cli("customer", "add", "phone=0900000001", "name=An", *NOW, "--format", "json").json
    assert known["status"] == "S1"
    assert [message["state"] for message in known["messages"]] == ["accepted"]
    assert [row["cause"] for row in known["history"]] == ["cli", "workflow:first"]


def test_what_scheduled_workflows_change_is_answered_in_the_same_run(
    project: Project, cli: Cli
) -> None:
    project.workflow("close", actions="[{update: {status: S1}}]")
    on(project, "closed", "updated", conditions="{status: S1}")
    add(cli, 1)
    said = cli("run", "daily", *NOW, "--format", "json")
    assert [plan["workflow"] for plan in said.json["plans"]] == ["close", "closed"]
    assert sent(project) == ["Hello An 1"]


def test_a_refused_answer_waits_until_somebody_accepts_it(project: Project, cli: Cli) -> None:
    project.settle(policy=GUARD)
    on(project, "welcome", "created")
    for number in (1, 2):
        cli("customer", "add", f"pid=A{number}", f"phone=090000000{number}", "name=An", "--no-run")
    said = cli("customer", "set", "A1", "name=Bình", *NOW)
    assert said.exit == 4
    assert project.states() == {}
    digest = said.err.split("--accept ")[1].split()[0]
    assert cli("run", "events", "--accept", digest, *NOW).exit == 0
    assert sorted(sent(project)) == ["Hello An", "Hello Binh"]
    assert cli("run", "events", "--accept", digest, *NOW).exit == 4


def test_a_failing_provider_makes_the_change_partial(project: Project, cli: Cli) -> None:
    project.settle(active="{}")
    on(project, "welcome", "created")
    assert add(cli, 1) == 3
    assert project.rows("SELECT pid FROM customers") == [("A1",)]


def test_an_import_fires_only_if_asked(project: Project, cli: Cli) -> None:
    on(project, "welcome", "created")
    quiet, loud = ("import", "customers", "a.csv", "--yes"), ("--trigger", "run", *NOW)
    project.write("a.csv", "Mã KH,Họ tên,SĐT\nA1,Trần An,0900000001\n")
    assert cli(*quiet, *NOW).exit == 0
    cli("run", "events", *NOW)
    assert sent(project) == []
    project.write("a.csv", "Mã KH,Họ tên,SĐT\nA2,Trần An,0900000002\nA3,Lê Hà,0900000003\n")
    said = cli(*quiet, *loud, "--format", "json")
    assert said.exit == 0
    assert [plan["matched"] for plan in said.json["plans"]] == [2]
    assert said.json["delivery"]["accepted"] == 2
    assert sorted(sent(project)) == ["Hello Le Ha", "Hello Tran An"]


def test_a_guard_holds_an_import_back_and_its_customers_are_there(
    project: Project, cli: Cli
) -> None:
    project.settle(policy=GUARD)
    on(project, "welcome", "created")
    project.write("a.csv", "Mã KH,Họ tên,SĐT\nA2,Trần An,0900000002\nA3,Lê Hà,0900000003\n")
    assert cli("import", "customers", "a.csv", "--yes", "--trigger", "run").exit == 4
    assert project.rows("SELECT count(*) FROM customers") == [(2,)]
    assert project.states() == {}


# Kills the process when it is about to answer what has happened.
BEFORE_FIRING = """
import os, signal
from cskh.cli import run
from cskh.engine import firing
firing.fire = lambda *_given: os.kill(os.getpid(), signal.SIGKILL)
run()
"""


def test_killed_between_change_and_answer_the_next_run_answers_once(
    project: Project, cli: Cli
) -> None:
    on(project, "welcome", "created")
    words = ("customer", "add", "pid=A1", "name=An", "phone=0900000001")
    with started(project, "-c", BEFORE_FIRING, *words) as process:
        assert process.wait(timeout=60) == -signal.SIGKILL
    assert project.rows("SELECT pid FROM customers") == [("A1",)]
    for _again in range(2):
        assert cli("run", "events").exit == 0
    assert sent(project) == ["Hello An"]


def test_two_who_add_at_once_are_each_answered_exactly_once(project: Project, cli: Cli) -> None:
    on(project, "welcome", "created")
    numbers = range(1, 7)
    with ExitStack() as running:
        processes = [running.enter_context(_adding(project, number)) for number in numbers]
        assert ended(processes) == [0] * len(numbers)
    cli("deliver")
    assert sorted(sent(project)) == [f"Hello An {number}" for number in numbers]
    assert project.rows("SELECT count(*), count(DISTINCT pid) FROM customers") == [(6, 6)]


def test_what_somebody_else_has_answered_meanwhile_is_no_bug(project: Project, cli: Cli) -> None:
    on(project, "welcome", "created")
    cli("customer", "add", "name=An", "phone=0900000001", "--no-run")
    folder = str(project.root)
    with Session(folder=folder, at=None, as_=None, format="table", yes=False) as session:
        (plan,) = waiting_plans(session.environment)
        first, second = Attempts(session), Attempts(session)
        first(plan)
        second(plan)
    assert (len(first.walked), first.bugs) == (1, [])
    assert (second.walked, second.bugs) == ([], [])
    assert project.states() == {"queued": 1}


def _adding(project: Project, number: int) -> AbstractContextManager[BaseProcess]:
    return forked(project, "customer", "add", f"name=An {number}", f"phone=090000000{number}")
