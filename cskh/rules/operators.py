"""The table of operators: SQL, schema, lint, explanations and docs all come from its rows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cskh.language import _
from cskh.model.clock import Clock
from cskh.model.conditions import Test
from cskh.model.fields import Catalogue, Field, Kind
from cskh.rules import (
    change_operators,
    date_operators,
    lunar_operators,
    plain_operators,
    tag_operators,
)
from cskh.rules.row import Asked, Operator
from cskh.rules.values import Shape
from cskh.rules.wording import said

_ROWS = (
    *plain_operators.ROWS,
    *date_operators.ROWS,
    *lunar_operators.ROWS,
    *tag_operators.ROWS,
    *change_operators.ROWS,
)
OPERATORS: Mapping[str, Operator] = MappingProxyType({row.name: row for row in _ROWS})


def applying_to(kind: Kind) -> tuple[Operator, ...]:
    """Return the operators that a field of this kind can be tested with."""
    return tuple(row for row in OPERATORS.values() if kind in row.kinds)


def asked(test: Test, fields: Catalogue, clock: Clock) -> Asked:
    """Put a test together with its field and the time."""
    return Asked(fields[test.field], test.value, clock, test.marks)


def sentence(test: Test, field: Field) -> str:
    """Return a test as people read it: Status is one of Mới, Quan tâm."""
    operator = OPERATORS[test.operator]
    if operator.shape is Shape.FLAG and not test.value:
        return _(operator.says_no).format(field=field.title)
    between = " – " if operator.shape is Shape.PAIR else ", "
    text = _(operator.says).format(field=field.title, value=said(test.value, between))
    return text if test.marks else _("{condition} (without regard to marks)").format(condition=text)
