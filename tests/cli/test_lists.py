"""What holds for every list: all of it as CSV too, whatever state the workflows are in."""

from __future__ import annotations

import csv
import io

import pytest

from tests.project import Cli, Project

NOW = ("--now", "2026-12-01T10:00")


@pytest.fixture(autouse=True)
def shop(project: Project, cli: Cli) -> None:
    project.settle(
        pipelines="{ban: {name: Bán, stages: [Mở]}}",
        telesales="{tri-an: {name: Tri ân}}",
    )
    cli("customer", "add", "pid=A1", "name=An, Ba", "phone=0900000001", "tags=VIP,Mới", *NOW)
    cli("task", "add", "content==1+1", "customer=A1", "assignee=lan", *NOW)
    cli("ticket", "add", "title=Đổi", "customer=A1", *NOW)
    cli("opportunity", "add", "customer=A1", "pipeline=ban", *NOW)
    cli("order", "add", "code=DH1", "customer=A1", "amount=5", *NOW)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("customer", "customers"),
        ("task", "tasks"),
        ("ticket", "tickets"),
        ("opportunity", "opportunities"),
        ("order", "orders"),
        ("telesales", "campaigns"),
        ("workflow", "workflows"),
        ("provider", "providers"),
    ],
)
def test_a_list_as_csv_has_the_rows_and_columns_of_its_json(
    cli: Cli, command: str, name: str
) -> None:
    told = cli(command, "list", "--format", "json", *NOW).json[name]
    (header, *rows) = csv.reader(io.StringIO(cli(command, "list", "--format", "csv", *NOW).out))
    assert header == list(told[0])
    assert len(rows) == len(told) > 0


def test_cells_keep_lists_together_and_are_no_formulas(cli: Cli) -> None:
    (person,) = csv.DictReader(io.StringIO(cli("customer", "list", "--format", "csv", *NOW).out))
    assert (person["name"], person["tags"]) == ("An, Ba", "Mới, VIP")
    assert person["pipeline"] == "ban: Mở"
    (task,) = csv.DictReader(io.StringIO(cli("task", "list", "--format", "csv", *NOW).out))
    assert task["content"] == "'=1+1"


def test_only_lists_have_rows(cli: Cli) -> None:
    said = cli("customer", "show", "A1", "--format", "csv")
    assert said.exit == 2
    assert "--format" in said.err


@pytest.mark.parametrize("command", ["customer", "task", "ticket", "opportunity", "order"])
def test_a_broken_workflow_keeps_nobody_from_looking(
    project: Project, cli: Cli, command: str
) -> None:
    project.write("broken.yaml", "name: [")
    assert cli(command, "list", *NOW).exit == 0
    number = {"customer": "A1", "order": "DH1"}.get(command, "1")
    assert cli(command, "show", number, *NOW).exit == 0
    assert cli("customer", "set", "A1", "note=x", *NOW).exit == 1
