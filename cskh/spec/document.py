"""A file as plain values in which every value knows its line and column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cskh.errors import Problem
from cskh.spec.codes import severity
from cskh.spec.paths import Path, dotted


class Spot(NamedTuple):
    """Where a value stands (its parser's event) and where what is in it does.

    The parts of a mapping are by key, each with the key's own event.
    """

    event: Any
    parts: dict[str, tuple[Any, Spot]] | list[Spot] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One file as plain values; `whole` says whether it could be read to its end.

    Lines and columns count from 1, in characters. `tree` finds the places in a text; it is only
    asked when there is something to say, since most files are right and places are many.
    """

    file: str
    text: str = ""
    data: Any = None
    problems: tuple[Problem, ...] = ()
    whole: bool = True
    tree: Callable[[str], Spot | None] = field(default=lambda _text: None, repr=False)

    def place(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """Return line and column of a value, or of its key; of the parent if it is missing."""
        spot, key_event = self._find(path)
        event = key_event if key and key_event is not None else spot and spot.event
        return (event.start_mark.line + 1, event.start_mark.column + 1) if event else (1, 1)

    def source(self, path: Path) -> tuple[int, str]:
        """Return where a value starts in `text`, and what stands there, quotes and all."""
        spot, _key = self._find(path)
        if spot is None:
            return 0, ""
        start, end = spot.event.start_mark.index, spot.event.end_mark.index
        return start, self.text[start:end]

    def line_column(self, index: int) -> tuple[int, int]:
        """Return line and column of a character of `text`."""
        before = self.text[:index]
        return before.count("\n") + 1, index - before.rfind("\n")

    def problem(
        self,
        code: str,
        path: Path,
        message: str,
        hint: str | None = None,
        *,
        where: tuple[int, int] | None = None,
    ) -> Problem:
        """Make a problem with the value at `path`, which stands at `where` if not there itself."""
        line, column = where or self.place(path)
        return Problem(
            code=code,
            message=message,
            file=self.file,
            line=line,
            column=column,
            path=dotted(path),
            severity=severity(code),
            hint=hint,
        )

    def _find(self, path: Path) -> tuple[Spot | None, Any]:
        """Return the spot at a path (the last one there is on the way to it) and its key."""
        spot, key = self.tree(self.text), None
        for step in path:
            parts = spot.parts if spot else None
            if isinstance(parts, dict) and step in parts:
                key, spot = parts[str(step)]
            elif isinstance(parts, list) and isinstance(step, int) and step < len(parts):
                key, spot = None, parts[step]
            else:
                return spot, None
        return spot, key
