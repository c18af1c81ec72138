"""The phone columns of a row: one or two cells become `phone`, `phone_kind` and `phone_2`."""

from __future__ import annotations

from functools import partial

from cskh.cells.drafts import Column, Draft
from cskh.cells.emails import invented_phone
from cskh.cells.numbering import KINDS, MOBILE
from cskh.cells.phones import Phone, is_desk, is_plain_mobile, read_phone
from cskh.cells.readers import Reader
from cskh.cells.reading import Row
from cskh.cells.steps import Step
from cskh.language import _


def phone_step(column: Column, second: Column | None) -> Step:
    """Set the phones; a phone that can't be read rejects the row, a second one is left out."""
    reader, desk = _reader(column), is_desk(column.header)

    def step(row: Row, draft: Draft) -> None:
        cell = row[column.place]
        alone = second is None or row[second.place] == ""
        if alone and not desk and isinstance(cell, str) and is_plain_mobile(cell):
            draft.values["phone"], draft.values["phone_kind"] = cell, MOBILE
            return
        phone = draft.require(row, column, reader)
        other = draft.read(row, second, _reader(second)) if second else None
        _set_phones(draft, column, phone, other)

    return step


def second_phone_step(column: Column) -> Step:
    """Set `phone_2` alone, in a sheet that has no column for the first."""
    reader = _reader(column)

    def step(row: Row, draft: Draft) -> None:
        if (phone := draft.read(row, column, reader)) is not None:
            draft.values["phone_2"] = phone.number
            _warn_of_rest(draft, column, (phone.second,) if phone.second else ())

    return step


def invented_email_step(column: Column) -> Step:
    """Take the phone out of an email address that a shop system invented, if there is no other."""

    def step(row: Row, draft: Draft) -> None:
        if "phone" in draft.values or (number := invented_phone(row[column.place])) is None:
            return
        if (phone := read_phone(number).value) is not None:
            draft.values["phone"], draft.values["phone_kind"] = phone.number, phone.kind
            draft.repairs.append("phone_from_email")

    return step


def _reader(column: Column) -> Reader:
    return partial(read_phone, desk=is_desk(column.header))


def _set_phones(draft: Draft, column: Column, phone: Phone | None, other: Phone | None) -> None:
    """Put the numbers in their places: a mobile first, and each number once."""
    if phone is None:
        if other is None:
            return
        phone, other = other, None
        draft.repairs.append("second_phone")
    elif other is not None and KINDS.index(other.kind) < KINDS.index(phone.kind):
        phone, other = other, phone
        draft.repairs.append("mobile_first")
    draft.values["phone"], draft.values["phone_kind"] = phone.number, phone.kind
    beside = (other.number if other else None, phone.second, other.second if other else None)
    seconds = dict.fromkeys(number for number in beside if number not in (None, phone.number))
    if other is not None and other.number == phone.number:
        draft.repairs.append("repeated_number")
    if seconds:
        draft.values["phone_2"], *rest = seconds
        _warn_of_rest(draft, column, tuple(filter(None, rest)))


def _warn_of_rest(draft: Draft, column: Column, rest: tuple[str, ...]) -> None:
    if rest:
        numbers = ", ".join(rest)
        draft.warn(column, numbers, _("{numbers} was left out.").format(numbers=numbers))
