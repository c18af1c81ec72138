"""cskh customer: people added and changed by hand, and what is told of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.project import Cli, Project, person

NOW = ("--now", "2026-12-01T10:00")
JSON = (*NOW, "--format", "json")
SETTINGS = {
    "fields": "{hang_the: {type: choice, label: Hạng thẻ, choices: [Bạc, Vàng]}}",
    "pipelines": "{ban-moi: {name: Bán mới, stages: [Báo giá, Chốt]}}",
}


@pytest.fixture(autouse=True)
def settled(project: Project) -> None:
    project.settle(**SETTINGS)


def shown(cli: Cli, pid: str) -> dict[str, Any]:
    known: dict[str, Any] = cli("customer", "show", pid, *JSON).json
    return known


def test_what_is_added_is_shown_field_by_field(cli: Cli) -> None:
    words = ["name=Nguyễn An", "phone=+84 900 000 001", "status=mới", 'tags=VIP,"a,b"']
    more = ["kind=lead", "birthday=1990-05-03", "hang_the=vàng", "revenue=3.000.000", "pinned=có"]
    said = cli("customer", "add", "pid=A1", *words, *more, *JSON, "--as", "lan")
    assert said.exit == 0
    known = said.json
    assert known == shown(cli, "0900 000 001")
    expected = {
        **{"pid": "A1", "kind": "lead", "type": "individual", "name": "Nguyễn An"},
        **{"phone": "0900000001", "phone_2": None, "status": "Mới", "tags": ["VIP", "a,b"]},
        **{"birthday": "1990-05-03", "age": 36, "hang_the": "Vàng", "revenue": 3_000_000},
        **{"pinned": True, "account": None, "pipeline": {}, "order_count": 0},
        **{"created_at": "2026-12-01T10:00:00+07:00", "lunar_birthday": None},
        **{"tasks": [], "tickets": [], "opportunities": [], "telesales": []},
        **{"conversations": [], "messages": [], "opt_outs": [], "consents": []},
    }
    assert {name: known[name] for name in expected} == expected
    (only,) = known["history"]
    assert only == {
        **{"at": "2026-12-01T10:00:00+07:00", "actor": "lan", "cause": "cli"},
        **{"field": None, "old": None, "new": None},
    }


def test_without_a_code_a_customer_gets_the_next_automatic_one(cli: Cli) -> None:
    assert "AUTO-1 is added." in cli("customer", "add", "phone=0900000001").out
    second = cli("customer", "add", "phone=0900000001", *JSON)
    assert second.json["pid"] == "AUTO-2"
    assert second.json["kind"] == "contact"
    assert "This phone is also that of AUTO-1." in second.err
    assert cli("customer", "add", "kind=account", "email=a@example.com", *JSON).json["type"] == (
        "business"
    )


def test_an_automatic_code_is_replaced_for_good(project: Project, cli: Cli) -> None:
    cli("customer", "add", "phone=0900000001")
    assert cli("customer", "set", "AUTO-1", "pid=A1").exit == 0
    assert project.rows("SELECT pid, automatic_pid FROM customers") == [("A1", 0)]
    fields = [row["field"] for row in shown(cli, "A1")["history"]]
    assert fields == [None, "pid"]


def test_a_name_alone_is_no_customer(project: Project, cli: Cli) -> None:
    assert cli("customer", "add", "name=An").exit == 2
    assert project.rows("SELECT count(*) FROM customers") == [(0,)]


def test_a_taken_code_is_not_added_again(cli: Cli) -> None:
    cli("customer", "add", "pid=A1")
    again = cli("customer", "add", "pid=a1", "name=Bình", "--format", "json")
    assert again.exit == 1
    assert again.json["error"]["message"] == "There is a customer a1 already."
    assert "cskh customer set a1" in again.json["error"]["hint"]
    cli("customer", "add", "pid=A2")
    assert cli("customer", "set", "A2", "pid=A1").exit == 1


def test_bad_words_write_nothing_at_all(project: Project, cli: Cli) -> None:
    cli("customer", "add", "pid=A1", "status=Mới")
    for words in (
        ["status=Lost", "birthday=x"],
        ["status=Lost", "foo=1"],
        ["status=Lost", "age=3"],
    ):
        assert cli("customer", "set", "A1", *words).exit == 2
    assert project.rows("SELECT status FROM customers") == [("Mới",)]
    assert project.rows("SELECT count(*) FROM events") == [(1,)]


def test_what_is_so_already_is_no_change_and_no_event(project: Project, cli: Cli) -> None:
    cli("customer", "add", "pid=A1", "status=Mới", "tags=VIP")
    said = cli("customer", "set", "A1", "status=MỚI", "tags=vip", "name=")
    assert (said.exit, said.out) == (0, "")
    assert "Nothing changes" in said.err
    assert cli("customer", "tag", "A1", "vip").exit == 0
    assert cli("customer", "untag", "A1", "other").exit == 0
    assert project.rows("SELECT count(*) FROM events") == [(1,)]
    assert shown(cli, "A1")["tags"] == ["VIP"]


def test_every_change_is_told_with_who_made_it(cli: Cli) -> None:
    cli("customer", "add", "pid=A1", "status=Mới", "phone=0900000001")
    said = cli("customer", "set", "A1", "status=Lost", "phone=", "revenue=5tr", "--as", "lan")
    assert said.out.splitlines() == [
        "A1 status: Mới → Lost",
        "A1 phone: 0900•••001 → –",
        "A1 revenue: 0 → 5.000.000",
    ]
    told = [(row["field"], row["old"], row["new"]) for row in shown(cli, "A1")["history"][1:]]
    assert told == [
        ("status", "Mới", "Lost"),
        ("phone", "0900000001", None),
        ("phone_kind", "mobile", None),
        ("revenue", 0, 5_000_000),
    ]
    assert shown(cli, "A1")["history"][1]["actor"] == "lan"


def test_tags_are_given_and_taken_by_any_spelling(cli: Cli) -> None:
    cli("customer", "add", "pid=A1", "tags=VIP")
    assert cli("customer", "tag", "A1", "HUẾ", "vip", *JSON).json["tags"] == ["HUẾ", "VIP"]
    assert cli("customer", "untag", "A1", "huế", *JSON).json["tags"] == ["VIP"]
    last = shown(cli, "A1")["history"][-1]
    assert (last["field"], last["old"], last["new"]) == ("tags", ["HUẾ", "VIP"], ["VIP"])


def test_an_account_is_named_by_its_code(cli: Cli) -> None:
    cli("customer", "add", "pid=C1", "kind=account", "name=Công ty An")
    cli("customer", "add", "pid=C2", "kind=account")
    assert cli("customer", "add", "pid=A1", "account=c1", *JSON).json["account"] == "C1"
    assert cli("customer", "set", "A1", "account=C2", *JSON).json["account"] == "C2"
    last = shown(cli, "A1")["history"][-1]
    assert (last["field"], last["old"], last["new"]) == ("account", "C1", "C2")
    assert cli("customer", "list", "account=c2", *JSON).json["total"] == 1
    assert cli("customer", "set", "A1", "account=", *JSON).json["account"] is None
    assert cli("customer", "set", "A1", "account=nobody").exit == 1
    assert cli("customer", "set", "C1", "account=A1").exit == 2


def test_a_kind_stays_what_it_is(cli: Cli) -> None:
    cli("customer", "add", "pid=A1", "kind=lead")
    said = cli("customer", "set", "A1", "kind=contact")
    assert said.exit == 2
    assert "cskh customer convert A1" in said.err
    assert cli("customer", "set", "A1", "kind=lead").exit == 0


def test_a_customer_is_named_by_code_or_by_his_own_phone(cli: Cli) -> None:
    cli("customer", "add", "pid=A1", "phone=0900000001")
    cli("customer", "add", "pid=A2", "phone=0900000002")
    cli("customer", "add", "pid=A3", "phone=0900000002")
    assert cli("customer", "set", "+84900000001", "name=An").exit == 0
    assert cli("customer", "set", "nobody", "name=An").exit == 1
    shared = cli("customer", "set", "0900000002", "name=An")
    assert shared.exit == 1
    assert "A2, A3" in shared.err


def test_work_and_stages_of_a_customer_are_shown(project: Project, cli: Cli) -> None:
    from tests.sample import stamp

    cli("customer", "add", "pid=A1")
    with project.opened() as environment:
        records = environment.store.records
        due = {"due_at": "2026-12-04T03:00:00Z", "assignee": "lan"}
        records.create("task", [{"customer_id": 1, "content": "Gọi lại", **due}], stamp())
        records.create("ticket", [{"customer_id": 1, "title": "Đổi hàng"}], stamp())
        card = {"customer_id": 1, "pipeline": "ban-moi", "stage": "Báo giá"}
        records.create("opportunity", [card], stamp())
    known = shown(cli, "A1")
    assert known["pipeline"] == {"ban-moi": "Báo giá"}
    assert known["tasks"] == [
        {
            **{"id": 1, "customer": "A1", "content": "Gọi lại", "group": None, "assignee": "lan"},
            **{"priority": "normal", "category": None, "due_at": "2026-12-04T10:00:00+07:00"},
            "status": "open",
        }
    ]
    assert known["tickets"][0]["title"] == "Đổi hàng"
    assert known["opportunities"][0]["stage_since"] == "2026-12-01T10:00:00+07:00"
    card_text = cli("customer", "show", "A1").out
    assert "Gọi lại · lan · 04/12/2026 10:00 · open" in card_text


def test_a_card_fits_80_columns_and_masks_phones(cli: Cli) -> None:
    cli("customer", "add", "pid=A1", "name=Nguyễn An", "phone=0900000001", f"note={'dài ' * 60}")
    cli("customer", "set", "A1", "phone=0900000002")
    card = cli("customer", "show", "A1").out
    assert max(map(len, card.splitlines())) <= 80
    assert "0900•••002" in card
    assert "0900•••001 → 0900•••002" in card
    assert "090000000" not in card


def test_customers_are_listed_pinned_ones_first(cli: Cli) -> None:
    for number in range(1, 4):
        cli("customer", "add", f"pid=A{number}", f"phone=090000000{number}", "kind=lead")
    cli("customer", "set", "A3", "pinned=1", "status=Mới")
    listed = cli("customer", "list", *JSON).json
    assert listed["total"] == 3
    assert [each["pid"] for each in listed["customers"]] == ["A3", "A1", "A2"]
    assert listed["customers"][0]["status"] == "Mới"
    table = cli("customer", "list", "--limit", "1")
    assert "★ A3" in table.out
    assert "3 customers" in table.out
    assert "A1" not in table.out
    assert "2 more rows" in table.err


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["status=mới"], ["A1"]),
        (["status="], ["A2"]),
        (["tags=vip"], ["A1", "A2"]),
        (["tags=vip,huế"], ["A2"]),
        (["kind=lead", "tags=vip"], ["A1"]),
        (["hang_the=vàng"], ["A2"]),
        (["phone=+84900000002"], ["A2"]),
        (["revenue=3.000.000"], ["A1"]),
        (["birthday=03/05/1990"], ["A1"]),
        (["age=36"], ["A1"]),
        (["created_at=today"], ["A1", "A2"]),
        (["pipeline.ban-moi=Chốt"], []),
    ],
)
def test_words_ask_for_some_customers(cli: Cli, words: list[str], found: list[str]) -> None:
    lead = ["kind=lead", "status=Mới", "tags=VIP", "revenue=3000000", "birthday=1990-05-03"]
    cli("customer", "add", "pid=A1", *lead, *NOW)
    cli("customer", "add", "pid=A2", "tags=VIP,Huế", "hang_the=Vàng", "phone=0900000002", *NOW)
    listed = cli("customer", "list", *words, *JSON)
    assert [each["pid"] for each in listed.json["customers"]] == found


def test_nobody_is_an_empty_list(cli: Cli) -> None:
    assert cli("customer", "list", *JSON).json == {"total": 0, "customers": []}
    assert cli("customer", "list").exit == 0
    assert cli("customer", "list", "statu=x").exit == 2


def test_the_store_is_made_for_its_owner_alone(project: Project, cli: Cli) -> None:
    cli("customer", "add", "pid=A1")
    assert (project.root / "cskh.db").stat().st_mode & 0o777 == 0o600


def test_a_card_has_the_latest_messages_in_order_with_reason_and_workflow(
    project: Project, cli: Cli
) -> None:
    project.settle(language="vi")
    project.add(person(1, phone=None, phone_kind=None, gender="female"))
    for day in range(1, 13):
        cli("run", "daily", "--now", f"2026-12-{day:02}T10:00")
    project.execute("UPDATE outbox SET created_at = '2026-11-30T03:00:00Z' WHERE id = 12")
    card = cli("customer", "show", "KH0001").out
    assert "10 gần nhất trong 12" in card
    assert "bỏ qua: không có số điện thoại · hello" in " ".join(card.split())
    assert "12/12/2026" not in card
    assert card.index("03/12/2026") < card.index("11/12/2026")
    assert "KH tiềm năng" in card
    assert "nữ" in card


def test_a_card_names_the_latest_of_many(english: None, project: Project, cli: Cli) -> None:
    project.crowd(1)
    for day in range(1, 13):
        cli("run", "daily", "--now", f"2026-12-{day:02}T10:00")
    assert "Messages (the latest 10 of 12)" in cli("customer", "show", "KH0001").out
