"""Numbers, days and lengths of time as bounds on a scale, so that they can be compared.

Days are counted on the calendar or from today, shorter times from now; what stands on different
scales is not compared. All bounds are certain ones: months are as short or long as they can be.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import Any

from cskh.model.clock import Span, parse_span

Bounds = Mapping[str, tuple[float, float]]

_NUMBERS, _CALENDAR, _TODAY, _NOW = "numbers", "calendar", "today", "now"
_ALL = math.inf
# Bounds are compared with each other only: less than a second is enough.
_HAIR = 1e-6
_NAMED = {"today": 0, "yesterday": -1, "tomorrow": 1}
_RELATIVE = re.compile(r"today ?([+-]) ?([0-9]{1,4})")
_DAYS = {"days": 1.0, "weeks": 7.0, "months": 365.2425 / 12, "years": 365.2425}
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600}
_HUGE = 1e300
_CENTURY = 36_525.0  # rules count no further


def exact(wanted: Any) -> Bounds:
    """Return the bounds of a number, or of a list of numbers; none for anything else."""
    items = wanted if isinstance(wanted, list) else [wanted]
    if not items or not all(map(is_number, items)):
        return {}
    return {_NUMBERS: (min(items), max(items))}


def bounds(operator: str, wanted: Any) -> Bounds:
    """Return the bounds that an operator sets, none if it sets no certain ones."""
    if operator in ("older_than", "within_last", "within_next"):
        return _of_span(operator, wanted)
    if operator == "between":
        return _of_pair(wanted)
    if is_number(wanted):
        return _of_number(operator, wanted)
    return _of_day(operator, wanted)


def is_number(value: Any) -> bool:
    """Say whether a value is a number that can be reckoned with."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _HUGE


def _of_number(operator: str, wanted: float) -> Bounds:
    # Beyond these there are whole numbers between two floats.
    is_exact = abs(wanted) < 2**53
    sides = {
        "gt": (math.nextafter(wanted, _ALL) if is_exact else wanted, _ALL),
        "gte": (wanted, _ALL),
        "lt": (-_ALL, math.nextafter(wanted, -_ALL) if is_exact else wanted),
        "lte": (-_ALL, wanted),
    }
    return {_NUMBERS: sides[operator]} if operator in sides else {}


def _of_day(operator: str, wanted: Any) -> Bounds:
    if operator not in ("on", "before", "after") or (day := _day(wanted)) is None:
        return {}
    scale, start, length = day
    # A moment lies somewhere in its day; of a field without hours the whole day counts.
    first, last = math.floor(start), math.floor(start) + 1 - _HAIR
    sides = {"on": (first, last), "before": (-_ALL, start - _HAIR), "after": (start + length, _ALL)}
    return {scale: sides[operator]}


def _of_pair(wanted: Any) -> Bounds:
    if not isinstance(wanted, list) or len(wanted) != 2:
        return {}
    low, high = wanted
    if is_number(low) and is_number(high):
        return {_NUMBERS: (low, high)}
    first, last = _of_day("on", low), _of_day("on", high)
    sides: dict[str, tuple[float, float]] = {scale: (one[0], _ALL) for scale, one in first.items()}
    for scale, one in last.items():
        sides[scale] = (sides.get(scale, (-_ALL, 0))[0], one[1])
    return sides


def _day(text: Any) -> tuple[str, float, int] | None:
    """Return the scale and the place of a day or a moment, and how many days it lasts."""
    if not isinstance(text, str):
        return None
    if text in _NAMED:
        return _TODAY, _NAMED[text], 1
    if match := _RELATIVE.fullmatch(text):
        return _TODAY, int(match[1] + match[2]), 1
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        return None
    seconds = (moment - dt.datetime.combine(moment, dt.time.min)).total_seconds()
    return _CALENDAR, moment.toordinal() + seconds / 86_400, int(len(text) <= len("2026-12-31"))


def _of_span(operator: str, wanted: Any) -> Bounds:
    try:
        span = parse_span(wanted) if isinstance(wanted, str) else None
    except ValueError:
        span = None
    if span is None:
        return {}
    (least, most), scale = _length(span), _TODAY if span.is_days else _NOW
    rest = 1 - _HAIR if span.is_days else _HAIR
    sides = {
        "older_than": (-_ALL, rest - least),
        "within_last": (-most, rest),
        "within_next": (0.0, rest + most),
    }
    return {scale: sides[operator]}


def _length(span: Span) -> tuple[float, float]:
    """Return the least and the most days that a span comes to, or its seconds."""
    if not span.is_days:
        exactly = float(span.amount * _SECONDS[span.unit])
        return exactly, exactly
    days = span.amount * _DAYS[span.unit]
    # Months end on their own days: never more than three off the average.
    slack = 0 if span.unit in ("days", "weeks") else 3
    least, most = math.floor(days) - slack, math.ceil(days) + slack
    return min(max(least, 0), _CENTURY), min(most, _CENTURY)
