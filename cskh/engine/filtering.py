"""Which customers `field=value` words ask for: one plain test a word, all of which must hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Protocol

from cskh.cells.dates import read_date
from cskh.cells.numbers import read_money, read_number
from cskh.cells.texts import tidy
from cskh.engine.assigning import read_one_phone
from cskh.engine.words import check_names, items
from cskh.errors import UsageProblem
from cskh.language import _
from cskh.model.clock import Clock
from cskh.model.conditions import AllOf, Test
from cskh.model.fields import Catalogue, Kind
from cskh.rules.values import DATES, Day, parse_day

_PHONES = frozenset({"phone", "phone_2"})
_AS_TYPED = frozenset({"pid", "email", "account"})


class Reads(Protocol):
    """Knows the fields of some object, and reads what words say of them."""

    fields: Catalogue

    def value(self, name: str, text: str) -> tuple[str, Any]:
        """Return the field that a text sets, and its value; raises UsageProblem."""
        ...


def condition(said: Mapping[str, str], assigner: Reads, clock: Clock) -> AllOf:
    """Return the condition that assignments ask for; raises UsageProblem."""
    check_names(said, assigner.fields)
    return AllOf(tuple(_test(name, text, assigner, clock) for name, text in said.items()))


def _test(name: str, text: str, assigner: Reads, clock: Clock) -> Test:
    kind = assigner.fields[name].kind
    if text == "":
        return Test(name, "empty", True)
    if kind is Kind.TAGS:
        return Test(name, "has_all", items(text))
    if kind in DATES:
        return Test(name, "on", _day(name, text, clock))
    return Test(name, "is", _value(name, text, kind, assigner))


def _value(name: str, text: str, kind: Kind, assigner: Reads) -> Any:
    own_name = assigner.fields[name].own_name
    if own_name in _PHONES:
        return read_one_phone(name, text)
    if kind in (Kind.NUMBER, Kind.MONEY):
        reading = (read_money if kind is Kind.MONEY else read_number)(text)
        if reading.value is None:
            raise _wrong(name, text, reading.problem)
        return reading.value
    return tidy(text) if own_name in _AS_TYPED else assigner.value(name, text)[1]


def _day(name: str, text: str, clock: Clock) -> Day:
    """Read a day as workflows write it, or as people do."""
    try:
        return parse_day(text)
    except ValueError as problem:
        reading = read_date(text, "dmy", clock)
        if reading.value is None:
            raise _wrong(name, text, str(problem)) from None
        return dt.date.fromisoformat(reading.value)


def _wrong(name: str, text: str, hint: str | None) -> UsageProblem:
    return UsageProblem(_("{field} can't be {value}.").format(field=name, value=text), hint)
