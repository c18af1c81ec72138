"""Rows of a sheet as customers: every column's cell is read, and what was amiss is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from cskh.cells.drafts import Column, Draft, Remark, reading_of
from cskh.cells.headers import PARTS
from cskh.cells.phone_steps import invented_email_step, phone_step, second_phone_step
from cskh.cells.readers import Reader, reader_of
from cskh.cells.reading import Row, shown
from cskh.cells.recipes import Recipe
from cskh.cells.steps import (
    Step,
    birthday_step,
    code_step,
    group_step,
    name_step,
    split_birthday_step,
    split_name_step,
    tag_step,
)
from cskh.language import _

KEYS = frozenset({"pid", "phone", "email"})
_SPECIAL = (
    KEYS - {"email"}
    | {"phone_2", "name", "tags", "group", "birthday", "lunar_birthday"}
    | {part for parts in PARTS.values() for part in parts}
)


class CleanRow(NamedTuple):
    """One row of a sheet as a customer.

    `values` has the fields that the row sets, as the store keeps them, and `phone_kind` beside
    `phone`; `tags` are to be added. `repairs` are rule names. A row with a `reject` has no
    values, and its `cells` as a person sees them.
    """

    row: int
    values: dict[str, Any]
    tags: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    warnings: tuple[Remark, ...] = ()
    reject: Remark | None = None
    cells: tuple[str, ...] = ()


Cleaner = Callable[[int, Row], CleanRow]


def cleaner(recipe: Recipe) -> Cleaner:
    """Return the function that cleans a row of this recipe's columns, given its number."""
    width = len(recipe.fields)
    singles, steps = tuple(_singles(recipe)), tuple(_steps(recipe))

    def clean(number: int, row: Row) -> CleanRow:
        draft = Draft()
        if len(row) < width:
            row = (*row, *[""] * (width - len(row)))
        for field, place, column, reader in singles:
            cell = row[place]
            if cell == "":
                continue
            value, repairs, problem = reading_of(cell, reader)
            if repairs or problem:
                draft.note(column, cell, repairs, problem)
            if value is not None:
                draft.values[field] = value
        for step in steps:
            step(row, draft)
        reject = draft.reject or _unusable(row, draft, width)
        if reject is not None:
            return CleanRow(number, {}, reject=reject, cells=tuple(map(shown, row)))
        return CleanRow(
            number,
            draft.values,
            tuple(draft.tags),
            tuple(draft.repairs),
            tuple(draft.warnings),
        )

    return clean


def _unusable(row: Row, draft: Draft, width: int) -> Remark | None:
    """Say why a row as a whole can't be used."""
    if len(row) > width and (more := [cell for cell in row[width:] if cell != ""]):
        reason = _("The line has more cells than the header: is a text without quotes?")
        return Remark(None, shown(more[0]), reason)
    if KEYS.isdisjoint(draft.values):
        return Remark(
            None, None, _("The row has neither a customer code nor a phone nor an email.")
        )
    return None


def _columns(recipe: Recipe, field: str) -> list[Column]:
    return [
        Column(index, recipe.headers[index])
        for index, named in enumerate(recipe.fields)
        if named == field
    ]


def _singles(recipe: Recipe) -> Iterator[tuple[str, int, Column, Reader]]:
    for index, field in enumerate(recipe.fields):
        if field is not None and field not in _SPECIAL:
            yield field, index, Column(index, recipe.headers[index]), reader_of(field, recipe)


def _steps(recipe: Recipe) -> Iterator[Step]:
    yield from map(code_step, _columns(recipe, "pid"))
    yield from _name_steps(recipe)
    yield from map(tag_step, _columns(recipe, "tags"))
    yield from map(group_step, _columns(recipe, "group"))
    yield from _birthday_steps(recipe)
    yield from _phone_steps(recipe)
    yield from map(invented_email_step, _columns(recipe, "email"))


def _name_steps(recipe: Recipe) -> Iterator[Step]:
    yield from map(name_step, _columns(recipe, "name"))
    parts = [column for part in PARTS["name"] for column in _columns(recipe, part)]
    if parts:
        yield split_name_step(parts)


def _birthday_steps(recipe: Recipe) -> Iterator[Step]:
    for field in ("birthday", "lunar_birthday"):
        for column in _columns(recipe, field):
            yield birthday_step(column, recipe, lunar=field == "lunar_birthday")
    parts = [column for part in PARTS["birthday"] for column in _columns(recipe, part)]
    if parts:
        yield split_birthday_step(parts, recipe)


def _phone_steps(recipe: Recipe) -> Iterator[Step]:
    phones, seconds = _columns(recipe, "phone"), _columns(recipe, "phone_2")
    if phones:
        yield phone_step(phones[0], seconds[0] if seconds else None)
    else:
        yield from map(second_phone_step, seconds)
