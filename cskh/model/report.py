"""A report as a value: what every renderer receives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under titles; cells are texts, numbers, booleans or None.

    The first `whole` columns hold codes, times and the like, which nobody reads in pieces.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    whole: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A title, totals by name, the table people read, the rows a file has, and the JSON.

    `parts` are further tables that people read, by their titles.
    """

    title: str
    totals: Sequence[tuple[str, int]]
    table: Table
    parts: Mapping[str, Table] = field(default_factory=dict)
    full: Table
    data: Mapping[str, Any]
