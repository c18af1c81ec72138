from __future__ import annotations

import pytest

from cskh.edge import moods
from cskh.edge.locks import exclusive
from cskh.edge.stand_in import StandIn, answer
from tests.project import PASSCODE, Cli, Project

TEN = ("--now", "2026-12-01T10:00")


@pytest.fixture
def waiting(project: Project, cli: Cli) -> None:
    """Twelve messages in the outbox."""
    project.crowd(12)
    assert cli("run", "daily", "--no-deliver", *TEN).exit == 0


def test_what_is_queued_is_sent(
    project: Project, cli: Cli, vietguys: StandIn, waiting: None
) -> None:
    said = cli("deliver", *TEN, "--format", "json")
    assert said.exit == 0
    assert said.json == {
        "now": "2026-12-01T10:00:00+07:00",
        "delivery": {
            "accepted": 12,
            "delivered": 0,
            "failed": 0,
            "unknown": 0,
            "skipped": 0,
            "queued": 0,
        },
    }
    assert len(vietguys.accepted) == 12
    assert cli("deliver", *TEN).exit == 0
    assert vietguys.calls == 12


def test_unknown_messages_are_told(cli: Cli, vietguys: StandIn, waiting: None) -> None:
    vietguys.next(moods.cut_read)
    said = cli("deliver", *TEN)
    assert said.exit == 3
    assert "accepted 11 · failed 0 · unknown 1" in said.out
    assert "cskh report messages --state unknown" in said.err


def test_a_stopped_provider_is_told_and_tried_again_next_time(
    cli: Cli, vietguys: StandIn, waiting: None
) -> None:
    vietguys.mood = moods.refuse(-9)
    said = cli("deliver", *TEN)
    assert said.exit == 3
    assert "chinh is stopped: The account at Vietguys has no credit left." in said.err
    vietguys.mood = answer
    assert cli("deliver", *TEN).exit == 0
    assert len(vietguys.accepted) == 12


def test_a_delivery_waits_for_another_run(project: Project, cli: Cli) -> None:
    with exclusive(project.root / "cskh.db", 0):
        said = cli("deliver", "--wait", "0", "--format", "json")
    assert (said.exit, said.json["error"]["code"]) == (4, "busy")


def test_a_secret_is_in_no_output_no_log_and_no_store(
    project: Project, cli: Cli, vietguys: StandIn, waiting: None
) -> None:
    quoting = f'{{"error": 1, "error_code": -18, "log": "pwd={PASSCODE} is yours"}}'
    vietguys.next(
        moods.says(quoting), moods.says(f"{PASSCODE}"), moods.status(500, X_Echo=PASSCODE)
    )
    said = [
        cli("deliver", *TEN, "--format", "json"),
        cli("report", "messages"),
        cli("report", "messages", "--format", "json"),
        cli("report", "messages", "--format", "csv"),
        cli("dry-run", *TEN),
        cli("lint"),
    ]
    assert not any(PASSCODE in text for each in said for text in (each.out, each.err))
    files = [path for path in project.root.rglob("*") if path.is_file()]
    assert len(files) >= 5
    assert not any(PASSCODE.encode() in path.read_bytes() for path in files)
    assert project.states() == {"accepted": 9, "failed": 1, "unknown": 2}


def test_a_broken_workflow_keeps_nothing_that_is_queued_from_going(
    project: Project, cli: Cli
) -> None:
    project.crowd(2)
    cli("run", "daily", *TEN, "--no-deliver")
    project.write("broken.yaml", "name: [")
    assert cli("run", "daily", *TEN).exit == 1
    assert cli("deliver", *TEN).exit == 0
    told = cli("report", "messages", "--format", "json").json
    assert told["by_state"]["accepted"] == 2


def test_broken_settings_stop_everything(project: Project, cli: Cli) -> None:
    project.settle(providers="{thu: {type: nope}}")
    assert cli("deliver").exit == 1


def test_what_a_busy_provider_puts_off_is_told_with_when_it_is_tried_again(
    project: Project, cli: Cli, vietguys: StandIn
) -> None:
    project.crowd(2)
    vietguys.mood = moods.status(503, Retry_After="600")
    said = cli("run", "daily", *TEN)
    assert said.exit == 3
    assert "2 messages wait for chinh: The provider is too busy (HTTP 503)." in said.err
    assert "A run from 01/12/2026 10:10 on tries again." in said.err
