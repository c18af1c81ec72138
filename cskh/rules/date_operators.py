"""The operators on dates and instants: half-open intervals of stored texts, and anniversaries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cskh.language import N_
from cskh.model.clock import shift, shift_date
from cskh.model.fields import Kind
from cskh.rules.dialect import Dialect
from cskh.rules.row import Asked, Bind, Operator, listed
from cskh.rules.values import DATES, NUMBERS, Shape, Window, day_bounds, is_leap_eve

Interval = tuple[str | None, str | None]


def _on(asked: Asked) -> Interval:
    return day_bounds(asked.field.kind, asked.want, asked.clock)


def _before(asked: Asked) -> Interval:
    return None, _on(asked)[0]


def _after(asked: Asked) -> Interval:
    return _on(asked)[1], None


def _between(asked: Asked) -> Interval:
    first, last = (day_bounds(asked.field.kind, day, asked.clock) for day in asked.want)
    return first[0], last[1]


def _away(asked: Asked, sign: int) -> tuple[str, str]:
    """Return the bounds of the day that is a span away, or the second if the span is short."""
    span, clock = asked.want, asked.clock
    there = shift_date(clock.today, span, sign) if span.is_days else shift(clock.now, span, sign)
    return day_bounds(asked.field.kind, there, clock)


def _older(asked: Asked) -> Interval:
    return None, _away(asked, -1)[1]


def _within_last(asked: Asked) -> Interval:
    return _away(asked, -1)[0], _away(asked, 0)[1]


def _within_next(asked: Asked) -> Interval:
    return _away(asked, 0)[0], _away(asked, 1)[1]


def _holds(have: Any, asked: Asked, interval: Interval) -> bool:
    if have is None or (asked.field.kind is Kind.DATE and len(have) != len("2026-12-31")):
        return False
    low, high = interval
    return (low is None or have >= low) and (high is None or have < high)


def _sql(d: Dialect, asked: Asked, bind: Bind, interval: Interval) -> str:
    is_date = asked.field.kind is Kind.DATE
    column = d.full_date(asked.field) if is_date else d.column(asked.field)
    low, high = interval
    sides = [f"{column} >= {bind(low)}"] if low is not None else []
    sides += [f"{column} < {bind(high)}"] if high is not None else []
    return " AND ".join(sides)


def on_day(have: Any, asked: Asked) -> bool:
    """Say whether a stored date or instant is on the day that is asked for."""
    return _holds(have, asked, _on(asked))


def on_day_sql(d: Dialect, asked: Asked, bind: Bind) -> str:
    """Write that the stored date or instant is on the day that is asked for."""
    return _sql(d, asked, bind, _on(asked))


def _interval(name: str, shape: Shape, bounds: Callable[[Asked], Interval], says: str) -> Operator:
    def holds(have: Any, asked: Asked) -> bool:
        return _holds(have, asked, bounds(asked))

    def sql(d: Dialect, asked: Asked, bind: Bind) -> str:
        return _sql(d, asked, bind, bounds(asked))

    return Operator(name, shape, DATES, says, holds, sql)


def _between_holds(have: Any, asked: Asked) -> bool:
    if asked.field.kind in DATES:
        return _holds(have, asked, _between(asked))
    low, high = asked.want
    return have is not None and bool(low <= have <= high)


def _between_sql(d: Dialect, asked: Asked, bind: Bind) -> str:
    if asked.field.kind in DATES:
        return _sql(d, asked, bind, _between(asked))
    low, high = asked.want
    return f"{d.column(asked.field)} BETWEEN {bind(low)} AND {bind(high)}"


def _month_days(asked: Asked) -> list[str]:
    """Return the `MM-DD` of an anniversary's window; 29 February is kept on the 28th."""
    window: Window = asked.want
    days = window.dates(asked.clock.today)
    kept = [day.strftime("%m-%d") for day in days]
    if any(map(is_leap_eve, days)):
        kept.append("02-29")
    return kept


def _anniversary(have: Any, asked: Asked) -> bool:
    return have is not None and len(have) >= 7 and have[-5:] in _month_days(asked)


def _anniversary_sql(d: Dialect, asked: Asked, bind: Bind) -> str:
    return f"{d.month_day(asked.field)} IN ({listed(_month_days(asked), bind)})"


ROWS = (
    Operator(
        name="between",
        shape=Shape.PAIR,
        kinds=NUMBERS | DATES,
        says=N_("{field} is between {value}"),
        holds=_between_holds,
        sql=_between_sql,
    ),
    _interval("before", Shape.VALUE, _before, N_("{field} is before {value}")),
    _interval("after", Shape.VALUE, _after, N_("{field} is after {value}")),
    _interval("on", Shape.VALUE, _on, N_("{field} is on {value}")),
    _interval("older_than", Shape.SPAN, _older, N_("{field} is {value} ago or longer")),
    _interval("within_last", Shape.SPAN, _within_last, N_("{field} is within the last {value}")),
    _interval("within_next", Shape.SPAN, _within_next, N_("{field} is within the next {value}")),
    Operator(
        name="anniversary",
        shape=Shape.WINDOW,
        kinds=frozenset({Kind.DATE}),
        says=N_("{field} has its anniversary {value}"),
        holds=_anniversary,
        sql=_anniversary_sql,
    ),
)
