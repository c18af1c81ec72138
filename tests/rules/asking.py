"""One condition on one stored value, as YAML has it."""

from __future__ import annotations

from typing import Any

from cskh.model.clock import Clock
from cskh.model.conditions import Test
from cskh.rules.meaning import holds
from cskh.rules.operators import OPERATORS
from tests.sample import FIELDS, at

NOON = at("2026-12-01T12:00")


def is_so(
    field: str, have: Any, operator: str, raw: Any, clock: Clock = NOON, *, marks: bool = True
) -> bool:
    """Say whether `field: {operator: raw}` holds for a customer who has this value there."""
    want = OPERATORS[operator].parse(FIELDS[field].kind, raw)
    return holds(Test(field, operator, want, marks), {field: have}, FIELDS, clock)
