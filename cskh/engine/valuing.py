"""What a test says of fields, as the store keeps it."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

from cskh.cells.days import find_day
from cskh.cells.phones import read_phone
from cskh.errors import did_you_mean
from cskh.language import _
from cskh.model.clock import Clock
from cskh.model.fields import Field, Kind
from cskh.model.folding import fold
from cskh.rules.values import DATES, NUMBERS, day_bounds, parse_one

_LARGEST = 2**53


class Unfit(Exception):
    """What a test says can't be: the message is a sentence."""


def value(field: Field, raw: Any, clock: Clock) -> Any:
    """Return a value as the store keeps it; raises Unfit."""
    if raw is None or raw == "":
        return () if field.kind is Kind.TAGS else None
    try:
        return _value(field, raw, clock)
    except ValueError as error:
        raise unfit(field.own_name, raw, str(error)) from None


def _value(field: Field, raw: Any, clock: Clock) -> Any:
    if field.kind is Kind.TAGS:
        texts = [parse_one(Kind.TEXT, each) for each in (raw if isinstance(raw, list) else [raw])]
        return tuple(sorted({fold(text): text for text in texts}.values()))
    if field.own_name.endswith("birthday") and isinstance(raw, str | int):
        lunar = field.own_name != "birthday"
        return find_day(fold(str(raw)), "dmy", clock.today.year, lunar=lunar)[0].text
    read = parse_one(field.kind, raw)
    if field.kind in DATES:
        return day_bounds(field.kind, read, clock)[0]
    if field.kind in NUMBERS:
        return _number(field, read)
    return _choice(field, read) if field.choices else read


def _number(field: Field, read: float) -> float:
    if not math.isfinite(read) or abs(read) >= _LARGEST:
        raise ValueError(_("It is too large."))
    if field.custom and field.kind is Kind.NUMBER:
        return read
    if read != int(read):
        raise ValueError(_("It takes a whole number."))
    return int(read)


def _choice(field: Field, read: str) -> str:
    found = next((choice for choice in field.choices if fold(choice) == fold(read)), None)
    if found is None:
        raise ValueError(did_you_mean(read, field.choices) or "")
    return found


def unfit(name: str, raw: Any, why: str) -> Unfit:
    """Return that a field can't have a value, and why."""
    message = _("{field} can't be {value}.").format(field=name, value=raw)
    return Unfit(f"{message} {why}".strip())


def check_names(said: Mapping[str, Any], known: Collection[str]) -> None:
    """Raise Unfit at a field that there isn't, with the nearest one."""
    for name in said:
        if name not in known:
            message = _("There is no field {name}.").format(name=name)
            raise Unfit(f"{message} {did_you_mean(name, known) or ''}".strip())


def phone(name: str, raw: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a phone as it is called, and its kind unless that is said; raises Unfit."""
    reading = read_phone(raw)
    if reading.value is None:
        raise unfit(name, raw, reading.problem or "")
    number = {name: reading.value.number}
    if name == "phone_2":
        return number
    return {"phone_kind": said.get("phone_kind") or reading.value.kind, **number}
