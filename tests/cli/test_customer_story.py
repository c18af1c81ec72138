"""One new lead sets off all that is waiting for him: email, SMS, call list, task, conversion."""

from __future__ import annotations

from tests.project import Cli, Project

SETTINGS = {
    "staff": (
        "[{id: cskh-03, name: CSKH 03, role: agent, phone: '0900009003', email: a@example.com},"
        " {id: lan, name: Lan, role: owner}]"
    ),
    "groups": "{telesales: {name: Telesales, members: [lan, cskh-03]}}",
    "statuses": "[Mới, Sẽ tham gia]",
    "telesales": (
        "{moi: {name: Mời tham gia, audience: lead, group: telesales, distribute: auto}}"
    ),
    "active": "{sms: thu, email: thu}",
}
ACTIONS = """[
  {send_email: {subject: "Mời {{ customer.name }}", content: "Kính mời {{ customer.name }}."}},
  {send_sms: {content: "Cam on {{ customer.name }}, {{ staff.name }} se goi lai."}},
  {add_to_telesales: {campaign: moi}},
  {convert_lead: {create_account: true}},
  {create_task: {content: "Gọi {{ customer.name }} ({{ customer.kind }})", assignee: cskh-03}}]"""
LEAD = ("kind=lead", "pid=A1", "name=Nguyễn Văn An", "phone=0900000201", "email=an@example.com",
        "address=Đà Nẵng - Việt nam", "status=Sẽ tham gia", "tags=Khách chứng khoán",
        "assignee=cskh-03", "company=Công ty Biển Xanh")  # fmt: skip


def told(cli: Cli, pid: str) -> dict[str, object]:
    return cli("customer", "show", pid, "--format", "json").json


def test_a_lead_that_fits_is_dealt_with_at_once_as_a_whole(project: Project, cli: Cli) -> None:
    project.settle(**SETTINGS)
    project.workflow(
        "hello",
        object="lead",
        filter="[{address: {contains: Đà Nẵng}}]",
        trigger=(
            "{moment: created, conditions: [{status: Sẽ tham gia},"
            " {tags: {has: Khách chứng khoán}}, {assignee: cskh-03}]}"
        ),
        actions=ACTIONS,
    )
    said = cli("customer", "add", *LEAD, "--now", "2026-12-01T10:00")
    assert said.exit == 0
    sent = [(each["channel"], each["recipient"], each["content"]) for each in project.sent]
    assert sorted(sent) == [
        ("email", "an@example.com", "Kính mời Nguyễn Văn An."),
        ("sms", "0900000201", "Cam on Nguyen Van An, CSKH 03 se goi lai."),
    ]
    now = told(cli, "A1")
    assert (now["kind"], now["tags"], now["account"]) == (
        "contact",
        ["Khách chứng khoán"],
        "AUTO-1",
    )
    assert [(each["campaign"], each["agent"]) for each in now["telesales"]] == [("moi", "lan")]
    tasks = [(each["content"], each["assignee"]) for each in now["tasks"]]
    assert tasks == [("Gọi Nguyễn Văn An (contact)", "cskh-03")]
    assert [each["state"] for each in now["messages"]] == ["accepted"] * 2
    account = told(cli, "AUTO-1")
    assert (account["kind"], account["name"]) == ("account", "Công ty Biển Xanh")
    assert cli("run", "events", "--now", "2026-12-01T10:05").exit == 0
    assert len(project.sent) == 2


def test_another_lead_is_only_added(project: Project, cli: Cli) -> None:
    project.settle(**SETTINGS)
    project.workflow(
        "hello",
        object="lead",
        trigger="{moment: created, conditions: [{assignee: cskh-03}]}",
        actions=ACTIONS,
    )
    others = [word for word in LEAD if not word.startswith("assignee")]
    assert cli("customer", "add", *others, "--now", "2026-12-01T10:00").exit == 0
    now = told(cli, "A1")
    assert (now["kind"], now["tasks"], project.sent) == ("lead", [], [])
