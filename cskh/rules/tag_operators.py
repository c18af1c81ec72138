"""The operators on tags; customers without any have none of them."""

from __future__ import annotations

from typing import Any

from cskh.language import N_
from cskh.model.fields import Kind
from cskh.model.folding import fold
from cskh.rules.dialect import Dialect
from cskh.rules.row import Asked, Bind, Operator
from cskh.rules.values import Shape

_TAGS = frozenset({Kind.TAGS})


def has(have: Any, asked: Asked) -> bool:
    """Say whether the tag that is asked for is among the tags."""
    return fold(asked.want) in _keys(have)


def has_sql(d: Dialect, asked: Asked, bind: Bind) -> str:
    """Write that the tag that is asked for is among the tags."""
    return d.has_tag((bind(fold(asked.want)),))


def _has_any(have: Any, asked: Asked) -> bool:
    return not _keys(have).isdisjoint(_keys(asked.want))


def _has_any_sql(d: Dialect, asked: Asked, bind: Bind) -> str:
    return d.has_tag(tuple(map(bind, sorted(_keys(asked.want)))))


def _has_all(have: Any, asked: Asked) -> bool:
    return _keys(have).issuperset(_keys(asked.want))


def _has_all_sql(d: Dialect, asked: Asked, bind: Bind) -> str:
    return " AND ".join(d.has_tag((bind(key),)) for key in sorted(_keys(asked.want)))


def _has_none(have: Any, asked: Asked) -> bool:
    return not _has_any(have, asked)


def _has_none_sql(d: Dialect, asked: Asked, bind: Bind) -> str:
    return f"NOT ({_has_any_sql(d, asked, bind)})"


def _keys(tags: Any) -> set[str]:
    return {fold(tag) for tag in tags or ()}


ROWS = (
    Operator("has", Shape.PART, _TAGS, N_("{field} include {value}"), has, has_sql),
    Operator(
        "has_any", Shape.VALUES, _TAGS, N_("{field} include one of {value}"), _has_any, _has_any_sql
    ),
    Operator(
        "has_all", Shape.VALUES, _TAGS, N_("{field} include all of {value}"), _has_all, _has_all_sql
    ),
    Operator(
        "has_none",
        Shape.VALUES,
        _TAGS,
        N_("{field} include none of {value}"),
        _has_none,
        _has_none_sql,
    ),
)
