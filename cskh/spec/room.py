"""What a condition leaves of one field's values; conditions on it together leave less.

Only what is certain counts: a room that seems to have something left may still have nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cskh.model.fields import Kind
from cskh.model.folding import fold
from cskh.spec.spans import Bounds, bounds, exact, is_number

_Keys = frozenset[str]
_BOTH = frozenset({True, False})
_DATES = frozenset({Kind.DATE, Kind.DATETIME})
_TEXTS = frozenset({Kind.TEXT, Kind.CHOICE, Kind.TAGS})
# These also hold for a value that isn't set, or say nothing about what it now is.
_MAYBE_EMPTY = frozenset(
    {"is_not", "not_in", "not_contains", "has_none", "changed", "changed_from", ""}
)


@dataclass(frozen=True, slots=True)
class Room:
    """The values a field may have: `among` None is anything but `never`.

    `empty` and `changed` hold the answers still possible to whether it isn't set, and whether the
    update changed it; `bounds` are by scale. Of tags: those it has, hasn't, and has some of, and
    those that the update added or removed.
    """

    among: _Keys | None = None
    never: _Keys = frozenset()
    parts: tuple[tuple[str, str], ...] = ()
    bounds: Bounds = field(default_factory=dict)
    empty: frozenset[bool] = _BOTH
    changed: frozenset[bool] = _BOTH
    has: _Keys = frozenset()
    lacks: _Keys = frozenset()
    some_of: frozenset[_Keys] = frozenset()
    gained: _Keys = frozenset()
    lost: _Keys = frozenset()

    def __and__(self, other: Room) -> Room:
        """Return what both leave."""
        return Room(
            among=_common(self.among, other.among),
            never=self.never | other.never,
            parts=self.parts + other.parts,
            bounds=_narrowed(self.bounds, other.bounds),
            empty=self.empty & other.empty,
            changed=self.changed & other.changed,
            has=self.has | other.has,
            lacks=self.lacks | other.lacks,
            some_of=self.some_of | other.some_of,
            gained=self.gained | other.gained,
            lost=self.lost | other.lost,
        )

    @property
    def is_left(self) -> bool:
        """Say whether there may be a value, come to as the conditions want it."""
        return bool(self.changed) and self.has_values

    @property
    def has_values(self) -> bool:
        """Say whether there may be a value, however it came about."""
        return (
            bool(self.empty)
            and (self.among is None or any(map(self._fits, self.among)))
            and all(low <= high for low, high in self.bounds.values())
            and self.has.isdisjoint(self.lacks)
            and all(keys - self.lacks for keys in self.some_of)
        )

    def _fits(self, key: str) -> bool:
        return key not in self.never and all(
            _PARTS[operator](key, part) for operator, part in self.parts
        )

    def meets(self, other: Room) -> bool:
        """Say whether two rooms with something left have values in common: `&`, but faster."""
        if not self.empty & other.empty:
            return False
        for scale, (low, high) in self.bounds.items():
            there = other.bounds.get(scale)
            if there is not None and (there[1] < low or high < there[0]):
                return False
        return self._is_open or other._is_open or (self & other).has_values

    @property
    def _is_open(self) -> bool:
        """Say whether nothing but bounds and emptiness is asked."""
        return self.among is None and not (
            self.never or self.parts or self.has or self.lacks or self.some_of
        )

    def allows(self, value: Any, kind: Kind | None) -> bool:
        """Say whether the field may have this value; None is that it isn't set."""
        return (self & room(kind, *(("empty", True) if value is None else ("is", value)))).is_left

    def names(self, tag: str) -> bool:
        """Say whether a condition is about this tag."""
        return tag in self.has | self.lacks or any(tag in keys for keys in self.some_of)

    def apart_from(self, tag: str) -> Room:
        """Return what is asked of the other tags."""
        return replace(
            self,
            empty=_BOTH,
            has=self.has - {tag},
            lacks=self.lacks - {tag},
            some_of=frozenset(keys for keys in self.some_of if tag not in keys),
        )


_PARTS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda key, part: part in key,
    "not_contains": lambda key, part: part not in key,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}


def room(kind: Kind | None, operator: str, wanted: Any, *, marks: bool = True) -> Room:
    """Return what one condition leaves, as far as its value can be read."""
    filled = Room() if operator in _MAYBE_EMPTY else Room(empty=frozenset({False}))
    if operator in ("empty", "changed"):
        flag = frozenset({wanted}) if isinstance(wanted, bool) else _BOTH
        return Room(empty=flag) if operator == "empty" else Room(changed=flag)
    if not marks:
        return filled
    if kind is Kind.TAGS:
        made = _of_tags(operator, wanted)
    elif kind in _DATES and operator in ("is", "changed_to", "changed_from"):
        # Only a day is named: the same day on another hour is another value.
        made = Room(bounds=bounds("on", wanted)) if operator != "changed_from" else Room()
    else:
        made = _of_value(kind, operator, wanted)
    changed = operator in ("changed_to", "changed_from")
    return replace(made, empty=filled.empty, changed=frozenset({True}) if changed else _BOTH)


def _of_tags(operator: str, wanted: Any) -> Room:
    keys = _keys(wanted, Kind.TAGS)
    if operator in ("has", "has_all", "changed_to"):
        return Room(has=keys, gained=keys if operator == "changed_to" else frozenset())
    if operator in ("has_none", "changed_from"):
        return Room(lacks=keys, lost=keys if operator == "changed_from" else frozenset())
    return Room(some_of=frozenset({keys})) if operator == "has_any" else Room()


def _of_value(kind: Kind | None, operator: str, wanted: Any) -> Room:
    if operator in ("is", "in", "changed_to"):
        numbers = {} if kind in _TEXTS else exact(wanted)
        return Room(among=_keys(wanted, kind), bounds=numbers)
    if operator in ("is_not", "not_in", "changed_from"):
        return Room(never=_keys(wanted, kind))
    if operator in _PARTS and isinstance(wanted, str):
        return Room(parts=((operator, fold(wanted)),))
    return Room(bounds=bounds(operator, wanted))


def _common(one: _Keys | None, other: _Keys | None) -> _Keys | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _narrowed(one: Bounds, other: Bounds) -> Bounds:
    if not one or not other:
        return one or other
    both: Mapping[str, tuple[float, float]] = {**one, **other}
    return {
        scale: (max(one[scale][0], low), min(one[scale][1], high)) if scale in one else (low, high)
        for scale, (low, high) in both.items()
    }


def _keys(wanted: Any, kind: Kind | None) -> _Keys:
    items: Iterable[Any] = wanted if isinstance(wanted, list) else (wanted,)
    return frozenset(key(item, kind) for item in items)


def key(item: Any, kind: Kind | None = None) -> str:
    """Return what a value of a kind of field is compared by."""
    if isinstance(item, str) or kind in _TEXTS:
        return fold(str(item))
    return str(float(item)) if is_number(item) else str(item)
