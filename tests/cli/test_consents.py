"""Opt-outs, consents and do-not-call lists as people use them."""

from __future__ import annotations

import pytest

from tests.project import MORNING, Cli, Project

POLICY = '{opt_out_text: {sms: "Từ chối: soạn TC"}}'
AD = '[{send_sms: {content: "Giảm giá 20%", purpose: advertising}}]'
NOW = ("--now", MORNING)
JSON = ("--format", "json", *NOW)
SMS_ADS = ("--channel", "sms", "--purpose", "advertising")
CONSENT = (*SMS_ADS, "--source", "form 2026-11-20")


@pytest.fixture
def shop(project: Project) -> Project:
    """A shop that advertises to two customers."""
    project.settle(policy=POLICY)
    project.workflow("hello", actions=AD)
    project.crowd(2)
    return project


def gates(cli: Cli, customer: str, *more: str) -> dict[str, tuple[bool, str]]:
    told = cli("explain", "hello", customer, *(more or JSON)).json["gates"]
    return {each["gate"]: (each["passes"], each["why"]) for each in told}


def skipped(cli: Cli) -> dict[str, str]:
    (plan,) = cli("dry-run", *JSON).json["plans"]
    return {each["customer"]: each["reason"] for each in plan["skipped"]}


def test_advertising_goes_to_who_agreed_and_stops_when_refused(shop: Project, cli: Cli) -> None:
    assert skipped(cli) == {"KH0001": "no_consent", "KH0002": "no_consent"}
    assert cli("customer", "consent", "KH0001", *CONSENT, *NOW, "--as", "lan").exit == 0
    assert skipped(cli) == {"KH0002": "no_consent"}
    said = cli("run", "daily", *NOW)
    assert said.exit == 0
    assert [message["content"] for message in shop.sent] == ["[QC] Giam gia 20%. Tu choi: soan TC"]
    out = cli("customer", "opt-out", "KH0001", *SMS_ADS, *NOW)
    assert (out.exit, out.out) == (0, "KH0001 gets no more messages: sms, advertising.\n")
    cli("run", "daily", "--now", "2026-12-02T10:00")
    assert len(shop.sent) == 1
    reasons = cli("report", "workflows", "--format", "json").json["workflows"][0]["skipped"]
    assert reasons == {"no_consent": 2, "opted_out": 1}


def test_a_profile_tells_what_was_refused_and_agreed_to(shop: Project, cli: Cli) -> None:
    cli("customer", "consent", "KH0001", *CONSENT, *NOW, "--as", "lan")
    told = cli(
        "customer", "opt-out", "0900000001", "--source", "hotline", "--as", "lan", *JSON
    ).json
    assert told["opt_outs"] == [
        {
            "channel": None,
            "purpose": None,
            "source": "hotline",
            "actor": "lan",
            "at": "2026-12-01T10:00:00+07:00",
        }
    ]
    assert told["consents"] == [
        {
            "channel": "sms",
            "purpose": "advertising",
            "source": "form 2026-11-20",
            "actor": "lan",
            "at": "2026-12-01T10:00:00+07:00",
        }
    ]
    assert len(told["history"]) == 1
    card = cli("customer", "show", "KH0001").out
    assert "every channel · every purpose · hotline (lan)" in card
    assert "sms · advertising · form 2026-11-20 (lan)" in card
    assert cli("customer", "opt-in", "KH0001", *JSON).json["opt_outs"] == []


def test_who_lifted_a_refusal_stands_in_the_history(shop: Project, cli: Cli) -> None:
    cli("customer", "opt-out", "KH0001", *NOW)
    told = cli("customer", "opt-in", "KH0001", "--channel", "sms", "--as", "lan", *JSON).json
    assert told["history"][-1] == {
        "at": "2026-12-01T10:00:00+07:00",
        "actor": "lan",
        "cause": "cli",
        "field": "opt_out",
        "old": {"channel": "sms", "purpose": None},
        "new": None,
    }
    assert "refused: sms, every purpose → – (lan, cli)" in cli("customer", "show", "KH0001").out


def test_a_do_not_call_entry_is_seen_and_no_opt_in_lifts_it(shop: Project, cli: Cli) -> None:
    assert cli("customer", "show", "KH0001", *JSON).json["do_not_contact"] is False
    cli("do-not-call", "add", "0900 000 001", "--source", "hotline", *NOW)
    assert cli("customer", "show", "KH0001", *JSON).json["do_not_contact"] is True
    assert "Do-not-call list" in cli("customer", "show", "KH0001").out
    said = cli("customer", "opt-in", "KH0001", *NOW)
    assert "The phone is on the do-not-call list, which this doesn't lift" in said.err
    assert "cskh do-not-call remove KH0001" in said.err
    assert skipped(cli)["KH0001"] == "do_not_contact"


def test_the_do_not_call_list_says_whose_phones_it_has_and_where_from(
    shop: Project, cli: Cli
) -> None:
    assert "The do-not-call list is empty." in cli("do-not-call", "list").err
    shop.write("dnc.csv", "Số ĐT\n0900000001\n")
    cli("import", "do-not-call", "dnc.csv", "--yes", "--as", "lan", *NOW)
    cli("do-not-call", "add", "0900000077", *NOW)
    at = "2026-12-01T10:00:00+07:00"
    assert cli("do-not-call", "list", *JSON).json["phones"] == [
        {
            "phone": "0900000001",
            "source": "import:1",
            "file": "dnc.csv",
            "actor": "lan",
            "at": at,
            "customers": ["KH0001"],
        },
        {
            "phone": "0900000077",
            "source": "cli",
            "file": None,
            "actor": None,
            "at": at,
            "customers": [],
        },
    ]
    table = cli("do-not-call", "list").out
    assert "dnc.csv" in table
    assert "0900•••001" in table
    assert "0900000001" not in table


def test_a_phone_comes_off_the_list_by_name_and_that_is_remembered(shop: Project, cli: Cli) -> None:
    cli("do-not-call", "add", "KH0001", "0900000077", *NOW)
    assert cli("do-not-call", "remove", "KH0001", *NOW).exit == 4
    assert cli("do-not-call", "remove", "KH0001", "KH0002", "--yes", *NOW).exit == 1
    assert len(shop.rows("SELECT phone FROM do_not_contact")) == 2
    said = cli("do-not-call", "remove", "KH0001", "0900000077", "--yes", "--as", "lan", *NOW)
    assert (said.exit, said.out) == (0, "2 phones are taken off.\n")
    told = cli("customer", "show", "KH0001", *JSON).json
    assert told["do_not_contact"] is False
    last = told["history"][-1]
    assert (last["field"], last["old"], last["actor"]) == ("do_not_contact", True, "lan")


def test_explain_has_the_answer_of_policy_for_this_customer_now(shop: Project, cli: Cli) -> None:
    no_consent = (False, "no consent to advertising (Decree 91/2020, article 13)")
    assert gates(cli, "KH0001")["policy"] == no_consent
    cli("customer", "consent", "KH0001", *CONSENT, *NOW)
    assert gates(cli, "KH0001")["policy"] == (True, "it may leave now")
    night = ("--now", "2026-12-01T23:00", "--format", "json")
    assert gates(cli, "KH0001", *night)["policy"] == (
        True,
        "waits for the end of the quiet hours, until 02/12/2026 07:00",
    )
    cli("customer", "opt-out", "KH0001", *NOW)
    refused = (False, "the customer has refused such messages")
    assert gates(cli, "KH0001")["policy"] == refused
    assert cli("explain", "hello", "KH0001", *NOW).exit == 1


def test_a_refusal_is_recorded_once_and_lifted_once(shop: Project, cli: Cli) -> None:
    for words, again in (("opt-out", "so already"), ("opt-in", "so already")):
        first, second = (cli("customer", words, "KH0002", *NOW) for _time in range(2))
        assert (first.exit, second.exit, second.out) == (0, 0, "")
        assert again in second.err


def test_a_consent_lifts_no_refusal_and_says_so(shop: Project, cli: Cli) -> None:
    cli("customer", "opt-out", "KH0001", *NOW)
    said = cli("customer", "consent", "KH0001", *CONSENT, *NOW)
    assert "opt-in" in said.err
    assert skipped(cli)["KH0001"] == "opted_out"


@pytest.mark.parametrize(
    ("words", "exit_"),
    [
        (("opt-out", "KH0009"), 1),
        (("opt-out", "KH0001", "--channel", "fax"), 2),
        (("opt-in", "KH0001", "--purpose", "spam"), 2),
        (("consent", "KH0001", "--channel", "sms", "--purpose", "advertising"), 2),
        (("consent", "KH0001", *SMS_ADS, "--source", " "), 2),
    ],
)
def test_what_cannot_be_recorded_is_refused(
    shop: Project, cli: Cli, words: tuple[str, ...], exit_: int
) -> None:
    assert cli("customer", *words, *NOW).exit == exit_
    assert shop.rows("SELECT count(*) FROM opt_outs") == [(0,)]
    assert shop.rows("SELECT count(*) FROM consents") == [(0,)]


def test_an_import_of_customers_changes_no_refusal(shop: Project, cli: Cli) -> None:
    cli("customer", "opt-out", "KH0001", *NOW)
    shop.write("khach.csv", "Mã,Tên,SĐT\nKH0001,An,0900000001\n")
    assert cli("import", "customers", "khach.csv", "--yes", *NOW).exit == 0
    assert shop.rows("SELECT customer_id, channel, purpose FROM opt_outs") == [(1, None, None)]


def test_a_do_not_call_list_holds_at_once_and_accounts_for_every_row(
    shop: Project, cli: Cli
) -> None:
    shop.workflow("hello")
    cli("run", "daily", "--no-deliver", *NOW)
    shop.write("dnc.csv", "Tên,Số ĐT\nAn,0900 000 001\nAn,0900000001\nBình,84900000003\nX,12\n")
    seen = cli("import", "do-not-call", "dnc.csv", "--preview", *JSON)
    assert (seen.exit, seen.json["created"], seen.json["import"]) == (3, 2, None)
    assert shop.rows("SELECT count(*) FROM do_not_contact") == [(0,)]
    assert cli("import", "do-not-call", "dnc.csv", *NOW).exit == 4
    said = cli("import", "do-not-call", "dnc.csv", "--yes", *JSON)
    counts = [said.json[name] for name in ("rows", "created", "unchanged", "rejected")]
    assert (said.exit, counts) == (3, [4, 2, 1, 1])
    assert shop.rows("SELECT phone, source FROM do_not_contact ORDER BY 1") == [
        ("0900000001", "import:1"),
        ("0900000003", "import:1"),
    ]
    again = cli("import", "do-not-call", "dnc.csv", "--yes", *JSON).json
    assert (again["created"], again["unchanged"]) == (0, 3)
    cli("deliver", *NOW)
    assert [message["recipient"] for message in shop.sent] == ["0900000002"]
    assert shop.rows("SELECT kind, created FROM imports") == [
        ("do-not-call", 2),
        ("do-not-call", 0),
    ]


def test_a_list_of_bare_numbers_can_be_read(shop: Project, cli: Cli) -> None:
    shop.write("dnc.csv", "0900000001\n0900000002\n")
    said = cli(
        "import", "do-not-call", "dnc.csv", "--header-row", "none", "--map", "phone=A", "--yes"
    )
    assert said.exit == 0
    assert shop.rows("SELECT count(*) FROM do_not_contact") == [(2,)]


def test_a_list_without_phones_is_refused(shop: Project, cli: Cli) -> None:
    shop.write("dnc.csv", "Mã,Tên\nKH0001,An\n")
    said = cli("import", "do-not-call", "dnc.csv", "--yes")
    assert said.exit == 1
    assert "--map phone=" in said.err


def test_an_import_that_no_workflow_can_answer_does_not_speak_of_workflows(
    shop: Project, cli: Cli
) -> None:
    shop.write("dnc.csv", "Số ĐT\n0900000001\n")
    asked = cli("import", "do-not-call", "dnc.csv", *NOW)
    assert asked.exit == 4
    assert "Nobody can answer here, so nothing was done" in asked.err
    said = cli("import", "do-not-call", "dnc.csv", "--yes", *NOW)
    assert "workflow" not in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("customer", "opt-out", "KH0001", "--channel", "sms"),
        ("customer", "opt-in", "KH0001", "--channel", "sms"),
        (
            *("customer", "consent", "KH0001", "--channel", "sms"),
            *("--purpose", "advertising", "--source", "form"),
        ),
        ("import", "do-not-call", "phones.csv", "--yes"),
    ],
)
def test_a_broken_workflow_keeps_nobodys_refusal(
    project: Project, cli: Cli, words: tuple[str, ...]
) -> None:
    project.crowd(1)
    project.write("phones.csv", "SĐT\n0900000001\n")
    project.write("broken.yaml", "name: [")
    assert cli(*words).exit == 0
