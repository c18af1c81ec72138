"""Conditions that can't hold together: the cheap, certain cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cskh.language import _
from cskh.model.fields import CUSTOMER_KINDS
from cskh.model.folding import fold
from cskh.spec.checks.draft import Draft, Leaf, leaves
from cskh.spec.checks.finding import Checks, Finding, check
from cskh.spec.paths import Path, quoted

CHECKS: Checks = []

_BOUNDS = frozenset({"gt", "gte", "lt", "lte"})
_NEGATIVE = frozenset({"is_not", "not_in", "not_contains", "has_none", "empty"})


@dataclass(slots=True)
class _Room:
    """What is left of a field's possible values: `among` None is anything but `never`."""

    among: set[Any] | None = None
    never: set[Any] = field(default_factory=set)
    low: float = float("-inf")
    high: float = float("inf")
    must_be_empty: bool | None = None
    is_left: bool = True

    def take(self, leaf: Leaf) -> bool:
        """Narrow the room by a condition; return whether anything is left."""
        if leaf.marks:
            self._narrow(leaf)
        some = self.among is None or bool(self.among - self.never)
        ordered = leaf.operator != "between" or _is_in_order(leaf.wanted)
        self.is_left = self._emptiness(leaf) and some and ordered and self.low <= self.high
        return self.is_left

    def _narrow(self, leaf: Leaf) -> None:
        if leaf.operator in ("is", "in"):
            keys = _keys(leaf.wanted)
            self.among = keys if self.among is None else self.among & keys
        elif leaf.operator in ("is_not", "not_in"):
            self.never |= _keys(leaf.wanted)
        elif leaf.operator in _BOUNDS and _is_number(leaf.wanted):
            self._bound(leaf.operator, leaf.wanted)

    def _bound(self, operator: str, wanted: float) -> None:
        # A hair's breadth is enough: bounds are compared with each other only.
        hair = 0.0 if operator in ("gte", "lte") else 1e-9 * max(1.0, abs(wanted))
        if operator in ("gt", "gte"):
            self.low = max(self.low, wanted + hair)
        else:
            self.high = min(self.high, wanted - hair)

    def _emptiness(self, leaf: Leaf) -> bool:
        if leaf.operator == "empty" and isinstance(leaf.wanted, bool):
            wanted = leaf.wanted
        elif leaf.operator in _NEGATIVE:
            return True
        else:
            wanted = False
        before, self.must_be_empty = self.must_be_empty, wanted
        return before in (None, wanted)


@check("CK205", CHECKS)
def impossible(draft: Draft) -> Iterator[Finding]:
    """Conditions can never hold, alone or together.

    `between` with the larger value first; `status: A` and `status: B` in one filter; the kind
    lead in a workflow about contacts; a field that must be empty and more than 5.
    """
    told: set[Path] = set()
    for together in _conjunctions(draft):
        rooms = {"kind": _Room(among=_kinds(draft))}
        for leaf in together:
            room = rooms.setdefault(leaf.name, _Room())
            if room.is_left and not room.take(leaf) and leaf.value_path not in told:
                told.add(leaf.value_path)
                message = _("This can never hold, with the other conditions on {field}.")
                yield Finding(leaf.value_path, message.format(field=quoted(leaf.name)))


def _kinds(draft: Draft) -> set[Any] | None:
    object_ = draft.data.get("object")
    if object_ in CUSTOMER_KINDS:
        return {object_}
    return set(CUSTOMER_KINDS) if object_ == "customer" else None


def _conjunctions(draft: Draft) -> Iterator[list[Leaf]]:
    """Yield the conditions that must hold together: those for all, and each way through any."""
    always = list(_certain(draft.data.get("filter"), ("filter",)))
    for branch in _branches(draft.trigger.get("conditions"), ("trigger", "conditions")):
        yield [*always, *branch]


def _branches(raw: Any, path: Path) -> Iterator[list[Leaf]]:
    if isinstance(raw, dict) and isinstance(raw.get("any"), list):
        for index, each in enumerate(raw["any"]):
            yield list(_certain(each, (*path, "any", index)))
    else:
        yield list(_certain(raw, path))


def _certain(raw: Any, path: Path) -> Iterator[Leaf]:
    """Yield the conditions that must hold if `raw` does: those that stand in no `any`."""
    for leaf in leaves(raw, path):
        if "any" not in leaf.path[len(path) :]:
            yield leaf


def _keys(wanted: Any) -> set[Any]:
    items: Iterable[Any] = wanted if isinstance(wanted, list) else (wanted,)
    return {_key(item) for item in items}


def _key(item: Any) -> str:
    if isinstance(item, str):
        return fold(item)
    return str(float(item)) if _is_number(item) else str(item)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_in_order(pair: Any) -> bool:
    """Say whether a pair has the lower value first, as far as that can be seen."""
    if not isinstance(pair, list) or len(pair) != 2:
        return True
    low, high = pair
    if _is_number(low) and _is_number(high):
        return bool(low <= high)
    first, last = _date(low), _date(high)
    return first is None or last is None or first <= last


def _date(text: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
