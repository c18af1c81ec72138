"""What is seen in an .xlsx beside its reader."""

from pathlib import Path

import pytest
import xlsxwriter

from cskh.cells.reading import Broken
from cskh.edge.sheets_frames import Fault, Limits
from cskh.edge.sheets_workbook import open_workbook
from cskh.edge.sheets_xml import check_size_unpacked, look_into
from tests.edge.workbooks import AN, BINH, HEADER, repack, write

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    path = tmp_path / "khach.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Khách & co")
        sheet.write_row(2, 1, HEADER)
        sheet.write_row(3, 1, ["KH1", "An"])
        sheet.write_formula(3, 3, "=VLOOKUP(B4,K:L,2)", None, "#N/A")
        sheet.write_formula(3, 4, '=A1&"<"', None, "")
        sheet.write_formula(4, 1, '="KH"&2', None, "KH2")
        sheet.set_row(4, None, None, {"hidden": True})
        sheet.set_row(7, None, None, {"hidden": True})
    return path


def test_errors_and_formulas_without_a_value_are_found(odd: Path) -> None:
    look = look_into(odd, "Khách & co", Limits())
    assert look.complete
    assert look.broken == {4: {3: Broken("error", "#N/A"), 4: Broken("formula", '=A1&"<"')}}


def test_hidden_rows_are_counted(odd: Path) -> None:
    assert look_into(odd, "Khách & co", Limits()).hidden_rows == 2


def test_they_stand_in_their_cells(odd: Path) -> None:
    table = open_workbook(odd, None, None, lambda rows: True, Limits())
    assert list(table.rows())[3:] == [
        (4, ["", "KH1", "An", Broken("error", "#N/A"), Broken("formula", '=A1&"<"')]),
        (5, ["", "KH2", "", "", ""]),
    ]


def test_cells_are_not_cut_in_two(tmp_path: Path) -> None:
    path, many = tmp_path / "khach.xlsx", 40_000  # a sheet of several megabytes
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Khách")
        for row in range(many):
            sheet.write_formula(row, 0, "=1/0", None, "#DIV/0!")
    look = look_into(path, "Khách", Limits())
    assert look.broken == {row: {0: Broken("error", "#DIV/0!")} for row in range(1, many + 1)}


def test_other_writers_prefix_their_elements(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", HEADER, AN)
    xml = (
        b'<x:worksheet xmlns:x="x"><x:sheetData><x:row r="1" hidden="true"><x:c r="B1" t=\'e\'>'
        b"<x:v>#REF!</x:v></x:c><x:c r='C1'><x:f>A1</x:f></x:c><x:c r='D1' t='str'><x:f>A1</x:f>"
        b"<x:v></x:v></x:c><x:c r='E1'/></x:row></x:sheetData></x:worksheet>"
    )
    look = look_into(
        repack(tmp_path / "a.xlsx", tmp_path / "b.xlsx", SHEET, xml), "Khách", Limits()
    )
    assert look.broken == {1: {1: Broken("error", "#REF!"), 2: Broken("formula", "=A1")}}
    assert look.hidden_rows == 1


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/workbook.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"),
        ("xl/workbook.xml", b"<a>"),
        ("xl/_rels/workbook.xml.rels", b"<a/>"),
    ],
)
def test_what_cannot_be_looked_into_is_said_to_be_incomplete(
    tmp_path: Path, part: str, content: bytes
) -> None:
    write(tmp_path / "a.xlsx", HEADER, AN, BINH)
    path = repack(tmp_path / "a.xlsx", tmp_path / "b.xlsx", part, content)
    assert not look_into(path, "Khách", Limits()).complete


def test_a_file_that_is_no_zip_is_incomplete(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    check_size_unpacked(path, Limits())
    assert not look_into(path, "Khách", Limits()).complete


def test_far_too_many_cells_without_a_value_are_refused(odd: Path) -> None:
    with pytest.raises(Fault, match="broken"):
        look_into(odd, "Khách & co", Limits(broken=1))


def test_what_unpacks_to_too_much_is_refused(odd: Path) -> None:
    with pytest.raises(Fault, match="bomb"):
        check_size_unpacked(odd, Limits(unpacked=1000))
