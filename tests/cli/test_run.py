from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cskh.edge import moods
from cskh.edge.locks import alone, exclusive
from cskh.edge.stand_in import StandIn
from tests.project import Cli, Project

TEN = ("--now", "2026-12-01T10:00")
DELIVERY = ["accepted", "delivered", "failed", "unknown", "skipped", "queued"]
PLAN = [
    "workflow",
    "campaign",
    "occasion",
    "digest",
    "matched",
    "effects",
    "skipped",
    "totals",
    "refused",
]
EFFECT = [
    "customer",
    "object",
    "action",
    "index",
    "kind",
    "channel",
    "provider",
    "purpose",
    "page",
    "recipient",
    "subject",
    "content",
    "data",
    "parts",
    "price",
    "send_at",
    "to_staff",
    "change",
    "add",
]


def test_a_workflow_acts_once_an_occasion_however_often_it_is_run(
    project: Project, cli: Cli
) -> None:
    project.crowd(3)
    first = cli("run", "daily", *TEN, "--format", "json")
    again = cli("run", "daily", "--now", "2026-12-01T10:05", "--format", "json")
    assert (first.exit, again.exit) == (0, 0)
    assert [plan["matched"] for plan in first.json["plans"]] == [3]
    assert again.json["plans"] == []
    assert len(project.sent) == 3


def test_a_missed_day_is_made_up_once(project: Project, cli: Cli) -> None:
    project.crowd(1)
    for now in ("2026-12-01T10:00", "2026-12-03T08:00", "2026-12-03T09:00"):
        assert cli("run", "daily", "--now", now).exit == 0
    assert project.rows("SELECT occasion FROM outbox") == [
        ("daily:2026-12-01",),
        ("daily:2026-12-02",),
    ]


def test_what_a_run_did_as_json(project: Project, cli: Cli) -> None:
    project.crowd(1)
    project.workflow(
        "hello",
        actions='[{send_sms: {content: "Hi {{ customer.name }}", send_at: "+2h"}},'
        " {update: {status: Lost, add_tags: [A, B]}},"
        ' {send_sms: {content: "{{ customer.email }}"}}]',
    )
    said = cli("run", "daily", *TEN, "--format", "json").json
    assert list(said) == ["now", "plans", "delivery"]
    assert said["now"] == "2026-12-01T10:00:00+07:00"
    assert list(said["delivery"]) == DELIVERY
    assert said["delivery"]["queued"] == 1
    (plan,) = said["plans"]
    assert list(plan) == PLAN
    assert len(plan.pop("digest")) == 16
    effects, skipped = plan.pop("effects"), plan.pop("skipped")
    assert plan == {
        "workflow": "hello",
        "campaign": None,
        "occasion": "daily:2026-12-01",
        "matched": 1,
        "totals": {"messages": 1, "parts": 1, "price": 100},
        "refused": None,
    }
    assert [list(effect) for effect in effects] == [EFFECT, EFFECT]
    nothing: dict[str, Any] = dict.fromkeys(EFFECT)
    assert effects == [
        nothing
        | {
            "customer": "KH0001",
            "action": "send_sms",
            "index": 0,
            "kind": "send",
            "channel": "sms",
            "provider": "thu",
            "purpose": "care",
            "recipient": "0900000001",
            "content": "Hi An 1",
            "data": {},
            "parts": 1,
            "price": 100,
            "send_at": "2026-12-01T12:00:00+07:00",
        },
        nothing
        | {
            "customer": "KH0001",
            "action": "update",
            "index": 1,
            "kind": "change",
            "change": {"status": [None, "Lost"], "tags": [[], ["A", "B"]]},
        },
    ]
    assert skipped == [
        {
            "customer": "KH0001",
            "object": None,
            "action": "send_sms",
            "index": 2,
            "reason": "missing customer.email",
            "to_staff": None,
        }
    ]


def test_what_a_run_did_as_people_read_it(project: Project, cli: Cli) -> None:
    project.crowd(2)
    said = cli("run", "daily", *TEN)
    assert said.exit == 0
    assert "KH0001 → sms 0900•••001 · 1 part" in said.out
    assert "Hello An 1" in said.out
    assert "2 customers · send an SMS: 2 · 2 parts, 200 đ" in said.out
    assert "delivery · accepted 2 · failed 0 · unknown 0 · skipped 0 · waiting 0" in said.out
    assert "0900000001" not in said.out


def test_nothing_due_is_no_error(project: Project, cli: Cli) -> None:
    said = cli("run", "daily", "--now", "2026-12-01T09:00")
    assert (said.exit, said.err) == (0, "Nothing is due.\n")


@pytest.mark.parametrize(
    ("what", "workflows"),
    [
        ("daily", ["hello"]),
        ("weekly", ["weekly"]),
        ("monthly", ["monthly"]),
        ("due", ["hello", "monthly", "weekly"]),
    ],
)
def test_only_the_moments_that_were_asked_for_are_run(
    project: Project, cli: Cli, what: str, workflows: list[str]
) -> None:
    project.workflow("weekly", trigger='{moment: weekly, at: "10:00", weekday: tue}')
    project.workflow("monthly", trigger='{moment: monthly, at: "10:00", day: 1}')
    plans = cli("run", what, *TEN, "--format", "json").json["plans"]
    assert [plan["workflow"] for plan in plans] == workflows


def test_messages_can_be_left_for_later(project: Project, cli: Cli) -> None:
    project.crowd(3)
    said = cli("run", "daily", "--no-deliver", *TEN, "--format", "json")
    assert (said.exit, said.json["delivery"]["queued"], project.sent) == (0, 3, [])
    assert cli("deliver", *TEN).exit == 0
    assert len(project.sent) == 3


def test_a_run_waits_for_the_one_before_it_and_says_so_when_it_gives_up(
    project: Project, cli: Cli
) -> None:
    with exclusive(project.root / "cskh.db", 0):
        said = cli("run", "daily", "--wait", "0", "--format", "json")
    assert said.exit == 4
    assert said.json["error"]["code"] == "busy"
    assert "Another cskh is running on cskh.db." in said.err


def test_a_run_that_gives_up_loses_no_slot_and_says_what_it_did(project: Project, cli: Cli) -> None:
    project.crowd(2)
    with exclusive(project.root / "cskh.db", 0):
        said = cli("run", "daily", "--wait", "0", *TEN, "--format", "json")
    assert (said.exit, project.states()) == (4, {"accepted": 2})
    assert [plan["matched"] for plan in said.json["plans"]] == [2]
    assert "Another cskh is running" in said.err
    assert cli("run", "daily", "--now", "2026-12-02T10:00").exit == 0
    assert project.states() == {"accepted": 4}


@pytest.mark.parametrize("format_", ["table", "json"])
def test_the_run_of_every_minute_waits_for_nobody_and_sends_where_nobody_sends(
    project: Project, cli: Cli, format_: str
) -> None:
    project.crowd(2)
    with exclusive(project.root / "cskh.db", 0):
        said = cli("run", "due", *TEN, "--format", format_)
    assert (said.exit, said.err) == (0, "Another cskh is running on cskh.db.\n")
    assert project.states() == {"accepted": 2}
    if format_ == "json":
        assert [plan["matched"] for plan in said.json["plans"]] == [2]
        assert list(said.json["delivery"]) == DELIVERY


def test_nobody_plans_beside_somebody_who_plans(project: Project, cli: Cli) -> None:
    project.crowd(2)
    store = project.root / "cskh.db"
    with exclusive(store, 0), alone(store, "planning", 0):
        said = cli("run", "due", *TEN, "--format", "json")
    assert (said.exit, said.json["plans"], project.states()) == (0, [], {})


def started(project: Project) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cskh", "run", "daily", *TEN, "--format", "json"]
    return subprocess.Popen(command, cwd=project.root, stdout=subprocess.PIPE)


def test_two_runs_at_once_act_once(project: Project) -> None:
    project.crowd(300)
    both = [started(project), started(project)]
    said = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(len(json.loads(text)["plans"]) for text in said) == [0, 1]
    assert len(project.sent) == 300
    assert len({line["recipient"] for line in project.sent}) == 300


def test_whoever_reads_slowly_keeps_no_other_run_from_working(project: Project, cli: Cli) -> None:
    project.crowd(300)
    with started(project) as slow:
        assert slow.stdout is not None
        slow.stdout.read(1)  # it has begun to print what no pipe can hold
        assert cli("run", "daily", "--wait", "0", *TEN).exit == 0
        slow.communicate(timeout=60)


GUARD = "{guard: {max_recipients: 3}}"


def test_a_guard_refuses_one_plan_while_the_others_run(project: Project, cli: Cli) -> None:
    project.settle(policy=GUARD)
    project.workflow("few", filter="[{pid: KH0001}]")
    project.crowd(4)
    said = cli("run", "daily", *TEN, "--format", "json")
    assert said.exit == 4
    refused = {plan["workflow"]: plan["refused"] for plan in said.json["plans"]}
    assert refused == {
        "few": None,
        "hello": "It would reach 4 people; policy.guard.max_recipients is 3.",
    }
    assert len(project.sent) == 1


def test_a_refused_plan_tells_how_to_have_it_all_the_same(project: Project, cli: Cli) -> None:
    project.settle(policy=GUARD)
    project.crowd(4)
    refused = cli("run", "daily", *TEN)
    digest = refused.out.partition("--accept ")[2].split()[0]
    accepted = cli("run", "daily", "--accept", digest, "--now", "2026-12-01T10:30")
    assert (refused.exit, accepted.exit) == (4, 0)
    assert len(project.sent) == 4


def test_accepting_runs_just_that_plan(project: Project, cli: Cli) -> None:
    project.workflow("other")
    project.crowd(2)
    (plan,) = cli("dry-run", "hello", *TEN, "--format", "json").json["plans"]
    said = cli("run", "daily", "--accept", plan["digest"], *TEN, "--format", "json")
    assert [each["workflow"] for each in said.json["plans"]] == ["hello"]
    assert cli("run", "daily", *TEN, "--format", "json").json["plans"][0]["workflow"] == "other"


def test_one_stale_digest_and_nothing_is_run(project: Project, cli: Cli) -> None:
    project.crowd(2)
    (plan,) = cli("dry-run", "hello", *TEN, "--format", "json").json["plans"]
    digest = plan["digest"]
    said = cli("run", "daily", "--accept", digest, "--accept", "0" * 16, *TEN, "--format", "json")
    assert said.exit == 4
    assert said.json["error"]["code"] == "refused"
    assert "0" * 16 in said.json["error"]["message"]
    assert project.states() == {}


HELLO = "content: 'Hello {{ customer.name }}'"


def _write(project: Project, **replaced: str) -> None:
    project.workflow("hello", **replaced)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda project: project.crowd(1, first=3), id="a customer more"),
        pytest.param(
            lambda project: _write(project, actions="[{send_sms: {content: Bye}}]"),
            id="another text",
        ),
        pytest.param(
            lambda project: _write(
                project, actions=f"[{{send_sms: {{{HELLO}, purpose: advertising}}}}]"
            ),
            id="another purpose",
        ),
        pytest.param(
            lambda project: _write(project, actions=f"[{{send_sms: {{{HELLO}, send_at: +2h}}}}]"),
            id="another time",
        ),
        pytest.param(
            lambda project: _write(
                project, actions=f"[{{send_sms: {{{HELLO}}}}}, {{update: {{status: Lost}}}}]"
            ),
            id="another action",
        ),
        pytest.param(lambda project: project.settle(active="{}"), id="another provider"),
    ],
)
def test_a_digest_is_stale_after(
    project: Project, cli: Cli, change: Callable[[Project], None]
) -> None:
    project.settle(policy='{opt_out_text: {sms: "Tu choi"}}')
    project.crowd(2)
    (plan,) = cli("dry-run", "hello", *TEN, "--format", "json").json["plans"]
    change(project)
    assert cli("run", "daily", "--accept", plan["digest"], *TEN).exit == 4
    assert project.states() == {}


@pytest.mark.parametrize(
    ("mood", "exit_"),
    [
        (moods.refuse(-10), 3),
        (moods.busy, 3),
        (moods.refuse(-5), 3),
        (moods.cut_read, 3),
        (moods.array, 0),
        (moods.number, 0),
    ],
)
def test_a_run_ends_well_only_if_every_message_went_well(
    project: Project, cli: Cli, vietguys: StandIn, mood: Any, exit_: int
) -> None:
    vietguys.next(mood)
    project.crowd(1)
    assert cli("run", "daily", *TEN).exit == exit_


def test_a_run_with_nothing_to_do_ends_well_whatever_failed_before(
    project: Project, cli: Cli, vietguys: StandIn
) -> None:
    vietguys.next(moods.refuse(-10))
    project.crowd(1)
    assert cli("run", "daily", *TEN).exit == 3
    assert cli("run", "daily", *TEN).exit == 0


def test_a_message_that_waits_for_its_time_is_no_failure(project: Project, cli: Cli) -> None:
    project.workflow("hello", trigger='{moment: daily, at: "23:00"}')
    project.crowd(1)
    said = cli("run", "daily", "--now", "2026-12-01T23:00", "--format", "json")
    assert (said.exit, said.json["delivery"]["queued"]) == (0, 1)


def test_a_guards_refusal_weighs_more_than_a_failed_message(
    project: Project, cli: Cli, vietguys: StandIn
) -> None:
    project.through(vietguys, policy=GUARD)
    project.workflow("few", filter="[{pid: KH0001}]")
    vietguys.mood = moods.refuse(-10)
    project.crowd(4)
    assert cli("run", "daily", *TEN).exit == 4


def test_a_provider_without_its_secret_is_told(
    project: Project, cli: Cli, vietguys: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PASSCODE")
    project.crowd(1)
    for format_ in ("table", "json"):
        said = cli("run", "daily", *TEN, "--format", format_)
        assert said.exit == 3
        assert "chinh is stopped: PASSCODE is not set." in said.err


def test_a_channel_without_a_provider_is_told(project: Project, cli: Cli) -> None:
    project.settle(active="{}")
    project.crowd(1)
    said = cli("run", "daily", *TEN, "--format", "json")
    assert said.exit == 3
    assert "Messages wait: sms has no active provider" in said.err


def test_a_run_writes_a_log_without_people_in_it(project: Project, cli: Cli) -> None:
    project.settle(policy=GUARD)
    project.workflow("few", filter="[{pid: KH0001}]")
    project.crowd(4)
    cli("run", "daily", *TEN)
    path = project.root / "cskh.log"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    told = {(line["event"], line.get("workflow"), line.get("matched")) for line in lines}
    assert told == {("done", "few", 1), ("refused", "hello", 4), ("delivered", None, None)}
    assert lines[-1]["counts"]["accepted"] == 1
    assert not any(word in path.read_text() for word in ("An 1", "090000", "Hello An", "KH000"))
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_store_elsewhere_takes_its_lock_and_log_along(
    project: Project, cli: Cli, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    project.settle(store=f"{elsewhere}/care.db")
    assert cli("run", "daily", *TEN).exit == 0
    assert {path.name for path in Path(elsewhere).iterdir()} >= {"care.db", "cskh.log"}
