"""Tables in which codes, numbers and times stay in one piece; where they don't fit, blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any, Literal

from rich.text import Text

from cskh.cli._console import shown

if TYPE_CHECKING:
    from rich.console import RenderableType

# What stands between two columns and at both edges, and the least that a text makes do with.
_GAP = 3
_EDGES = 2
_LEAST = 16
_INDENT = 2


@dataclass(frozen=True, kw_only=True)
class _Columns:
    """The cells of a table as texts, column by column, and which columns are never broken."""

    titles: Sequence[str]
    cells: Sequence[Sequence[Text]]
    numeric: Sequence[bool]
    kept: Sequence[bool]

    def width(self, place: int) -> int:
        """Return the width that a column must have: a title may be broken between its words."""
        words = max((len(word) for word in self.titles[place].split()), default=0)
        widest = max((row[place].cell_len for row in self.cells), default=0)
        return max(words, widest if self.kept[place] else min(widest, _LEAST))

    def fit(self, width: int) -> bool:
        """Say whether the columns stand beside each other in a width."""
        needed = sum(self.width(place) + _GAP for place in range(len(self.titles)))
        return needed - _GAP + _EDGES <= width


def table_of(
    titles: Sequence[str], rows: Sequence[Sequence[Any]], whole: int, width: int
) -> RenderableType:
    """Return rows as a table for a width, or as one block a row where that is too narrow.

    Numbers and the first `whole` columns are never broken.
    """
    numeric = [_is_numeric([row[place] for row in rows]) for place in range(len(titles))]
    columns = _Columns(
        titles=titles,
        cells=[[Text(shown(cell)) for cell in row] for row in rows],
        numeric=numeric,
        kept=[place < whole or number for place, number in enumerate(numeric)],
    )
    return _table(columns) if columns.fit(width) else _blocks(columns, width)


def _is_numeric(cells: Sequence[Any]) -> bool:
    return bool(cells) and all(
        isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells
    )


def _table(columns: _Columns) -> RenderableType:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for place, title in enumerate(columns.titles):
        side: Literal["left", "right"] = "right" if columns.numeric[place] else "left"
        width = columns.width(place) if columns.kept[place] else None
        table.add_column(title, justify=side, overflow="fold", width=width)
    for row in columns.cells:
        table.add_row(*row)
    return table


def _blocks(columns: _Columns, width: int) -> RenderableType:
    from rich.console import Group

    return Group(*(line for row in columns.cells for line in _block(columns, row, width)))


def _block(columns: _Columns, row: Sequence[Text], width: int) -> Iterator[RenderableType]:
    from rich.padding import Padding

    first, *pieces = _pieces(columns, row)
    first.stylize("bold")
    yield from _filled([first, *pieces], width)
    for title, text, kept in zip(columns.titles, row, columns.kept, strict=True):
        if text and not kept:
            yield Padding(Text.assemble((f"{title}: ", "dim"), text), (0, 0, 0, _INDENT))


def _pieces(columns: _Columns, row: Sequence[Text]) -> Iterator[Text]:
    """Yield what is never broken of a row; a number says what it counts."""
    each = zip(columns.titles, row, columns.numeric, strict=True)
    for place, (title, text, number) in compress(enumerate(each), columns.kept):
        if text or place == 0:
            yield Text.assemble((f"{title} ", "dim"), text) if number and place else text.copy()


def _filled(pieces: Sequence[Text], width: int) -> Iterator[Text]:
    """Yield lines of whole pieces."""
    line, dot = pieces[0], Text(" · ", style="dim")
    for piece in pieces[1:]:
        if line.cell_len + dot.cell_len + piece.cell_len > width:
            yield line
            line = Text(" " * _INDENT).append_text(piece)
        else:
            line = line.append_text(dot).append_text(piece)
    yield line
