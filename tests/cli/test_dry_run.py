from __future__ import annotations

import pytest

from tests.project import Cli, Project, person
from tests.repository import fingerprints

TEN = ("--now", "2026-12-01T10:00")


def test_the_digest_that_is_shown_is_the_one_that_is_done(project: Project, cli: Cli) -> None:
    project.workflow("hello", actions='[{send_sms: {content: Hello, send_at: "+2h"}}]')
    project.crowd(3)
    early = cli("dry-run", "--now", "2026-12-01T07:00", "--format", "json").json
    now = cli("dry-run", *TEN, "--format", "json").json
    done = cli("run", "daily", "--now", "2026-12-01T10:03", "--format", "json").json
    digests = [said["plans"][0]["digest"] for said in (early, now, done)]
    assert len(set(digests)) == 1


def test_what_is_shown_is_what_is_done_but_for_the_delivery(project: Project, cli: Cli) -> None:
    project.crowd(3)
    shown = cli("dry-run", *TEN, "--format", "json").json
    done = cli("run", "daily", *TEN, "--format", "json").json
    assert list(shown) == list(done) == ["now", "plans", "delivery"]
    assert shown["delivery"] is None
    assert shown["plans"] == done["plans"]


def test_a_dry_run_writes_nothing(project: Project, cli: Cli) -> None:
    project.crowd(3)
    before = fingerprints(project.root)
    days = ("--from", "2026-12-01", "--to", "2026-12-03")
    for arguments in ((), ("--format", "json"), ("--format", "markdown"), ("--sql",), days):
        assert cli("dry-run", *TEN, *arguments).exit == 0
    assert fingerprints(project.root) == before


def test_workflows_are_shown_as_if_their_time_had_come(project: Project, cli: Cli) -> None:
    project.workflow("weekly", trigger='{moment: weekly, at: "10:00", weekday: fri}')
    project.workflow("monthly", trigger='{moment: monthly, at: "10:00", day: last}')
    said = cli("dry-run", "--now", "2026-12-01T07:00", "--format", "json").json
    assert {plan["workflow"]: plan["occasion"] for plan in said["plans"]} == {
        "hello": "daily:2026-12-01",
        "weekly": "weekly:2026-W49",
        "monthly": "monthly:2026-12",
    }


def test_only_the_named_workflows_are_shown_also_disabled_ones(project: Project, cli: Cli) -> None:
    project.workflow("off", enabled="false")
    every = cli("dry-run", *TEN, "--format", "json").json["plans"]
    named = cli("dry-run", "off", *TEN, "--format", "json").json["plans"]
    assert [plan["workflow"] for plan in every] == ["hello"]
    assert [plan["workflow"] for plan in named] == ["off"]


def test_a_workflow_that_is_named_twice_is_shown_once(project: Project, cli: Cli) -> None:
    project.crowd(1)
    (plan,) = cli("dry-run", "hello", "hello", *TEN, "--format", "json").json["plans"]
    assert len(plan["effects"]) == 1


def test_a_plan_that_a_guard_would_refuse_is_shown_with_the_reason(
    project: Project, cli: Cli
) -> None:
    project.settle(policy="{guard: {max_recipients: 1}}")
    project.crowd(2)
    told, shown = cli("dry-run", *TEN, "--format", "json"), cli("dry-run", *TEN)
    why = "It would reach 2 people; policy.guard.max_recipients is 1."
    assert (told.exit, shown.exit) == (0, 0)
    assert told.json["plans"][0]["refused"] == why
    assert why in shown.out


def test_people_see_three_messages_the_totals_and_who_is_left_out(
    project: Project, cli: Cli
) -> None:
    project.workflow("hello", actions='[{send_sms: {content: "To {{ customer.email }}"}}]')
    project.crowd(2)
    project.add(
        *({**_with_email(number), "name": f"An {number}"} for number in range(3, 9)),
    )
    said = cli("dry-run", *TEN)
    assert said.out.count("→ sms") == 3
    assert "KH0003 → sms 0900•••003 · 1 part\n    To an3@example.com" in said.out
    assert "8 customers · send an SMS: 6 · 6 parts, 600 đ" in said.out
    assert "skipped 2: customer.email is not known" in said.out
    assert "0900000003" not in said.out


def test_the_statement_of_a_plan_can_be_read(project: Project, cli: Cli) -> None:
    project.workflow("hello", filter="[{status: Mới}]")
    shown, told = cli("dry-run", "--sql", *TEN), cli("dry-run", "--sql", *TEN, "--format", "json")
    (statement,) = told.json["statements"]
    assert statement["workflow"] == "hello"
    assert statement["sql"] in shown.out
    assert "mới" in statement["parameters"].values()


def test_an_unknown_workflow_is_told_with_the_nearest_one(project: Project, cli: Cli) -> None:
    said = cli("dry-run", "helo", "--format", "json")
    assert said.exit == 2
    assert said.json["error"] == {
        "code": "usage",
        "message": "There is no workflow helo.",
        "hint": "Did you mean hello?",
    }


def test_a_customers_name_steers_no_terminal(project: Project, cli: Cli) -> None:
    project.add(_with_email(1) | {"name": "\x1b[31mAn\x07"})
    said = cli("dry-run", *TEN)
    assert "skipped 1: the text has something in it that can't be sent" in said.out


def test_a_name_is_no_markup(project: Project, cli: Cli) -> None:
    project.add(_with_email(1) | {"name": "[bold]An[/bold] [link=x]"})
    assert "Hello [bold]An[/bold] [link=x]" in cli("dry-run", *TEN).out


@pytest.mark.parametrize("name", ["Nguyễn Thị Ánh", "安", "Å😀"])
def test_names_are_shown_as_they_are(project: Project, cli: Cli, name: str) -> None:
    project.workflow(
        "hello", actions='[{send_sms: {content: "{{ customer.name }}", unaccent: false}}]'
    )
    project.add(_with_email(1) | {"name": name})
    assert name in cli("dry-run", *TEN).out


def _with_email(number: int) -> dict[str, object]:
    return person(number, email=f"an{number}@example.com")


@pytest.mark.parametrize("more", [(), ("--from", "2026-12-01", "--to", "2026-12-02")])
def test_without_a_store_nobody_is_in_it_and_none_is_made(
    project: Project, cli: Cli, more: tuple[str, ...]
) -> None:
    before = fingerprints(project.root)
    said = cli("dry-run", *TEN, *more, "--format", "json")
    assert (said.exit, [plan["matched"] for plan in said.json["plans"]]) == (
        0,
        [0] * max(1, len(more) // 2),
    )
    assert "There is no store yet" in said.err
    assert fingerprints(project.root) == before


def test_more_people_than_allowed_end_with_1_and_are_shown_all_the_same(
    project: Project, cli: Cli
) -> None:
    project.workflow("again", actions="[{update: {status: Lost}}]", repeat="once")
    project.workflow("staff", actions="[{send_sms: {to: {staff: lan}, content: Hi}}]")
    project.settle(statuses="[Lost]")
    project.crowd(3)
    over = cli("dry-run", "hello", "again", *TEN, "--fail-over", "2", "--format", "json")
    under = cli("dry-run", "hello", "again", *TEN, "--fail-over", "3", "--format", "json")
    staff = cli("dry-run", "staff", *TEN, "--fail-over", "0")
    assert (over.exit, under.exit, staff.exit) == (1, 0, 0)
    assert over.json == under.json
    assert "3 people are affected: more than --fail-over 2 allows." in over.err
    assert "3 people are affected (--fail-over 3)" in under.err


def test_what_does_not_go_together_is_told(project: Project, cli: Cli) -> None:
    days = ("--from", "2026-12-01", "--to", "2026-12-02")
    for arguments in ((*days, "--sql"), ("--against", "HEAD", "--sql"), (*days, "--against", "x")):
        assert cli("dry-run", *arguments).exit == 2


def test_markdown_shows_counts_codes_and_texts_that_make_no_markup(
    project: Project, cli: Cli
) -> None:
    project.add(
        person(1, name="`**An**` <b>@all</b> |x|"),
        *(person(number, name=f"0900 000 {number:03}") for number in range(2, 14)),
    )
    said = cli("dry-run", *TEN, "--format", "markdown")
    assert "| `hello` | 13 | 13 | 13 | 1.300 | 0 |" in said.out
    assert "13: `KH0001`, `KH0002`" in said.out
    assert said.out.count("KH0010") == 1 and "`KH0011`" not in said.out
    assert "```\nKH0001 → sms 0900•••001\nHello `**An**` <b>@all</b> |x|\n```" in said.out
    assert "0900000" not in said.out and "0900 000" not in said.out


def test_a_workflow_that_waits_for_something_is_shown_as_if_it_had_just_happened(
    project: Project, cli: Cli
) -> None:
    project.workflow("new", trigger="{moment: created}")
    both = "[{status: {changed: true}}, {status: Lost}]"
    project.workflow("changed", trigger=f"{{moment: updated, conditions: {both}}}")
    project.crowd(2)
    project.add(person(3, status="Lost"))
    plans = cli("dry-run", "new", "changed", *TEN, "--format", "json").json["plans"]
    assert [(plan["workflow"], plan["matched"]) for plan in plans] == [("new", 3), ("changed", 1)]


SANDBOX = "{thu: {type: sandbox, file: sent.jsonl, price: 100}}"
EVERY = "{sms: thu, email: thu, zns: thu, facebook: thu}"
EMAIL = (
    '[{send_email: {subject: "Gửi {{ customer.name }}", content: "Dòng 1\\nDòng 2",'
    " cc: [a@example.com], bcc: [b@example.com], attachments: [gia.pdf]}}]"
)
ZNS = (
    '[{send_zns: {template_id: "358203", data: {name: "{{ customer.name }}"},'
    ' fallback: {sms: {content: "Chao {{ customer.name }}"}}}}]'
)


def test_an_email_is_shown_with_its_subject_and_all_that_it_carries(
    project: Project, cli: Cli
) -> None:
    project.settle(active=EVERY)
    project.write("gia.pdf", "%PDF")
    project.workflow("hello", actions=EMAIL)
    project.add(person(1, email="an@example.com"))
    (plan,) = cli("dry-run", *TEN, "--format", "json").json["plans"]
    (effect,) = plan["effects"]
    assert effect["subject"] == "Gửi An 1"
    carried = {"cc": ["a@example.com"], "bcc": ["b@example.com"], "attachments": ["gia.pdf"]}
    assert effect["data"] == carried
    lines = ("Gửi An 1", "Dòng 1", "Dòng 2", "cc: a@example.com", "bcc: b@example.com")
    expected = "\n".join(("a•••@example.com", *lines, "attachments: gia.pdf"))
    said = cli("dry-run", *TEN).out
    assert expected.replace("\n", "\n    ") in said
    assert "KH0001 → email a•••@example.com\n" in said
    assert expected in cli("dry-run", *TEN, "--format", "markdown").out


def test_a_notification_is_shown_with_its_template_and_the_sms_instead(
    project: Project, cli: Cli
) -> None:
    project.settle(active=EVERY)
    project.workflow("hello", actions=ZNS)
    project.crowd(1)
    said = cli("dry-run", *TEN)
    assert "    template_id: 358203\n    fallback: sms: Chao An 1 · 1 part, 100 đ\n" in said.out
    assert said.err == ""


def test_an_sms_to_fall_back_to_that_nobody_could_send_is_told(project: Project, cli: Cli) -> None:
    project.settle(active="{zns: thu}")
    project.workflow("hello", actions=ZNS)
    project.crowd(1)
    said = cli("dry-run", *TEN)
    assert "Messages would wait: sms has no active provider (active: in cskh.yaml)." in said.err


def test_a_sample_says_until_when_the_quiet_hours_would_keep_it(project: Project, cli: Cli) -> None:
    project.workflow("hello", trigger='{moment: daily, at: "05:00"}')
    later = '[{send_sms: {content: "Late", send_at: "+13h"}}]'
    project.workflow("later", actions=later)
    project.crowd(1)
    early = cli("dry-run", "hello", "--now", "2026-12-01T05:00")
    assert "· 1 part · waits until 06:00 because of quiet hours\n" in early.out
    late = cli("dry-run", "later", *TEN)
    assert "· 01/12/2026 23:00 · waits until 06:00 02/12/2026 because of quiet hours\n" in late.out
    assert "quiet hours" not in cli("dry-run", "hello", *TEN).out


def test_whoever_will_have_written_on_a_page_has_no_name_yet(project: Project, cli: Cli) -> None:
    project.settle(active=EVERY, pages='[{id: "1", name: Page, token: "${PASSCODE}"}]')
    project.workflow(
        "hello",
        trigger="{moment: event, event: page_interaction}",
        actions='[{send_facebook: {content: "Hi"}}]',
    )
    project.crowd(1)
    assert "KH0001 → facebook whoever wrote\n    Hi\n" in cli("dry-run", *TEN).out


def test_messages_to_staff_say_who_gets_them_and_who_does_not(project: Project, cli: Cli) -> None:
    staff = '[{id: lan, name: Lan, role: owner, phone: "0900009001"}, {id: minh, name: Trần Minh'
    project.settle(
        staff=staff + ", role: agent}]", groups="{all: {name: All, members: [lan, minh]}}"
    )
    project.workflow("hello", actions='[{send_sms: {to: {group: all}, content: "Hi"}}]')
    project.crowd(2)
    (plan,) = cli("dry-run", *TEN, "--format", "json").json["plans"]
    assert [each["to_staff"] for each in plan["skipped"]] == ["minh", "minh"]
    said = cli("dry-run", *TEN).out
    assert "KH0001 → lan sms 0900•••001" in said
    assert "skipped 2: Trần Minh: no phone" in said
    assert "Trần Minh: no phone" in cli("dry-run", *TEN, "--format", "markdown").out


def test_a_plan_counts_its_own_messages_against_the_cap(project: Project, cli: Cli) -> None:
    project.settle(policy="{caps: {care: {sms: 2/24h}}}")
    project.add(person(1), *(person(number, phone="0900000001") for number in (2, 3)))
    (plan,) = cli("dry-run", *TEN, "--format", "json").json["plans"]
    assert len(plan["effects"]) == 2
    assert [(each["customer"], each["reason"]) for each in plan["skipped"]] == [
        ("KH0003", "capped")
    ]
