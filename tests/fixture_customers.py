"""Writes fixtures/customers: `python -m tests.fixture_customers`. See the README beside the files.

Whoever stands in them is invented, and so are the phones: 0900 000 1xx, 0987 654 3xx and
0387 654 3xx (also as they were before 2018), 0838 000 1xx and 0236 3000 1xx.
"""

import datetime as dt
import unicodedata
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.cells.legacy_texts import as_cp1258

FOLDER = Path(__file__).parent.parent / "fixtures" / "customers"
WRITTEN = dt.datetime(2026, 11, 30, 17, 0)


def has(**cells: Any) -> dict[str, Any]:
    """Return cells of a row by their columns' keys."""
    return cells


def day(text: str) -> dt.date:
    """Return a real date cell."""
    return dt.datetime.strptime(text, "%d/%m/%Y").date()


def apart(text: str) -> str:
    """Return a text as a Mac writes it, its marks apart."""
    return unicodedata.normalize("NFD", text)


TITLES = ["SPA HOA SEN", "DANH SÁCH KHÁCH HÀNG (xuất ngày 30/11/2026)"]
# A column is what the upper header says, what the lower one does, and its key below.
COLUMNS = {
    "stt": ("STT", ""),
    "pid": ("Mã KH", ""),
    "name": ("Họ và tên (*)", ""),
    "phone": ("Liên hệ", "SĐT (*)"),
    "email": ("", "Email"),
    "address": ("", "Địa chỉ"),
    "province": ("", "Tỉnh/TP"),
    "birth": ("Ngày sinh", ""),
    "title": ("Xưng hô", ""),
    "kind": ("Đối tượng", ""),
    "tags": ("Nhóm khách hàng", ""),
    "status": ("Trạng thái", ""),
    "source": ("Nguồn", ""),
    "card": ("Hạng thẻ", ""),
    "spent": ("Mua hàng", "Tổng chi tiêu"),
    "orders": ("", "Số đơn"),
    "bought": ("", "Lần mua cuối"),
    "called": ("Chăm sóc", "Liên hệ cuối"),
    "meeting": ("", "Ngày hẹn"),
    "staff": ("", "Người phụ trách"),
    "note": ("Ghi chú", ""),
}
LEAD, CONTACT, ACCOUNT = "KH tiềm năng", "KH cá nhân", "KH doanh nghiệp"
DN = "TP. Đà Nẵng"
PAGE: dict[str, Any] = {}  # the header is repeated here, as for printing
ROWS: list[dict[str, Any]] = [
    # Birthday on 1 December, written in four ways; one of them is Lost.
    has(pid="KH0001", name="Nguyễn Thị Minh Hằng", phone="0900000111", email="hang@example.com")
    | has(address="12 Lê Duẩn, Hải Châu", province=DN, birth=day("01/12/1990"), title="Chị")
    | has(kind=CONTACT, tags="VIP, Da nhạy cảm", status="Khách hàng", source="Facebook")
    | has(card="Vàng", spent="12.450.000", orders=9, bought=day("20/11/2026"), staff="lan")
    | has(called=day("24/11/2026")),
    has(pid="KH0002", name="TRẦN VĂN BÌNH", phone=900000112, birth="01/12/1985", kind=CONTACT)
    | has(address="45 Nguyễn Văn Linh", province="Đà Nẵng", status="Khách hàng", spent="1.250.000")
    | has(orders=2, bought="05/10/2026", called="12/11/2026", staff="Trần Minh"),
    has(pid="KH0003", name="Chị Lan Anh", phone="0900.000.113", birth="1/12", kind=CONTACT)
    | has(province="ĐN", status="khách hàng", source="Giới thiệu", spent="890.000đ", orders=1)
    | has(bought="28/11/2026", called="28/11/2026"),
    has(pid="KH0004", name="Lê Quốc Đạt", phone="0900 000 114", birth=day("01/12/1979"))
    | has(title="Anh", kind=CONTACT, status="Lost", spent="450.000", orders=1)
    | has(bought="14/02/2025", note="Đã chuyển vào TP.HCM"),
    # Leads nobody has called for 15 days and more.
    has(pid="KH0005", name="Phạm Thị Thu Hiền", phone="01687654301", kind=LEAD, status="Quan tâm")
    | has(source="Facebook", called=day("16/11/2026"), birth="1993", staff="thao"),
    has(pid="KH0006", name=apart("Huỳnh Ngọc Diễm"), phone="0900000116", kind=LEAD)
    | has(status="Sẽ tham gia", source="Website", called="02/11/2026", title="Chị"),
    has(pid="KH0007", name="võ hoàng nam", phone="+84 900 000 117", kind=LEAD)
    | has(status="Quan tâm", source="Zalo", called=day("25/10/2026"), birth="15/07/1988"),
    has(pid="KH0008", name="Đặng Mỹ Linh", phone=900000118, kind=LEAD, status="Sẽ tham gia")
    | has(called="10/11/2026 15:30", source="Facebook", birth="23-04-95", title="Chị"),
    # Leads that were called lately, or never.
    has(pid="KH0009", name="Bùi Thanh Tùng", phone="0900000119", kind=LEAD, status="Quan tâm")
    | has(called=day("17/11/2026"), source="Website", birth=day("19/09/1991")),
    has(pid="KH0010", name="Ngô Diệp Anh", phone="84900000120", kind=LEAD)
    | has(status="Quan tâm", called="29/11/2026", source="Giới thiệu"),
    has(pid="KH0011", name="Đỗ Kim Yến", phone="0900000121", kind=LEAD, status="Sẽ tham gia")
    | has(called="30/11/2026 09:15", meeting="01/12/2026 14:00", note="Hẹn soi da"),
    has(pid="KH0012", name="Hồ Gia Khánh", phone="0900000122", kind=LEAD, status="Mới")
    | has(source="Facebook"),
    # More than 3,000,000 spent, not all of them called VIP.
    has(pid="KH0013", name="Lý Thị Cẩm Tú", phone="0900000123 / 0987654323", kind=CONTACT)
    | has(birth=day("08/03/1987"), tags="Khách quen", status="Khách hàng", card="Bạc")
    | has(spent="3.150.000", orders=4, bought=day("15/11/2026"), called="15/11/2026", title="Chị"),
    has(pid="KH0014", name="ANH TUẤN KIỆT", phone=987654324, kind=CONTACT, status="Khách hàng")
    | has(spent=5600000, orders=6, bought="22/10/2026", birth="30/06/1982", called="22/10/2026"),
    has(pid="KH0015", name="Mai Thúy Quyên", phone="0900000125", kind=CONTACT, tags="VIP")
    | has(status="Khách hàng", card="kim cương", spent="28.900.000", orders=21, staff="lan")
    | has(bought=day("27/11/2026"), called="27/11/2026", birth=day("13/08/1984"), title="Chị")
    | has(email="quyen.mai@example.com", province="Tỉnh Quảng Nam", address="Hội An"),
    has(pid="KH0016", name="Trương Văn Trường", phone="0900000126", kind=CONTACT)
    | has(status="Khách hàng", spent="3.000.000", orders=3, bought="11/11/2026", title="Anh"),
    has(pid="KH0017", name="CÔNG TY TNHH HOA NẮNG", phone="(0236) 3000 101", kind=ACCOUNT)
    | has(email="lienhe@hoanang.example.com", spent="45.000.000", orders=5, tags="Sỉ")
    | has(bought=day("18/11/2026"), address="88 Bạch Đằng, Hải Châu", province=DN)
    | has(status="Khách hàng", staff="Trần Minh", called="18/11/2026"),
    has(pid="KH0018", name="Nhà thuốc Sao Mai Xanh", phone="0236 3000 102 - 0900000128")
    | has(kind=ACCOUNT, spent="7.200.000", orders=3, bought="09/11/2026", tags="Sỉ;VIP")
    | has(status="Khách hàng", called="09/11/2026"),
    # Nothing bought for 90 days and more; one of them wants to be left alone.
    has(pid="KH0019", name="Nguyễn Hoài Thương", phone="0900000129", kind=CONTACT)
    | has(status="Khách hàng", spent="1.900.000", orders=3, bought=day("25/08/2026"))
    | has(birth="26/02/1996", called="25/08/2026", title="Chị"),
    has(pid="KH0020", name="Phan Tùng Lâm", phone="01687654330", kind=CONTACT)
    | has(status="Khách hàng", spent="2.100.000", orders=2, bought="02/09/2026")
    | has(birth=day("29/02/1988"), title="Anh", called="02/09/2026"),
    has(pid="KH0021", name="Đinh Thị Thanh Giang", phone=900000131, kind=CONTACT, title="Chị")
    | has(status="Khách hàng", spent="780.000", orders=1, bought=day("14/06/2026"))
    | has(called="20/06/2026", email="giang@EXAMPLE.com"),
    has(pid="KH0022", name="Cao Xuân Sơn", phone="0900000132", kind=CONTACT, title="Anh")
    | has(status="Khách hàng", tags="Không làm phiền", spent="960.000", orders=1)
    | has(bought="20/05/2026", called="20/05/2026"),
    has(pid="KH0023", name="Tạ Thị Bích", phone="0900000133", kind=CONTACT, title="Chị")
    | has(status="Khách hàng", spent="540.000", orders=1, bought="03/03/2025", birth="15/8 ÂL"),
    PAGE,
    # What shops' files look like.
    has(pid="KH0024", name="Vũ Thị Như Ý", phone="0900000134 (gọi sau 17h)", kind=CONTACT)
    | has(status="Khách hàng", birth="01/01/1970", spent="350k", orders=1, bought="21/11/2026"),
    has(pid="KH0025", name="Lâm Tố Uyên", phone="'0900000135", kind=CONTACT, status="Mới")
    | has(birth="12/13/1990", email="touyen@gmail", source="Tiktok"),
    has(name="Kiều Quang Tuấn", phone="0900000136", kind=LEAD, status="Đang suy nghĩ")
    | has(source="Facebook", called="19/11/2026"),
    has(name="BS. Hoàng Trí Dũng", phone="900000137.0")
    | has(kind=CONTACT, status="Khách hàng", spent="1tr2", orders=1, bought="23/11/2026"),
    has(pid="KH0028", name="Hà Mỹ Duyên", phone="", email="0900000138@84.phone", kind=CONTACT)
    | has(status="Mới", source="Website", title="Chị"),
    has(pid="KH0029", name="Lương Quang Bảo", phone="", email="bao@example.com", kind=LEAD)
    | has(status="Mới", source="Website", birth=day("24/10/1994")),
    has(pid="KH0030", name="Châu Thị Ngọc", phone="-", kind=CONTACT, status="Khách hàng")
    | has(spent="1.100.000", orders=2, bought="08/11/2026", title="Chị", birth=33239),
    has(pid="KH0031", name="Thái Thị Hoa", phone="0838000131", kind=CONTACT, status="Mới")
    | has(note="Số cũ trong sổ"),
    has(pid="KH0001", name="Nguyễn Thị Minh Hằng", phone="0900000111", kind=CONTACT)
    | has(tags="Khách quen", status="Khách hàng", note="Nhập trùng"),
    # Hopeless ones.
    has(pid="KH0033", name="Lê Ngọc Diệu", phone="9.00E+08", kind=CONTACT, status="Mới"),
    has(pid="KH0034", name="Tô Hữu Lộc", phone="O900000140", kind=LEAD, status="Mới"),
    has(pid="KH0035", name="John Nguyen", phone="+1 650 555 0100", kind=LEAD, status="Mới"),
    has(name="Khách vãng lai", status="Mới", note="Không để lại số"),
    has(pid="KH0037", name="Nguy?n V?n T?", phone="0900000141", kind=CONTACT, status="Mới"),
    has(pid="KH0038", name="Quách Tuấn Vinh", phone="0900000142", kind=CONTACT, status="Mới")
    | has(note="=formula"),
]
FOOTER = [
    ["Tổng cộng", *[""] * 13, "=SUM"],
    [],
    [*[""] * 17, "Đà Nẵng, ngày 30 tháng 11 năm 2026"],
    [*[""] * 17, "Người lập biểu"],
]
CSV = """\
Danh sách khách để lại số ở gian hàng hội chợ, 28-29/11/2026
Họ tên;Điện thoại;Email;Ngày sinh;Trạng thái;Nguồn;Liên hệ gần nhất;Nhãn;Ghi chú
Nguyễn Đức Thiện;0987654341;thien@example.com;15/10/1996;Quan tâm;Cửa hàng;29/11/2026;Hội chợ;
Trần Hồng Xuân;0987 654 342;;20/03/1989;Sẽ tham gia;Cửa hàng;28/11/2026;;"Hỏi ""Trẻ hóa""; gọi tối"
LÊ THỊ BÍCH TRÂM;84987654343;;30/09/1992;Quan tâm;Cửa hàng;29/11/2026;Hội chợ, Da dầu;
Phạm Quỳnh Mai;01687654344;quynhmai@example.com;;Quan tâm;Cửa hàng;01/11/2026;;Khách năm ngoái
Vũ Minh Cát;0987654345 - 0900000145;;02/10/1992;Mới;Cửa hàng;;Hội chợ;
Đoàn Thúy Vy;0987654346;vy@example.com;25/12;Sẽ tham gia;Cửa hàng;10/11/2026;;
Chị Uyên Nhi;0987654347;;;Quan tâm;Cửa hàng;29/11/2026;Hội chợ;
Phạm Thị Thu Hiền;0387654301;;;Quan tâm;Facebook;29/11/2026;Hội chợ;Đã có trong danh sách chính
Bích Ngân;không nhớ;;;Mới;Cửa hàng;29/11/2026;;
Hương Lài;09876543;;;Mới;Cửa hàng;29/11/2026;;Số bị thiếu
"""


def write_workbook(path: Path) -> None:
    """Write the shop's export: titles, a header of two rows, customers, a total."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": WRITTEN, "author": "Spa Hoa Sen"})
        guide = book.add_worksheet("Hướng dẫn")
        guide.write_column(0, 0, ["Mỗi dòng là một khách.", "Cột có dấu (*) phải điền."])
        sheet = book.add_worksheet("Khách hàng")
        sheet.activate()
        dates = book.add_format({"num_format": "dd/mm/yyyy"})
        bold = book.add_format({"bold": True, "align": "center"})
        for place, title in enumerate(TITLES):
            sheet.merge_range(place, 0, place, len(COLUMNS) - 1, title, bold)
        for place, row in enumerate(_rows(), 3):
            for column, cell in enumerate(row):
                _write(sheet, place, column, cell, dates)
        sheet.set_row(12, None, None, {"hidden": True})


def _rows() -> list[list[Any]]:
    header = [[upper for upper, _lower in COLUMNS.values()]]
    header += [[lower for _upper, lower in COLUMNS.values()]]
    rows, number = list(header), 0
    for row in ROWS:
        if row is PAGE:
            rows += [[], *header]
            continue
        number += 1
        rows.append([(row | {"stt": number}).get(key, "") for key in COLUMNS])
    return rows + FOOTER


def _write(sheet: Any, row: int, column: int, cell: Any, dates: Any) -> None:
    if cell == "=formula":
        sheet.write_formula(row, column, "=VLOOKUP(B6,Cu!A:B,2,0)", None, "#N/A")
    elif cell == "=SUM":
        sheet.write_formula(row, column, f"=SUM(O6:O{row})", None, 11)
    elif isinstance(cell, dt.date):
        sheet.write_datetime(row, column, cell, dates)
    elif isinstance(cell, int):
        sheet.write_number(row, column, cell)
    elif cell:
        sheet.write_string(row, column, cell)


def write_csv(path: Path) -> None:
    """Write the list from the fair as an old Excel does: Windows-1258, semicolons."""
    path.write_bytes(as_cp1258(CSV.replace("\n", "\r\n")))


def main() -> None:
    """Write both files."""
    write_workbook(FOLDER / "khach-hang.xlsx")
    write_csv(FOLDER / "khach-hang.csv")


if __name__ == "__main__":
    main()
