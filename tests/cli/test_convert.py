"""Leads become contacts, by hand and by workflows; their companies get accounts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.project import Cli, Project

NOW = ("--now", "2026-12-01T10:00")
JSON = (*NOW, "--format", "json")
CONVERT = "[{convert_lead: {create_account: true}}]"


@pytest.fixture(autouse=True)
def settled(project: Project) -> None:
    (project.root / "hello.yaml").unlink()


def add(cli: Cli, pid: str, *words: str) -> None:
    assert cli("customer", "add", f"pid={pid}", *words, *NOW).exit == 0


def known(cli: Cli, pid: str) -> dict[str, Any]:
    found: dict[str, Any] = cli("customer", "show", pid, *JSON).json
    return found


def kinds(project: Project) -> list[tuple[str, str]]:
    return project.rows("SELECT pid, kind FROM customers ORDER BY id")


def daily(project: Project, actions: str = CONVERT, object_: str = "lead") -> None:
    trigger = '{moment: daily, at: "10:00"}'
    project.workflow("convert", object=object_, trigger=trigger, actions=actions)


def test_a_converted_lead_is_a_contact_with_the_same_code(cli: Cli) -> None:
    add(cli, "A1", "kind=lead", "company=ACME")
    said = cli("customer", "convert", "A1", *NOW, "--as", "lan")
    assert (said.exit, said.out) == (0, "A1 kind: lead → contact\n")
    told = known(cli, "A1")
    assert (told["kind"], told["account"], told["company"]) == ("contact", None, "ACME")
    row = told["history"][-1]
    assert (row["field"], row["old"], row["new"], row["actor"]) == (
        *("kind", "lead", "contact"),
        "lan",
    )


def test_converting_what_is_no_lead_is_refused_and_writes_nothing(
    project: Project, cli: Cli
) -> None:
    add(cli, "A1", "kind=lead", "company=ACME")
    assert cli("customer", "convert", "A1").exit == 0
    before = project.rows("SELECT count(*) FROM changes")
    again = cli("customer", "convert", "A1", "--account", *JSON)
    assert (again.exit, again.json["error"]["code"]) == (4, "refused")
    assert project.rows("SELECT count(*) FROM changes") == before
    assert cli("customer", "convert", "nobody").exit == 1


@pytest.mark.parametrize(
    "words", [["name=Công ty ACME"], ["name=Chi nhánh 1", "company=CÔNG TY acme"]]
)
def test_the_account_of_the_company_is_found_by_either_name(
    project: Project, cli: Cli, words: list[str]
) -> None:
    add(cli, "CTY1", "kind=account", *words)
    add(cli, "A1", "kind=lead", "company=công ty ACME")
    said = cli("customer", "convert", "A1", "--account", *JSON)
    assert (said.json["kind"], said.json["account"]) == ("contact", "CTY1")
    assert len(kinds(project)) == 2


def test_a_company_without_an_account_gets_one(cli: Cli) -> None:
    add(cli, "A1", "kind=lead", "company=ACME")
    said = cli("customer", "convert", "A1", "--account", *NOW)
    assert said.out.splitlines() == ["A1 kind: lead → contact", "A1 account: – → AUTO-1"]
    account = known(cli, "AUTO-1")
    assert (account["kind"], account["type"], account["name"]) == ("account", "business", "ACME")


def test_without_a_company_the_lead_is_converted_and_people_are_told(
    project: Project, cli: Cli
) -> None:
    add(cli, "A1", "kind=lead")
    said = cli("customer", "convert", "A1", "--account", *NOW)
    assert said.exit == 0
    assert "No company is known" in said.err
    assert kinds(project) == [("A1", "contact")]


def test_all_that_belonged_to_the_lead_stays_with_the_contact(project: Project, cli: Cli) -> None:
    add(cli, "A1", "kind=lead", "name=An", "phone=0900000001", "company=ACME", "tags=VIP,Mới")
    fill = {
        "tasks": "(customer_id, content, created_at) VALUES (1, 'Gọi', '2026-12-01T03:00:00Z')",
        "tickets": "(customer_id, title, created_at) VALUES (1, 'Hỏng', '2026-12-01T03:00:00Z')",
        "opportunities": "(customer_id, pipeline, stage, stage_since, created_at) VALUES"
        " (1, 'ban-moi', 'Chốt', '2026-12-01T03:00:00Z', '2026-12-01T03:00:00Z')",
        "telesales": "(campaign, customer_id, added_at) VALUES"
        " ('tri-an', 1, '2026-12-01T03:00:00Z')",
        "orders": "(code, code_key, customer_id, status, ordered_at, created_at) VALUES"
        " ('DH1', 'dh1', 1, 'new', '2026-12-01T03:00:00Z', '2026-12-01T03:00:00Z')",
    }
    project.execute(*(f"INSERT INTO {table} {row}" for table, row in fill.items()))
    project.workflow("hello")
    assert cli("run", "daily", *NOW).exit == 0
    before = known(cli, "A1")
    assert cli("customer", "convert", "A1", "--account", *NOW).exit == 0
    after = known(cli, "A1")
    for part in ("pid", "tags", "tasks", "tickets", "opportunities", "telesales", "messages"):
        assert after[part] == before[part]
        assert before[part]
    assert project.rows("SELECT customer_id FROM orders") == [(1,)]
    assert after["history"][: len(before["history"])] == before["history"]


def test_two_leads_of_one_company_make_one_account(project: Project, cli: Cli) -> None:
    add(cli, "A1", "kind=lead", "company=ACME")
    add(cli, "A2", "kind=lead", "company=acme")
    add(cli, "A3", "kind=lead", "company=Khác")
    daily(project)
    shown = cli("dry-run", "convert", *JSON).json["plans"][0]
    changes = [effect["change"] for effect in shown["effects"]]
    assert changes[0] == {"kind": ["lead", "contact"], "account": [None, "ACME"]}
    assert [effect["kind"] for effect in shown["effects"]] == ["change"] * 3
    done = cli("run", "daily", *JSON)
    assert done.exit == 0
    assert done.json["plans"][0]["digest"] == shown["digest"]
    assert known(cli, "A1")["account"] == known(cli, "A2")["account"] == "AUTO-1"
    assert known(cli, "A3")["account"] == "AUTO-2"
    made = [pair for pair in kinds(project) if pair[1] == "account"]
    assert made == [("AUTO-1", "account"), ("AUTO-2", "account")]


def test_a_plan_names_the_account_that_is_there(cli: Cli, project: Project) -> None:
    add(cli, "CTY1", "kind=account", "name=ACME")
    add(cli, "A1", "kind=lead", "company=ACME")
    daily(project)
    (effect,) = cli("dry-run", "convert", *JSON).json["plans"][0]["effects"]
    assert effect["change"] == {"kind": ["lead", "contact"], "account": [None, "CTY1"]}
    assert cli("run", "daily", *NOW).exit == 0
    assert known(cli, "A1")["account"] == "CTY1"


def test_a_converted_lead_matches_conditions_on_leads_no_more(project: Project, cli: Cli) -> None:
    add(cli, "A1", "kind=lead")
    daily(project, actions="[{convert_lead: {create_account: false}}]")
    assert cli("run", "daily", *JSON).json["plans"][0]["matched"] == 1
    tomorrow = ("--now", "2026-12-02T10:00", "--format", "json")
    assert cli("run", "daily", *tomorrow).json["plans"][0]["matched"] == 0


def test_in_a_workflow_converting_twice_is_skipped_with_the_reason(
    project: Project, cli: Cli
) -> None:
    add(cli, "A1", "kind=lead", "company=ACME")
    twice = "[{convert_lead: {create_account: true}}, {convert_lead: {create_account: true}}]"
    daily(project, actions=twice, object_="customer")
    (plan,) = cli("run", "daily", *JSON).json["plans"]
    assert [effect["index"] for effect in plan["effects"]] == [0]
    reasons = {(skip["customer"], skip["index"]): skip["reason"] for skip in plan["skipped"]}
    assert reasons == {("A1", 1): "not_a_lead"}


def test_later_actions_see_the_contact_and_the_account(project: Project, cli: Cli) -> None:
    add(cli, "CTY1", "kind=account", "name=ACME")
    add(cli, "A1", "kind=lead", "company=ACME", "phone=0900000001")
    text = '{send_sms: {content: "{{ customer.kind }} {{ customer.account }}"}}'
    daily(project, actions=f"[{{convert_lead: {{create_account: true}}}}, {text}]")
    assert cli("run", "daily", *NOW).exit == 0
    assert [message["content"] for message in project.sent] == ["contact CTY1"]


def test_a_new_account_and_the_conversion_fire_the_workflows_that_wait(
    project: Project, cli: Cli
) -> None:
    project.workflow(
        "welcome",
        object="account",
        trigger="{moment: created}",
        actions="[{update: {add_tags: [Mới]}}]",
    )
    project.workflow(
        "thanks",
        object="contact",
        trigger="{moment: updated, conditions: [{kind: contact}]}",
        actions="[{update: {add_tags: [Cảm ơn]}}]",
    )
    add(cli, "A1", "kind=lead", "company=ACME")
    assert cli("customer", "convert", "A1", "--account", *NOW).exit == 0
    assert known(cli, "AUTO-1")["tags"] == ["Mới"]
    assert known(cli, "A1")["tags"] == ["Cảm ơn"]


def test_a_lead_with_two_tasks_is_converted_once(project: Project, cli: Cli) -> None:
    add(cli, "A1", "kind=lead", "company=ACME")
    task = "(customer_id, content, created_at) VALUES (1, 'Gọi', '2026-12-01T03:00:00Z')"
    project.execute(*[f"INSERT INTO tasks {task}"] * 2)
    daily(project, object_="task")
    (plan,) = cli("run", "daily", *JSON).json["plans"]
    assert plan["effects"][0]["change"]["account"] == [None, "ACME"]
    assert [skip["reason"] for skip in plan["skipped"]] == ["not_a_lead"]
    assert kinds(project) == [("A1", "contact"), ("AUTO-1", "account")]
