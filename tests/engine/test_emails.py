"""Emails from a workflow's file to what the provider is handed."""

from __future__ import annotations

import pytest

from cskh.engine.project import open_project
from cskh.engine.testing import run_tests
from tests.project import Project, run, send
from tests.sample import at, lead

EMAIL = (
    '[{send_email: {from: thu, subject: "Gửi {{ customer.name }}", cc: [a@example.com],'
    ' bcc: [b@example.com], html: "<p>Chào {{ customer.name }}</p>", attachments: [gia.pdf]}}]'
)


@pytest.fixture
def project(project: Project) -> Project:
    project.settle(active="{email: thu}")
    project.write("gia.pdf", "%PDF")
    return project


def test_the_sandbox_has_everything_that_an_email_is(project: Project) -> None:
    project.workflow("hello", actions=EMAIL)
    project.add(lead("KH1", name="An & Co", email="an@example.com"), lead("KH2", name="Bình"))
    with project.opened() as environment:
        (walked,) = run(environment)
        send(environment)
    assert walked.tally.skipped == {"no_email": 1}
    (mail,) = project.sent
    del mail["at"], mail["message"]
    assert mail == {
        "channel": "email",
        "recipient": "an@example.com",
        "subject": "Gửi An & Co",
        "content": "Chào An & Co",
        "data": {
            "cc": ["a@example.com"],
            "bcc": ["b@example.com"],
            "attachments": ["gia.pdf"],
            "html": "<p>Chào An &amp; Co</p>",
        },
    }


GIVEN = "[{pid: KH1, name: An, kind: lead, email: an@example.com}]"


@pytest.mark.parametrize(
    ("expected", "passes"),
    [
        ("subject: Gửi An, content: Chào An, html: <p>Chào An</p>", True),
        ("from: thu, cc: [a@example.com], attachments: [gia.pdf]", True),
        ("to: customer", True),
        ("subject: Gửi Bình", False),
        ("html: <p>Chào</p>", False),
        ("cc: [b@example.com]", False),
        ("from: khac", False),
    ],
)
def test_a_test_of_a_workflow_sees_every_part_of_an_email(
    project: Project, expected: str, passes: bool
) -> None:
    providers = "{thu: {type: sandbox, file: a}, khac: {type: sandbox, file: b}}"
    project.settle(active="{email: thu}", providers=providers)
    case = f"{{name: x, given: {GIVEN}, expect: [{{customer: KH1, send_email: {{{expected}}}}}]}}"
    project.workflow("hello", actions=EMAIL, tests=f"[{case}]")
    opened = open_project(project.root, project.environ)
    clock = at("2026-12-01T09:00")
    (judged,) = run_tests(opened, opened.workflows.values(), clock, lambda _n: None)
    assert judged.passed is passes, judged.why
