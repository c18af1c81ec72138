"""Reads workbooks with calamine: .xlsx, .xls, .xlsb and .ods, one sheet of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from cskh.cells.encodings import decoder, guess_text
from cskh.cells.layout import SEARCHED
from cskh.cells.reading import Row
from cskh.edge.sheets_frames import Fault, Limits
from cskh.edge.sheets_xml import Look, check_size_unpacked, look_into
from cskh.model.folding import fold

_SAMPLE = 200  # rows by which an old font is known

HasHeader = Callable[[Sequence[tuple[int, Row]]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """A sheet of a workbook as a table, with what was seen beside the reader.

    `encoding` is that of an old font (`tcvn3`, `vni`), `hidden` are the sheets that nobody sees.
    """

    name: str
    sheet: CalamineSheet
    look: Look
    hidden: tuple[str, ...] = ()
    encoding: str | None = None
    guessed: bool = False

    @property
    def height(self) -> int:
        """Return the number of the last used row."""
        return self.sheet.end[0] + 1 if self.sheet.end else 0

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Yield the rows down to the last used one, from column A on."""
        mend = decoder(self.encoding) if self.encoding else None
        for number, row in _rows(self.sheet):
            if mend is not None:
                row = [mend(cell) if isinstance(cell, str) else cell for cell in row]
            if number in self.look.broken:
                for column, cell in self.look.broken[number].items():
                    if column < len(row) and row[column] == "":
                        row[column] = cell
            yield number, row


def open_workbook(
    path: Path, wanted: str | None, encoding: str | None, has_header: HasHeader, limits: Limits
) -> SheetTable:
    """Open the sheet that is `wanted`, else the visible one that `has_header`; raises Fault."""
    check_size_unpacked(path, limits)
    book = _book(path)
    name = _wanted(book, wanted) or _only_visible(book)
    if name is None:
        sheet = _only_with_header(book, has_header, limits)
        return _table(book, sheet, look_into(path, sheet.name, limits), encoding)
    with ThreadPoolExecutor(max_workers=1) as beside:  # the reader lets other threads run
        look = beside.submit(look_into, path, name, limits)
        sheet = _sheet(book, name, limits)
        return _table(book, sheet, look.result(), encoding)


def _book(path: Path) -> CalamineWorkbook:
    try:
        # By content: given a path, the reader would go by the file's ending.
        with path.open("rb") as file:
            return CalamineWorkbook.from_filelike(file)
    except PasswordError:
        raise Fault("password") from None
    except CalamineError:
        raise Fault("damaged") from None


def _sheets(book: CalamineWorkbook) -> list[SheetMetadata]:
    return [sheet for sheet in book.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]


def _wanted(book: CalamineWorkbook, wanted: str | None) -> str | None:
    if wanted is None:
        return None
    names = [sheet.name for sheet in _sheets(book)]
    same = [name for name in names if fold(name.strip()) == fold(wanted.strip())]
    if not same:
        raise Fault("no_sheet", sheet=wanted, names=names)
    return wanted if wanted in same else same[0]


def _visible(book: CalamineWorkbook) -> list[str]:
    names = [s.name for s in _sheets(book) if s.visible is SheetVisibleEnum.Visible]
    if not names:
        raise Fault("hidden", names=[sheet.name for sheet in _sheets(book)])
    return names


def _only_visible(book: CalamineWorkbook) -> str | None:
    names = _visible(book)
    return names[0] if len(names) == 1 else None


def _only_with_header(
    book: CalamineWorkbook, has_header: HasHeader, limits: Limits
) -> CalamineSheet:
    """Return the one visible sheet with a header, else the one with anything in it."""
    filled, fitting = [], []
    for name in _visible(book):
        sheet = _sheet(book, name, limits)
        if sheet.start is None:
            continue
        filled.append(name)
        if has_header(list(islice(_rows(sheet), SEARCHED))):
            fitting.append(sheet)
    if len(fitting) > 1:
        raise Fault("several", names=[sheet.name for sheet in fitting])
    if fitting:
        return fitting[0]
    if len(filled) != 1:
        raise Fault("no_header" if filled else "no_rows")
    return _sheet(book, filled[0], limits)


def _sheet(book: CalamineWorkbook, name: str, limits: Limits) -> CalamineSheet:
    try:
        sheet = book.get_sheet_by_name(name)
    except CalamineError:
        raise Fault("damaged") from None
    if sheet.end is not None and sheet.end[1] >= limits.columns:
        raise Fault("columns", sheet=name, count=sheet.end[1] + 1, most=limits.columns)
    return sheet


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[Any]]]:
    left: list[Any] = [""] * (sheet.start[1] if sheet.start else 0)
    for number, row in enumerate(sheet.iter_rows(), 1):
        yield number, left + row if left else row


def _table(
    book: CalamineWorkbook, sheet: CalamineSheet, look: Look, encoding: str | None
) -> SheetTable:
    asked = encoding if encoding in ("tcvn3", "vni") else None
    found = asked or _old_font(sheet)
    return SheetTable(
        name=sheet.name,
        sheet=sheet,
        look=look,
        hidden=tuple(s.name for s in _sheets(book) if s.visible is not SheetVisibleEnum.Visible),
        encoding=found,
        guessed=found is not None and asked is None,
    )


def _old_font(sheet: CalamineSheet) -> str | None:
    rows = islice(sheet.iter_rows(), _SAMPLE)
    return guess_text("\n".join(cell for row in rows for cell in row if isinstance(cell, str)))
