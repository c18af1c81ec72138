"""What a condition means for one customer, without a store: explanations and tests go by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from cskh.model.clock import Clock
from cskh.model.conditions import AllOf, Condition, Test
from cskh.model.fields import Catalogue
from cskh.rules.lunar_operators import BESIDE
from cskh.rules.operators import OPERATORS, asked
from cskh.rules.values import month_day


def holds(condition: Condition, values: Mapping[str, Any], fields: Catalogue, clock: Clock) -> bool:
    """Say whether a condition holds for a customer's stored values; what isn't there isn't set."""
    if isinstance(condition, Test):
        have = value_of(condition, values, clock)
        return OPERATORS[condition.operator].holds(have, asked(condition, fields, clock))
    every = all if isinstance(condition, AllOf) else any
    return every(holds(member, values, fields, clock) for member in condition.members)


def value_of(test: Test, values: Mapping[str, Any], clock: Clock) -> Any:
    """Return what a test looks at; an age is made from the birthday beside it."""
    owner, _dot, name = test.field.rpartition(".")
    if name == "age" and owner in ("", "customer"):
        birthday = values.get(f"{owner}.birthday" if owner else "birthday")
        return age(birthday, clock.today)
    return OPERATORS[test.operator].sees(test.field, values)


def looked_at(test: Test) -> tuple[str, ...]:
    """Return the names of the values that a test looks at, as the store has them."""
    owner, dot, name = test.field.rpartition(".")
    if name == "age" and owner in ("", "customer"):
        return (f"{owner}{dot}birthday",)
    beside = BESIDE.get(test.field) if test.operator == "lunar_anniversary" else None
    return (test.field, beside) if beside else (test.field,)


def age(birthday: str | None, today: dt.date) -> int | None:
    """Return the full years since a birthday; with nothing but its year, the years counted so."""
    if birthday is None or birthday.startswith("--"):
        return None
    return today.year - int(birthday[:4]) - (birthday[5:] > month_day(today))
