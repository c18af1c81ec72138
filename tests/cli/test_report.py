from __future__ import annotations

import csv
import io

import pytest

from cskh.edge import moods
from cskh.edge.stand_in import StandIn
from tests.project import Cli, Project, person, run

MESSAGE = [
    "id",
    "channel",
    "provider",
    "campaign",
    "workflow",
    "customer",
    "recipient",
    "content",
    "state",
    "parts",
    "price",
    "provider_id",
    "error",
    "created_at",
    "sent_at",
    "delivered_at",
    "page",
    "to_staff",
    "skip_reason",
]
WORKFLOW = ["workflow", "runs", "matched", "acted", "skipped", "failed", "messages", "price"]


@pytest.fixture
def history(project: Project, cli: Cli, vietguys: StandIn) -> None:
    """Three days of greetings, one failed, one unknown, one without a phone; staff on the last."""
    project.crowd(2)
    project.add(person(3, phone=None, phone_kind=None))
    project.through(vietguys, keys=", parallel: 1")
    vietguys.next(moods.refuse(-10), moods.cut_read)
    days = ["2026-11-29", "2026-11-30", "2026-12-01"]
    for number, day in enumerate(days):
        text = f'"Hello {{{{ customer.name }}}} {number}"'
        project.workflow("hello", actions=f"[{{send_sms: {{content: {text}}}}}]")
        cli("run", "daily", "--now", f"{day}T10:00")
    project.workflow(
        "boss", actions="[{send_sms: {to: {staff: lan}, content: Look, provider: thu}}]"
    )
    project.workflow("hello", enabled="false")
    project.settle(active="{}")
    cli("run", "daily", "--no-deliver", "--now", "2026-12-01T10:01")


NOW = ("--now", "2026-12-01T12:00", "--format", "json")


def test_what_became_of_every_message_as_json(cli: Cli, history: None) -> None:
    said = cli("report", "messages", *NOW)
    assert said.exit == 0
    assert list(said.json) == ["total", "by_state", "messages"]
    assert said.json["total"] == 12
    assert said.json["by_state"] == {
        "queued": 3,
        "accepted": 4,
        "failed": 1,
        "unknown": 1,
        "skipped": 3,
    }
    assert {tuple(message) for message in said.json["messages"]} == {tuple(MESSAGE)}


def test_one_message_as_json(cli: Cli, history: None) -> None:
    first, second, third, *_rest, staff = cli("report", "messages", *NOW).json["messages"]
    assert first | {"error": "", "provider_id": ""} == {
        "id": 1,
        "channel": "sms",
        "provider": "chinh",
        "campaign": None,
        "workflow": "hello",
        "customer": "KH0001",
        "recipient": "0900000001",
        "content": "Hello An 1 0",
        "state": "failed",
        "parts": 1,
        "price": 350,
        "provider_id": "",
        "error": "",
        "created_at": "2026-11-29T10:00:00+07:00",
        "sent_at": "2026-11-29T10:00:00+07:00",
        "delivered_at": None,
        "page": None,
        "to_staff": None,
        "skip_reason": None,
    }
    assert "Vietguys -10" in first["error"]
    assert (second["state"], second["error"] is None) == ("unknown", False)
    assert (third["recipient"], third["skip_reason"]) == (None, "no_phone")
    assert (staff["to_staff"], staff["recipient"]) == ("lan", "0900009001")


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("--state failed", [1]),
        ("--state skipped", [3, 6, 9]),
        ("--workflow boss", [10, 11, 12]),
        ("--provider chinh --state accepted", [4, 5, 7, 8]),
        ("--provider thu", [10, 11, 12]),
        ("--channel sms --state unknown", [2]),
        ("--channel email", []),
        ("--customer KH0002", [2, 5, 8, 11]),
        ("--customer kh0002 --state accepted", [5, 8]),
        ("--customer 0900000001 --workflow hello", [1, 4, 7]),
        ("--customer +84900000001 --workflow hello", [1, 4, 7]),
        ("--customer 0900.000.001 --workflow hello", [1, 4, 7]),
        ("--from 2026-12-01 --workflow hello", [7, 8, 9]),
        ("--to 2026-11-29", [1, 2, 3]),
        ("--from 2026-11-30 --to 2026-11-30", [4, 5, 6]),
        ("--from 2026-12-02", []),
        ("--period today --workflow hello", [7, 8, 9]),
        ("--period yesterday", [4, 5, 6]),
        ("--period this-month --workflow hello", [7, 8, 9]),
        ("--period last-month", [1, 2, 3, 4, 5, 6]),
        ("--period last-week", [1, 2, 3]),
        ("--period this-week --workflow hello", [4, 5, 6, 7, 8, 9]),
        ("--period this-year --workflow hello", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ],
)
def test_messages_are_found_by(cli: Cli, history: None, asked: str, ids: list[int]) -> None:
    said = cli("report", "messages", *asked.split(), *NOW)
    assert said.exit == 0
    assert [message["id"] for message in said.json["messages"]] == ids
    assert said.json["total"] == len(ids)
    assert sum(said.json["by_state"].values()) == len(ids)


@pytest.mark.parametrize(
    ("period", "ids"),
    [
        ("hôm nay", [7, 8, 9]),
        ("Hôm qua", [4, 5, 6]),
        ("thang truoc", [1, 2, 3, 4, 5, 6]),
        ("tuần trước", [1, 2, 3]),
        ("TUẦN NÀY", [4, 5, 6, 7, 8, 9]),
        ("this month", [7, 8, 9]),
    ],
)
def test_periods_have_vietnamese_names(
    cli: Cli, history: None, period: str, ids: list[int]
) -> None:
    said = cli("report", "messages", "--workflow", "hello", "--period", period, *NOW)
    assert [message["id"] for message in said.json["messages"]] == ids


def test_a_day_begins_in_the_projects_time_zone(project: Project, cli: Cli) -> None:
    project.workflow("hello", trigger='{moment: daily, at: "00:30"}')
    project.crowd(1)
    cli("run", "daily", "--now", "2026-12-01T00:30")
    for day, total in (("2026-11-30", 0), ("2026-12-01", 1)):
        said = cli("report", "messages", "--from", day, "--to", day, *NOW)
        assert said.json["total"] == total


@pytest.mark.parametrize("report", ["messages", "workflows"])
@pytest.mark.parametrize("format_", ["table", "json", "csv"])
def test_nothing_found_is_no_error(project: Project, cli: Cli, report: str, format_: str) -> None:
    said = cli("report", report, "--now", "2026-12-01T10:00", "--format", format_)
    assert (said.exit, said.err) == (0, "")
    if format_ == "json":
        empty = {"total": 0, "by_state": {}, "messages": []}
        assert said.json == (empty if report == "messages" else {"workflows": []})
    elif format_ == "csv":
        assert said.out.splitlines() == [said.out.strip()]


def test_nobody_by_that_name_is_told(project: Project, cli: Cli) -> None:
    said = cli("report", "messages", "--customer", "KH9999", "--format", "json")
    assert (said.exit, said.json["error"]["code"]) == (1, "not_found")


def test_a_phone_that_two_customers_have_names_both(project: Project, cli: Cli) -> None:
    project.add(person(1), person(2, phone="0900000001"))
    said = cli("report", "messages", "--customer", "0900000001", "--format", "json")
    assert said.exit == 1
    assert said.json["error"]["message"] == "0900•••001 belongs to KH0001, KH0002."


def test_tables_mask_phones_and_files_have_them_whole(cli: Cli, history: None) -> None:
    table = cli("report", "messages", "--now", "2026-12-01T12:00")
    assert "0900•••001" in table.out
    assert "0900000001" not in table.out
    assert "0900000001" in cli("report", "messages", "--format", "csv").out
    assert "0900000001" in cli("report", "messages", "--format", "json").out


def test_a_table_says_why_and_counts_what_it_does_not_show(cli: Cli, history: None) -> None:
    said = cli("report", "messages", "--limit", "3", "--now", "2026-12-01T12:00")
    assert "not sent yet 3 · accepted 4 · failed 1 · unknown 1 · skipped 3" in said.out
    assert "Vietguys -10" in said.out
    assert "no phone" in said.out
    assert said.err == "… and 9 more rows (--limit)\n"


def test_csv_has_the_columns_of_the_json(cli: Cli, history: None) -> None:
    said = cli("report", "messages", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert list(rows[0]) == MESSAGE
    assert len(rows) == 12
    assert rows[0]["recipient"] == "0900000001"
    assert rows[2]["skip_reason"] == "no_phone"


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+84900", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(A1)", "\n=1+1"],
)
def test_a_formula_in_a_csv_is_a_text(project: Project, cli: Cli, name: str) -> None:
    project.workflow("hello", actions='[{send_sms: {content: "{{ customer.name }}, hi"}}]')
    project.add(person(1, name=name), {**person(2), "pid": name})
    with project.opened() as environment:
        run(environment)
    said = cli("report", "messages", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said.out, newline="")))
    cells = [cell for row in rows for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)


def test_what_each_workflow_did_as_json(cli: Cli, history: None) -> None:
    said = cli("report", "workflows", *NOW)
    assert said.exit == 0
    assert list(said.json) == ["workflows"]
    boss, hello = said.json["workflows"]
    assert {*boss} == {*hello} == {*WORKFLOW}
    assert hello == {
        "workflow": "hello",
        "runs": 3,
        "matched": 9,
        "acted": 6,
        "skipped": {"no_phone": 3},
        "failed": 1,
        "messages": 6,
        "price": 1750,
    }
    assert (boss["runs"], boss["messages"], boss["skipped"]) == (1, 3, {})


@pytest.mark.parametrize(
    ("asked", "runs"),
    [
        ("--workflow hello", {"hello": 3}),
        ("--period yesterday", {"hello": 1}),
        ("--from 2026-12-01", {"boss": 1, "hello": 1}),
        ("--to 2026-11-28", {}),
    ],
)
def test_workflows_are_found_by(cli: Cli, history: None, asked: str, runs: dict[str, int]) -> None:
    rows = cli("report", "workflows", *asked.split(), *NOW).json["workflows"]
    assert {row["workflow"]: row["runs"] for row in rows} == runs


def test_a_refused_plan_is_no_run(project: Project, cli: Cli) -> None:
    project.settle(policy="{guard: {max_recipients: 1}}")
    project.crowd(2)
    assert cli("run", "daily", "--now", "2026-12-01T10:00").exit == 4
    assert cli("report", "workflows", *NOW).json == {"workflows": []}


def test_what_was_cancelled_is_no_message_and_costs_nothing(
    project: Project, cli: Cli, history: None
) -> None:
    assert cli("outbox", "cancel", "10", "--as", "lan", *NOW).exit == 0
    project.execute("UPDATE outbox SET price = 100 WHERE workflow = 'boss'")
    boss, _hello = cli("report", "workflows", *NOW).json["workflows"]
    assert (boss["messages"], boss["price"]) == (2, 0)


def test_workflows_as_a_table_and_as_csv(cli: Cli, history: None) -> None:
    table, text = cli("report", "workflows"), cli("report", "workflows", "--format", "csv")
    assert "no phone 3" in table.out
    rows = {row["workflow"]: row for row in csv.DictReader(io.StringIO(text.out))}
    assert (rows["hello"]["matched"], rows["hello"]["price"]) == ("9", "1750")
    assert rows["hello"]["skipped"] == "no_phone: 3"
