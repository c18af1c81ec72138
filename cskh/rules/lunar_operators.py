"""The operator on lunar anniversaries: dates that people keep by the lunar calendar."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cskh.language import N_
from cskh.model.fields import Kind
from cskh.rules.dialect import Dialect
from cskh.rules.lunar import as_lunar, kept_on, solar_days
from cskh.rules.row import Asked, Bind, Operator
from cskh.rules.values import Shape, Window

# A birthday may be known by the lunar calendar, beside the solar one or without it.
BESIDE: Mapping[str, str] = {
    "birthday": "lunar_birthday",
    "customer.birthday": "customer.lunar_birthday",
}


def lunar_date(name: str, values: Mapping[str, Any]) -> str | None:
    """Return the lunar date of a field: the lunar birthday that is known, or the date converted.

    A year alone, or a solar day without its year, is no lunar day.
    """
    known = values.get(BESIDE[name]) if name in BESIDE else None
    return known if known and len(known) >= 7 else as_lunar(values.get(name))


def _kept(asked: Asked) -> tuple[str, ...]:
    window: Window = asked.want
    return kept_on(window.dates(asked.clock.today))


def _holds(have: Any, asked: Asked) -> bool:
    return have is not None and have[-5:] in _kept(asked)


def _sql(d: Dialect, asked: Asked, bind: Bind) -> str:
    # No function converts row by row: every solar date of those lunar days is listed.
    kept, field = _kept(asked), asked.field
    solar = [date for each in kept for date in solar_days(each)]
    converted = d.among(d.column(field), bind(json.dumps(solar)))
    if field.name not in BESIDE:
        return converted
    beside = BESIDE[field.own_name]
    known = d.month_day(replace(field, name=beside, key=beside))
    here = d.among(known, bind(json.dumps(kept)))
    return f"CASE WHEN {known} IS NULL THEN {converted} ELSE {here} END"


ROWS = (
    Operator(
        name="lunar_anniversary",
        shape=Shape.WINDOW,
        kinds=frozenset({Kind.DATE}),
        says=N_("{field} has its lunar anniversary {value}"),
        holds=_holds,
        sql=_sql,
        sees=lunar_date,
    ),
)
