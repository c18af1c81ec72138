"""cskh order import: spreadsheets of orders, every row accounted for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.edge.workbooks import write
from tests.project import Cli, Project, Result

NOW = ("--now", "2026-12-01T10:00")
JSON = (*NOW, "--format", "json")
HEADER = "Mã đơn hàng,Mã KH,Số điện thoại,Tổng tiền,Trạng thái,Ngày đặt"


@pytest.fixture(autouse=True)
def settled(project: Project, cli: Cli) -> None:
    (project.root / "hello.yaml").unlink()
    for number in (1, 2, 3):
        phone = f"phone=090000000{min(number, 2)}"
        assert cli("customer", "add", f"pid=A{number}", phone, *NOW).exit == 0


def load(project: Project, cli: Cli, *lines: str, options: tuple[str, ...] = ()) -> Result:
    project.write("orders.csv", "\n".join([HEADER, *lines]) + "\n")
    return cli("order", "import", "orders.csv", "--yes", *options, *JSON)


def counts(said: Result) -> tuple[int, ...]:
    names = ("rows", "created", "updated", "unchanged", "rejected")
    return tuple(said.json[name] for name in names)


def orders(project: Project) -> list[tuple[Any, ...]]:
    sql = "SELECT o.code, c.pid, o.amount, o.status, o.ordered_at FROM orders o"
    return project.rows(f"{sql} JOIN customers c ON c.id = o.customer_id ORDER BY o.id")


def figures(project: Project, pid: str = "A1") -> tuple[Any, ...]:
    (row,) = project.rows(
        f"SELECT revenue, order_count, last_order_at FROM customers WHERE pid = '{pid}'"
    )
    return row


def test_orders_come_in_by_the_usual_headers(project: Project, cli: Cli) -> None:
    said = load(
        project,
        cli,
        "DH1,A1,,500.000đ,delivered,30/11/2026 09:00",
        "DH2,,+84 900 000 001,200k,new,01/11/2026",
        "DH3,,0900000001,70000,Returned,02/11/2026",
    )
    assert (said.exit, counts(said)) == (0, (3, 3, 0, 0, 0))
    assert orders(project) == [
        ("DH1", "A1", 500_000, "delivered", "2026-11-30T02:00:00Z"),
        ("DH2", "A1", 200_000, "new", "2026-10-31T17:00:00Z"),
        ("DH3", "A1", 70_000, "Returned", "2026-11-01T17:00:00Z"),
    ]
    assert figures(project) == (700_000, 2, "2026-11-30T02:00:00Z")
    assert said.json["review"]["mapping"]["Tổng tiền"] == "amount"
    assert said.json["review"]["mapping"]["Ngày đặt"] == "ordered_at"


def test_the_same_file_again_changes_nothing(project: Project, cli: Cli) -> None:
    lines = ("DH1,A1,,500000,new,30/11/2026", "DH2,A2,,7,cancelled,30/11/2026")
    load(project, cli, *lines)
    before = project.rows("SELECT count(*) FROM changes"), project.rows("SELECT * FROM events")
    assert counts(load(project, cli, *lines)) == (2, 0, 0, 2, 0)
    after = project.rows("SELECT count(*) FROM changes"), project.rows("SELECT * FROM events")
    assert after == before


def test_a_known_code_is_changed_and_an_empty_cell_changes_nothing(
    project: Project, cli: Cli
) -> None:
    load(project, cli, "DH1,A1,,500000,new,30/11/2026")
    said = load(
        project, cli, "dh1,A1,,,delivered,", "DH2,A1,,5,new,", "DH2,A1,,8,NEW,", "DH2,A1,,8,,"
    )
    assert counts(said) == (4, 1, 2, 1, 0)
    assert orders(project) == [
        ("DH1", "A1", 500_000, "delivered", "2026-11-29T17:00:00Z"),
        ("DH2", "A1", 8, "NEW", "2026-12-01T03:00:00Z"),
    ]
    assert figures(project)[:2] == (500_008, 2)


def test_rows_that_are_no_orders_are_rejected_with_place_and_reason(
    project: Project, cli: Cli
) -> None:
    load(project, cli, "DH1,A1,,500000,new,30/11/2026")
    said = load(
        project,
        cli,
        "DH2,A9,,1,new,",
        "DH3,,0900000002,1,new,",
        "DH4,A1,,nhiều,new,",
        "DH5,A1,,1,new,hôm nào",
        ",A1,,1,new,",
        "DH7,,,1,new,",
        "DH1,A2,,1,new,",
        "DH8,A1,,-5,new,",
        "DH9,A1,,1,new,",
    )
    assert (said.exit, counts(said)) == (3, (9, 1, 0, 0, 8))
    told = [(each["row"], each["column"], each["value"]) for each in said.json["rejects"]]
    assert told == [
        (2, "Mã KH", "A9"),
        (3, "Số điện thoại", "0900000002"),
        (4, "Tổng tiền", "nhiều"),
        (5, "Ngày đặt", "hôm nào"),
        (6, None, None),
        (7, None, None),
        (8, "Mã KH", "A2"),
        (9, "Tổng tiền", "-5"),
    ]
    assert all(each["reason"] for each in said.json["rejects"])
    assert "A2, A3" in said.json["rejects"][1]["reason"]
    assert [row[0] for row in orders(project)] == ["DH1", "DH9"]


def test_a_shared_phone_still_finds_the_order_that_is_there(project: Project, cli: Cli) -> None:
    load(project, cli, "DH1,A3,,5,new,")
    assert counts(load(project, cli, "DH1,,0900000002,6,new,")) == (1, 0, 1, 0, 0)
    assert figures(project, "A3")[0] == 6


def test_the_customers_change_once_and_workflows_answer_each_order(
    project: Project, cli: Cli
) -> None:
    project.workflow(
        "answer",
        trigger="{moment: event, event: order_status_changed}",
        actions='[{send_sms: {content: "{{ event.order_code }} {{ event.status }}"}}]',
    )
    lines = ("DH1,A1,,1,new,", "DH2,A1,,2,new,", "DH1,A1,,1,delivered,")
    said = load(project, cli, *lines)
    assert said.json["delivery"]["accepted"] == 3
    texts = {message["content"] for message in project.sent}
    assert texts == {"DH1 new", "DH2 new", "DH1 delivered"}
    revenue = "SELECT old, new, cause FROM changes WHERE field = 'revenue'"
    assert project.rows(revenue) == [("0", "3", f"orders:{said.json['import']}")]


def test_old_orders_come_in_without_any_workflow(project: Project, cli: Cli) -> None:
    project.workflow("any", trigger="{moment: updated}")
    project.workflow("answer", trigger="{moment: event, event: order_status_changed}")
    said = load(project, cli, "DH1,A1,,1,new,", options=("--trigger", "none"))
    assert said.exit == 0
    assert project.sent == []
    assert cli("run", "events", *NOW).exit == 0
    assert project.sent == []
    assert figures(project)[0] == 1


def test_a_preview_writes_nothing_and_without_a_yes_nothing_is_imported(
    project: Project, cli: Cli
) -> None:
    project.write("orders.csv", f"{HEADER}\nDH1,A1,,1,new,\nDH2,A9,,1,new,\n")
    seen = cli("order", "import", "orders.csv", "--preview", *JSON)
    assert (seen.exit, counts(seen)) == (3, (2, 1, 0, 0, 1))
    assert seen.json["import"] is None
    shown = cli("order", "import", "orders.csv", "--preview", *NOW)
    assert "Mã đơn hàng: DH1, Mã KH: A1, Tổng tiền: 1" in shown.err
    assert cli("order", "import", "orders.csv", *NOW).exit == 4
    assert orders(project) == []
    assert project.rows("SELECT count(*) FROM imports") == [(0,)]


def test_columns_are_mapped_by_hand(project: Project, cli: Cli) -> None:
    project.write("orders.csv", "Chứng từ,Khách,Tiền hàng\nDH1,A1,5\n")
    mapped = ("--map", "code=Chứng từ", "--map", "customer=Khách", "--map", "amount=Tiền hàng")
    assert cli("order", "import", "orders.csv", "--yes", *mapped, *NOW).exit == 0
    assert orders(project) == [("DH1", "A1", 5, "new", "2026-12-01T03:00:00Z")]
    wrong = cli("order", "import", "orders.csv", "--yes", "--map", "revenue=Tiền hàng")
    assert wrong.exit == 2


def test_english_headers_and_rejects_in_a_file(project: Project, cli: Cli) -> None:
    project.write(
        "orders.csv", "Code,Customer,Amount,Status,Date\nDH1,A1,5,new,2026-11-30\nDH2,A9,5,,\n"
    )
    said = cli("order", "import", "orders.csv", "--yes", "--rejects", "bad.csv", *NOW)
    assert said.exit == 3
    assert [row[:3] for row in orders(project)] == [("DH1", "A1", 5)]
    assert "DH2,A9,5" in (project.root / "bad.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("text", "exit_"),
    [("Mã KH,Tổng tiền\nA1,5\n", 1), ("Mã đơn,Tổng tiền\nDH1,5\n", 1), ("", 1), (None, 1)],
)
def test_a_file_that_holds_no_orders_is_said_to(
    project: Project, cli: Cli, text: str | None, exit_: int
) -> None:
    if text is not None:
        project.write("orders.csv", text)
    said = cli("order", "import", "orders.csv", "--yes", *JSON)
    assert said.exit == exit_
    assert said.json["error"]["hint"]
    assert orders(project) == []


def test_an_import_of_orders_is_recorded(project: Project, cli: Cli) -> None:
    load(project, cli, "DH1,A1,,1,new,", "DH2,A9,,1,new,")
    recorded = "SELECT kind, file, rows, created, updated, unchanged, rejected FROM imports"
    assert project.rows(recorded) == [("orders", "orders.csv", 2, 1, 0, 0, 1)]


def test_a_workbook_with_numbers_and_real_dates(project: Project, cli: Cli) -> None:
    header = ("STT", "Mã đơn hàng", "Điện thoại", "Tổng tiền", "Ngày đặt hàng", "Trạng thái")
    row = (1, 1001, 900000001, 1500000.0, dt.date(2026, 11, 30), "Hoàn thành")
    write(project.root / "orders.xlsx", ("DANH SÁCH ĐƠN HÀNG",), header, row, ("Tổng cộng",))
    said = cli("order", "import", "orders.xlsx", "--yes", *JSON)
    assert (said.exit, counts(said)) == (0, (1, 1, 0, 0, 0))
    assert orders(project) == [
        ("1001", "A1", 1_500_000, "Hoàn thành", "2026-11-29T17:00:00Z"),
    ]
    assert counts(cli("order", "import", "orders.xlsx", "--yes", *JSON))[3] == 1
