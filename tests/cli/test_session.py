from __future__ import annotations

import getpass

import pytest

from tests.project import Cli, Project, person

TEN = ("--now", "2026-12-01T10:00")


@pytest.mark.parametrize(
    ("argv", "environ", "actor"),
    [
        (("--as", "lan"), None, "lan"),
        (("--as", "lan"), "minh", "lan"),
        ((), "minh", "minh"),
        ((), None, "me"),
    ],
)
def test_who_did_it_is_said_or_the_environments_or_the_users(
    project: Project,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    argv: tuple[str, ...],
    environ: str | None,
    actor: str,
) -> None:
    people = [("lan", "lan"), ("minh", "minh"), ("me", getpass.getuser())]
    staff = ", ".join(f"{{id: {id_}, name: X, role: admin, login: {of}}}" for id_, of in people)
    project.settle(staff=f"[{staff}]")
    project.workflow("hello", actions="[{update: {status: Lost}}]")
    project.crowd(1)
    if environ:
        monkeypatch.setenv("CSKH_ACTOR", environ)
    cli("run", "daily", *TEN, *argv)
    assert project.rows("SELECT actor FROM changes WHERE field = 'status'") == [(actor,)]


def test_somebody_who_is_not_staff_has_no_name(
    project: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "nobody-we-know")
    project.workflow("hello", actions="[{update: {status: Lost}}]")
    project.crowd(1)
    cli("run", "daily", *TEN)
    assert project.rows("SELECT actor FROM changes WHERE field = 'status'") == [(None,)]


def test_a_question_without_a_terminal_is_answered_with_no(project: Project, cli: Cli) -> None:
    project.write("khach.csv", "Mã KH,Họ tên\nKH9,Trần Văn Mới\n")
    refused = cli("import", "customers", "khach.csv", "--format", "json")
    assert (refused.exit, refused.json["error"]["code"]) == (4, "refused")
    assert "--yes" in refused.json["error"]["hint"]
    assert project.rows("SELECT count(*) FROM customers") == [(0,)]
    assert cli("import", "customers", "khach.csv", "--yes").exit == 0
    assert project.rows("SELECT pid FROM customers") == [("KH9",)]


@pytest.mark.parametrize("named", ["KH0001", "kh0001", " KH0001 ", "0900000001", "0900 000 001"])
def test_a_customer_is_named_by_code_or_phone(project: Project, cli: Cli, named: str) -> None:
    project.add(person(1))
    cli("run", "daily", *TEN)
    said = cli("report", "messages", "--customer", named, "--format", "json")
    assert said.json["total"] == 1


def test_a_code_comes_before_a_phone(project: Project, cli: Cli) -> None:
    project.add(person(1), {**person(2), "pid": "0900000001"})
    cli("run", "daily", *TEN)
    (message,) = cli("report", "messages", "--customer", "0900000001", "--format", "json").json[
        "messages"
    ]
    assert message["customer"] == "0900000001"
