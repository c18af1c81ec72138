"""Column headers as Vietnamese sheets write them, and the fields they stand for."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from functools import cache

from cskh.model.folding import fold, unmark

# Parts of a name or a birthday, which only together make the field.
PARTS = {
    "name": ("family_name", "middle_name", "given_name"),
    "birthday": ("birth_day", "birth_month", "birth_year"),
}
_VARIANTS = {
    "pid": "Mã KH; Mã khách hàng; Mã khách; Mã; Mã thành viên; Số thẻ; Mã thẻ; Customer code; PID; "
    "Customer ID; Mã số KH; Mã số khách hàng; ID khách hàng; Code",
    "name": "Họ và tên; Họ tên; Họ & tên; Tên khách hàng; Tên KH; Tên; Khách hàng; Tên đầy đủ; "
    "Tên người nhận; Người nhận; Người mua; Người liên hệ; Full name; Name; Customer name; "
    "Tên khách; Họ và tên khách hàng; Họ tên khách hàng; Họ tên KH; Customer",
    "family_name": "Họ; Last name; Họ và đệm; Họ và tên đệm; Họ đệm; Họ và chữ lót; Surname",
    "middle_name": "Họ lót; Tên đệm; Đệm; Chữ lót; Tên lót; Middle name",
    "given_name": "First name; Tên gọi; Given name",
    "phone": "SĐT; Số ĐT; Số điện thoại; Điện thoại; ĐT; Đ.thoại; Di động; ĐTDĐ; ĐT di động; "
    "Số di động; Điện thoại di động; Mobile; Phone; Phone number; Tel; Telephone; Cell; Hotline; "
    "Zalo; SĐT Zalo; Số Zalo; SĐT khách hàng; SĐT KH; Số máy; Mobile phone; Số liên hệ; "
    "Điện thoại khách hàng; SĐT khách; Số phone; SĐT người nhận",
    "phone_2": "Số phụ; SĐT phụ; SĐT khác; Điện thoại khác",
    "desk": "Điện thoại cố định; ĐT cố định; SĐT cố định; Cố định; ĐT bàn; Điện thoại bàn; "
    "SĐT bàn; Số bàn; Máy bàn; ĐT VP; Điện thoại văn phòng; Landline; Điện thoại cơ quan",
    "email": "Email; Thư điện tử; E-mail; Mail; Địa chỉ email; Email khách hàng; Hộp thư",
    "birthday": "Ngày sinh; Sinh nhật; NS; N.sinh; Ngày tháng năm sinh; DOB; Birthday; Birth date; "
    "Date of birth; NTNS; Ngày/tháng/năm sinh; Ngày sinh nhật; Năm sinh; Birth year",
    "lunar_birthday": "Ngày sinh âm lịch; Sinh nhật âm lịch; Ngày sinh âm; Sinh nhật âm; "
    "Ngày âm lịch; Lunar birthday",
    "birth_year": "Năm",
    "birth_day": "Ngày",
    "birth_month": "Tháng; Tháng sinh",
    "gender": "Giới tính; GT; Phái; Xưng hô; Danh xưng; Tiêu đề; Gender; Sex; Title; Nam/Nữ",
    "address": "Địa chỉ; Đ/c; ĐC; Địa chỉ KH; Địa chỉ khách hàng; Địa chỉ giao hàng; Address; "
    "Địa chỉ liên hệ; Địa chỉ nhà; Nơi ở",
    "province": "Tỉnh/TP; Tỉnh/Thành phố; Tỉnh thành; Tỉnh; Thành phố; Khu vực; Khu vực giao hàng; "
    "Tỉnh/Thành; Province; City; TP; Tỉnh, thành phố",
    "status": "Trạng thái; Tình trạng; Trạng thái khách hàng; Trạng thái KH; Status; Tình trạng KH",
    "source": "Nguồn; Nguồn KH; Nguồn khách; Nguồn khách hàng; Source; Biết qua; Biết đến qua",
    "industry": "Ngành nghề; Nghề nghiệp; Ngành; Lĩnh vực; Nghề; Industry; Ngành hàng",
    "channel": "Kênh; Kênh bán; Kênh bán hàng; Kênh mua hàng; Channel; Kênh mua",
    "assignee": "Người phụ trách; Nhân viên phụ trách; NV phụ trách; Phụ trách; Sale; "
    "Sale phụ trách; NV chăm sóc; Nhân viên chăm sóc; NVKD; Assignee; NV kinh doanh; Nhân viên; "
    "Nhân viên kinh doanh; Người chăm sóc",
    "tags": "Nhóm KH; Nhóm khách hàng; Nhóm; Nhóm khách; Phân loại; Phân loại KH; "
    "Phân loại khách hàng; Hạng; Hạng KH; Hạng khách hàng; Cấp độ; Nhãn; Tag; Tags; Gắn thẻ; "
    "Mối quan hệ; Phân nhóm; Customer group; Hạng thành viên",
    "group": "Loại khách; Loại khách hàng; Loại KH",
    "company": "Công ty; Tên công ty; Company; Đơn vị; Cơ quan; Nơi công tác; Đơn vị công tác; "
    "Tên đơn vị; Cty",
    "note": "Ghi chú; Diễn giải; Note; Notes; Chú thích; Ghi chú KH; Nhận xét; Ghi chú khách hàng",
    "revenue": "Tổng chi tiêu; Doanh thu; Doanh số; Tổng bán; Tổng mua; Tổng tiền; Revenue; "
    "Tổng doanh thu; Tổng doanh số; Tổng tiền mua; Tổng tiền hàng; Chi tiêu; Tổng giá trị mua; "
    "Total spent; Tổng bán trừ trả hàng",
    "order_count": "Số đơn; Số đơn hàng; Số lần mua; Tổng số đơn; Tổng đơn; Tổng đơn hàng; Orders; "
    "Số lượng đơn hàng; SL đơn hàng",
    "last_order_at": "Lần mua cuối; Ngày mua cuối; Lần mua gần nhất; Ngày mua gần nhất; Mua cuối; "
    "Ngày giao dịch cuối; Ngày giao dịch cuối cùng; Lần cuối mua hàng; Đơn gần nhất; Last order; "
    "Ngày mua hàng cuối; Mua gần nhất; Ngày mua hàng gần nhất; Ngày mua; Lần mua cuối cùng",
    "last_contacted_at": "Liên hệ cuối; Lần liên hệ cuối; Ngày liên hệ cuối; Liên hệ gần nhất; "
    "Ngày liên hệ gần nhất; Tương tác cuối; Lần tương tác cuối; Ngày chăm sóc cuối; Chăm sóc cuối; "
    "Chăm sóc gần nhất; Lần gọi cuối; Gọi lần cuối; Last contact; Last contacted; Ngày liên hệ; "
    "Ngày chăm sóc gần nhất; Ngày gọi cuối",
    "next_appointment_at": "Lịch hẹn; Ngày hẹn; Hẹn gặp; Lịch hẹn tiếp theo; Ngày tái khám; "
    "Tái khám; Hẹn gọi lại; Lịch hẹn tới; Appointment; Next appointment; Ngày hẹn tiếp theo",
    "kind": "Đối tượng; Kind",
    "type": "Type",
}
# The fields of a customer that a sheet can set, beside the project's own.
IMPORTABLE = frozenset(_VARIANTS) - {
    "desk",
    "group",
    *(p for parts in PARTS.values() for p in parts),
}
DATE_FIELDS = frozenset(
    {"birthday", "lunar_birthday", "last_order_at", "last_contacted_at", "next_appointment_at"}
)
_HINT = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_NUMBERED = re.compile(r"(.*\D)\s*([0-9])")
_LONGEST = 80  # characters of a header
_MANY = frozenset({"tags", "group"})


def key(header: str) -> str:
    """Return what headers are compared by: no case, marks, hints in brackets, stars and points."""
    bare = unmark(fold(_HINT.sub(" ", header)))
    return " ".join(re.sub(r"[*:.\"“”'_]|\s-\s", " ", bare).replace(" / ", "/").split())


def _tight(header: str) -> str:
    return key(header).replace(" ", "")


@cache
def _fields() -> Mapping[str, str]:
    variants = {
        _tight(variant): field for field, texts in _VARIANTS.items() for variant in texts.split(";")
    }
    return {_tight(field): field for field in IMPORTABLE} | variants


def field_of(header: str, custom: Mapping[str, str] | None = None) -> str | None:
    """Return the field that a header names by itself; `custom` are labels to fields."""
    tight = _tight(header) if len(header) <= _LONGEST else ""
    for label, field in (custom or {}).items():
        if tight and tight in (_tight(label), _tight(field)):
            return field
    known = _fields()
    if tight not in known and (numbered := _NUMBERED.fullmatch(tight)):
        return _numbered(known.get(numbered[1]), int(numbered[2]))
    return known.get(tight)


def _numbered(field: str | None, number: int) -> str | None:
    if field == "phone" and number == 2:
        return "phone_2"
    return field if number == 1 or field in ("phone", "tags") else None


def map_headers(
    headers: Sequence[str], custom: Mapping[str, str] | None = None
) -> tuple[str | None, ...]:
    """Return each column's field, None where there is none or an earlier column has it.

    `custom` are the labels of the project's own fields. The second phone is `phone_2`; a name
    or a birthday in several columns comes as its parts.
    """
    found: list[str | None] = [field_of(header, custom) for header in headers]
    _place_names(found, headers)
    _place_births(found, headers)
    _place_phones(found)
    seen: set[str] = set()
    for column, field in enumerate(found):
        if field is None or (field in seen and field not in _MANY):
            found[column] = None
        else:
            seen.add(field)
    return tuple(found)


def _drop(found: list[str | None], fields: Container[str | None]) -> None:
    for column, field in enumerate(found):
        if field in fields:
            found[column] = None


def _place_names(found: list[str | None], headers: Sequence[str]) -> None:
    """Take `Tên` beside `Họ` for the given name; a whole name makes its parts superfluous."""
    if {"family_name", "middle_name"} & set(found):
        for column, field in enumerate(found):
            if field == "name" and key(headers[column]) == "ten":
                found[column] = "given_name"
    if "name" in found or "given_name" not in found:
        _drop(found, PARTS["name"])


def _place_births(found: list[str | None], headers: Sequence[str]) -> None:
    """Take day, month and year together for a birthday, unless there is a whole one."""
    whole = [i for i, field in enumerate(found) if field == "birthday"]
    if not {"birth_day", "birth_month"} <= set(found):
        _drop(found, PARTS["birthday"])
    elif whole and key(headers[whole[0]]) == "nam sinh":
        found[whole[0]] = "birth_year"
    elif whole:
        _drop(found, PARTS["birthday"])


def _place_phones(found: list[str | None]) -> None:
    """Give phone and phone_2 to the mobile columns first, in order, then to the landlines."""
    phones, seconds, desks = (
        [column for column, field in enumerate(found) if field == wanted]
        for wanted in ("phone", "phone_2", "desk")
    )
    if not phones and not desks:
        return
    for place, column in enumerate((*phones[:1], *seconds, *phones[1:], *desks)):
        found[column] = ("phone", "phone_2")[place] if place < 2 else None
