"""Rows of a sheet as customers: every column's cell is read, and what was amiss is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from cskh.cells.drafts import Column, Draft, Remark
from cskh.cells.headers import PARTS
from cskh.cells.phone_steps import invented_email_step, phone_step, second_phone_step
from cskh.cells.readers import Look, look_of, noting, reader_of
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
    value_step,
)
from cskh.language import _

KEYS = frozenset({"pid", "phone", "email"})
_JOINT = frozenset({"phone", "phone_2", *(part for parts in PARTS.values() for part in parts)})
_OWN_STEPS: Mapping[str, Callable[[Column], Step]] = {
    "pid": code_step,
    "name": name_step,
    "tags": tag_step,
    "group": group_step,
}


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
    single, joint = tuple(_single(recipe)), tuple(_joint(recipe))

    def clean(number: int, row: Row) -> CleanRow:
        draft = Draft()
        values = draft.values
        if len(row) < width:
            row = (*row, *[""] * (width - len(row)))
        for field, place, look, step in single:
            cell = row[place]
            if cell.__class__ is not str:
                step(row, draft)
            elif cell and (value := look(cell)) is not None:
                values[field] = value
            elif cell:
                step(row, draft)
        for step in joint:
            step(row, draft)
        reject = draft.reject
        if reject is None and (len(row) > width or KEYS.isdisjoint(values)):
            reject = _unusable(row, draft, width)
        if reject is not None:
            return CleanRow(number, {}, reject=reject, cells=tuple(map(shown, row)))
        tags, repairs = tuple(draft.tags), tuple(draft.repairs)
        return CleanRow(number, values, tags, repairs, tuple(draft.warnings))

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


def _single(recipe: Recipe) -> Iterator[tuple[str, int, Look, Step]]:
    """Yield the columns that are read by themselves, in order: at a look, or by a step."""
    for place, (field, header) in enumerate(zip(recipe.fields, recipe.headers, strict=True)):
        if field is not None and field not in _JOINT:
            said: dict[str, Any] = {}
            step = _step(field, Column(place, header), recipe, said)
            yield field, place, look_of(field) or said.get, step


def _step(field: str, column: Column, recipe: Recipe, said: dict[str, Any]) -> Step:
    """Return how a column is read; `said` gets what is known of texts from then on."""
    if field in _OWN_STEPS:
        return _OWN_STEPS[field](column)
    if field in ("birthday", "lunar_birthday"):
        return birthday_step(column, recipe, said, lunar=field == "lunar_birthday")
    return value_step(column, field, noting(reader_of(field, recipe), said))


def _joint(recipe: Recipe) -> Iterator[Step]:
    """Yield the steps that take several columns together."""
    phones, seconds = _columns(recipe, "phone"), _columns(recipe, "phone_2")
    if phones:
        yield phone_step(phones[0], seconds[0] if seconds else None)
    else:
        yield from map(second_phone_step, seconds)
    yield from map(invented_email_step, _columns(recipe, "email"))
    if names := _part_columns(recipe, "name"):
        yield split_name_step(names)
    if births := _part_columns(recipe, "birthday"):
        yield split_birthday_step(births, recipe)


def _part_columns(recipe: Recipe, field: str) -> list[Column]:
    return [column for part in PARTS[field] for column in _columns(recipe, part)]
