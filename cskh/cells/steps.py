"""The columns that don't simply set one value: codes, names, birthdays, tags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cskh.cells.choices import TYPES, read_tags
from cskh.cells.dates import Birthday, birthday_reader
from cskh.cells.drafts import Column, Draft
from cskh.cells.names import gender_of_title, read_name
from cskh.cells.readers import Reader, noting, read_pid, remembered
from cskh.cells.reading import Row, shown
from cskh.cells.recipes import Recipe
from cskh.model.folding import fold

Step = Callable[[Row, Draft], None]


def value_step(column: Column, field: str, reader: Reader) -> Step:
    """Set the field that a column has the values of."""

    def step(row: Row, draft: Draft) -> None:
        if (value := draft.read(row, column, reader)) is not None:
            draft.values[field] = value

    return step


def code_step(column: Column) -> Step:
    """Set `pid`; a code that can't be read rejects the row."""

    def step(row: Row, draft: Draft) -> None:
        if (pid := draft.require(row, column, read_pid)) is not None:
            draft.values["pid"] = pid

    return step


def name_step(column: Column) -> Step:
    """Set `name`, and `gender` from the title before it unless a column has told it."""

    def step(row: Row, draft: Draft) -> None:
        name = draft.read(row, column, read_name)
        if name is None:
            return
        draft.values["name"] = name
        if "title" in draft.repairs and (gender := gender_of_title(row[column.place])):
            draft.values.setdefault("gender", gender)

    return step


def split_name_step(columns: Sequence[Column]) -> Step:
    """Set `name` from family, middle and given name, which stand in columns of their own."""
    joined = Column(0, " + ".join(column.header for column in columns))

    def step(row: Row, draft: Draft) -> None:
        words = (shown(row[column.place]).strip() for column in columns)
        name = draft.read((" ".join(filter(None, words)),), joined, read_name)
        if name is not None:
            draft.values["name"] = name

    return step


def tag_step(column: Column) -> Step:
    """Add tags."""
    said: dict[str, Any] = {}
    reader = noting(remembered(read_tags), said)

    def step(row: Row, draft: Draft) -> None:
        cell = row[column.place]
        known = said.get(cell) if cell.__class__ is str else None
        draft.tags += known or draft.read(row, column, reader) or ()

    return step


def group_step(column: Column) -> Step:
    """Set `type` where the cell says person or business; other words are tags."""
    reader = remembered(read_tags)

    def step(row: Row, draft: Draft) -> None:
        for tag in draft.read(row, column, reader) or ():
            if type_ := TYPES.get(fold(tag)):
                draft.values.setdefault("type", type_)
            else:
                draft.tags.append(tag)

    return step


def birthday_step(column: Column, recipe: Recipe, said: dict[str, Any], *, lunar: bool) -> Step:
    """Set `birthday`, or `lunar_birthday` where the column or the cell says lunar."""

    def of(found: Birthday | None) -> str | None:
        return found.text if found is not None and found.lunar is lunar else None

    reader = noting(birthday_reader(recipe.order, recipe.clock, lunar=lunar), said, of)

    def step(row: Row, draft: Draft) -> None:
        _set_birthday(draft, draft.read(row, column, reader))

    return step


def split_birthday_step(columns: Sequence[Column], recipe: Recipe) -> Step:
    """Set `birthday` from day, month and, if there is one, year."""
    joined = Column(0, " + ".join(column.header for column in columns))
    reader = birthday_reader("dmy", recipe.clock, lunar=False)

    def step(row: Row, draft: Draft) -> None:
        day, month, *year = (shown(row[column.place]).strip() for column in columns)
        parts = [day, month, *filter(None, year)] if day and month else year
        _set_birthday(draft, draft.read(("/".join(filter(None, parts)),), joined, reader))

    return step


def _set_birthday(draft: Draft, found: Birthday | None) -> None:
    if found is not None:
        draft.values["lunar_birthday" if found.lunar else "birthday"] = found.text
