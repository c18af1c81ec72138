"""Emails from a workflow's file to a real mail server, and what becomes of them when it is odd."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edge.mail_servers import PASSWORD, TLS, USER, Mailbox, mail_server
from tests.project import Cli, Project
from tests.sample import lead, stamp

TEN = ("--now", "2026-12-01T10:00")
EMAIL = (
    '[{send_email: {subject: "Cảm ơn {{ customer.name }}", html: "<p>Chào {{ customer.name }}</p>",'
    ' cc: [lan@example.com], bcc: [so@example.com], attachments: ["bảng giá.pdf"]}}]'
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server with STARTTLS and a login, whose certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "cert.pem"))
    monkeypatch.setenv("SMTP_PASSWORD", PASSWORD)
    with mail_server("starttls") as mailbox:
        yield mailbox


@pytest.fixture
def project(project: Project, server: Mailbox) -> Project:
    settle(project, server)
    project.workflow("hello", actions=EMAIL)
    project.write("bảng giá.pdf", "%PDF")
    project.add(
        lead("KH1", name="Ân & Co", email="an@example.com"),
        lead("KH2", name="Đào\\r\\nBcc: x@example.com", email="dao@example.com"),
        lead("KH3", name="Bình"),
    )
    return project


def settle(project: Project, server: Mailbox, **replaced: str) -> None:
    account = (
        f"type: smtp, host: localhost, port: {server.port}, username: {USER},"
        ' password: "${SMTP_PASSWORD}", from: "Chăm sóc <cskh@example.com>", timeout: 5'
    )
    parts = {"providers": f"{{mail: {{{account}}}}}", "active": "{email: mail}"}
    project.settle(**(parts | replaced))


def test_a_workflow_writes_to_everybody_once(project: Project, cli: Cli, server: Mailbox) -> None:
    assert cli("lint").exit == 0
    said = cli("run", "daily", *TEN, "--format", "json")
    assert (said.exit, said.json["delivery"]["accepted"]) == (0, 2)
    assert cli("run", "daily", *TEN).exit == 0
    assert cli("deliver", *TEN).exit == 0
    by_recipient = {mail["To"]: mail for mail in server.mails}
    assert by_recipient.keys() == {"an@example.com", "dao@example.com"}
    assert len(server.mails) == 2
    mail = by_recipient["an@example.com"]
    assert (mail["Subject"], mail["Cc"], mail["Bcc"]) == ("Cảm ơn Ân & Co", "lan@example.com", None)
    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    assert [set(envelope.rcpt_tos[1:]) for envelope in server.envelopes] == [
        {"lan@example.com", "so@example.com"}
    ] * 2
    assert (server.encrypted, set(server.logins)) == ({True}, {USER})
    told = cli("report", "messages", "--format", "json").json["messages"]
    assert {row["provider_id"] for row in told if row["state"] == "accepted"} == {"Q1", "Q2"}


def test_a_refused_recipient_is_a_failed_message(
    project: Project, cli: Cli, server: Mailbox
) -> None:
    server.replies["dao@example.com"] = "550 5.1.1 No such user"
    assert cli("run", "daily", *TEN).exit == 3
    assert project.states() == {"accepted": 1, "failed": 1, "skipped": 1}
    ((error,),) = project.rows("SELECT error FROM outbox WHERE state = 'failed'")
    assert error == "The mail server refuses the recipient. (SMTP 550): 5.1.1 No such user"


def test_a_refused_copy_is_noted_with_the_mail(project: Project, cli: Cli, server: Mailbox) -> None:
    server.replies["lan@example.com"] = "550 5.1.1 No such user"
    assert cli("run", "daily", *TEN).exit == 0
    assert project.states() == {"accepted": 2, "skipped": 1}
    ((note,),) = project.rows("SELECT DISTINCT error FROM outbox WHERE state = 'accepted'")
    assert note == "Copies were refused: lan@example.com: 550 5.1.1 No such user"


LOST = "An attachment can't be sent: bảng giá.pdf can't be read: No such file or directory."


def test_an_attachment_that_vanished_after_the_plan_lets_its_messages_wait_and_the_others_go(
    project: Project, cli: Cli, server: Mailbox
) -> None:
    project.workflow("later", actions='[{send_email: {subject: Hi, content: "Hello"}}]')
    cli("run", "daily", *TEN, "--no-deliver")
    (project.root / "bảng giá.pdf").unlink()
    said = cli("deliver", *TEN)
    assert said.exit == 3
    assert f"2 messages wait for mail: {LOST} A run from 01/12/2026 11:00 on" in said.err
    assert len(server.envelopes) == 2
    asked = (
        "SELECT state, error, attempts FROM outbox WHERE workflow = 'hello' AND to_staff IS NULL"
    )
    assert set(project.rows(asked)) == {("queued", LOST, 0), ("skipped", None, 0)}


def test_an_attachment_that_is_there_again_is_sent_after_an_hour(
    project: Project, cli: Cli, server: Mailbox
) -> None:
    cli("run", "daily", *TEN, "--no-deliver")
    (project.root / "bảng giá.pdf").unlink()
    cli("deliver", *TEN)
    project.write("bảng giá.pdf", "%PDF")
    assert cli("deliver", "--now", "2026-12-01T11:00").exit == 0
    assert len(server.envelopes) == 2


def test_a_missing_attachment_is_an_error_of_lint_and_keeps_nothing_else_from_running(
    project: Project, cli: Cli, server: Mailbox
) -> None:
    (project.root / "bảng giá.pdf").unlink()
    said = cli("lint")
    assert said.exit == 1
    assert "CK244" in said.out
    project.workflow("later", actions='[{send_email: {subject: Hi, content: "Hello"}}]')
    said = cli("run", "daily", *TEN)
    assert said.exit == 3
    assert f"2 messages wait for mail: {LOST}" in said.err
    assert len(server.envelopes) == 2


def test_a_wrong_password_stops_and_a_right_one_goes_on(
    project: Project, cli: Cli, server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "sai-mat-khau")
    said = cli("run", "daily", *TEN)
    assert said.exit == 3
    assert "mail is stopped: The mail server refuses the user name or the password." in said.err
    assert project.states() == {"queued": 2, "skipped": 1}
    assert not any(
        b"sai-mat-khau" in path.read_bytes() for path in project.root.rglob("*") if path.is_file()
    )
    monkeypatch.setenv("SMTP_PASSWORD", PASSWORD)
    assert cli("deliver", *TEN).exit == 0
    assert len(server.mails) == 2


def test_a_mail_that_is_tried_again_is_the_same_mail(
    project: Project, cli: Cli, server: Mailbox
) -> None:
    server.replies["DATA"] = "451 4.7.1 Try again later"
    assert cli("run", "daily", *TEN).exit == 3
    queued = project.states()
    del server.replies["DATA"]
    assert cli("deliver", "--now", "2026-12-01T10:05").exit == 0
    assert (queued["queued"], project.states()["accepted"]) == (2, 2)
    assert len({mail["Message-ID"] for mail in server.mails}) == 2


def test_reminders_of_deadlines_arrive(project: Project, cli: Cli, server: Mailbox) -> None:
    settle(
        project,
        server,
        staff="[{id: lan, name: Lan, role: owner, email: lan@example.com}]",
        sla="{gap: {name: Gap, respond: 2h, resolve: 30 days}}",
    )
    project.write("hello.yaml", (Path("hello.yaml")).read_text("utf-8") + "enabled: false\n")
    row = {"customer_id": 1, "title": "Hỏng", "status": "open", "priority": "normal"}
    promised = {"sla": "gap", "respond_by": "2026-12-01T05:00:00Z"}
    with project.opened() as environment:
        environment.store.records.create("ticket", [row | promised], stamp())
    for _time in range(2):
        assert cli("run", "due", "--now", "2026-12-03T09:00").exit == 0
    (mail,) = server.mails
    assert (mail["To"], mail["Subject"]) == (
        "lan@example.com",
        "Ticket 1: not answered by 12:00 01/12/2026",
    )
    assert "Hỏng" in mail.get_content()


def test_a_template_of_html_alone_is_sent_with_a_text_made_from_it(
    project: Project, cli: Cli, server: Mailbox
) -> None:
    project.write(
        "templates/cam-on.yaml",
        'name: Cảm ơn\nchannel: email\nsubject: Cảm ơn\nhtml: "<p>Chào {{ customer.name }}</p>"\n',
    )
    project.workflow("hello", actions="[{send_email: {template: cam-on}}]")
    assert cli("lint").exit == 0
    assert cli("run", "daily", *TEN).exit == 0
    mail = next(mail for mail in server.mails if mail["To"] == "an@example.com")
    assert mail.get_body(("plain",)).get_content().strip() == "Chào Ân & Co"
    assert "<p>Chào Ân &amp; Co</p>" in mail.get_body(("html",)).get_content()
