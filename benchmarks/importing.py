"""Import: 100,000 rows × 10 columns of a workbook, against reading the same file with calamine."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from benchmarks._customers import CLOCK, SETTINGS, customers
from benchmarks._measuring import Result, in_turns
from cskh.engine.environment import open_environment
from cskh.engine.importing import import_customers
from cskh.engine.project import Project
from cskh.engine.tables import Options, open_table
from cskh.store.values import ImportOf

COUNT = 100_000
HEADERS = {
    "Mã KH": "pid",
    "Họ và tên": "name",
    "SĐT": "phone",
    "Ngày sinh": "birthday",
    "Giới tính": "gender",
    "Tỉnh/TP": "province",
    "Trạng thái": "status",
    "Tổng chi tiêu": "revenue",
    "Nhóm khách hàng": "tags",
    "Email": "email",
}
READ = """
import resource, sys
from python_calamine import CalamineWorkbook
for row in CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).iter_rows():
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
# The process that reads the file is a child of the one that writes.
IMPORT = """
import resource, sys
from pathlib import Path
from benchmarks.importing import import_all
import_all(Path(sys.argv[2]), Path(sys.argv[1]))
print(sum(resource.getrusage(who).ru_maxrss
          for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
"""


def _cells(customer: dict[str, object], number: int) -> list[object]:
    """Write a customer as a shop's export does: day first, a lost zero here and there."""
    year, month, day = str(customer["birthday"]).split("-")
    phone = str(customer["phone"])
    shown = dict(customer) | {
        "phone": int(phone) if number % 3 == 0 else phone,
        "birthday": f"{day}/{month}/{year}",
        "gender": {"male": "Nam", "female": "Nữ"}.get(str(customer["gender"]), ""),
        "tags": ", ".join(customer["tags"]),
        "email": f"khach{number}@example.com",
    }
    return [shown[field] for field in HEADERS.values()]


def write_workbook(path: Path, count: int) -> None:
    """Write a workbook with so many invented customers."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Khách hàng")
    sheet.write_row(0, 0, list(HEADERS))
    for number, customer in enumerate(customers(count)):
        sheet.write_row(number + 1, 0, _cells(customer, number))
    book.close()


def import_all(root: Path, book: Path) -> None:
    """Import a workbook into a new store; every row must be a new customer's."""
    for file in root.glob("cskh.db*"):
        file.unlink()
    project = Project(root=root, settings=SETTINGS, templates={}, workflows={}, words=None)
    of = ImportOf(kind="customers", file=book.name, sha256="", actor=None)
    with (
        open_environment(project, CLOCK) as environment,
        open_table(environment, book, Options()) as table,
    ):
        done = import_customers(environment, table.rows(), of, "contact", lambda _rows: None)
    if done.counts["created"] != COUNT:
        raise AssertionError(done.told())


def _held(script: str, *arguments: Path) -> float:
    """Return the most memory that a script held, in MB."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024  # KiB on Linux


def measure() -> Iterator[Result]:
    """Yield the ratio of a whole first import to calamine's reading alone, in time and memory."""
    with tempfile.TemporaryDirectory() as folder:
        root, book = Path(folder), Path(folder) / "khach-hang.xlsx"
        write_workbook(book, COUNT)

        ours, its = _held(IMPORT, book, root), _held(READ, book)
        one, other, ratio = in_turns(lambda: import_all(root, book), lambda: _held(READ, book), 3)
    detail = f"{one:.1f} s and {other:.1f} s, {COUNT / one:,.0f} rows/s"
    yield Result("import", ratio, 3.3, "× calamine reading the file alone", detail)
    detail = f"{ours:.0f} MB and {its:.0f} MB"
    yield Result("import, memory", ours - its, 300, "MB beyond what calamine holds", detail)
