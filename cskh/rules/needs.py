"""What would have to change before a condition holds, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cskh.language import _
from cskh.model.clock import Clock
from cskh.model.conditions import AllOf, AnyOf, Condition, Test
from cskh.model.fields import Catalogue
from cskh.rules.meaning import holds
from cskh.rules.operators import sentence


def needs(
    condition: Condition, values: Mapping[str, Any], fields: Catalogue, clock: Clock
) -> list[str]:
    """Return what doesn't hold yet and would have to; the ways out of an `any` as one sentence."""
    if holds(condition, values, fields, clock):
        return []
    match condition:
        case Test():
            return [sentence(condition, fields[condition.field])]
        case AllOf():
            return [each for one in condition.members for each in needs(one, values, fields, clock)]
        case AnyOf():
            ways = [needs(member, values, fields, clock) for member in condition.members]
            return [_(" or ").join(_way(way, alone=len(ways) == 1) for way in ways)]


def _way(way: list[str], *, alone: bool) -> str:
    joined = _(" and ").join(way)
    return joined if alone or len(way) == 1 else f"({joined})"
