"""cskh telesales: call lists that are filled, handed out and called."""

from __future__ import annotations

from typing import Any

import pytest

from tests.project import Cli, Project

NOW = ("--now", "2026-12-01T10:00")
JSON = (*NOW, "--format", "json")
STAFF = (
    "[{id: lan, name: Lan, role: owner}, {id: minh, name: Minh, role: agent},"
    " {id: ha, name: Hà, role: agent, away: true}]"
)
GROUPS = (
    "{hn: {name: Hà Nội, assign: sequential, members: [lan, ha, minh]},"
    " may-rui: {name: May rủi, assign: random, members: [lan, minh]},"
    " vang: {name: Vắng, members: [ha]}}"
)
LISTS = (
    "{tri-an: {name: Tri ân, audience: customer, group: hn},"
    " moi: {name: Khách mới, audience: lead, group: hn, distribute: auto},"
    " may: {name: May, group: may-rui}, vang: {name: Vắng, group: vang, distribute: auto},"
    " le: {name: Lẻ}}"
)


@pytest.fixture(autouse=True)
def settled(project: Project, cli: Cli) -> None:
    (project.root / "hello.yaml").unlink()
    project.settle(staff=STAFF, groups=GROUPS, telesales=LISTS)
    for number in range(1, 6):
        words = (f"pid=A{number}", f"name=An {number}", f"phone=090000000{number}")
        kind = "kind=lead" if number > 3 else "kind=contact"
        assert cli("customer", "add", *words, kind, *NOW).exit == 0


def members(cli: Cli, id_: str) -> list[tuple[Any, ...]]:
    told = cli("telesales", "show", id_, *JSON).json
    return [tuple(member.values()) for member in told["members"]]


def agents(cli: Cli, id_: str) -> dict[str, str | None]:
    return {row[0]: row[1] for row in members(cli, id_)}


def test_customers_are_put_on_a_list_once(cli: Cli) -> None:
    said = cli("telesales", "add", "tri-an", "A1", "0900 000 002", "a1", *JSON)
    assert said.exit == 0
    assert said.json == {
        **{"id": "tri-an", "name": "Tri ân", "audience": "customer", "group": "hn"},
        "members": [
            {"customer": pid, "agent": None, "status": "waiting", "result": None, "note": None}
            for pid in ("A1", "A2")
        ],
    }
    again = cli("telesales", "add", "tri-an", "A2", "A3", *NOW)
    assert (again.exit, again.out) == (0, "1 customer is put on tri-an.\n")
    assert "On the call list already: A2." in again.err
    assert [row[0] for row in members(cli, "tri-an")] == ["A1", "A2", "A3"]


@pytest.mark.parametrize(("id_", "wrong"), [("tri-an", "A4"), ("moi", "A1")])
def test_a_wrong_kind_is_refused_and_nobody_is_put_on_the_list(
    cli: Cli, id_: str, wrong: str
) -> None:
    fine = "A1" if id_ == "tri-an" else "A4"
    said = cli("telesales", "add", id_, fine, wrong, *JSON)
    assert (said.exit, said.json["error"]["code"]) == (4, "refused")
    assert wrong in said.json["error"]["message"]
    assert members(cli, id_) == []
    assert cli("telesales", "add", id_, fine, "nobody").exit == 1
    assert members(cli, id_) == []


def test_anybody_belongs_on_a_list_for_any(cli: Cli) -> None:
    assert cli("telesales", "add", "le", "A1", "A4").exit == 0
    assert [row[0] for row in members(cli, "le")] == ["A1", "A4"]


def test_a_list_that_distributes_by_itself_gives_agents_in_turn(cli: Cli) -> None:
    assert cli("telesales", "add", "moi", "A5", *NOW).exit == 0
    assert cli("telesales", "add", "moi", "A4", *NOW).exit == 0
    assert agents(cli, "moi") == {"A5": "lan", "A4": "minh"}
    assert [row[2] for row in members(cli, "moi")] == ["distributed"] * 2
    assert cli("telesales", "add", "tri-an", "A1", "A2", *NOW).exit == 0
    assert cli("telesales", "distribute", "tri-an").out == (
        "lan calls 1 more customer.\nminh calls 1 more customer.\n"
    )


def test_distributing_gives_agents_only_to_those_who_have_none(cli: Cli) -> None:
    cli("telesales", "add", "tri-an", "A1", *NOW)
    assert cli("telesales", "distribute", "tri-an").exit == 0
    cli("telesales", "add", "tri-an", "A2", "A3", *NOW)
    told = cli("telesales", "distribute", "tri-an", *JSON)
    assert [member["agent"] for member in told.json["members"]] == ["lan", "minh", "lan"]
    again = cli("telesales", "distribute", "tri-an")
    assert (again.exit, again.out) == (0, "")
    assert "has an agent already" in again.err


def test_by_chance_means_by_the_customer_whoever_comes_first(cli: Cli, project: Project) -> None:
    cli("telesales", "add", "may", "A1", "A2", "A3", "A4", "A5", *NOW)
    cli("telesales", "distribute", "may")
    once = agents(cli, "may")
    project.execute("DELETE FROM telesales")
    for pid in ("A5", "A3", "A4", "A1", "A2"):
        cli("telesales", "add", "may", pid, *NOW)
        cli("telesales", "distribute", "may")
    assert agents(cli, "may") == once
    assert set(once.values()) <= {"lan", "minh"}


def test_nobody_there_is_refused_and_nothing_is_written(cli: Cli) -> None:
    said = cli("telesales", "add", "vang", "A1", *JSON)
    assert (said.exit, said.json["error"]["code"]) == (4, "refused")
    assert members(cli, "vang") == []
    cli("telesales", "add", "le", "A1")
    assert cli("telesales", "distribute", "le").exit == 4
    assert agents(cli, "le") == {"A1": None}


def test_a_result_is_noted_and_whoever_was_reached_has_been_contacted(cli: Cli) -> None:
    cli("telesales", "add", "tri-an", "A1", "A2", *NOW)
    later = ("--now", "2026-12-02T09:30")
    said = cli("telesales", "result", "tri-an", "A1", "bought", "note=hai hộp", *later)
    assert (said.exit, said.out) == (0, "A1 on tri-an: bought\n")
    assert cli("telesales", "result", "tri-an", "A2", "no_answer", *later).exit == 0
    assert members(cli, "tri-an") == [
        ("A1", None, "called", "bought", "hai hộp"),
        ("A2", None, "called", "no_answer", None),
    ]
    contacted = {
        pid: cli("customer", "show", pid, *JSON).json["last_contacted_at"] for pid in ("A1", "A2")
    }
    assert contacted == {"A1": "2026-12-02T09:30:00+07:00", "A2": None}


@pytest.mark.parametrize("result", ["answered", "callback", "refused", "bought"])
def test_a_contact_is_an_update_that_workflows_answer(
    cli: Cli, project: Project, result: str
) -> None:
    project.workflow(
        "thanks",
        trigger="{moment: updated, conditions: [{last_contacted_at: {changed: true}}]}",
        actions='[{send_sms: {content: "Cam on {{ customer.name }}"}}]',
    )
    cli("telesales", "add", "tri-an", "A1", *NOW)
    assert cli("telesales", "result", "tri-an", "A1", "no_answer", *NOW).exit == 0
    assert project.sent == []
    assert cli("telesales", "result", "tri-an", "A1", result, *NOW).exit == 0
    assert [message["content"] for message in project.sent] == ["Cam on An 1"]


def test_a_later_result_replaces_the_first_and_keeps_the_note_unless_it_brings_one(
    cli: Cli,
) -> None:
    cli("telesales", "add", "tri-an", "A1", *NOW)
    for words in (("callback", "note=gọi lại chiều"), ("bought",)):
        assert cli("telesales", "result", "tri-an", "A1", *words, *NOW).exit == 0
    assert members(cli, "tri-an") == [("A1", None, "called", "bought", "gọi lại chiều")]
    assert cli("telesales", "result", "tri-an", "A1", "bought", "note=", *NOW).exit == 0
    assert members(cli, "tri-an")[0][-1] is None


def test_results_that_cannot_be_write_nothing(cli: Cli, project: Project) -> None:
    cli("telesales", "add", "tri-an", "A1", *NOW)
    assert cli("telesales", "result", "tri-an", "A2", "bought").exit == 1
    assert cli("telesales", "result", "tri-an", "A9", "bought").exit == 1
    wrong = cli("telesales", "result", "tri-an", "A1", "bougt")
    assert wrong.exit == 2
    assert "bought" in wrong.err
    assert cli("telesales", "result", "tri-an", "A1", "bought", "nte=x").exit == 2
    assert project.rows("SELECT result, called_at FROM telesales") == [(None, None)]


@pytest.mark.parametrize(
    "words",
    [
        ("show", "trian"),
        ("add", "trian", "A1"),
        ("distribute", "trian"),
        ("result", "trian", "A1", "bought"),
    ],
)
def test_an_unknown_list_is_named_with_the_nearest(cli: Cli, words: tuple[str, ...]) -> None:
    said = cli("telesales", *words)
    assert said.exit == 2
    assert "tri-an" in said.err


def test_the_lists_are_counted(cli: Cli) -> None:
    cli("telesales", "add", "tri-an", "A1", "A2", "A3", *NOW)
    cli("telesales", "distribute", "tri-an")
    cli("telesales", "result", "tri-an", "A1", "bought", *NOW)
    cli("telesales", "result", "tri-an", "A2", "no_answer", *NOW)
    told = cli("telesales", "list", *JSON).json["campaigns"]
    assert [each["id"] for each in told] == ["tri-an", "moi", "may", "vang", "le"]
    assert told[0] == {
        **{"id": "tri-an", "name": "Tri ân", "audience": "customer", "group": "hn"},
        **{"members": 3, "distributed": 3, "results": {"bought": 1, "no_answer": 1}},
    }
    assert told[1]["members"] == 0
    table = cli("telesales", "list").out
    assert "Tri ân" in table
    assert "bought 1" in table


def test_a_table_of_members_masks_their_phones(cli: Cli) -> None:
    cli("telesales", "add", "tri-an", "A1", *NOW)
    shown = cli("telesales", "show", "tri-an").out
    assert "0900•••001" in shown
    assert "0900000001" not in shown


def test_a_customer_shows_the_lists_he_is_on(cli: Cli) -> None:
    cli("telesales", "add", "tri-an", "A1", *NOW)
    cli("telesales", "add", "le", "A1", *NOW)
    cli("telesales", "result", "le", "A1", "callback", *NOW)
    assert "called · to be called back" in cli("customer", "show", "A1", *NOW).out
    told = cli("customer", "show", "A1", *JSON).json["telesales"]
    assert sorted(told, key=lambda each: each["campaign"]) == [
        {"campaign": "le", "agent": None, "status": "called", "result": "callback"},
        {"campaign": "tri-an", "agent": None, "status": "waiting", "result": None},
    ]
