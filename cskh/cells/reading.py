"""What a cell may hold, and what comes of reading one: a value, repairs, or a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from cskh.language import _


class Broken(NamedTuple):
    """A cell without a value: an error (`#N/A`), or a formula that was never calculated."""

    kind: str  # "error" or "formula"
    text: str

    @property
    def reason(self) -> str:
        """Return why there is nothing to read."""
        if self.kind == "error":
            return _("The cell has an error.")
        return _("The cell has a formula without a value: open the file in Excel and save it.")


Cell = str | float | bool | dt.date | dt.time | dt.timedelta | Broken
Row = Sequence[Cell]


class Reading(NamedTuple):
    """What a cell says.

    `value` is None if it says nothing; `repairs` are rule names; `problem` is a sentence, and
    goes with a value only where the value is doubtful.
    """

    value: Any = None
    repairs: tuple[str, ...] = ()
    problem: str | None = None


NOTHING = Reading()


def unreadable(reason: str) -> Reading:
    """Return a reading that found no value and says why."""
    return Reading(None, (), reason)


def shown(cell: Cell) -> str:
    """Return a cell as a person sees it: whole numbers without a point, dates day first."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Broken):
        return cell.text
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, dt.date):
        return f"{cell:%d/%m/%Y}"
    return str(cell)
