"""Lists as they are asked for: all of one as JSON or CSV, its first rows as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from cskh.cli._console import print_csv, print_json
from cskh.cli._session import Session
from cskh.errors import Exit
from cskh.language import _

# What command modules say as FORMATS and SETTLED: only lists have rows for CSV, and what is only
# looked at needs no workflows.
LISTED = {"list": ("table", "json", "csv")}
ONLY_LOOKED_AT = {"list": True, "show": True}
Limit = Annotated[int, typer.Option(metavar="N", min=0, help=_("Most rows of a table"))]


def print_list(
    session: Session, name: str, told: Callable[[], Mapping[str, Any]], table: Callable[[], None]
) -> Exit:
    """Print a list; `told` is it as JSON, with its rows under a name."""
    if session.json:
        print_json(told())
    elif session.format == "csv":
        rows = told()[name]
        columns = list(dict.fromkeys(column for row in rows for column in row))
        print_csv(columns, ([_cell(row.get(column)) for column in columns] for row in rows))
    else:
        table()
    return Exit.OK


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {each}" for name, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
