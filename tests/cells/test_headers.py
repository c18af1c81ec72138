import pytest

from cskh.cells.headers import IMPORTABLE, field_of, key, map_headers


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Mã KH", "pid"),
        ("Họ và tên (*)", "name"),
        ("HỌ & TÊN:", "name"),
        ("Tên khách hàng", "name"),
        ("SĐT", "phone"),
        ("Số ĐT\n(bắt buộc)", "phone"),
        ("Đ.thoại", "phone"),
        ("dien thoai", "phone"),
        ("Zalo", "phone"),
        ("N.sinh", "birthday"),
        ("Ngày sinh (dd/mm/yyyy)", "birthday"),
        ("Năm sinh", "birthday"),
        ("Ngày sinh âm lịch", "lunar_birthday"),
        ("Nhóm khách hàng", "tags"),
        ("Đ/c", "address"),
        ("Tỉnh / TP", "province"),
        ("E-mail", "email"),
        ("Phái", "gender"),
        ("Tổng chi tiêu", "revenue"),
        ("Lần mua cuối", "last_order_at"),
        ("last_order_at", "last_order_at"),
        ("Ngày liên hệ cuối", "last_contacted_at"),
        ("Người phụ trách", "assignee"),
        ("STT", None),
        ("Fax", None),
        ("SĐT người giới thiệu", None),
        ("Ngày tạo", None),
        ("", None),
        ("x" * 500, None),
    ],
)
def test_a_header_names_its_field(header: str, field: str | None) -> None:
    assert map_headers([header]) == (field,)


@pytest.mark.parametrize("field", sorted(IMPORTABLE))
def test_every_field_is_known_by_its_own_name(field: str) -> None:
    assert field_of(field) == field


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (["Di động", "ĐT bàn"], ["phone", "phone_2"]),
        (["ĐT bàn", "Di động"], ["phone_2", "phone"]),
        (["ĐT bàn"], ["phone"]),
        (["SĐT", "Zalo", "SĐT 3"], ["phone", "phone_2", None]),
        (["Phone 1", "Phone 3", "Phone 2"], ["phone", None, "phone_2"]),
        (["Họ", "Tên"], ["family_name", "given_name"]),
        (["Họ", "Tên đệm", "Tên"], ["family_name", "middle_name", "given_name"]),
        (["Last Name", "First Name"], ["family_name", "given_name"]),
        (["Họ tên", "Họ", "Tên"], ["name", None, None]),
        (["Họ"], [None]),
        (["Ngày", "Tháng", "Năm"], ["birth_day", "birth_month", "birth_year"]),
        (["Ngày", "Tháng", "Năm sinh"], ["birth_day", "birth_month", "birth_year"]),
        (["Ngày", "Tháng"], ["birth_day", "birth_month"]),
        (["Ngày sinh", "Ngày", "Tháng"], ["birthday", None, None]),
        (["Ngày"], [None]),
        (["Năm"], [None]),
        (["Nhóm KH", "Nhãn", "Loại khách"], ["tags", "tags", "group"]),
        (["Địa chỉ 1", "Địa chỉ 2"], ["address", None]),
        (["Tên KH", "Tên khách hàng"], ["name", None]),
    ],
)
def test_columns_share_their_fields(headers: list[str], fields: list[str | None]) -> None:
    assert map_headers(headers) == tuple(fields)


def test_the_projects_own_fields_come_first() -> None:
    custom = {"Hạng thẻ": "hang_the", "Hạng": "hang"}
    assert map_headers(["HẠNG THẺ (*)", "hang_the", "Hạng"], custom) == ("hang_the", None, "hang")


def test_headers_are_compared_without_marks_and_hints() -> None:
    assert key("Số  ĐT (*):\n[Zalo]") == "so dt"
