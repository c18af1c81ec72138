"""The files in fixtures/customers: as they are generated, and as they are read."""

from collections import Counter
from pathlib import Path
from zipfile import ZipFile

from cskh.cells.headers import map_headers
from cskh.cells.recipes import custom_labels, recipe_for
from cskh.cells.rows import CleanRow
from cskh.edge.sheets import Sheet, Wanted, open_sheet
from cskh.model.clock import Clock
from cskh.model.settings import CustomField, Settings, Staff
from tests.fixture_customers import FOLDER, write_csv, write_workbook

SETTINGS = Settings(
    version=1,
    statuses=("Mới", "Quan tâm", "Sẽ tham gia", "Khách hàng", "Lost"),
    sources=("Website", "Facebook", "Zalo", "Giới thiệu", "Cửa hàng"),
    staff=(
        Staff(id="lan", name="Nguyễn Thị Lan", role="owner"),
        Staff(id="minh", name="Trần Minh", role="admin"),
        Staff(id="thao", name="Lê Phương Thảo", role="agent"),
    ),
    fields={
        "hang_the": CustomField(
            type="choice", label="Hạng thẻ", choices=("Bạc", "Vàng", "Kim cương")
        )
    },
)


def read(name: str, clock: Clock) -> tuple[Sheet, list[CleanRow]]:
    custom = custom_labels(SETTINGS)
    with open_sheet(FOLDER / name, Wanted(custom=custom)) as sheet:
        fields = map_headers(sheet.header, custom)
        return sheet, list(sheet.clean(recipe_for(sheet.header, fields, SETTINGS, clock)))


def parts(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def test_the_files_are_what_their_script_writes(tmp_path: Path) -> None:
    write_workbook(tmp_path / "khach-hang.xlsx")
    assert parts(tmp_path / "khach-hang.xlsx") == parts(FOLDER / "khach-hang.xlsx")
    write_csv(tmp_path / "khach-hang.csv")
    committed = (FOLDER / "khach-hang.csv").read_bytes()
    assert (tmp_path / "khach-hang.csv").read_bytes() == committed


def test_the_workbook_is_read_to_its_last_customer(clock: Clock) -> None:
    sheet, rows = read("khach-hang.xlsx", clock)
    assert (sheet.name, sheet.header_row, sheet.hidden_rows, sheet.swapped) == (
        "Khách hàng",
        5,
        1,
        (),
    )
    assert [row.row for row in rows] == [*range(6, 29), *range(32, 47)]
    assert [row.row for row in rows if row.reject] == [41, 42, 43, 44]
    assert [row.row for row in rows if row.warnings] == [32, 33, 34, 39, 45, 46]
    assert Counter(rule for row in rows for rule in row.repairs) == {
        "lost_zero": 5,
        "province": 4,
        "spelling": 4,
        "name_case": 3,
        "title": 3,
        "old_prefix": 2,
        "country_code": 2,
        "two_numbers": 2,
        "money_unit": 2,
        "currency": 1,
        "unicode_form": 1,
        "short_year": 1,
        "email": 1,
        "label": 1,
        "decimals": 1,
        "phone_from_email": 1,
        "date_serial": 1,
    }


def test_the_workbook_has_what_the_demo_tells_of(clock: Clock) -> None:
    _sheet, rows = read("khach-hang.xlsx", clock)
    values = [row.values for row in rows]
    births = [each for each in values if each.get("birthday", "").endswith("-12-01")]
    assert [each["status"] for each in births] == ["Khách hàng"] * 3 + ["Lost"]
    silent = [
        each["pid"]
        for each in values
        if each.get("status") in ("Quan tâm", "Sẽ tham gia")
        and each["kind"] == "lead"
        and each["last_contacted_at"] < "2026-11-16T17:00:00Z"
    ]
    assert silent == ["KH0005", "KH0006", "KH0007", "KH0008"]
    rich = [row for row in rows if row.values.get("revenue", 0) > 3_000_000]
    assert [row.values["pid"] for row in rich if "VIP" not in row.tags] == [
        "KH0013",
        "KH0014",
        "KH0017",
    ]


def test_the_list_from_the_fair_is_read_in_its_encoding(clock: Clock) -> None:
    sheet, rows = read("khach-hang.csv", clock)
    assert (sheet.name, sheet.encoding, sheet.guessed, sheet.header_row) == (
        None,
        "cp1258",
        True,
        2,
    )
    assert [row.row for row in rows if row.reject] == [11, 12]
    assert rows[1].values["note"] == 'Hỏi "Trẻ hóa"; gọi tối'
    assert rows[2].values["name"] == "Lê Thị Bích Trâm"
