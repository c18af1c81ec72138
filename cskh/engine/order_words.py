"""What `field=value` words say of orders: pure, given the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cskh.cells.dates import read_moment
from cskh.cells.numbers import read_money
from cskh.cells.texts import tidy
from cskh.engine.words import check_names
from cskh.errors import UsageProblem
from cskh.language import _
from cskh.model.clock import Clock

FIELDS = ("code", "customer", "amount", "status", "ordered_at")
LONGEST_CODE = 100


def assigned(said: Mapping[str, str], clock: Clock) -> dict[str, Any]:
    """Return what words set of an order, as the store keeps it; raises UsageProblem.

    The customer stays as he was written.
    """
    check_names(said, FIELDS)
    for name, text in said.items():
        if not tidy(text):
            raise UsageProblem(_("{field} can't be cleared.").format(field=name))
    return {name: _READERS[name](name, text, clock) for name, text in said.items()}


def _text(name: str, text: str, _clock: Clock) -> str:
    if len(text) > LONGEST_CODE:
        raise _wrong(name, text, _("It is too long."))
    return tidy(text)


def _amount(name: str, text: str, _clock: Clock) -> int:
    reading = read_money(text)
    if reading.value is None:
        raise _wrong(name, text, reading.problem)
    if reading.value < 0:
        raise _wrong(name, text, _("What was given back is an order that is returned."))
    return int(reading.value)


def _moment(name: str, text: str, clock: Clock) -> str:
    reading = read_moment(text, "dmy", clock)
    if reading.value is None:
        hint = _("It takes a date like 2026-12-31, or 2026-12-31 17:00.")
        raise _wrong(name, text, reading.problem or hint)
    return str(reading.value)


_READERS: Mapping[str, Callable[[str, str, Clock], Any]] = {
    "code": _text,
    "customer": _text,
    "status": _text,
    "amount": _amount,
    "ordered_at": _moment,
}


def _wrong(name: str, text: str, hint: str | None) -> UsageProblem:
    return UsageProblem(_("{field} can't be {value}.").format(field=name, value=text), hint)
