"""Output: stdout is data, stderr is talk; colours vanish in a pipe, phones are masked."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from cskh.language import _, ngettext

if TYPE_CHECKING:
    from rich.console import Console

ROWS_SHOWN = 50
# A pipe has no width of its own: wide enough that no table is cut there.
_PIPE_WIDTH = 200


def _console(stream: TextIO) -> Console:
    from rich.console import Console

    width = None if stream.isatty() else _PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False, emoji=False)


def out() -> Console:
    """Return the console for data."""
    return _console(sys.stdout)


def err() -> Console:
    """Return the console for talk."""
    return _console(sys.stderr)


def say(text: str, style: str = "") -> None:
    """Tell people something on stderr."""
    err().print(text, style=style, markup=False, soft_wrap=True)


class _Streamed(list[Any]):
    """A list to `json` whose items are made only while it writes them."""

    def __init__(self, items: Sequence[Any]) -> None:
        # An empty list has to be known as one.
        super().__init__(items[:1])
        self._items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)


def _plain(value: Any) -> Any:
    return _Streamed(value) if isinstance(value, Sequence) else str(value)


def print_json(data: Any) -> None:
    """Print data as JSON, indented, with Vietnamese as it is where stdout can say it.

    Sequences that make their items are written item by item, never held as a whole.
    """
    speaks_unicode = sys.stdout.encoding.lower().replace("-", "").startswith("utf")
    json.dump(data, sys.stdout, ensure_ascii=not speaks_unicode, indent=2, default=_plain)
    sys.stdout.write("\n")


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows as CSV."""
    from cskh.renderers.table_text import csv_text

    sys.stdout.write(csv_text(columns, rows))


def print_table(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], limit: int = ROWS_SHOWN, whole: int = 0
) -> None:
    """Print rows as a table; numbers stand to the right, what is over the limit is counted.

    Numbers and the first `whole` columns are never broken.
    """
    from cskh.cli._tables import table_of

    console = out()
    console.print(table_of(columns, rows[:limit], whole, console.width))
    if (more := len(rows) - limit) > 0:
        text = ngettext("… and {n} more row", "… and {n} more rows", more)
        say(text.format(n=more) + " (--limit)", "dim")


def day_and_time(moment: dt.datetime) -> str:
    """Return an instant as people here write it."""
    return f"{moment:%d/%m/%Y %H:%M}"


def shown(cell: Any) -> str:
    """Return a cell as people read it: 1.234.567, nothing for what isn't set."""
    if cell is None:
        return ""
    if isinstance(cell, tuple | list):
        return ", ".join(map(shown, cell))
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, int):
        return f"{cell:,}".replace(",", ".")
    # What a spreadsheet brought along must not steer the terminal.
    return "".join(char if char.isprintable() or char == "\n" else "·" for char in str(cell))
