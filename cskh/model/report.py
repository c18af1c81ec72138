"""A report as a value: what every renderer receives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class Made(Sequence[Any]):
    """Items that are made of others when they are read, as all of them would fill memory."""

    def __init__(self, of: Sequence[Any], make: Callable[[Any], Any]) -> None:
        self._of, self._make = of, make

    def __len__(self) -> int:
        return len(self._of)

    def __getitem__(self, at: Any) -> Any:
        """Return an item, or a list of those in a slice."""
        found = self._of[at]
        return [self._make(each) for each in found] if isinstance(at, slice) else self._make(found)


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
