"""Who is told what about campaigns and providers, on the screen and by email, each once."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from cskh.edge import moods
from cskh.edge.stand_in import StandIn
from tests.campaigns import JSON, STAFF, guests, move, run, settle, told, write
from tests.project import Cli, Project


@pytest.fixture
def staffed(project: Project) -> Project:
    """A project with staff, three guests and a campaign of Minh's, through the sandbox."""
    settle(project)
    write(project)
    guests(project)
    return project


def test_each_move_is_told_to_whom_it_concerns(staffed: Project, cli: Cli) -> None:
    move(cli, "submit", "minh")
    move(cli, "reject")
    move(cli, "submit", "minh")
    move(cli, "approve")
    move(cli, "pause")
    move(cli, "resume")
    run(cli)
    run(cli, "2026-12-24T09:01")
    kinds = {who: [kind for kind, _campaign in told(cli, who)] for who in ("lan", "minh", "hoa")}
    assert kinds == {
        "lan": ["submitted", "submitted", "started", "finished"],
        "minh": ["rejected", "approved", "paused", "resumed", "started", "finished"],
        "hoa": [],
    }
    assert {campaign for _kind, campaign in told(cli, "minh")} == {"tri-an"}


def test_a_note_is_told_too(staffed: Project, cli: Cli) -> None:
    move(cli, "submit", "minh")
    move(cli, "reject", "lan", "--note", "sửa lại giờ")
    (first,) = cli("inbox", "--as", "minh", *JSON).json["notifications"]
    assert first["text"].splitlines()[:2] == ["Lan rejected the campaign “Tri ân”.", "sửa lại giờ"]
    assert (first["to"], first["read"]) == ("minh", False)


def test_what_is_unread_is_mentioned_under_any_command_until_it_is_read(
    staffed: Project, cli: Cli
) -> None:
    move(cli, "submit", "minh")
    assert "1 unread notification: cskh inbox" in cli("customer", "list", "--as", "lan").err
    assert "unread" not in cli("customer", "list", "--as", "minh").err
    assert "unread" not in cli("customer", "list").err
    assert cli("inbox", "--as", "lan").out.startswith("● 1 · ")
    assert cli("inbox", "read", "1", "--as", "lan").exit == 0
    assert "unread" not in cli("customer", "list", "--as", "lan").err
    assert cli("inbox", "--as", "lan", *JSON).json["notifications"][0]["read"] is True


@pytest.mark.parametrize(
    "command",
    [
        ("lint",),
        ("dry-run", "hello"),
        ("explain", "hello", "KH0001"),
        ("test",),
        ("schema", "workflow"),
        ("workflow", "list"),
        ("version",),
    ],
    ids=" ".join,
)
def test_it_is_mentioned_under_commands_that_need_no_store(
    staffed: Project, cli: Cli, command: tuple[str, ...]
) -> None:
    move(cli, "submit", "minh")
    before = (staffed.root / "cskh.db").read_bytes()
    said = cli(*command, "--as", "lan")
    assert said.err.endswith("1 unread notification: cskh inbox\n")
    assert "unread" not in cli(*command, "--as", "minh").err
    assert "unread" not in cli(*command).err
    as_json = cli(*command, "--as", "lan", *(() if command[0] == "schema" else JSON))
    assert json.loads(as_json.out) is not None
    assert (staffed.root / "cskh.db").read_bytes() == before


def test_no_store_is_made_to_mention_what_is_unread(project: Project, cli: Cli) -> None:
    settle(project)
    before = sorted(path.name for path in project.root.iterdir())
    for command in ("lint", "schema", "version"):
        cli(command, "--as", "lan")
    assert sorted(path.name for path in project.root.iterdir()) == before


def test_a_store_that_cant_be_read_keeps_no_command_from_its_work(
    project: Project, cli: Cli
) -> None:
    settle(project)
    (project.root / "cskh.db").write_text("no store at all, but a long enough text" * 100)
    done = cli("lint", "--as", "lan")
    assert (done.exit, "unread" in done.err, "Traceback" in done.err) == (0, False, False)


def test_all_are_read_at_once_but_nobody_elses(staffed: Project, cli: Cli) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    assert cli("inbox", "read", "1", "--as", "minh").exit == 1  # it is Lan's
    assert cli("inbox", "read", "--all", "--as", "minh").out == "1 is read now.\n"
    assert cli("inbox", "read", "--all", "--as", "minh").out == "0 are read now.\n"
    assert staffed.rows('SELECT "to" FROM notifications WHERE read_at IS NULL') == [("lan",)]


@pytest.mark.parametrize(
    ("words", "exit_"),
    [
        (("read",), 2),
        (("read", "x", "--as", "lan"), 2),
        (("red", "--as", "lan"), 2),
        (("--all", "--as", "lan"), 2),
        (("--as", "nobody"), 4),
        (("read", "--all"), 4),
        (("read", "--all", "--as", "nobody"), 4),
    ],
)
def test_what_cant_be_meant_is_refused(
    staffed: Project, cli: Cli, words: tuple[str, ...], exit_: int
) -> None:
    assert cli("inbox", *words).exit == exit_


def test_who_is_nobody_in_particular_finds_an_empty_list(staffed: Project, cli: Cli) -> None:
    move(cli, "submit", "minh")
    looked = cli("inbox", *JSON)
    assert (looked.exit, looked.json) == (0, {"notifications": []})
    assert cli("inbox").exit == 0


def test_the_same_comes_by_email_through_the_outbox_once(project: Project, cli: Cli) -> None:
    settle(project, active="{sms: thu, email: thu}", notify="{email: true}")
    write(project)
    guests(project)
    move(cli, "submit", "minh")
    move(cli, "approve")
    run(cli)
    for minute in ("01", "02"):
        run(cli, f"2026-12-24T09:{minute}")
    mails = Counter(
        (each["recipient"], each["subject"]) for each in project.sent if each["channel"] == "email"
    )
    assert mails == dict.fromkeys(
        [
            ("lan@example.com", "Minh submitted the campaign “Tri ân” for approval."),
            ("minh@example.com", "Lan approved the campaign “Tri ân”."),
            *(
                (f"{who}@example.com", f"The campaign “Tri ân” {what}.")
                for who in ("lan", "minh")
                for what in ("is being sent", "has been sent")
            ),
        ],
        1,
    )


def test_owners_are_told_once_that_a_provider_has_stopped(
    project: Project, cli: Cli, vietguys: StandIn
) -> None:
    project.through(vietguys, staff=STAFF)
    vietguys.mood = moods.refuse(-5)
    project.crowd(3)
    cli("run", "daily", "--now", "2026-12-01T10:00")
    cli("deliver", "--now", "2026-12-01T10:05")
    assert told(cli, "lan") == [("provider_stopped", None)]
    assert told(cli, "minh") == []
    (first,) = cli("inbox", "--as", "lan", *JSON).json["notifications"]
    assert first["text"].startswith("The provider chinh is stopped: ")
