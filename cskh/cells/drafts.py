"""A row on its way to being clean, and the remarks that are made about it."""

from __future__ import annotations

from typing import Any, NamedTuple

from cskh.cells.readers import Reader
from cskh.cells.reading import Broken, Cell, Reading, Row, shown, unreadable


class Remark(NamedTuple):
    """What was left out: the column's header, the cell as shown, and why; None for a whole row."""

    column: str | None
    value: str | None
    reason: str


class Column(NamedTuple):
    """A column of the sheet, counted from 0, with its header's text."""

    place: int
    header: str


class Draft:
    """What is known of a row so far."""

    __slots__ = ("reject", "repairs", "tags", "values", "warnings")

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.tags: list[str] = []
        self.repairs: list[str] = []
        self.warnings: list[Remark] = []
        self.reject: Remark | None = None

    def read(self, row: Row, column: Column, reader: Reader) -> Any:
        """Read a cell and note its repairs; a problem is a warning. None if it says nothing."""
        cell = row[column.place]
        if cell == "":
            return None
        value, repairs, problem = reader(cell) if cell.__class__ is not Broken else reading_of(cell)
        if repairs or problem:
            self.note(column, cell, repairs, problem)
        return value

    def note(
        self, column: Column, cell: Cell, repairs: tuple[str, ...], problem: str | None
    ) -> None:
        """Note what a reading took and what is doubtful about it."""
        self.repairs += repairs
        if problem:
            self.warn(column, cell, problem)

    def require(self, row: Row, column: Column, reader: Reader) -> Any:
        """Read a cell without whose value, if it has one, the row can't be used."""
        cell = row[column.place]
        if cell == "":
            return None
        value, repairs, problem = reader(cell) if cell.__class__ is not Broken else reading_of(cell)
        if problem and value is None:
            self.reject = Remark(column.header, shown(cell), problem)
        else:
            self.note(column, cell, repairs, problem)
        return value

    def warn(self, column: Column, cell: Cell, reason: str) -> None:
        """Note a cell that was left out or is doubtful."""
        self.warnings.append(Remark(column.header, shown(cell), reason))


def reading_of(broken: Cell) -> Reading:
    """Return what a broken cell says: why there is nothing to read."""
    assert isinstance(broken, Broken)
    return unreadable(broken.reason)
