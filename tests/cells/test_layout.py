import datetime as dt

import pytest

from cskh.cells.layout import (
    column_letter,
    find_column,
    find_header,
    is_customer,
)
from cskh.cells.reading import Cell

HEADER = ("STT", "Họ tên", "SĐT", "Ngày sinh")


def rows(*texts: tuple[Cell, ...]) -> list[tuple[int, tuple[Cell, ...]]]:
    return list(enumerate(texts, 1))


def test_the_header_is_found_under_titles() -> None:
    found = find_header(
        rows(
            ("SHOP HOA HỒNG", "", "", ""),
            ("Danh sách khách hàng", "", "", dt.date(2026, 12, 1)),
            ("", "", "", ""),
            HEADER,
            (1.0, "Nguyễn An", "0900000101", "01/12/1990"),
        )
    )
    assert found is not None
    assert (found.texts, found.row) == (HEADER, 4)


def test_a_header_of_two_rows_is_read_together() -> None:
    found = find_header(
        rows(
            ("Họ tên", "Liên hệ", "", "Ngày sinh"),
            ("", "SĐT", "Email", ""),
            ("Nguyễn An", "0900000101", "an@example.com", "01/12/1990"),
        )
    )
    assert found is not None
    assert (found.texts, found.row) == (("Họ tên", "SĐT", "Email", "Ngày sinh"), 2)


@pytest.mark.parametrize(
    "table",
    [
        [],
        [("Nguyễn An", "0900000101", "Khách hàng"), ("Lê Bình", "0900000102", "Khách hàng")],
        [("Lan", "Website", "Zalo", "VIP")],
        [("Ghi chú", "Địa chỉ")],
        [("Khách hàng",)],
    ],
)
def test_a_sheet_without_a_header_has_none(table: list[tuple[Cell, ...]]) -> None:
    assert find_header(rows(*table)) is None


def test_a_list_of_phones_needs_only_that_header() -> None:
    found = find_header(rows(("STT", "SĐT"), (1.0, "0900000101")))
    assert found is not None
    assert found.row == 1


def test_texts_that_were_asked_for_make_a_header() -> None:
    table = rows(("Danh sách", ""), ("Tên gọi tắt", "Alo"), ("Lan", "0900000101"))
    assert find_header(table) is None
    found = find_header(table, expected=["alo"])
    assert found is not None
    assert found.row == 2


def test_the_header_is_looked_for_in_fifteen_rows() -> None:
    table = rows(*[("", "", "", "")] * 15, HEADER)
    assert find_header(table) is None


@pytest.mark.parametrize(
    "row",
    [
        ("", "", "", ""),
        ("  ", "", "\t", ""),
        HEADER,
        ("", "Họ tên", "SĐT", ""),
        ("Tổng cộng", "", 45.0, ""),
        ("", "TỔNG CỘNG:", "", 1234.0),
        ("Tổng: 45 khách", "", "", ""),
        ("Cộng", "", "", 12.0),
        ("Total", "", "", 12.0),
        ("Đà Nẵng, ngày 01 tháng 12 năm 2026", "", "", ""),
        ("Người lập biểu", "", "", ""),
        ("(Ký, ghi rõ họ tên)", "", "", ""),
    ],
)
def test_blank_rows_headers_and_footers_are_no_customers(row: tuple[Cell, ...]) -> None:
    assert not is_customer(row, HEADER)


@pytest.mark.parametrize(
    "row",
    [
        (1.0, "Nguyễn An", "0900000101", ""),
        ("", "Tổng Công ty Điện lực", "", ""),
        ("", "Cộng", "0900000101", ""),
        ("KH1", "Họ tên", "0900000101", ""),
        ("Tống Văn An", "", "0900000101", ""),
        ("", "", "", dt.date(1990, 5, 3)),
        (" Nguyễn An", "", "", ""),
    ],
)
def test_whatever_else_may_be_one(row: tuple[Cell, ...]) -> None:
    assert is_customer(row, HEADER)


@pytest.mark.parametrize(("column", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_have_letters(column: int, letter: str) -> None:
    assert column_letter(column) == letter


@pytest.mark.parametrize(
    ("wanted", "column"),
    [("SĐT", 2), ("sdt", 2), ("Họ tên", 1), ("C", 2), ("d", 3), ("E", None), ("Email", None)],
)
def test_a_column_is_found_by_header_or_letter(wanted: str, column: int | None) -> None:
    assert find_column(wanted, HEADER) == column
