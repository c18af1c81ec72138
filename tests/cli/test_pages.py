"""Answers from fanpages and the OA: the workflow's file, its tests, the plan, and what is sent."""

from __future__ import annotations

import pytest

from cskh.store.values import Happening
from tests.project import Cli, Project
from tests.sample import stamp

HANOI, HUE = "102938", "102939"
ANSWER = f"""
  - send_facebook:
      - {{pages: ["{HANOI}"], content: "Hà Nội chào {{{{ customer.name }}}}"}}
      - {{pages: ["{HUE}"], content: "Huế chào {{{{ customer.name }}}}: {{{{ event.text }}}}"}}
  - send_zalo: {{content: "Dạ, em chào {{{{ customer.name }}}}"}}
"""
TESTS = f"""
  - name: trang nào hỏi trang ấy trả lời
    given: [{{pid: A1, name: An}}]
    when:
      - event: {{kind: page_interaction, customer: A1, page: "{HUE}", psid: "880001", text: "giá?"}}
    expect: [{{customer: A1, send_facebook: {{content: "Huế chào An: giá?"}}}}]
"""


@pytest.fixture
def project(project: Project) -> Project:
    """A project with two pages, whose messages are written down."""
    project.settle(
        active="{sms: thu, facebook: thu, zalo: thu}",
        pages=f'[{{id: "{HANOI}", name: Hà Nội}}, {{id: "{HUE}", name: Huế}}]',
    )
    project.workflow(
        "hello",
        trigger="{moment: event, event: page_interaction}",
        actions=ANSWER,
        tests=TESTS,
    )
    return project


def interact(project: Project, **data: str) -> None:
    project.crowd(1)
    with project.opened() as environment:
        environment.store.runs.see(["hello"], [], "2026-12-01T02:00:00Z")
        happened = Happening("customer", 1, "page_interaction", data)
        environment.store.events.add([happened], stamp())


def test_the_page_that_was_written_to_answers_in_its_own_words(project: Project, cli: Cli) -> None:
    interact(project, page=HUE, psid="880001", text="giá?")
    assert cli("run", "events", "--now", "2026-12-01T10:00").exit == 0
    assert [(each["channel"], each["recipient"], each["content"]) for each in project.sent] == [
        ("facebook", "880001", "Huế chào An 1: giá?")
    ]
    assert project.rows("SELECT channel, page, state, skip_reason FROM outbox ORDER BY id") == [
        ("facebook", HUE, "accepted", None),
        ("zalo", None, "skipped", "no_conversation"),
    ]


def test_a_page_that_is_not_connected_answers_nothing(project: Project, cli: Cli) -> None:
    interact(project, page="999", psid="880001", text="giá?")
    assert cli("run", "events", "--now", "2026-12-01T10:00").exit == 0
    assert project.sent == []
    assert project.rows("SELECT channel FROM outbox WHERE state <> 'skipped'") == []


def test_who_wrote_to_the_oa_is_answered_there(project: Project, cli: Cli) -> None:
    interact(project, page="42", zalo_id="777001", text="giá?")
    cli("run", "events", "--now", "2026-12-01T10:00")
    assert [(each["channel"], each["recipient"]) for each in project.sent] == [("zalo", "777001")]


def test_the_list_of_pages_is_a_form_that_lint_knows(project: Project, cli: Cli) -> None:
    found = cli("lint", "--format", "json").json["problems"]
    assert [each for each in found if each["severity"] == "error"] == []


def test_a_test_says_who_wrote_and_what_is_answered(project: Project, cli: Cli) -> None:
    done = cli("test", "--format", "json")
    assert done.json["tests"][0]["why"] in (None, ""), done.json
    assert done.exit == 0


def test_the_plan_shows_the_answer_of_a_page(project: Project, cli: Cli) -> None:
    project.crowd(1)
    (plan,) = cli("dry-run", "hello", "--format", "json").json["plans"]
    effects = [(each["action"], each["channel"], each["content"]) for each in plan["effects"]]
    assert ("send_facebook", "facebook", "Hà Nội chào An 1") in effects
    assert ("send_zalo", "zalo", "Dạ, em chào An 1") in effects
