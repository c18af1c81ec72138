"""Workbooks that tests write: real files, from rows of cells."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

HEADER = ("Mã KH", "Họ tên", "SĐT", "Ngày sinh")
AN = ("KH1", "Nguyễn An", "0900000101", dt.date(1990, 5, 30))
BINH = ("KH2", "Lê Bình", "0900000102", dt.date(1991, 1, 31))


def write(path: Path, *rows: Sequence[Any], **sheets: Sequence[Sequence[Any]]) -> Path:
    """Write a workbook with one sheet of `rows`, or with the named sheets."""
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, table in (sheets or {"Khách": rows}).items():
            sheet = book.add_worksheet(name.lstrip("_"))
            if name.startswith("_"):
                sheet.hide()
            for place, row in enumerate(table):
                for column, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(place, column, cell, day)
                    else:
                        sheet.write(place, column, cell)
    return path


def repack(source: Path, target: Path, part: str, content: bytes) -> Path:
    """Copy a workbook with one of its parts replaced."""
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry, content if entry.filename == part else old.read(entry))
    return target
