"""Numbers here are invented: 0900 000 1xx and 0987 654 3xx."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.cells.drafts import Remark
from cskh.cells.headers import map_headers
from cskh.cells.reading import Broken, Cell
from cskh.cells.recipes import Recipe, custom_labels, recipe_for
from cskh.cells.rows import CleanRow, cleaner
from cskh.model.clock import Clock
from cskh.model.settings import CustomField, Settings, Staff

CLOCK = Clock.at(dt.datetime(2026, 12, 1, 10), ZoneInfo("Asia/Ho_Chi_Minh"))
SETTINGS = Settings(
    version=1,
    statuses=("Mới", "Quan tâm", "Khách hàng"),
    staff=(Staff(id="lan", name="Nguyễn Thị Lan", role="owner", email="lan@example.com"),),
    fields={
        "hang_the": CustomField(type="choice", label="Hạng thẻ", choices=("Bạc", "Vàng")),
        "diem": CustomField(type="number", label="Điểm"),
        "ngay_cuoi": CustomField(type="date", label="Ngày cưới"),
        "hen_luc": CustomField(type="datetime", label="Hẹn lúc"),
        "quan_tam_sp": CustomField(type="text", label="Quan tâm SP"),
        "cong_no": CustomField(type="money", label="Công nợ"),
        "da_ky": CustomField(type="boolean", label="Đã ký"),
    },
)


def recipe(*headers: str, settings: Settings = SETTINGS) -> Recipe:
    fields = map_headers(headers, custom_labels(settings))
    return recipe_for(headers, fields, settings, CLOCK)


def clean(headers: list[str], *row: Cell) -> CleanRow:
    return cleaner(recipe(*headers))(7, row)


def test_a_row_becomes_a_customer() -> None:
    row = clean(
        ["STT", "Mã KH", "Họ tên", "SĐT", "Email", "Ngày sinh", "Nhóm KH", "Trạng thái"]
        + ["Tổng chi tiêu", "Lần mua cuối", "Người phụ trách", "Tỉnh/TP", "Ghi chú", "Giới tính"],
        *[1.0, "KH001", "NGUYỄN THỊ HOA", 900000101.0, "hoa@example.com", "01/12/1990"],
        *["VIP, Sỉ", "quan tâm", "3.200.000", dt.date(2026, 8, 30), "Nguyễn Thị Lan"],
        *["TP. Đà Nẵng", "gọi\nsau 5h", "Nữ"],
    )
    assert row == CleanRow(
        row=7,
        values={
            "pid": "KH001",
            "name": "Nguyễn Thị Hoa",
            "phone": "0900000101",
            "phone_kind": "mobile",
            "email": "hoa@example.com",
            "birthday": "1990-12-01",
            "status": "Quan tâm",
            "revenue": 3200000,
            "last_order_at": "2026-08-29T17:00:00Z",
            "assignee": "lan",
            "province": "Đà Nẵng",
            "note": "gọi\nsau 5h",
            "gender": "female",
        },
        tags=("VIP", "Sỉ"),
        repairs=row.repairs,
    )
    assert sorted(row.repairs) == ["lost_zero", "name_case", "province", "spelling", "spelling"]


def test_custom_fields_are_read_by_their_type() -> None:
    row = clean(
        ["SĐT", "Hạng thẻ", "Điểm", "Ngày cưới", "Hẹn lúc", "Quan tâm SP", "Công nợ", "Đã ký"],
        *["0900000101", "vàng", "7,5", "02/09/2018", "05/12/2026 9:30", "Kem", "500k", "x"],
    )
    assert row.values == {
        "phone": "0900000101",
        "phone_kind": "mobile",
        "hang_the": "Vàng",
        "diem": 7.5,
        "ngay_cuoi": "2018-09-02",
        "hen_luc": "2026-12-05T02:30:00Z",
        "quan_tam_sp": "Kem",
        "cong_no": 500000,
        "da_ky": True,
    }


def test_an_empty_cell_sets_nothing() -> None:
    row = clean(["SĐT", "Họ tên", "Ngày sinh", "Nhóm KH"], "0900000101", "-", "", "x")
    assert row == CleanRow(7, {"phone": "0900000101", "phone_kind": "mobile"})


@pytest.mark.parametrize(
    ("headers", "cells", "column", "value"),
    [
        (["Họ tên", "SĐT"], ["An", "12345"], "SĐT", "12345"),
        (["Mã KH", "SĐT"], ["KH1", 9.12e300], "SĐT", str(int(9.12e300))),
        (["Mã KH", "Họ tên"], ["KH?AN", "An"], "Mã KH", "KH?AN"),
        (["Mã KH", "Họ tên"], ["1.23E+15", "An"], "Mã KH", "1.23E+15"),
        (["Mã KH", "Họ tên"], [1e16, "An"], "Mã KH", "10000000000000000"),
        (["Mã KH", "SĐT"], ["x" * 101, "0900000101"], "Mã KH", "x" * 101),
        (["Mã KH", "SĐT"], ["KH1", Broken("error", "#N/A")], "SĐT", "#N/A"),
        (["Mã KH", "SĐT"], [Broken("formula", "=A1"), "0900000101"], "Mã KH", "=A1"),
    ],
)
def test_a_code_or_phone_that_cannot_be_read_rejects_the_row(
    headers: list[str], cells: list[Cell], column: str, value: str
) -> None:
    row = clean(headers, *cells)
    assert row.reject is not None
    assert (row.reject.column, row.reject.value) == (column, value)
    assert row.reject.reason
    assert (row.values, row.repairs, row.warnings) == ({}, (), ())
    assert row.cells[0].startswith(("An", "KH", "1", "x", "="))


@pytest.mark.parametrize("cells", [("An", "", ""), ("An", "-", "không có"), ("An", "", "0")])
def test_a_row_needs_a_code_a_phone_or_an_email(cells: tuple[str, ...]) -> None:
    row = clean(["Họ tên", "SĐT", "Email"], *cells)
    assert row.reject is not None
    assert (row.reject.column, row.reject.value) == (None, None)


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Ngày sinh", "31/2/1990"),
        ("Ngày sinh", "01/01/1970"),
        ("Email", "lan@"),
        ("Trạng thái", "Đang nghĩ"),
        ("Họ tên", "Nguy?n"),
        ("Tổng chi tiêu", "nhiều"),
        ("Giới tính", "xyz"),
        ("Hạng thẻ", "Gỗ"),
        ("SĐT 2", "123"),
        ("Lần mua cuối", "hôm qua"),
        ("Ghi chú", Broken("error", "#REF!")),
        ("Địa chỉ", Broken("formula", "=VLOOKUP(A1)")),
        ("Nhóm KH", "S?m"),
        ("Người phụ trách", "Ai Đó"),
    ],
)
def test_any_other_cell_that_cannot_be_read_is_left_out_and_told(header: str, cell: Cell) -> None:
    row = clean(["SĐT", header], "0900000101", cell)
    assert row.values == {"phone": "0900000101", "phone_kind": "mobile"}
    assert [(warning.column, bool(warning.reason)) for warning in row.warnings] == [(header, True)]


def test_a_project_without_statuses_takes_any() -> None:
    plain = Settings(version=1)
    row = cleaner(recipe("SĐT", "Trạng thái", settings=plain))(1, ("0900000101", "Đang nghĩ"))
    assert row.values["status"] == "Đang nghĩ"


def test_a_suspect_number_is_kept_with_a_warning() -> None:
    row = clean(["SĐT"], "0838221234")
    assert row.values == {"phone": "0838221234", "phone_kind": "suspect"}
    assert row.warnings[0][:2] == ("SĐT", "0838221234")


@pytest.mark.parametrize(
    ("first", "second", "phone", "phone_2", "repair"),
    [
        ("0900000101", "0987654301", "0900000101", "0987654301", None),
        ("0900000101 / 0987654301", "", "0900000101", "0987654301", "two_numbers"),
        ("", "0987654301", "0987654301", None, "second_phone"),
        ("02363822222", "0987654301", "0987654301", "02363822222", "mobile_first"),
        ("0900000101", "0900000101", "0900000101", None, "repeated_number"),
        ("0900000101", "-", "0900000101", None, None),
    ],
)
def test_two_phone_columns_give_two_phones(
    first: str, second: str, phone: str, phone_2: str | None, repair: str | None
) -> None:
    row = clean(["SĐT", "SĐT 2"], first, second)
    assert row.values["phone"] == phone
    assert row.values.get("phone_2") == phone_2
    assert row.repairs == ((repair,) if repair else ())


def test_a_third_number_is_told() -> None:
    row = clean(["SĐT", "SĐT 2"], "0900000101/0900000102", "0987654301")
    assert row.values["phone_2"] == "0987654301"
    assert row.warnings[0].value == "0900000102"


def test_a_second_phone_alone_does_not_become_the_first() -> None:
    row = cleaner(recipe_for(["Mã", "Số phụ"], ["pid", "phone_2"], SETTINGS, CLOCK))(
        1, ("KH1", "0987654301")
    )
    assert row.values == {"pid": "KH1", "phone_2": "0987654301"}


def test_a_landline_column_is_kept_and_gets_no_messages() -> None:
    row = clean(["Họ tên", "ĐT bàn"], "An", "(0236) 3822 222")
    assert row.values == {"name": "An", "phone": "02363822222", "phone_kind": "landline"}


@pytest.mark.parametrize(
    ("headers", "cells", "gender"),
    [
        (["Họ tên", "SĐT"], ["Chị Hoa", "0900000101"], "female"),
        (["Họ tên", "SĐT", "Giới tính"], ["Chị Hoa", "0900000101", "Nam"], "male"),
        (["Họ tên", "SĐT", "Giới tính"], ["Chị Hoa", "0900000101", ""], "female"),
        (["Họ tên", "SĐT"], ["Hoa", "0900000101"], None),
    ],
)
def test_a_title_tells_the_gender_unless_a_column_does(
    headers: list[str], cells: list[str], gender: str | None
) -> None:
    assert clean(headers, *cells).values.get("gender") == gender


def test_a_name_in_columns_is_put_together() -> None:
    row = clean(["Họ", "Tên đệm", "Tên", "SĐT"], "NGUYỄN", "", "AN", "0900000101")
    assert row.values["name"] == "Nguyễn An"
    assert clean(["Họ", "Tên", "SĐT"], "", "", "0900000101").warnings == ()


@pytest.mark.parametrize(
    ("cells", "birthday"),
    [((3.0, 5.0, 1990.0), "1990-05-03"), (("3", "5", ""), "--05-03"), (("", "", "1990"), "1990")]
    + [(("", "5", ""), None), (("", "", ""), None)],
)
def test_a_birthday_in_columns_is_put_together(
    cells: tuple[Cell, ...], birthday: str | None
) -> None:
    row = clean(["SĐT", "Ngày", "Tháng", "Năm sinh"], "0900000101", *cells)
    assert row.values.get("birthday") == birthday
    assert row.warnings == ()


def test_a_lunar_mark_and_a_lunar_column_set_the_lunar_birthday() -> None:
    assert clean(["SĐT", "Ngày sinh"], "0900000101", "15/8 âm lịch").values["lunar_birthday"] == (
        "--08-15"
    )
    row = clean(["SĐT", "Ngày sinh âm lịch"], "0900000101", "15/8/1990")
    assert row.values["lunar_birthday"] == "1990-08-15"
    assert "birthday" not in row.values


def test_groups_are_tags_unless_they_say_what_kind_of_customer_it_is() -> None:
    row = clean(["SĐT", "Loại khách", "Hạng"], "0900000101", "Công ty", "Vàng")
    assert (row.values["type"], row.tags) == ("business", ("Vàng",))
    assert clean(["SĐT", "Loại khách"], "0900000101", "Sỉ").tags == ("Sỉ",)


def test_the_phone_in_an_invented_email_address_is_a_phone() -> None:
    row = clean(["Họ tên", "SĐT", "Email"], "An", "", "84900000101@vn.phone")
    assert row.values == {"name": "An", "phone": "0900000101", "phone_kind": "mobile"}
    assert row.repairs == ("phone_from_email",)
    assert clean(["SĐT", "Email"], "0987654301", "0900000101@84.phone").values["phone"] == (
        "0987654301"
    )


def test_a_line_with_more_cells_than_the_header_is_rejected() -> None:
    row = clean(["Họ tên", "SĐT"], "An", "0900000101", "Đà Nẵng")
    assert row.reject is not None
    assert row.reject.value == "Đà Nẵng"
    assert clean(["Họ tên", "SĐT"], "An", "0900000101", "", "").reject is None


def test_a_line_with_fewer_cells_lacks_the_last() -> None:
    assert clean(["SĐT", "Họ tên", "Ghi chú"], "0900000101").reject is None


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValueError, match="nickname"):
        recipe_for(["Biệt danh"], ["nickname"], SETTINGS, CLOCK)


HEADERS = {
    "pid": "Mã KH",
    "name": "Họ tên",
    "phone": "SĐT",
    "phone_2": "SĐT 2",
    "email": "Email",
    "birthday": "Ngày sinh",
    "lunar_birthday": "Ngày sinh âm lịch",
    "gender": "Giới tính",
    "status": "Trạng thái",
    "province": "Tỉnh/TP",
    "note": "Ghi chú",
    "revenue": "Tổng chi tiêu",
    "last_order_at": "Lần mua cuối",
    "hang_the": "Hạng thẻ",
    "diem": "Điểm",
}
CELLS = st.sampled_from(
    ["", "-", "NGUYỄN AN", "chị lan", "Anh BS HÙNG", "0900000101", "+84987654301", 900000101.0]
    + ["01683456789 / 0900000102", "(0236) 3822222", "0838221234", "1/2/1990", "15/8 âm", 1990.0]
    + [dt.date(1990, 5, 3), 32964.0, "lan@EXAMPLE.com", "0900000103@84.phone", "quan tam", "Nữ"]
    + ["TP. Đà Nẵng", "1.500.000đ", "2tr5", "VIP, vip", "a\r\nb", "Nguy?n", "vàng", True, "#N/A"]
)


def as_cells(row: CleanRow) -> tuple[Any, ...]:
    values: dict[str, Any] = {**row.values, "tags": ", ".join(row.tags)}
    return tuple("" if values.get(field) is None else values[field] for field in (*HEADERS, "tags"))


@given(st.lists(CELLS, min_size=len(HEADERS) + 1, max_size=len(HEADERS) + 1))
def test_importing_what_was_read_again_repairs_nothing(cells: list[Cell]) -> None:
    recipe_ = recipe(*HEADERS.values(), "Nhóm KH")
    first = cleaner(recipe_)(1, cells)
    if first.reject is None:
        again = cleaner(recipe_)(1, as_cells(first))
        assert again.values == first.values
        assert again.tags == first.tags
        assert again.repairs == ()


@given(st.lists(CELLS | st.text() | st.floats(), max_size=20))
def test_no_row_is_too_strange(cells: list[Cell]) -> None:
    row = cleaner(recipe(*HEADERS.values(), "Nhóm KH"))(1, cells)
    assert isinstance(row.reject, Remark) != bool(row.values)
