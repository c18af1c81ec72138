"""cskh import pids, cskh import phones and cskh lists: who comes on a list, every row told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.edge.workbooks import write
from tests.project import Cli, Project, Result

NOW = ("--now", "2026-12-01T10:00")
JSON = (*NOW, "--format", "json")


@pytest.fixture(autouse=True)
def settled(project: Project, cli: Cli) -> None:
    (project.root / "hello.yaml").unlink()
    people = {"A1": "0900000001", "A2": "0900000002", "A3": "02438251234", "A4": ""}
    for pid, phone in people.items():
        words = (f"pid={pid}", f"name=Khách {pid}", *([f"phone={phone}"] if phone else []))
        assert cli("customer", "add", *words, *NOW).exit == 0


def bring(project: Project, cli: Cli, verb: str, *lines: str, options: Any = ()) -> Result:
    project.write("rows.csv", "\n".join(lines) + "\n")
    return cli("import", verb, "rows.csv", "--list", "vip", "--yes", *options, *JSON)


def counts(said: Result) -> tuple[int, ...]:
    names = ("rows", "created", "updated", "unchanged", "rejected")
    return tuple(said.json[name] for name in names)


def tally(said: Result) -> tuple[int, ...]:
    return tuple(said.json[name] for name in ("found", "not_found", "no_phone", "duplicate"))


def members(cli: Cli, name: str = "vip") -> list[str]:
    said = cli("lists", name, *JSON)
    return [each["pid"] for each in said.json["members"]]


def test_codes_put_customers_with_a_mobile_number_on_a_list(project: Project, cli: Cli) -> None:
    lines = ("Mã KH,Tên", "a1,x", " A2 ,x", "A1,x", "A3,x", "A4,x", "Z9,x")
    said = bring(project, cli, "pids", *lines)
    assert (said.exit, counts(said), tally(said)) == (3, (6, 0, 0, 5, 1), (5, 1, 2, 1))
    assert said.json["list"] == "vip"
    assert said.json["rejects"] == [
        {
            "sheet": None,
            "row": 7,
            "column": "Mã KH",
            "value": "Z9",
            "reason": "There is no such customer.",
        }
    ]
    assert cli("lists", "VIP", *JSON).json == {
        "list": "vip",
        "members": [
            {"pid": "A1", "name": "Khách A1", "phone": "0900000001"},
            {"pid": "A2", "name": "Khách A2", "phone": "0900000002"},
        ],
    }


def test_an_import_of_a_list_is_recorded_and_changes_no_customer(
    project: Project, cli: Cli
) -> None:
    before = project.rows("SELECT * FROM customers"), project.rows("SELECT * FROM changes")
    bring(project, cli, "pids", "Mã KH", "A1", "A2")
    assert before == (
        project.rows("SELECT * FROM customers"),
        project.rows("SELECT * FROM changes"),
    )
    kept = project.rows("SELECT id, kind, file, rows, unchanged FROM imports")
    assert kept == [(1, "pids", "rows.csv", 2, 2)]
    assert project.rows("SELECT DISTINCT import_id FROM list_members") == [(1,)]


def test_the_same_list_again_adds_and_replace_replaces(project: Project, cli: Cli) -> None:
    bring(project, cli, "pids", "Mã KH", "A1")
    bring(project, cli, "pids", "Mã KH", "A2")
    assert members(cli) == ["A1", "A2"]
    said = bring(project, cli, "pids", "Mã KH", "A2", options=("--replace",))
    assert (said.exit, members(cli)) == (0, ["A2"])


@pytest.mark.parametrize("look", [(), ("--preview",)])
def test_a_list_is_not_replaced_by_nobody(project: Project, cli: Cli, look: Any) -> None:
    bring(project, cli, "pids", "Mã KH", "A1")
    said = bring(project, cli, "pids", "Mã KH", "Z9", "A4", options=("--replace", *look))
    assert (said.exit, members(cli)) == (1, ["A1"])
    assert "the list vip stays" in said.json["error"]["message"]
    assert project.rows("SELECT count(*) FROM imports") == [(1,)]


@pytest.mark.parametrize("column", ["Ma so the", "B", "b"])
def test_the_column_of_codes_is_a_header_or_a_letter(
    project: Project, cli: Cli, column: str
) -> None:
    lines = ("Họ tên,Mã số thẻ,SĐT", "An,A1,0900000002", "Bình,A2,")
    said = bring(project, cli, "pids", *lines, options=("--column", column))
    assert (said.exit, members(cli)) == (0, ["A1", "A2"])


def test_a_bare_column_of_codes_is_read_without_a_header(project: Project, cli: Cli) -> None:
    options = ("--header-row", "none", "--column", "A")
    assert bring(project, cli, "pids", "A1", "A2", options=options).exit == 0
    assert members(cli) == ["A1", "A2"]


def test_a_file_without_codes_or_phones_is_refused_with_what_to_say(
    project: Project, cli: Cli
) -> None:
    said = bring(project, cli, "pids", "Họ tên,SĐT", "An,0900000001")
    assert (said.exit, said.json["error"]["message"]) == (1, "No column is a customer code.")
    assert "--column" in said.json["error"]["hint"]
    said = bring(project, cli, "phones", "Họ tên,Mã KH", "An,A1")
    assert (said.exit, said.json["error"]["message"]) == (1, "No column is a phone.")
    options = ("--column", "Mã thẻ")
    assert bring(project, cli, "pids", "Họ tên,Mã KH", "An,A1", options=options).exit == 2


def test_codes_come_from_a_named_sheet_of_a_workbook(project: Project, cli: Cli) -> None:
    sheets = {"Ghi chú": [["không có gì"]], "VIP": [["Mã KH"], ["A1"], ["A2"]]}
    write(project.root / "vip.xlsx", **sheets)
    said = cli("import", "pids", "vip.xlsx", "--sheet", "VIP", "--list", "vip", "--yes", *JSON)
    assert (said.exit, said.json["rejects"], members(cli)) == (0, [], ["A1", "A2"])


def test_phones_make_those_whom_nobody_knows_and_leave_the_others_as_they_are(
    project: Project, cli: Cli
) -> None:
    said = bring(
        project,
        cli,
        "phones",
        "Số ĐT,Họ tên,Ngày sinh,Địa chỉ,Email",
        "0900 000 001,Tên Khác,1/2/1990,Huế,an@example.com",
        "84900000009,Lê Mới,3/4/1991,Huế,moi@example.com",
        "0900000009,Lê Mới,,,",
        ",Không Số,,,khong@example.com",
        "123,Hỏng,,,",
    )
    assert (said.exit, counts(said), tally(said)) == (3, (5, 1, 0, 2, 2), (1, 1, 0, 1))
    assert said.json["repairs"] == {"country_code": 1}
    reasons = [each["reason"] for each in said.json["rejects"]]
    assert reasons[0] == "The row has no phone."
    assert members(cli) == ["A1", "AUTO-1"]
    sql = "SELECT pid, kind, name, birthday, address, email FROM customers WHERE phone LIKE '09%'"
    assert project.rows(f"{sql} ORDER BY id") == [
        ("A1", "contact", "Khách A1", None, None, None),
        ("A2", "contact", "Khách A2", None, None, None),
        ("AUTO-1", "contact", "Lê Mới", "1991-04-03", "Huế", "moi@example.com"),
    ]


def test_phones_fire_no_workflows_and_new_customers_are_of_the_kind_that_is_said(
    project: Project, cli: Cli
) -> None:
    before = project.rows("SELECT count(*) FROM events")
    options = ("--kind", "lead", "--map", "phone=Liên lạc")
    said = bring(project, cli, "phones", "Họ tên,Liên lạc", "Mới,0900000009", options=options)
    assert (said.exit, members(cli)) == (0, ["AUTO-1"])
    assert project.rows("SELECT kind FROM customers WHERE pid = 'AUTO-1'") == [("lead",)]
    assert project.rows("SELECT count(*) FROM events") == before


def test_a_new_customer_with_a_landline_is_kept_but_not_listed(project: Project, cli: Cli) -> None:
    said = bring(project, cli, "phones", "SĐT", "0900000001", "02438259999")
    assert (said.exit, counts(said), tally(said)) == (0, (2, 1, 0, 1, 0), (1, 1, 0, 0))
    assert said.json["notes"] == {"no_mobile": 1}
    assert members(cli) == ["A1"]


def test_whose_code_is_known_stays_with_his_phone_and_that_is_told(
    project: Project, cli: Cli
) -> None:
    said = bring(project, cli, "phones", "Mã KH,SĐT", "A2,0900000077", "A4,0900000078")
    assert (said.exit, counts(said), tally(said)) == (0, (2, 0, 0, 2, 0), (2, 0, 1, 0))
    assert [each["reason"] for each in said.json["warnings"]] == [
        "A2 has another phone or none, and stays so.",
        "A4 has another phone or none, and stays so.",
    ]
    assert members(cli) == ["A2"]


def test_repeated_phones_are_told_apart_from_found_ones_across_batches(
    project: Project, cli: Cli
) -> None:
    lines = [f"09000{number:05}" for number in range(10_000, 12_500)]
    said = bring(project, cli, "phones", "SĐT", *lines, lines[0], "0900000001", "0900000001")
    assert counts(said) == (2503, 2500, 0, 3, 0)
    assert tally(said) == (2, 2500, 0, 2)
    assert len(members(cli)) == 2501


def test_a_preview_writes_nothing_and_tells_the_same(project: Project, cli: Cli) -> None:
    said = bring(project, cli, "phones", "SĐT", "0900000001", "0900000009", options=("--preview",))
    assert (said.exit, said.json["import"], tally(said)) == (0, None, (1, 1, 0, 0))
    tables = ("lists", "list_members", "imports")
    assert [project.rows(f"SELECT count(*) FROM {name}") for name in tables] == [[(0,)]] * 3


def test_without_a_yes_the_review_is_shown_and_nothing_written(project: Project, cli: Cli) -> None:
    project.write("rows.csv", "Mã KH\nA1\nZ9\n")
    said = cli("import", "pids", "rows.csv", "--list", "vip", *NOW)
    assert said.exit == 4
    assert "Khách A1" in said.err
    assert ("0900•••001" in said.err, "0900000001" in said.err) == (True, False)
    assert "list vip: found 1 · not found 1 · without a mobile number 0 · repeated 0" in said.err
    assert cli("lists", *JSON).json == {"lists": []}


def test_rejected_codes_can_be_written_to_a_file(project: Project, cli: Cli) -> None:
    bring(project, cli, "pids", "Mã KH", "A1", "Z9", options=("--rejects", "bad.csv"))
    assert "3,Mã KH,Z9,There is no such customer.,Z9" in (project.root / "bad.csv").read_text()


def test_a_list_needs_a_name(project: Project, cli: Cli) -> None:
    project.write("rows.csv", "Mã KH\nA1\n")
    assert cli("import", "pids", "rows.csv", "--yes", *NOW).exit == 2
    assert cli("import", "pids", "rows.csv", "--list", " ", "--yes", *NOW).exit == 2


def test_lists_are_told_with_how_many_are_on_them(project: Project, cli: Cli) -> None:
    assert cli("lists", *JSON).json == {"lists": []}
    bring(project, cli, "pids", "Mã KH", "A1", "A2")
    assert cli("lists", *JSON).json == {
        "lists": [{"list": "vip", "members": 2, "created_at": "2026-12-01T10:00:00+07:00"}]
    }
    csv = cli("lists", "vip", "--format", "csv", *NOW).out.splitlines()
    assert csv == ["pid,name,phone", "A1,Khách A1,0900000001", "A2,Khách A2,0900000002"]
    table = cli("lists", "vip", *NOW).out
    assert ("0900•••001" in table, "0900000001" in table) == (True, False)


def test_an_unknown_list_is_told_with_the_nearest_name(project: Project, cli: Cli) -> None:
    bring(project, cli, "pids", "Mã KH", "A1")
    said = cli("lists", "vpi", *JSON)
    assert (said.exit, said.json["error"]["message"]) == (1, "There is no list vpi.")
    assert "vip" in said.json["error"]["hint"]


def test_a_campaign_goes_to_the_lists_that_it_names(project: Project, cli: Cli) -> None:
    bring(project, cli, "pids", "Mã KH", "A2", "A3")
    text = 'name: Tri ân\ncreated_by: lan\ncontent: "Cam on"\naudience: {lists: [VIP]}\n'
    project.write("campaigns/tri-an.yaml", text)
    said = cli("dry-run", "tri-an", "--as", "lan", *JSON)
    (plan,) = said.json["plans"]
    assert [each["recipient"] for each in plan["effects"]] == ["0900000002"]
    project.write("campaigns/tri-an.yaml", text.replace("VIP", "vpi"))
    assert cli("dry-run", "tri-an", "--as", "lan", *JSON).exit == 1


def test_dates_that_are_not_read_keep_no_list_from_coming_in(project: Project, cli: Cli) -> None:
    days = [[dt.date(1990, 3, day), f"A{day}"] for day in (1, 2, 3, 4)]
    write(project.root / "vip.xlsx", ["Ngày sinh", "Mã KH"], *days, ["25/12/1990", "A1"])
    assert cli("import", "customers", "vip.xlsx", "--yes", *JSON).exit == 4
    said = cli("import", "pids", "vip.xlsx", "--list", "vip", "--yes", *JSON)
    assert (said.exit, said.json["found"], members(cli)) == (0, 5, ["A1", "A2"])
