"""Writes docs/reference.md from the code: `python -m tools.reference`; a test keeps it current."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cskh import actions, providers
from cskh.errors import Exit
from cskh.model.catalogues import event_fields, own_fields
from cskh.model.events import TELLS
from cskh.model.fields import FAMILIES, customer_fields
from cskh.model.message import State
from cskh.model.settings import Settings
from cskh.model.shape import Bare, Says
from cskh.rules.operators import OPERATORS
from cskh.spec.annotations import keys_of

PATH = Path(__file__).parents[1] / "docs" / "reference.md"

_EXITS = {
    Exit.OK: "done",
    Exit.FOUND: "found: lint problems, failed tests, no match; a file that can't be used",
    Exit.USAGE: "wrong usage",
    Exit.PARTIAL: "partial: some messages failed or are unknown, some rows were rejected",
    Exit.REFUSED: "refused: approval, role, guard, lock, a question that nobody answered",
    Exit.BUG: "a bug in cskh; the path of a crash log is printed",
    Exit.INTERRUPTED: "interrupted",
}
_STATES = {
    State.QUEUED: "waits for its time, for a retry, or for its provider",
    State.CLAIMED: "in the hands of a process, nothing has left",
    State.SENDING: "the call may be out; committed before the first byte leaves",
    State.ACCEPTED: "the provider took it",
    State.DELIVERED: "a receipt said that it arrived",
    State.FAILED: "it will not go",
    State.UNKNOWN: "the call went out and no answer came; never sent again by itself",
    State.SKIPPED: "not sent, with a reason",
    State.CANCELLED: "taken back by a person",
}


def text() -> str:
    """Return the whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Reference"
    yield ""
    yield "Generated from the code by `python -m tools.reference`."
    yield from _section("Exit codes", ("code", "means"), ((f"`{e:d}`", _EXITS[e]) for e in Exit))
    yield from _section("States of a message", ("state", "means"), _rows(_STATES))
    yield from _section("Fields", ("object", "field", "kind", "label"), _fields())
    yield from _section("Operators", ("operator", "takes", "applies to", "reads"), _operators())
    yield from _parts("Actions", actions.discover())
    yield from _parts("Providers", providers.discover())


def _rows(table: dict[State, str]) -> Iterator[tuple[str, str]]:
    return ((f"`{name}`", meaning) for name, meaning in table.items())


def _fields() -> Iterator[tuple[str, ...]]:
    nobody = Settings(version=1)
    for field in customer_fields(nobody).values():
        yield "customer", f"`{field.name}`", field.kind, field.label
    for family in FAMILIES:
        for field in own_fields(nobody, family):
            yield family, f"`{field.name}`", field.kind, field.label
    for event in TELLS:
        for field in event_fields(event).values():
            yield f"event `{event}`", f"`{field.name}`", field.kind, ""


def _operators() -> Iterator[tuple[str, ...]]:
    for row in OPERATORS.values():
        kinds = ", ".join(sorted(row.kinds))
        yield f"`{row.name}`", row.shape.name.lower(), kinds, row.says


def _section(title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(columns)
    yield from ("", f"## {title}", "", _row(names), _row("---" for _name in names))
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _parts(title: str, registry: Any) -> Iterator[str]:
    yield from ("", f"## {title}")
    for name, part in sorted(registry.items()):
        yield from ("", f"### `{name}`", "", inspect.cleandoc(part.__doc__), "")
        yield from (_row(("key", "default", "")), _row(("---",) * 3))
        yield from (_row(cells) for cells in _keys(part))


def _keys(part: Any) -> Iterator[tuple[str, ...]]:
    """Yield the keys as YAML has them; a list that stands for the whole has none."""
    fields = {field.name: field for field in dataclasses.fields(part)}
    for key in keys_of(part):
        if key.shape.mark(Bare) is None:
            says = key.shape.mark(Says)
            yield f"`{key.name}`", _default(fields[key.field]), says.text if says else ""


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is not dataclasses.MISSING:
        return "" if field.default is None else f"`{field.default}`"
    return "" if field.default_factory is not dataclasses.MISSING else "needed"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
