"""The operators on what an update changed: whether a field did, and from or to which value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from cskh.language import N_
from cskh.model.conditions import AllOf, AnyOf, Condition, Test, is_of_event
from cskh.model.fields import Kind
from cskh.rules.date_operators import on_day, on_day_sql
from cskh.rules.dialect import Dialect
from cskh.rules.plain_operators import same, same_sql
from cskh.rules.row import Asked, Bind, Holds, Operator, Sql
from cskh.rules.tag_operators import has, has_sql
from cskh.rules.values import DATES, Shape

# Where the changes of an update stand among an object's values: name -> (old, new).
CHANGES = ":changes"
Side = Literal["old", "new"]


def changed_value(name: str, values: Mapping[str, Any]) -> Any:
    """Return old and new value of a field that the update changed, None if it didn't."""
    return values.get(CHANGES, {}).get(name)


def _changed(have: Any, asked: Asked) -> bool:
    return (have is not None) is asked.want


def _changed_sql(d: Dialect, asked: Asked, bind: Bind) -> str:
    return f"{'' if asked.want else 'NOT '}{d.changed(bind(asked.field.own_name), None)}"


def _is(kind: Kind) -> tuple[Holds, Sql]:
    """Return what it means that a value is the one asked for: a day, a tag, or the same."""
    if kind in DATES:
        return on_day, on_day_sql
    return (has, has_sql) if kind is Kind.TAGS else (same, same_sql)


def _to(side: Side) -> tuple[Holds, Sql]:
    """Return a test that one side of a change is a value; of tags, that the other hasn't got it."""
    place = ("old", "new").index(side)

    def holds(have: Any, asked: Asked) -> bool:
        if have is None:
            return False
        is_it, _sql = _is(asked.field.kind)
        others = asked.field.kind is Kind.TAGS and is_it(have[1 - place], asked)
        return is_it(have[place], asked) and not others

    def sql(d: Dialect, asked: Asked, bind: Bind) -> str:
        _holds, is_it = _is(asked.field.kind)
        test = is_it(d.side(side), asked, bind)
        if asked.field.kind is Kind.TAGS:
            other = d.side("old" if side == "new" else "new")
            test = f"{test} AND NOT {is_it(other, asked, bind)}"
        return d.changed(bind(asked.field.own_name), test)

    return holds, sql


def _operator(name: str, shape: Shape, says: str, how: tuple[Holds, Sql], no: str = "") -> Operator:
    return Operator(name, shape, frozenset(Kind), says, *how, changed_value, no)


ROWS = (
    _operator(
        "changed",
        Shape.FLAG,
        N_("{field} was changed"),
        (_changed, _changed_sql),
        N_("{field} was not changed"),
    ),
    _operator("changed_to", Shape.VALUE, N_("{field} was changed to {value}"), _to("new")),
    _operator("changed_from", Shape.VALUE, N_("{field} was changed from {value}"), _to("old")),
)
NAMES = frozenset(row.name for row in ROWS)


def presumed(condition: Condition) -> Condition:
    """Return a condition as if what it waits for had just happened: only the object counts."""
    return _without(condition, lambda test: test.operator in NAMES or is_of_event(test))


def _without(condition: Condition, leaves_out: Callable[[Test], bool]) -> Condition:
    if isinstance(condition, Test):
        return AllOf() if leaves_out(condition) else condition
    members = tuple(_without(member, leaves_out) for member in condition.members)
    return AllOf(members) if isinstance(condition, AllOf) else AnyOf(members)
