"""Shares as bars: how much of a whole each part is."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from cskh.cli._console import out, shown

_WIDTH = 24


def print_bars(totals: Sequence[tuple[str, int]]) -> None:
    """Print each part of a whole with its number, its share and a bar."""
    whole = sum(n for _name, n in totals)
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 2))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right")
    table.add_column()
    for name, n in totals:
        share = n / whole
        bar = "█" * round(share * _WIDTH)
        table.add_row(name, shown(n), f"{share:.0%}", Text(bar, style="cyan"))
    out().print(table)
