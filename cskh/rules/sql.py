"""A query becomes one SQL statement with named parameters: the only SQL that is put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cskh.model.clock import Clock
from cskh.model.conditions import AllOf, AnyOf, Condition, Test
from cskh.model.conditions import tests as all_tests
from cskh.model.fields import Catalogue
from cskh.rules.dialect import Dialect
from cskh.rules.operators import OPERATORS, asked
from cskh.rules.query import Query
from cskh.rules.row import Bind
from cskh.rules.values import month_day


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text and the values of its named parameters."""

    sql: str
    parameters: Mapping[str, Any]


def statement(query: Query, fields: Catalogue, dialect: Dialect) -> Statement:
    """Write the statement that selects the id and the fields of every customer who matches."""
    parameters = fixed_parameters(query.clock)
    bind = binder(parameters)
    columns = ["c.id", *(dialect.selected(name, fields) for name in query.fields)]
    where = [dialect.of_kinds(tuple(map(bind, query.kinds)))]
    where += _members(query.condition, fields, query.clock, dialect, bind)
    since = None if query.acted_since is None else bind(query.acted_since)
    where.append(dialect.not_acted(bind(query.workflow), bind(query.occasion), since))
    name = " ".join(query.workflow.split())  # a file's name may hold a line break
    lines = [
        f"-- {name}, {query.occasion}",
        "SELECT " + ",\n       ".join(columns),
        f"FROM {dialect.customers()}",
        "WHERE " + "\n  AND ".join(where),
        "ORDER BY c.id",
    ]
    return Statement("\n".join(lines), parameters)


def fixed_parameters(clock: Clock) -> dict[str, Any]:
    """Return the parameters that every statement has; ages need them."""
    return {"year": clock.today.year, "month_day": month_day(clock.today)}


def binder(parameters: dict[str, Any]) -> Bind:
    """Return a function that files a value and writes its parameter."""

    def bind(value: Any) -> str:
        name = f"p{len(parameters)}"
        parameters[name] = value
        return f":{name}"

    return bind


def condition_sql(
    condition: Condition, fields: Catalogue, clock: Clock, dialect: Dialect, bind: Bind
) -> str:
    """Write a condition as one SQL expression, cheap tests first."""
    if isinstance(condition, Test):
        test = asked(condition, fields, clock)
        return f"({OPERATORS[condition.operator].sql(dialect, test, bind)})"
    members = _members(condition, fields, clock, dialect, bind)
    word, of_none = (" AND ", "TRUE") if isinstance(condition, AllOf) else (" OR ", "FALSE")
    return f"({word.join(members)})" if len(members) > 1 else "".join(members) or of_none


def _members(
    group: AllOf | AnyOf, fields: Catalogue, clock: Clock, dialect: Dialect, bind: Bind
) -> list[str]:
    def cost(member: Condition) -> int:
        return max((dialect.cost(fields[test.field]) for test in all_tests(member)), default=0)

    ordered = sorted(_flat(group), key=cost)
    return [condition_sql(member, fields, clock, dialect, bind) for member in ordered]


def _flat(group: AllOf | AnyOf) -> list[Condition]:
    """Return a group's members, those of an inner group of the same kind among them."""
    members: list[Condition] = []
    for member in group.members:
        members += _flat(member) if isinstance(member, type(group)) else [member]
    return members
