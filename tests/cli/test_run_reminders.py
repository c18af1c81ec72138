"""`cskh run due` tells people of deadlines, and nothing else does."""

from __future__ import annotations

import pytest

from tests.project import Cli, Project
from tests.sample import lead, stamp

LATE = ("--now", "2026-12-03T09:00")


@pytest.fixture
def late(project: Project) -> Project:
    """A project with a ticket that nobody answered in time."""
    project.settle(
        staff="[{id: lan, name: Lan, role: owner, email: lan@example.com}]",
        sla="{gap: {name: Gap, respond: 2h, resolve: 30 days}}",
        active="{sms: thu, email: thu}",
    )
    project.add(lead("KH1", name="An"))
    row = {"customer_id": 1, "title": "Broken", "status": "open", "priority": "normal"}
    promised = {"sla": "gap", "respond_by": "2026-12-01T05:00:00Z"}
    with project.opened() as environment:
        environment.store.records.create("ticket", [row | promised], stamp())
    return project


def test_run_due_sends_a_reminder_once(late: Project, cli: Cli) -> None:
    first = cli("run", "due", *LATE)
    assert (first.exit, "1 email about a ticket's deadline." in first.err) == (0, True)
    assert cli("run", "due", "--now", "2026-12-03T09:01").exit == 0
    (mail,) = late.sent
    assert (mail["channel"], mail["recipient"]) == ("email", "lan@example.com")
    assert mail["subject"] == "Ticket 1: not answered by 12:00 01/12/2026"


def test_a_reminder_waits_if_nothing_is_to_be_delivered(late: Project, cli: Cli) -> None:
    assert cli("run", "due", "--no-deliver", *LATE).exit == 0
    assert (late.states(), late.sent) == ({"queued": 1}, [])


@pytest.mark.parametrize("what", ["daily", "events"])
def test_other_runs_tell_nobody(late: Project, cli: Cli, what: str) -> None:
    late.write("hello.yaml", (late.root / "hello.yaml").read_text() + "enabled: false\n")
    assert cli("run", what, *LATE).exit == 0
    assert late.sent == []


def test_a_single_accepted_plan_is_all_that_is_done(late: Project, cli: Cli) -> None:
    assert cli("run", "due", *LATE, "--accept", "0123456789abcdef").exit == 4
    assert late.states() == {}
