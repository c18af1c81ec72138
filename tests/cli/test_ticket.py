"""cskh ticket: what customers ask for, answered and resolved in time or late."""

from __future__ import annotations

from typing import Any

import pytest

from tests.project import Cli, Project

NOW = ("--now", "2026-12-01T10:00")
JSON = (*NOW, "--format", "json")
SETTINGS = {
    "staff": "[{id: lan, name: Lan, role: owner}, {id: minh, name: Minh, role: admin}]",
    "groups": "{cskh: {name: CSKH, members: [lan, minh]}}",
    "sla": (
        "{gap: {name: Gấp, respond: 2h, resolve: 24h, "
        'hours: "08:00-12:00,13:00-17:30", days: mon-sat}, '
        "thuong: {name: Thường, respond: 1h, resolve: 2h}}"
    ),
}


@pytest.fixture(autouse=True)
def settled(project: Project, cli: Cli) -> None:
    (project.root / "hello.yaml").unlink()
    project.settle(**SETTINGS)
    cli("customer", "add", "pid=A1", "name=Nguyễn An", "phone=0900000001", *NOW)


def add(cli: Cli, *words: str) -> dict[str, Any]:
    said = cli("ticket", "add", "title=Đổi hàng", "customer=A1", *words, *JSON)
    assert said.exit == 0, said.err
    ticket: dict[str, Any] = said.json
    return ticket


def at(cli: Cli, now: str, *words: str) -> dict[str, Any]:
    said = cli("ticket", *words, "--now", f"2026-12-{now}", "--format", "json")
    assert said.exit == 0, said.err
    ticket: dict[str, Any] = said.json
    return ticket


def listed(cli: Cli, *words: str) -> list[int]:
    return [each["id"] for each in cli("ticket", "list", *words, *JSON).json["tickets"]]


def test_a_ticket_gets_the_deadlines_of_its_sla_in_working_hours(cli: Cli) -> None:
    said = add(cli, "sla=Gấp", "group=cskh", "priority=high", "brief=Áo rách\nđòi đổi")
    expected = {
        **{"id": 1, "customer": "A1", "title": "Đổi hàng", "brief": "Áo rách\nđòi đổi"},
        **{"group": "cskh", "assignee": "lan", "priority": "high", "sla": "gap"},
        **{"respond_by": "2026-12-01T12:00:00+07:00", "resolve_by": "2026-12-04T08:30:00+07:00"},
        **{"responded_at": None, "resolved_at": None, "on_time": None, "status": "open"},
    }
    assert {name: said[name] for name in expected} == expected
    assert said.keys() - expected.keys() == {"history", "respond_margin", "resolve_margin"}
    assert cli("ticket", "list", *JSON).json == {"tickets": [expected]}
    assert cli("ticket", "show", "1", *JSON).json == said


def test_without_an_sla_nothing_is_promised(cli: Cli) -> None:
    said = add(cli)
    assert (said["sla"], said["respond_by"], said["resolve_by"]) == (None, None, None)
    assert at(cli, "31T10:00", "resolve", "1")["on_time"] is True


def test_answered_and_resolved_before_the_deadlines_is_on_time(cli: Cli) -> None:
    add(cli, "sla=gap")
    answered = at(cli, "01T12:00", "respond", "1")
    assert answered["status"] == "responded"
    assert answered["responded_at"] == "2026-12-01T12:00:00+07:00"
    assert answered["on_time"] is None
    resolved = at(cli, "04T08:30", "resolve", "1")
    assert (resolved["status"], resolved["on_time"]) == ("resolved", True)
    assert resolved["resolved_at"] == "2026-12-04T08:30:00+07:00"


@pytest.mark.parametrize(
    ("answered", "resolved"),
    [("01T12:01", "01T12:02"), ("01T11:00", "04T08:31"), (None, "01T12:01")],
)
def test_one_deadline_that_is_missed_makes_it_late(
    cli: Cli, answered: str | None, resolved: str
) -> None:
    add(cli, "sla=gap")
    if answered:
        at(cli, answered, "respond", "1")
    assert at(cli, resolved, "resolve", "1")["on_time"] is False


def test_whoever_resolves_it_unanswered_has_answered_by_that(cli: Cli) -> None:
    add(cli, "sla=gap")
    resolved = at(cli, "01T11:00", "resolve", "1")
    assert resolved["responded_at"] == resolved["resolved_at"] == "2026-12-01T11:00:00+07:00"
    assert resolved["on_time"] is True


def test_answering_again_changes_nothing_and_resolving_again_is_refused(
    project: Project, cli: Cli
) -> None:
    add(cli)
    at(cli, "01T11:00", "respond", "1")
    before = project.rows("SELECT count(*) FROM changes")
    again = cli("ticket", "respond", "1", "--now", "2026-12-02T10:00")
    assert (again.exit, again.out) == (0, "")
    assert "Nothing changes" in again.err
    assert project.rows("SELECT count(*) FROM changes") == before
    at(cli, "02T11:00", "resolve", "1")
    assert cli("ticket", "respond", "1").exit == 0
    said = cli("ticket", "resolve", "1", "--format", "json")
    assert said.exit == 4
    assert said.json["error"]["code"] == "refused"
    assert "cskh ticket set 1 status=open" in said.json["error"]["hint"]
    assert project.rows("SELECT resolved_at FROM tickets") == [("2026-12-02T04:00:00Z",)]


def test_a_cancelled_ticket_is_neither_answered_nor_resolved(cli: Cli) -> None:
    add(cli)
    cli("ticket", "set", "1", "status=cancelled")
    assert cli("ticket", "respond", "1").exit == 4
    assert cli("ticket", "resolve", "1").exit == 4
    assert cli("ticket", "resolve", "2").exit == 1


def test_a_ticket_that_is_opened_again_keeps_when_it_was_answered(cli: Cli) -> None:
    add(cli, "sla=gap")
    at(cli, "01T11:00", "resolve", "1")
    opened = at(cli, "02T11:00", "set", "1", "status=open")
    assert (opened["resolved_at"], opened["on_time"]) == (None, None)
    assert opened["responded_at"] == "2026-12-01T11:00:00+07:00"
    again = at(cli, "02T11:00", "resolve", "1")
    assert (again["on_time"], again["respond_margin"]) == (True, 60)
    back = at(cli, "02T12:00", "set", "1", "status=responded")
    assert (back["resolved_at"], back["on_time"]) == (None, None)
    assert at(cli, "03T12:00", "set", "1", "status=resolved")["resolved_at"] is not None


def test_another_sla_counts_from_when_the_ticket_was_opened(cli: Cli) -> None:
    add(cli, "sla=gap")
    other = at(cli, "01T11:30", "set", "1", "sla=thuong")
    assert other["respond_by"] == "2026-12-01T11:00:00+07:00"
    assert at(cli, "01T11:30", "resolve", "1")["on_time"] is False
    assert at(cli, "02T09:00", "set", "1", "sla=gap")["on_time"] is True
    none = at(cli, "02T09:00", "set", "1", "sla=")
    assert (none["respond_by"], none["resolve_by"]) == (None, None)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["title=x", "customer=A1", "sla=gapp"], "Did you mean gap?"),
        (["title=x", "customer=A1", "respond_by=today"], "sla="),
        (["title=x", "customer=A1", "on_time=yes"], "cskh ticket resolve"),
        (["title=x", "customer=A1", "content=y"], "Known:"),
        (["customer=A1"], "title= is missing."),
    ],
)
def test_what_can_not_be_writes_nothing(
    project: Project, cli: Cli, words: list[str], hint: str
) -> None:
    said = cli("ticket", "add", *words)
    assert said.exit == 2
    assert hint in said.err
    assert project.rows("SELECT count(*) FROM tickets") == [(0,)]


def test_a_part_that_the_settings_lack_is_named(project: Project, cli: Cli) -> None:
    project.settle()
    said = cli("ticket", "add", "title=x", "customer=A1", "sla=gap")
    assert (said.exit, "cskh.yaml lists none under sla." in said.err) == (2, True)


def test_tickets_are_due_when_to_be_answered_and_when_to_be_resolved(cli: Cli) -> None:
    add(cli)
    add(cli, "sla=gap")  # by 12:00, by 4 December
    add(cli, "sla=thuong", "priority=low")  # by 11:00, by 12:00
    add(cli, "sla=gap", "priority=urgent")
    assert listed(cli) == [3, 4, 2, 1]
    assert listed(cli, "--due", "today") == [3, 4, 2]
    at(cli, "01T10:30", "respond", "4")
    assert listed(cli) == [3, 2, 4, 1]
    assert listed(cli, "--due", "today") == [3, 2]
    assert listed(cli, "--due", "week") == [3, 2, 4]
    late = ("--now", "2026-12-01T11:30", "--format", "json")
    overdue = cli("ticket", "list", "--overdue", *late).json["tickets"]
    assert [each["id"] for each in overdue] == [3]
    at(cli, "01T11:00", "resolve", "3")
    assert listed(cli) == [2, 4, 1, 3]
    assert listed(cli, "--overdue") == []
    assert listed(cli, "on_time=có") == listed(cli, "--status", "resolved") == [3]
    assert listed(cli, "sla=thường") == [3]


def test_a_table_says_what_is_late(cli: Cli) -> None:
    add(cli, "sla=gap")
    table = cli("ticket", "list", "--now", "2026-12-01T13:00").out
    assert "01/12/2026 12:00 (overdue)" in table
    assert "A1 · Nguyễn An" in table
    assert "1 ticket, 1 overdue" in table
    card = cli("ticket", "show", "1").out
    assert "Respond by" in card
    assert "01/12/2026 12:00" in card


def test_a_new_group_hands_a_ticket_out_by_the_same_turns_as_tasks(cli: Cli) -> None:
    cli("task", "add", "content=x", "customer=A1", "group=cskh")
    assert add(cli, "group=cskh")["assignee"] == "minh"
    assert add(cli, "group=cskh")["assignee"] == "lan"


def test_new_and_changed_tickets_fire_workflows_in_the_same_command(
    project: Project, cli: Cli
) -> None:
    text = '[{send_sms: {content: "{{ ticket.title }}"}}]'
    project.workflow("new", object="ticket", trigger="{moment: created}", actions=text)
    resolved = "{moment: updated, conditions: [{status: {changed_to: resolved}}]}"
    task = "[{create_task: {content: Hoi tham, assignee: lan}}]"
    project.workflow("thanks", object="ticket", trigger=resolved, actions=task)
    said = cli("ticket", "add", "title=Doi hang", "customer=A1", *NOW)
    assert (said.exit, "accepted 1" in said.out) == (0, True)
    assert [each["content"] for each in project.sent] == ["Doi hang"]
    cli("ticket", "respond", "1", *NOW)
    cli("ticket", "set", "1", "brief=x", "priority=low", *NOW)
    assert cli("task", "list", *JSON).json["tasks"] == []
    cli("ticket", "resolve", "1", *NOW)
    (made,) = cli("task", "list", *JSON).json["tasks"]
    assert (made["content"], made["assignee"]) == ("Hoi tham", "lan")
    assert len(project.sent) == 1
