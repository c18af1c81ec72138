from __future__ import annotations

import socket

import pytest

from cskh.edge import moods
from cskh.edge.stand_in import StandIn
from tests.project import Cli, Project
from tests.providers.fakes.esms import Esms
from tests.providers.fakes.vendor import says

TEN = ("--now", "2026-12-01T10:00")
JSON = ("--format", "json")
TWO = "{thu: {type: sandbox, file: sent.jsonl}, phu: {type: sandbox, file: other.jsonl}}"
STAFF = (
    "[{id: lan, name: Lan, role: owner}, {id: minh, name: Minh, role: admin},"
    " {id: an, name: An, role: agent}]"
)


def settings(project: Project) -> str:
    return (project.root / "cskh.yaml").read_text()


def decisions(project: Project) -> list[tuple[object, ...]]:
    return project.rows("SELECT about, what, old, new, actor, at FROM decisions")


def test_the_list_says_what_is_active_and_what_is_stopped(
    project: Project, cli: Cli, vietguys: StandIn
) -> None:
    vietguys.mood = moods.refuse(-9)
    project.crowd(1)
    cli("run", "daily", *TEN)
    listed = cli("provider", "list", *JSON)
    assert listed.exit == 0
    first, second = listed.json["providers"]
    assert first.pop("why").startswith("The account at Vietguys has no credit left")
    assert first == {
        "id": "chinh",
        "type": "vietguys",
        "channel": "sms",
        "active": True,
        "stopped": True,
        "since": None,
        "by": None,
    }
    assert second == {
        "id": "thu",
        "type": "sandbox",
        "channel": None,
        "active": False,
        "stopped": False,
        "why": None,
        "since": None,
        "by": None,
    }
    assert "stopped: The account at Vietguys has no credit left." in cli("provider", "list").out


def test_a_provider_that_lacks_a_secret_is_stopped(
    project: Project, cli: Cli, vietguys: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PASSCODE")
    (first, _other) = cli("provider", "list", *JSON).json["providers"]
    assert (first["stopped"], first["why"]) == (True, "PASSCODE is not set.")
    checked = cli("provider", "check", "chinh", *JSON)
    assert checked.exit == 1
    assert checked.json["providers"] == [
        {"id": "chinh", "type": "vietguys", "works": False, "why": "PASSCODE is not set."}
    ]


def test_a_sandbox_is_listed_on_each_channel_that_it_is_active_on(
    project: Project, cli: Cli
) -> None:
    project.settle(active="{sms: thu, email: thu}")
    listed = cli("provider", "list", *JSON).json["providers"]
    assert [(each["channel"], each["active"]) for each in listed] == [
        ("sms", True),
        ("email", True),
    ]


def test_an_owner_chooses_the_active_provider_and_comments_are_kept(
    project: Project, cli: Cli
) -> None:
    project.settle(providers=TWO, staff=STAFF)
    project.write(
        "cskh.yaml",
        settings(project).replace("active: {sms: thu}", "active: # một\n  sms: thu # đang dùng\n"),
    )
    before = settings(project)
    said = cli("provider", "use", "phu", "--channel", "sms", "--as", "lan", *TEN, *JSON)
    assert said.exit == 0
    assert [(each["id"], each["active"]) for each in said.json["providers"]] == [
        ("thu", False),
        ("phu", True),
    ]
    assert settings(project) == before.replace("sms: thu #", "sms: phu #")
    listed = cli("provider", "list", *JSON).json["providers"]
    assert [(each["since"], each["by"]) for each in listed] == [
        (None, None),
        ("2026-12-01T10:00:00+07:00", "lan"),
    ]
    assert "01/12/2026 10:00   lan" in cli("provider", "list").out
    assert decisions(project) == [
        ("channel:sms", "use", "thu", "phu", "lan", "2026-12-01T03:00:00Z")
    ]


def test_a_channel_without_an_active_provider_gets_one(project: Project, cli: Cli) -> None:
    project.settle(providers=TWO, active="{sms: thu}")
    assert cli("provider", "use", "phu", "--channel", "email", "--as", "lan").exit == 0
    assert "active: {email: phu, sms: thu}" in settings(project)


@pytest.mark.parametrize("active", ["active: {}\n", "active:\n", "active: null\n", ""])
def test_active_is_added_if_it_is_missing(project: Project, cli: Cli, active: str) -> None:
    project.settle(providers=TWO)
    without = settings(project).replace("active: {sms: thu}\n", active)
    project.write("cskh.yaml", without + "# cuối\n")
    said = cli("provider", "use", "thu", "--channel", "sms", "--as", "lan")
    assert said.exit == 0
    assert "active: {sms: thu}" in settings(project)
    assert "# cuối\n" in settings(project)
    project.crowd(1)
    assert cli("run", "daily", *TEN).exit == 0
    assert len(project.sent) == 1


def test_what_is_so_already_changes_nothing(project: Project, cli: Cli) -> None:
    before = settings(project)
    said = cli("provider", "use", "thu", "--channel", "sms", "--as", "lan")
    assert said.exit == 0
    assert "so already" in said.err
    assert settings(project) == before
    assert decisions(project) == []


@pytest.mark.parametrize("actor", ["minh", "an", "nobody", ""])
def test_only_an_owner_may_choose(
    project: Project, cli: Cli, actor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.settle(providers=TWO, staff=STAFF)
    project.crowd(1)
    before = settings(project)
    said = cli("provider", "use", "phu", "--channel", "sms", "--as", actor, *JSON)
    assert (said.exit, said.json["error"]["code"]) == (4, "refused")
    assert settings(project) == before
    assert decisions(project) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("use", "pu", "--channel", "sms"), "Did you mean phu?"),
        (("use", "phu"), "--channel"),
        (("use", "chinh", "--channel", "email"), "chinh can't send on email"),
        (("use", "phu", "--channel", "fax"), "fax"),
        (("check", "pu"), "Did you mean phu?"),
    ],
)
def test_what_there_is_not_is_wrong_usage(
    project: Project, cli: Cli, vietguys: StandIn, words: tuple[str, ...], said: str
) -> None:
    project.write("cskh.yaml", settings(project).replace("thu: {", "phu: {"))
    told = cli("provider", *words, "--as", "lan")
    assert told.exit == 2
    assert said in told.err


def test_messages_that_wait_for_the_old_provider_are_told(project: Project, cli: Cli) -> None:
    project.settle(providers=TWO)
    project.crowd(2)
    cli("run", "daily", "--no-deliver", *TEN)
    said = cli("provider", "use", "phu", "--channel", "sms", "--as", "lan")
    assert "2 messages wait for thu and still go through it (--move-waiting)." in said.err
    assert "phu is now the active provider of sms." in said.out


PRICED = (
    "{thu: {type: sandbox, file: sent.jsonl, price: 100},"
    " phu: {type: sandbox, file: other.jsonl, price: 700}}"
)
MOVE = ("--channel", "sms", "--move-waiting", "--as", "lan")


@pytest.mark.parametrize("later", [False, True], ids=["at-once", "by-a-second-command"])
def test_what_waits_can_go_through_the_new_provider_at_its_price(
    project: Project, cli: Cli, later: bool
) -> None:
    project.settle(providers=PRICED, staff=STAFF)
    project.crowd(3)
    cli("run", "daily", "--no-deliver", *TEN)
    project.execute(
        "UPDATE outbox SET parts = 2 WHERE id = 2", "UPDATE outbox SET attempts = 1 WHERE id = 3"
    )
    if later:
        cli("provider", "use", "phu", "--channel", "sms", "--as", "lan", *TEN)
    said = cli("provider", "use", "phu", *MOVE, *TEN)
    assert said.exit == 0
    assert "2 messages that waited now go through phu." in said.err
    assert project.rows("SELECT provider, price FROM outbox ORDER BY id") == [
        ("phu", 700),
        ("phu", 1400),
        ("thu", 100),
    ]
    moved = ("move-waiting", "thu", "phu", "lan", "2026-12-01T03:00:00Z")
    assert {row[0] for row in decisions(project) if row[1:] == moved} == {
        "message:1",
        "message:2",
        "channel:sms",
    }
    cli("deliver", *TEN)
    assert len(project.sent) == 1
    assert len((project.root / "other.jsonl").read_text().splitlines()) == 2


def test_what_waits_for_a_provider_that_is_gone_can_go_through_another(
    project: Project, cli: Cli
) -> None:
    project.settle(providers=PRICED, staff=STAFF)
    project.crowd(3)
    cli("run", "daily", "--no-deliver", *TEN)
    project.execute("UPDATE outbox SET provider = 'cu'")
    assert "cu is no longer in cskh.yaml (cskh provider use" in cli("deliver", *TEN).err
    said = cli("provider", "use", "phu", *MOVE, *TEN)
    assert "3 messages that waited now go through phu." in said.err
    assert cli("deliver", *TEN).exit == 0
    assert project.states() == {"accepted": 3}


def test_only_an_owner_moves_what_waits(project: Project, cli: Cli) -> None:
    project.settle(providers=PRICED, staff=STAFF)
    project.crowd(1)
    cli("run", "daily", "--no-deliver", *TEN)
    said = cli("provider", "use", "phu", *MOVE[:3], "--as", "minh", *TEN)
    assert said.exit == 4
    assert project.rows("SELECT provider FROM outbox") == [("thu",)]


def test_without_staff_people_are_told_to_name_an_owner(project: Project, cli: Cli) -> None:
    project.settle(providers=TWO, staff="[]")
    said = cli("provider", "use", "phu", "--channel", "sms")
    assert said.exit == 4
    assert "Add an owner: staff: [{id: lan, name: Lan, role: owner}]" in said.err


def test_a_check_says_of_each_provider_whether_it_works_and_sends_nothing(
    project: Project, cli: Cli, vietguys: StandIn
) -> None:
    checked = cli("provider", "check", *JSON)
    assert checked.exit == 0
    assert [(each["id"], each["works"]) for each in checked.json["providers"]] == [
        ("chinh", None),
        ("thu", True),
    ]
    text = cli("provider", "check").out
    assert "It can't be tried without sending a message." in text
    assert vietguys.calls == 0
    assert project.sent == []


def test_a_sandbox_works_if_its_file_can_be_written(project: Project, cli: Cli) -> None:
    project.settle(providers="{thu: {type: sandbox, file: no/such/folder.jsonl}}")
    said = cli("provider", "check", "thu")
    assert said.exit == 1
    assert "does not work" in said.out
    assert "can't be written" in said.out


def test_an_account_that_is_refused_does_not_work(project: Project, cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    mail = (
        f"mail: {{type: smtp, host: 127.0.0.1, port: {port}, security: none, from: a@example.com}}"
    )
    project.settle(providers=f"{{{mail}}}", active="{email: mail}")
    project.workflow("hello", enabled="false", actions="[{send_email: {subject: S, content: C}}]")
    said = cli("provider", "check", *JSON)
    assert said.exit == 1
    (only,) = said.json["providers"]
    assert only["works"] is False
    assert only["why"]


def test_a_check_that_gets_no_usable_answer_says_that_nothing_was_sent(
    project: Project, cli: Cli
) -> None:
    with Esms() as vendor:
        vendor.mood = says("", status=500)
        keys = 'api_key: "${PASSCODE}", secret_key: "${PASSCODE}", brandname: B'
        account = f"type: esms, {keys}, url: '{vendor.url}'"
        project.settle(providers=f"{{e: {{{account}}}}}", active="{sms: e}")
        said = cli("provider", "check", *JSON)
    assert said.exit == 1
    assert said.json["providers"][0]["why"] == (
        "It gave no answer that says whether the account works; nothing was sent. (HTTP 500)"
    )
    assert "not stopped" in cli("provider", "list").out


def test_a_stopped_provider_stays_so_until_the_next_run_tries_it(
    project: Project, cli: Cli
) -> None:
    project.crowd(1)
    with project.opened() as environment:
        environment.store.outbox.stop("thu", "it was down", "2026-12-01T03:00:00Z")
    said = cli("provider", "check", "thu")
    assert said.exit == 0
    assert "thu is still stopped: the next run tries it with one message." in said.err
    assert cli("run", "daily", *TEN).exit == 0
    assert cli("provider", "list", *JSON).json["providers"][0]["stopped"] is False


NOBODY = "sms has no active provider (active: in cskh.yaml)."


@pytest.mark.parametrize(
    "words",
    [
        ("run", "daily"),
        ("run", "daily", "--no-deliver"),
        ("deliver",),
        ("dry-run",),
        ("dry-run", "--from", "2026-12-01", "--to", "2026-12-02"),
    ],
    ids=" ".join,
)
def test_whoever_plans_messages_that_nobody_can_send_is_told(
    project: Project, cli: Cli, words: tuple[str, ...]
) -> None:
    project.crowd(1)
    project.settle(active="{}")
    if words == ("deliver",):
        cli("run", "daily", "--no-deliver", *TEN)
    said = cli(*words, *TEN, *JSON)
    assert NOBODY in said.err
    assert said.json


def test_whoever_adds_a_customer_is_told_that_nobody_can_greet_him(
    project: Project, cli: Cli
) -> None:
    project.settle(active="{}")
    project.workflow("hello", trigger="{moment: created}")
    said = cli("customer", "add", "name=An", "phone=0900000001", *TEN)
    assert NOBODY in said.err
    assert said.exit == 3


def test_a_dry_run_says_which_provider_lacks_a_secret(
    project: Project, cli: Cli, vietguys: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.crowd(1)
    monkeypatch.delenv("PASSCODE")
    assert "Messages would wait: chinh: PASSCODE is not set." in cli("dry-run", *TEN).err
    monkeypatch.setenv("PASSCODE", "x")
    assert "would wait" not in cli("dry-run", *TEN).err
