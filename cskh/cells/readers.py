"""Which reader reads the cells of a field that stands in one column and sets one value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

from cskh.cells.choices import KINDS, TYPES, read_choice, read_gender, read_word
from cskh.cells.dates import read_date, read_moment
from cskh.cells.emails import is_plain_email, read_email
from cskh.cells.names import is_plain_name
from cskh.cells.numbers import read_boolean, read_count, read_money, read_number
from cskh.cells.provinces import read_province
from cskh.cells.reading import NOTHING, Cell, Reading, unreadable
from cskh.cells.recipes import Recipe
from cskh.cells.texts import is_simple, read_lines, read_text
from cskh.language import _
from cskh.model.fields import Kind

Reader = Callable[[Cell], Reading]
Look = Callable[[str], Any]

is_plain_code = re.compile(r"[A-Za-z]{2,12}[-_]?[0-9]{1,20}").fullmatch
_PLAIN: Mapping[str, Reader] = {
    "address": read_text,
    "company": read_text,
    "email": read_email,
    "note": read_lines,
    "order_count": read_count,
    "revenue": read_money,
}
# Few different cells, many times: what was read once is remembered.
_REPEATED: Mapping[str, Reader] = {
    "gender": read_gender,
    "kind": partial(read_word, words=KINDS),
    "province": read_province,
    "type": partial(read_word, words=TYPES),
}
_MOMENTS = frozenset({"last_order_at", "last_contacted_at", "next_appointment_at"})
_CUSTOM: Mapping[Kind, Reader] = {
    Kind.TEXT: read_text,
    Kind.NUMBER: read_number,
    Kind.MONEY: read_money,
    Kind.BOOLEAN: read_boolean,
}
# Texts that a field's reader would return as they are; hardly any cell is anything else.
_STANDS: Mapping[str, Callable[[str], object]] = {
    "pid": is_plain_code,
    "name": is_plain_name,
    "email": is_plain_email,
    "address": is_simple,
    "company": is_simple,
    "note": is_simple,
}
_REMEMBERED = 20_000  # cells a column
_NO_REMARK = NOTHING[1:]
_LONGEST_PID = 100
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{1,2}", re.IGNORECASE)


def _itself(value: Any) -> Any:
    return value


def look_of(field: str) -> Look | None:
    """Return what tells at once what a field's text says, None of one that has to be read."""
    stands = _STANDS.get(field)
    return None if stands is None else lambda text: text if stands(text) else None


def noting(read: Reader, said: dict[str, Any], of: Callable[[Any], Any] = _itself) -> Reader:
    """Return a reader that puts down what a text says if it does so without a remark.

    `of` makes the field's value of what was read, None where it isn't this field's.
    """

    def reader(cell: Cell) -> Reading:
        reading = read(cell)
        if not isinstance(cell, str) or reading[1:] != _NO_REMARK:
            return reading
        if (value := of(reading.value)) is not None and len(said) < _REMEMBERED:
            said[cell] = value
        return reading

    return reader


def remembered(read: Reader) -> Reader:
    """Return a reader that remembers; True, 1 and 1.0 are different cells."""
    return lru_cache(maxsize=_REMEMBERED, typed=True)(read)


def reader_of(field: str, recipe: Recipe) -> Reader:
    """Return the reader of a built-in or custom field."""
    if field in _PLAIN:
        return _PLAIN[field]
    if field in _REPEATED:
        return remembered(_REPEATED[field])
    if field in _MOMENTS:
        return remembered(partial(read_moment, order=recipe.order, clock=recipe.clock))
    if field in recipe.custom and recipe.custom[field].kind in _CUSTOM:
        return _CUSTOM[recipe.custom[field].kind]
    if field in recipe.custom and recipe.custom[field].kind in (Kind.DATE, Kind.DATETIME):
        read = read_date if recipe.custom[field].kind is Kind.DATE else read_moment
        return remembered(partial(read, order=recipe.order, clock=recipe.clock))
    words = recipe.words.get(field)  # a list that the project has left empty takes any text
    return remembered(partial(read_choice, words=words)) if words else remembered(read_text)


def read_pid(cell: Cell) -> Reading:
    """Read a customer's code; a number that Excel has shortened is none."""
    if isinstance(cell, str) and is_plain_code(cell):
        return Reading(cell)
    if isinstance(cell, float) and abs(cell) >= 10**15:
        return unreadable(_("Excel has shortened the number: its last digits are lost."))
    reading = read_text(cell)
    if reading.value is None:
        return reading
    if _SCIENTIFIC.fullmatch(reading.value):
        return unreadable(_("Excel has shortened the number: its last digits are lost."))
    if len(reading.value) > _LONGEST_PID:
        return unreadable(_("It is too long for a customer code."))
    return reading
