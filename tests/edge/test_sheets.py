"""Files of cells, read in the process that is made for it. The people are invented."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cskh.cells.headers import map_headers
from cskh.cells.recipes import recipe_for
from cskh.cells.rows import CleanRow
from cskh.edge.sheets import Limits, Sheet, Wanted, open_sheet
from cskh.errors import CskhError, NotFound, Refused, UsageProblem
from cskh.model.clock import Clock
from cskh.model.settings import Settings
from tests.edge.workbooks import AN, BINH, HEADER, repack, write

CLOCK = Clock.at(dt.datetime(2026, 12, 1, 10), ZoneInfo("Asia/Ho_Chi_Minh"))
SETTINGS = Settings(version=1)
pytestmark = pytest.mark.usefixtures("english")


def cleaned(sheet: Sheet, fields: Sequence[str | None] | None = None) -> list[CleanRow]:
    fields = fields or map_headers(sheet.header)
    return list(sheet.clean(recipe_for(sheet.header, fields, SETTINGS, CLOCK)))


def names(rows: list[CleanRow]) -> list[Any]:
    return [row.values.get("name") for row in rows]


def refusal(path: Path, wanted: Wanted | None = None, limits: Limits | None = None) -> CskhError:
    with pytest.raises(CskhError) as caught, open_sheet(path, wanted, limits) as sheet:
        cleaned(sheet)
    assert caught.value.hint
    return caught.value


def test_a_workbook_is_read_from_its_header_to_its_total(tmp_path: Path) -> None:
    path = write(
        tmp_path / "khach.xlsx",
        ["DANH SÁCH KHÁCH HÀNG"],
        [],
        HEADER,
        AN,
        [],
        HEADER,
        ["", "Không Mã", "12"],
        BINH,
        ["Tổng cộng", "", 3],
    )
    with open_sheet(path) as sheet:
        assert (sheet.name, sheet.encoding, sheet.guessed) == ("Khách", None, False)
        assert (sheet.header, sheet.header_row) == (HEADER, 3)
        assert sheet.sample[0] == (4, ("KH1", "Nguyễn An", "0900000101", "30/05/1990"))
        assert (len(sheet.sample), sheet.height) == (3, 6)
        assert (sheet.swapped, sheet.hidden_rows, sheet.complete) == ((), 0, True)
        rows = cleaned(sheet)
    assert [row.row for row in rows] == [4, 7, 8]
    assert rows[0] == CleanRow(
        4,
        {
            "pid": "KH1",
            "name": "Nguyễn An",
            "phone": "0900000101",
            "phone_kind": "mobile",
            "birthday": "1990-05-30",
        },
    )
    assert rows[1].reject is not None
    assert rows[1].reject[:2] == ("SĐT", "12")
    assert rows[1].cells == ("", "Không Mã", "12", "")


def test_a_text_file_is_read_with_the_lines_of_its_records(tmp_path: Path) -> None:
    path = tmp_path / "khach.csv"
    path.write_text(
        'Họ tên;SĐT;Ghi chú\nAn;0900000101;"a\nb"\n\nBình;0900000102\nChi;0900000103;x;y\n',
        encoding="utf-8",
    )
    with open_sheet(path) as sheet:
        assert (sheet.name, sheet.encoding, sheet.header_row) == (None, "utf-8", 1)
        assert sheet.height is None
        rows = cleaned(sheet)
    assert [(row.row, row.reject is not None) for row in rows] == [
        (2, False),
        (5, False),
        (6, True),
    ]
    assert rows[0].values["note"] == "a\nb"


def test_many_rows_stream(tmp_path: Path) -> None:
    path = tmp_path / "khach.csv"
    lines = [f"Khách Số,{900000000 + number:010d},Đà Nẵng" for number in range(3500)]
    path.write_text("\n".join(["Họ tên,SĐT,Địa chỉ", *lines]), encoding="utf-8")
    with open_sheet(path) as sheet:
        rows = cleaned(sheet)
    assert [row.row for row in rows] == list(range(2, 3502))


def test_remarks_come_through(tmp_path: Path) -> None:
    path = write(tmp_path / "khach.xlsx", HEADER, ["KH1", "NGUYỄN AN", 900000101, "31/2/1990"])
    with open_sheet(path) as sheet:
        (row,) = cleaned(sheet)
    assert sorted(row.repairs) == ["lost_zero", "name_case"]
    assert [(remark.column, remark.value) for remark in row.warnings] == [
        ("Ngày sinh", "31/2/1990")
    ]


@pytest.mark.parametrize("name", ["khach.csv", "khach.xls", "khach"])
def test_the_content_decides_and_not_the_name(tmp_path: Path, name: str) -> None:
    with open_sheet(write(tmp_path / "a.xlsx", HEADER, AN).rename(tmp_path / name)) as sheet:
        assert sheet.name == "Khách"


def test_text_that_is_called_a_workbook_is_text(tmp_path: Path) -> None:
    path = tmp_path / "khach.xlsx"
    path.write_text("Họ tên\tSĐT\nAn\t0900000101\n", encoding="utf-16")
    with open_sheet(path) as sheet:
        assert (sheet.name, sheet.encoding) == (None, "utf-16")
        assert names(cleaned(sheet)) == ["An"]


def test_columns_keep_their_letters_where_the_table_begins_further_right(tmp_path: Path) -> None:
    path = write(tmp_path / "khach.xlsx", ["", "", "An", "0900000101"])
    with open_sheet(path, Wanted(header_row=0)) as sheet:
        assert (sheet.header, sheet.header_row) == (("A", "B", "C", "D"), None)
        rows = cleaned(sheet, [None, None, "name", "phone"])
    assert [(row.row, row.values["name"]) for row in rows] == [(1, "An")]


def test_the_row_of_the_header_can_be_named(tmp_path: Path) -> None:
    path = write(tmp_path / "khach.xlsx", HEADER, AN, ["Biệt danh", "Alo"], ["Bình", "0900000102"])
    with open_sheet(path, Wanted(header_row=3)) as sheet:
        assert sheet.header == ("Biệt danh", "Alo", "", "")
        assert names(cleaned(sheet, ["name", "phone", None, None])) == ["Bình"]


def test_headers_that_are_expected_are_found(tmp_path: Path) -> None:
    path = write(tmp_path / "khach.xlsx", ["Biệt danh", "Alo"], ["Bình", "0900000102"])
    with open_sheet(path, Wanted(expected=["alo"])) as sheet:
        assert sheet.header == ("Biệt danh", "Alo")


def test_the_one_visible_sheet_with_a_header_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path / "khach.xlsx", Hướng_dẫn=[["Đọc kỹ"]], _Cũ=[HEADER, AN], Khách=[HEADER, BINH]
    )
    with open_sheet(path) as sheet:
        assert (sheet.name, sheet.hidden_sheets) == ("Khách", ("Cũ",))
        assert names(cleaned(sheet)) == ["Lê Bình"]


@pytest.mark.parametrize("name", ["Cũ", "CŨ"])
def test_a_hidden_sheet_is_read_when_it_is_named(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "khach.xlsx", _Cũ=[HEADER, AN], Khách=[HEADER, BINH])
    with open_sheet(path, Wanted(sheet=name)) as sheet:
        assert names(cleaned(sheet)) == ["Nguyễn An"]


def test_several_sheets_with_customers_have_to_be_chosen_from(tmp_path: Path) -> None:
    path = write(tmp_path / "khach.xlsx", Sỉ=[HEADER, AN], Lẻ=[HEADER, BINH])
    error = refusal(path)
    assert isinstance(error, Refused)
    assert "Sỉ, Lẻ" in error.message


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    error = refusal(write(tmp_path / "khach.xlsx", HEADER, AN), Wanted(sheet="Sỉ"))
    assert isinstance(error, UsageProblem)
    assert "Khách" in (error.hint or "")


def test_a_column_that_excel_has_swapped_is_pointed_out(tmp_path: Path) -> None:
    path = write(
        tmp_path / "khach.xlsx",
        HEADER,
        ["KH1", "An", "0900000101", dt.date(1990, 5, 3)],
        ["KH2", "Bình", "0900000102", "25/03/1990"],
    )
    with open_sheet(path) as sheet:
        assert sheet.swapped == (3,)
        recipe = recipe_for(sheet.header, map_headers(sheet.header), SETTINGS, CLOCK, "swapped")
        births = [row.values["birthday"] for row in sheet.clean(recipe)]
    assert births == ["1990-03-05", "1990-03-25"]


def test_a_sheet_in_an_old_font_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path / "khach.xlsx",
        ["Mã KH", "Họ tên", "SĐT"],
        ["KH1", "NguyÔn V¨n §øc", "0900000101"],
        ["KH2", "TrÇn ThÞ H»ng", "0900000102"],
    )
    with open_sheet(path) as sheet:
        assert (sheet.encoding, sheet.guessed) == ("tcvn3", True)
        assert names(cleaned(sheet)) == ["Nguyễn Văn Đức", "Trần Thị Hằng"]


def test_a_sheet_may_be_left_before_its_end(tmp_path: Path) -> None:
    path = tmp_path / "khach.csv"
    path.write_text("Họ tên,SĐT\n" + "An,0900000101\n" * 100_000, encoding="utf-8")
    with open_sheet(path) as sheet:
        recipe = recipe_for(sheet.header, map_headers(sheet.header), SETTINGS, CLOCK)
        assert next(sheet.clean(recipe)).row == 2


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<html><table><tr><td>SDT</td></tr></table></html>", "HTML"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "HTML"),
        (b'<?xml version="1.0"?><Workbook/>', "XML"),
        (b"\x89PNG\r\n\x1a\n\0", "PNG"),
        (b"\x01\x02\x00\x03binary", "binary"),
        (b"PK\x03\x04 and then nothing of a zip", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "damaged"),
        (b"just words\n", "header"),
        (b"\n\n\n", "no rows"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_by_name(
    tmp_path: Path, content: bytes, word: str
) -> None:
    path = tmp_path / "khach.xlsx"
    path.write_bytes(content)
    error = refusal(path)
    assert isinstance(error, NotFound)
    assert "khach.xlsx" in error.message
    assert word in error.message


def test_a_workbook_that_was_cut_off_is_damaged(tmp_path: Path) -> None:
    path = write(tmp_path / "khach.xlsx", HEADER, *[AN] * 500)
    path.write_bytes(path.read_bytes()[:-700])
    assert "damaged" in refusal(path).message


def test_a_sheet_whose_xml_is_broken_is_damaged(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", HEADER, AN)
    path = repack(
        tmp_path / "a.xlsx",
        tmp_path / "khach.xlsx",
        "xl/worksheets/sheet1.xml",
        b'<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>99</v>',
    )
    assert isinstance(refusal(path), NotFound)


def test_a_missing_file_a_folder_and_an_unknown_encoding_are_refused(tmp_path: Path) -> None:
    assert isinstance(refusal(tmp_path / "khach.xlsx"), NotFound)
    assert isinstance(refusal(tmp_path), NotFound)
    path = tmp_path / "khach.csv"
    path.write_text("Họ tên,SĐT\nAn,0900000101\n", encoding="utf-8")
    error = refusal(path, Wanted(encoding="utf8"))
    assert isinstance(error, UsageProblem)
    assert "utf-8" in (error.hint or "")
    assert isinstance(refusal(path, Wanted(sheet="Khách")), UsageProblem)
    assert isinstance(refusal(path, Wanted(header_row=9)), UsageProblem)


def test_a_file_may_not_be_too_large(tmp_path: Path) -> None:
    path = write(tmp_path / "khach.xlsx", HEADER, AN)
    assert "MiB" in refusal(path, limits=Limits(size=1000)).message
    assert "unpacks" in refusal(path, limits=Limits(unpacked=1000)).message
    assert "column 4" in refusal(path, limits=Limits(columns=3)).message


def test_a_cell_at_the_far_end_is_no_end_of_this_process(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", HEADER, AN)
    path = repack(
        tmp_path / "a.xlsx",
        tmp_path / "khach.xlsx",
        "xl/worksheets/sheet1.xml",
        b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>',
    )
    assert "memory" in refusal(path).message


def test_reading_may_not_take_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "khach.csv"
    lines = 'Ống 5" dài;0900000101\n' + "An;0900000101\n" * 300_000
    path.write_text(
        f"Họ tên;SĐT\n{lines}", encoding="utf-8"
    )  # one quotation mark: all is looked at
    assert "too long" in refusal(path, limits=Limits(seconds=0.02)).message
