"""The operators on texts, choices, numbers and yes-or-no fields, and `empty` on every field."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from cskh.language import N_
from cskh.model.fields import Kind
from cskh.rules.dialect import Dialect
from cskh.rules.row import Asked, Bind, Holds, Operator, Sql, listed
from cskh.rules.values import NUMBERS, TEXTS, Shape

_SCALAR = TEXTS | NUMBERS
_TEXT = frozenset({Kind.TEXT})


def keys(asked: Asked) -> list[str]:
    """Fold every text of a list as the test compares them."""
    return [asked.key(item) for item in asked.want]


def same(have: Any, asked: Asked) -> bool:
    """Say whether a stored value is the one that is asked for."""
    if asked.field.kind in TEXTS:
        return have is not None and asked.key(have) == asked.key(asked.want)
    if asked.field.kind is Kind.BOOLEAN:
        return have is not None and bool(have) == asked.want
    return have is not None and have == asked.want


def same_sql(d: Dialect, asked: Asked, bind: Bind) -> str:
    """Write that the stored value is the one that is asked for."""
    if asked.field.kind in TEXTS:
        return f"{asked.text(d)} = {bind(asked.key(asked.want))}"
    want = int(asked.want) if asked.field.kind is Kind.BOOLEAN else asked.want
    return f"{d.column(asked.field)} = {bind(want)}"


def _among(have: Any, asked: Asked) -> bool:
    if have is None:
        return False
    if asked.field.kind in TEXTS:
        return asked.key(have) in keys(asked)
    return have in asked.want


def _among_sql(d: Dialect, asked: Asked, bind: Bind) -> str:
    if asked.field.kind in TEXTS:
        return f"{asked.text(d)} IN ({listed(keys(asked), bind)})"
    return f"{d.column(asked.field)} IN ({listed(asked.want, bind)})"


def _part(test: Callable[[str, str], bool]) -> Holds:
    def holds(have: Any, asked: Asked) -> bool:
        return have is not None and test(asked.key(have), asked.key(asked.want))

    return holds


def _contains_sql(d: Dialect, asked: Asked, bind: Bind) -> str:
    return f"{d.position(asked.text(d), bind(asked.key(asked.want)))} > 0"


def _starts_sql(d: Dialect, asked: Asked, bind: Bind) -> str:
    want = asked.key(asked.want)
    return f"substr({asked.text(d)}, 1, {len(want)}) = {bind(want)}"


def _ends_sql(d: Dialect, asked: Asked, bind: Bind) -> str:
    want = asked.key(asked.want)
    text = asked.text(d)
    long_enough = f"length({text}) >= {len(want)}"
    return f"{long_enough} AND substr({text}, length({text}) - {len(want) - 1}) = {bind(want)}"


def _not(holds: Holds) -> Holds:
    # A missing value makes the negative operators true.
    return lambda have, asked: not holds(have, asked)


def _not_sql(sql: Sql) -> Sql:
    def negated(d: Dialect, asked: Asked, bind: Bind) -> str:
        return f"({d.column(asked.field)} IS NULL OR NOT ({sql(d, asked, bind)}))"

    return negated


def _number(name: str, sign: str, test: Callable[[Any, Any], Any], says: str) -> Operator:
    def holds(have: Any, asked: Asked) -> bool:
        return have is not None and bool(test(have, asked.want))

    def sql(d: Dialect, asked: Asked, bind: Bind) -> str:
        return f"{d.column(asked.field)} {sign} {bind(asked.want)}"

    return Operator(name, Shape.VALUE, NUMBERS, says, holds, sql)


def _empty(have: Any, asked: Asked) -> bool:
    return (have is None or have == ()) is asked.want


def _empty_sql(d: Dialect, asked: Asked, _bind: Bind) -> str:
    if asked.field.kind is Kind.TAGS:
        return d.has_no_tags() if asked.want else f"NOT ({d.has_no_tags()})"
    return f"{d.column(asked.field)} IS {'' if asked.want else 'NOT '}NULL"


_contains = _part(lambda have, want: want in have)

ROWS = (
    Operator(
        name="is",
        shape=Shape.VALUE,
        kinds=_SCALAR | {Kind.BOOLEAN},
        says=N_("{field} is {value}"),
        holds=same,
        sql=same_sql,
    ),
    Operator(
        name="is_not",
        shape=Shape.VALUE,
        kinds=_SCALAR,
        says=N_("{field} is not {value}"),
        holds=_not(same),
        sql=_not_sql(same_sql),
    ),
    Operator(
        name="in",
        shape=Shape.VALUES,
        kinds=_SCALAR,
        says=N_("{field} is one of {value}"),
        holds=_among,
        sql=_among_sql,
    ),
    Operator(
        name="not_in",
        shape=Shape.VALUES,
        kinds=_SCALAR,
        says=N_("{field} is none of {value}"),
        holds=_not(_among),
        sql=_not_sql(_among_sql),
    ),
    Operator(
        name="contains",
        shape=Shape.PART,
        kinds=_TEXT,
        says=N_("{field} contains {value}"),
        holds=_contains,
        sql=_contains_sql,
    ),
    Operator(
        name="not_contains",
        shape=Shape.PART,
        kinds=_TEXT,
        says=N_("{field} does not contain {value}"),
        holds=_not(_contains),
        sql=_not_sql(_contains_sql),
    ),
    Operator(
        name="starts_with",
        shape=Shape.PART,
        kinds=_TEXT,
        says=N_("{field} starts with {value}"),
        holds=_part(str.startswith),
        sql=_starts_sql,
    ),
    Operator(
        name="ends_with",
        shape=Shape.PART,
        kinds=_TEXT,
        says=N_("{field} ends with {value}"),
        holds=_part(str.endswith),
        sql=_ends_sql,
    ),
    _number("gt", ">", operator.gt, N_("{field} is more than {value}")),
    _number("gte", ">=", operator.ge, N_("{field} is at least {value}")),
    _number("lt", "<", operator.lt, N_("{field} is less than {value}")),
    _number("lte", "<=", operator.le, N_("{field} is at most {value}")),
    Operator(
        name="empty",
        shape=Shape.FLAG,
        kinds=frozenset(Kind),
        says=N_("{field} is empty"),
        says_no=N_("{field} is not empty"),
        holds=_empty,
        sql=_empty_sql,
    ),
)
