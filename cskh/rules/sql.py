"""A query becomes one SQL statement with named parameters: the only SQL that is put together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cskh.model.clock import Clock
from cskh.model.conditions import AllOf, AnyOf, Condition, Test
from cskh.model.conditions import tests as all_tests
from cskh.model.effects import firing
from cskh.model.fields import CUSTOMER_KINDS, Catalogue
from cskh.rules.dialect import Dialect
from cskh.rules.operators import OPERATORS, asked
from cskh.rules.query import UPDATED, Heard, Members, Query
from cskh.rules.row import Bind
from cskh.rules.values import month_day


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text and the values of its named parameters."""

    sql: str
    parameters: Mapping[str, Any]


def statement(
    query: Query, fields: Catalogue, dialect: Dialect, readable: Catalogue | None = None
) -> Statement:
    """Write the statement that selects the numbers and the fields of every object that matches.

    `fields` are those that conditions name; `readable` those that actions read, if they differ.
    """
    parameters = fixed_parameters(query.clock)
    bind = binder(parameters)
    is_heard = query.heard is not None
    numbers = dialect.numbers(query.family, is_heard)
    read = fields if readable is None else readable
    columns = [*numbers, *(dialect.selected(name, read) for name in query.fields)]
    name = " ".join(query.workflow.split())  # a file's name may hold a line break
    lines = [
        f"-- {name}, {query.occasion}",
        "SELECT " + ",\n       ".join(columns),
        f"FROM {dialect.source(query.family, is_heard)}",
        "WHERE " + "\n  AND ".join(_where(query, fields, dialect, bind)),
        f"ORDER BY {dialect.order(query.family, is_heard)}",
    ]
    return Statement("\n".join(lines), parameters)


def _where(query: Query, fields: Catalogue, dialect: Dialect, bind: Bind) -> list[str]:
    where = _hears(query, query.heard, dialect, bind) if query.heard else []
    if set(query.kinds) != set(CUSTOMER_KINDS):  # asking every row for nothing takes its time
        where.append(dialect.of_kinds(tuple(map(bind, query.kinds))))
    where += _members(_group(query.condition), fields, query.clock, dialect, bind)
    if query.members is not None:
        where.append(_is_member(query.members, fields, query.clock, dialect, bind))
    since = None if query.acted_since is None else bind(query.acted_since)
    # What was heard is answered once by itself: a workflow has its place in the log.
    occasion = None if query.heard else bind(query.occasion)
    if occasion or since:
        where.append(dialect.not_acted(query.family, bind(query.workflow), occasion, since))
    return where


def _hears(query: Query, heard: Heard, dialect: Dialect, bind: Bind) -> list[str]:
    kinds = tuple(map(bind, heard.kinds))
    where = [dialect.answers(bind(query.family), kinds, bind(heard.after), bind(heard.upto))]
    if UPDATED in heard.kinds and heard.touching is not None:
        where.append(dialect.touches(bind(UPDATED), tuple(map(bind, heard.touching))))
    if heard.pages:
        where.append(dialect.on_pages(tuple(map(bind, heard.pages))))
    begins = json.dumps(firing(query.workflow, query.family, ""), ensure_ascii=False)
    return [*where, dialect.not_caused_by(bind(begins[:-1]))]


def _is_member(
    members: Members, fields: Catalogue, clock: Clock, dialect: Dialect, bind: Bind
) -> str:
    if members.of is not None:
        return dialect.is_recipient(bind(members.of))
    ways = []
    if members.condition is not None:
        ways.append(condition_sql(members.condition, fields, clock, dialect, bind))
    if members.lists:
        ways.append(dialect.on_lists(tuple(map(bind, members.lists))))
    return f"({' OR '.join(ways)})" if ways else "FALSE"


def _group(condition: Condition) -> AllOf:
    return condition if isinstance(condition, AllOf) else AllOf((condition,))


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
