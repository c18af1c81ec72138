from __future__ import annotations

import pytest

from cskh.edge import moods
from cskh.edge.stand_in import StandIn
from tests.project import Cli, Project, person

TEN = ("--now", "2026-12-01T10:00")
JSON = ("--format", "json")
LATER = ("--now", "2026-12-01T11:00")


@pytest.fixture
def waiting(project: Project, cli: Cli) -> None:
    """Three messages in the outbox."""
    project.crowd(3)
    assert cli("run", "daily", "--no-deliver", *TEN).exit == 0


@pytest.fixture
def unknown(project: Project, cli: Cli, vietguys: StandIn) -> None:
    """One message that may have arrived."""
    vietguys.next(moods.cut_read)
    project.crowd(1)
    assert cli("run", "daily", *TEN).exit == 3


def decisions(project: Project) -> list[tuple[object, ...]]:
    return project.rows("SELECT about, what, old, new, actor, at FROM decisions")


def test_the_list_has_what_the_report_has(cli: Cli, waiting: None) -> None:
    listed = cli("outbox", "list", *JSON)
    assert listed.exit == 0
    assert list(listed.json) == ["messages"]
    assert listed.json["messages"] == cli("report", "messages", *JSON).json["messages"]
    assert len(listed.json["messages"]) == 3


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (("--state", "queued"), 3),
        (("--state", "unknown"), 0),
        (("--channel", "email"), 0),
        (("--customer", "KH0002"), 1),
        (("--workflow", "hello"), 3),
        (("--provider", "thu"), 3),
        (("--from", "2026-12-02"), 0),
        (("--to", "2026-12-01"), 3),
    ],
)
def test_the_list_can_be_narrowed(
    cli: Cli, waiting: None, filters: tuple[str, ...], found: int
) -> None:
    listed = cli("outbox", "list", *filters, *JSON)
    assert listed.exit == 0
    assert len(listed.json["messages"]) == found


def test_an_unknown_provider_or_workflow_is_wrong_usage(cli: Cli, waiting: None) -> None:
    assert cli("outbox", "list", "--provider", "thuu").exit == 2
    assert "Did you mean hello?" in cli("outbox", "list", "--workflow", "helo").err


def test_the_table_masks_phones_and_says_what_is_empty(cli: Cli, waiting: None) -> None:
    table = cli("outbox", "list").out
    assert "0900•••001" in table
    assert "0900000001" not in table
    empty = cli("outbox", "list", "--state", "failed")
    assert (empty.exit, empty.out) == (0, "")
    assert "There are no such messages." in empty.err


def test_the_table_has_the_newest_first(cli: Cli, waiting: None) -> None:
    listed = cli("outbox", "list", "--limit", "2")
    assert listed.out.index("KH0003") < listed.out.index("KH0002")
    assert "KH0001" not in listed.out
    assert "… and 1 more row" in listed.err


def test_an_email_is_listed_with_its_subject(project: Project, cli: Cli) -> None:
    project.settle(active="{sms: thu, email: thu}")
    project.workflow("hello", actions='[{send_email: {subject: Greetings, content: "Hi\\nyou"}}]')
    project.add(person(1, email="an@example.com"))
    assert cli("run", "daily", "--no-deliver", *TEN).exit == 0
    (line,) = (line for line in cli("outbox", "list").out.splitlines() if "KH0001" in line)
    assert "email" in line
    assert "Greetings · Hi you" in line


def test_a_message_is_shown_with_all_its_facts(cli: Cli, waiting: None) -> None:
    shown = cli("outbox", "show", "1", *JSON)
    assert shown.exit == 0
    listed = cli("outbox", "list", "--customer", "KH0001", *JSON).json["messages"][0]
    assert {name: shown.json[name] for name in listed} == listed
    assert {name: value for name, value in shown.json.items() if name not in listed} == {
        "occasion": "daily:2026-12-01",
        "index": 0,
        "purpose": "care",
        "subject": None,
        "data": {},
        "attempts": 0,
        "send_at": None,
        "due_at": "2026-12-01T10:00:00+07:00",
        "asked_at": None,
        "decisions": [],
    }
    text = cli("outbox", "show", "1").out
    assert "Hello An 1" in text
    assert "0900000001" not in text


@pytest.mark.parametrize("verb", [("show", "9"), ("resolve", "9", "sent"), ("cancel", "9")])
def test_a_number_that_is_no_messages_is_not_found(
    cli: Cli, waiting: None, verb: tuple[str, ...]
) -> None:
    said = cli("outbox", *verb, *JSON)
    assert (said.exit, said.json["error"]["code"]) == (1, "not_found")


@pytest.mark.parametrize(("how", "state"), [("sent", "accepted"), ("failed", "failed")])
def test_a_person_says_what_became_of_an_unknown_message(
    project: Project, cli: Cli, vietguys: StandIn, unknown: None, how: str, state: str
) -> None:
    said = cli("outbox", "resolve", "1", how, "--as", "lan", *LATER, *JSON)
    assert said.exit == 0
    assert said.json["state"] == state
    assert said.json["decisions"] == [
        {
            "what": how,
            "old": "unknown",
            "new": state,
            "actor": "lan",
            "at": "2026-12-01T11:00:00+07:00",
        }
    ]
    assert decisions(project) == [
        ("message:1", how, "unknown", state, "lan", "2026-12-01T04:00:00Z")
    ]
    cli("deliver", *LATER)
    assert vietguys.calls == 1


def test_a_retry_is_sent_by_the_next_delivery(
    project: Project, cli: Cli, vietguys: StandIn, unknown: None
) -> None:
    assert cli("outbox", "resolve", "1", "retry", "--yes", *LATER).exit == 0
    assert project.rows("SELECT state, due_at, sent_at FROM outbox") == [
        ("queued", "2026-12-01T04:00:00Z", None)
    ]
    assert cli("deliver", *LATER).exit == 0
    assert vietguys.calls == 2
    assert project.rows("SELECT state, attempts FROM outbox") == [("accepted", 2)]


def test_a_retry_asks_first_as_it_may_be_a_second_message(
    project: Project, cli: Cli, unknown: None
) -> None:
    said = cli("outbox", "resolve", "1", "retry", *LATER)
    assert said.exit == 4
    assert "--yes" in said.err
    assert project.states() == {"unknown": 1}
    assert decisions(project) == []


@pytest.mark.parametrize("how", ["sent", "failed", "retry"])
def test_only_an_unknown_message_can_be_resolved(
    project: Project, cli: Cli, waiting: None, how: str
) -> None:
    said = cli("outbox", "resolve", "1", how, "--yes")
    assert said.exit == 4
    assert "Message 1 is not unknown but: not sent yet." in said.err
    assert project.states() == {"queued": 3}
    assert decisions(project) == []


def test_an_unknown_word_is_wrong_usage(cli: Cli, unknown: None) -> None:
    assert cli("outbox", "resolve", "1", "maybe").exit == 2


def test_what_is_cancelled_is_never_sent(project: Project, cli: Cli, waiting: None) -> None:
    said = cli("outbox", "cancel", "1", "3", "1", "--as", "lan", *TEN, *JSON)
    assert said.exit == 0
    assert [each["state"] for each in said.json["messages"]] == ["cancelled", "cancelled"]
    at = "2026-12-01T03:00:00Z"
    assert decisions(project) == [
        ("message:1", "cancel", "queued", "cancelled", "lan", at),
        ("message:3", "cancel", "queued", "cancelled", "lan", at),
    ]
    cli("deliver", *TEN)
    assert [each["recipient"] for each in project.sent] == ["0900000002"]
    # The workflow has had its say on this occasion.
    cli("run", "daily", *TEN)
    assert project.states() == {"accepted": 1, "cancelled": 2}


def test_all_are_cancelled_or_none(project: Project, cli: Cli, waiting: None) -> None:
    project.execute("UPDATE outbox SET state = 'accepted' WHERE id = 2")
    said = cli("outbox", "cancel", "1", "2", "3")
    assert said.exit == 4
    assert "Message 2 doesn't wait any more: accepted." in said.err
    assert cli("outbox", "cancel", "1", "99").exit == 1
    assert project.states() == {"accepted": 1, "queued": 2}
    assert decisions(project) == []


def test_what_a_delivery_has_in_its_hands_can_no_longer_be_cancelled(
    project: Project, cli: Cli, waiting: None
) -> None:
    project.execute("UPDATE outbox SET state = 'claimed', claimed_by = 'x:1:1' WHERE id = 1")
    said = cli("outbox", "cancel", "1")
    assert said.exit == 4
    assert "on its way" in said.err


def test_several_are_resolved_together_or_none(project: Project, cli: Cli, waiting: None) -> None:
    project.execute("UPDATE outbox SET state = 'unknown' WHERE id < 3")
    assert cli("outbox", "resolve", "1", "2", "3", "sent").exit == 4
    assert project.states() == {"unknown": 2, "queued": 1}
    said = cli("outbox", "resolve", "1", "2", "sent", *TEN)
    assert (said.exit, said.out) == (0, "2 messages count as accepted.\n")
    assert project.states() == {"accepted": 2, "queued": 1}


def test_those_that_filters_find_are_resolved_after_a_question(
    project: Project, cli: Cli, waiting: None
) -> None:
    project.execute("UPDATE outbox SET state = 'unknown' WHERE id < 3")
    refused = cli("outbox", "resolve", "failed", "--provider", "thu", *TEN)
    assert refused.exit == 4
    assert "Count 2 messages as failed?" in refused.err
    said = cli("outbox", "resolve", "failed", "--customer", "KH0001", "--yes", "--as", "lan", *TEN)
    assert (said.exit, said.out) == (0, "1 message has failed.\n")
    assert project.states() == {"failed": 1, "unknown": 1, "queued": 1}
    assert [row[:2] for row in decisions(project)] == [("message:1", "failed")]
    again = cli("outbox", "resolve", "retry", "--workflow", "hello", "--yes", *TEN)
    assert again.exit == 0
    assert project.states() == {"failed": 1, "queued": 2}


def test_those_that_filters_find_are_cancelled_after_a_question(
    project: Project, cli: Cli, waiting: None
) -> None:
    project.execute("UPDATE outbox SET state = 'accepted' WHERE id = 2")
    refused = cli("outbox", "cancel", "--provider", "thu", *TEN)
    assert refused.exit == 4
    assert "Cancel 2 messages?" in refused.err
    assert project.states() == {"accepted": 1, "queued": 2}
    said = cli("outbox", "cancel", "--workflow", "hello", "--state", "queued", "--yes", *TEN)
    assert (said.exit, said.out) == (0, "2 messages are cancelled.\n")
    assert project.states() == {"accepted": 1, "cancelled": 2}
    nothing = cli("outbox", "cancel", "--workflow", "hello", *TEN)
    assert (nothing.exit, nothing.out) == (0, "0 messages are cancelled.\n")


@pytest.mark.parametrize(
    "words",
    [
        ("cancel",),
        ("cancel", "1", "--provider", "thu"),
        ("resolve", "sent"),
        ("resolve", "1", "sent", "--workflow", "hello"),
        ("resolve", "x", "sent"),
        ("resolve", "1", "2"),
        ("resolve",),
    ],
    ids=" ".join,
)
def test_messages_are_named_by_number_or_by_filters(
    project: Project, cli: Cli, waiting: None, words: tuple[str, ...]
) -> None:
    assert cli("outbox", *words, "--yes").exit == 2
    assert project.states() == {"queued": 3}


STOP = "INSERT INTO stops (provider, why, since) VALUES ('thu', 'no credit', '2026-12-01')"


@pytest.mark.parametrize(
    ("settings", "reason", "sentence"),
    [
        ({"active": "{}"}, "no_provider", "waits: there is no provider for it"),
        (
            {
                "providers": "{thu: {type: vietguys, account: a, service_id: A, passcode: "
                '"${NO}"}}',
            },
            "missing_secret",
            "waits: a secret of its provider is not set",
        ),
        ({}, "provider_stopped", "waits: its provider is stopped"),
    ],
)
def test_a_message_that_waits_for_its_provider_says_why(
    project: Project, cli: Cli, settings: dict[str, str], reason: str, sentence: str
) -> None:
    if reason == "no_provider":
        project.settle(**settings)
    project.crowd(1)
    cli("run", "daily", "--now", "2026-12-01T10:00", "--no-deliver")
    project.settle(**settings)
    if reason == "provider_stopped":
        project.execute(STOP)
    for command in (("outbox", "list"), ("report", "messages"), ("customer", "show", "KH0001")):
        (message,) = cli(*command, "--format", "json").json["messages"]
        assert (message["state"], message["skip_reason"]) == ("queued", reason)
    assert cli("outbox", "show", "1", "--format", "json").json["skip_reason"] == reason
    assert sentence in cli("outbox", "show", "1").out


def test_a_message_whose_provider_is_well_waits_for_nothing(project: Project, cli: Cli) -> None:
    project.crowd(1)
    cli("run", "daily", "--now", "2026-12-01T10:00", "--no-deliver")
    (message,) = cli("outbox", "list", "--format", "json").json["messages"]
    assert message["skip_reason"] is None
