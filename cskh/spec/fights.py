"""Workflows that write different values into the same field of the same customer.

A fight is one that never ends, each undoing what the other did; or one in which only the order
says who wins. A step of a ladder is none: it names the other's value among those it starts from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from cskh.model.fields import CUSTOMER_KINDS
from cskh.model.folding import fold
from cskh.model.workflow import Moment
from cskh.model.writing import ANYTHING, TagsWritten
from cskh.spec.graph import ON_CHANGE, Graph, Node, Way, agree
from cskh.spec.room import Room, key

_ON_CREATION = frozenset({Moment.CREATED, Moment.CREATED_OR_UPDATED})
_FAMILY = dict.fromkeys(CUSTOMER_KINDS, "customer")


@dataclass(frozen=True, slots=True)
class Aim:
    """One thing that a workflow sees to: the value of a field, or whether a tag is there."""

    field: str
    tag: str | None
    value: Any

    @property
    def key(self) -> tuple[str, str | None]:
        """Return what another workflow's aim is compared by."""
        return self.field, self.tag and fold(self.tag)

    @property
    def written(self) -> Any:
        """Return what is written to reach it."""
        if self.tag is None:
            return self.value
        return TagsWritten((self.tag,)) if self.value else TagsWritten((), (self.tag,))


Fights = Mapping[str, Mapping[Aim, list[tuple[str, Any]]]]
"""Workflow -> what it fights for -> the others, each with the value that it writes."""


def fights(graph: Graph) -> Fights:
    """Return who fights with whom, and over what."""
    found: dict[str, dict[Aim, list[tuple[str, Any]]]] = {}
    for rivals in _rivals(graph).values():
        for one, other in combinations(rivals, 2):
            if _differ(one[1], other[1]) and _meet(graph, one, other):
                for (node, aim), (against, theirs) in ((one, other), (other, one)):
                    others = found.setdefault(node.id, {}).setdefault(aim, [])
                    others.append((against.id, theirs.value))
    return found


def _rivals(graph: Graph) -> Mapping[Any, list[tuple[Node, Aim]]]:
    rivals: dict[Any, list[tuple[Node, Aim]]] = {}
    for node in graph.nodes.values():
        for aim in _aims(node):
            rivals.setdefault(aim.key, []).append((node, aim))
    return rivals


def _aims(node: Node) -> Iterator[Aim]:
    for name, value in node.writes.items():
        if isinstance(value, TagsWritten):
            yield from (Aim(name, tag, True) for tag in value.added)
            yield from (Aim(name, tag, False) for tag in value.removed)
        elif value is not ANYTHING:
            yield Aim(name, None, value)


def _differ(mine: Aim, theirs: Aim) -> bool:
    if isinstance(mine.value, bool):
        return mine.value is not theirs.value
    return key(mine.value) != key(theirs.value)


def _meet(graph: Graph, one: tuple[Node, Aim], other: tuple[Node, Aim]) -> bool:
    (here, mine), (there, theirs) = one, other
    if here.kinds.isdisjoint(there.kinds):
        return False
    comes_back = _comes_back(graph, there, here), _comes_back(graph, here, there)
    coincide = _coincide(here, there)
    if not coincide and not any(comes_back):
        return False
    ways = product(here.ways, there.ways)
    return any(
        _clash(graph, (way, mine), (way_there, theirs), comes_back, coincide=coincide)
        for way, way_there in ways
    )


def _clash(
    graph: Graph,
    one: tuple[Way, Aim],
    other: tuple[Way, Aim],
    comes_back: tuple[bool, bool],
    *,
    coincide: bool,
) -> bool:
    """Say whether two workflows fight over a customer for whom these conditions hold."""
    (way, mine), (way_there, theirs) = one, other
    undoes = comes_back[0] and graph.allows(way, mine.field, theirs.written)
    is_undone = comes_back[1] and graph.allows(way_there, theirs.field, mine.written)
    if not (undoes and is_undone):
        if not agree(_only(way, mine), _only(way_there, theirs)):
            return False
        if undoes or is_undone:
            # Who undoes what it names as its start goes on from there.
            if _asks(*one) if undoes else _asks(*other):
                return False
        elif not coincide:
            return False
    return agree(_without(way, mine), _without(way_there, theirs))


def _comes_back(graph: Graph, first: Node, then: Node) -> bool:
    """Say whether a workflow acts again after another one did."""
    return not then.once and (then.is_scheduled or then.id in graph.edges[first.id])


def _coincide(one: Node, other: Node) -> bool:
    """Say whether two workflows may act on the same occasion, or each time one after the other."""
    if one.is_scheduled or other.is_scheduled:
        return one.is_scheduled and other.is_scheduled
    if _FAMILY.get(one.object, one.object) != _FAMILY.get(other.object, other.object):
        return False
    if one.moment is Moment.EVENT or other.moment is Moment.EVENT:
        pages = not one.pages or not other.pages or bool(one.pages & other.pages)
        return one.event == other.event and pages
    if {one.moment, other.moment} <= _ON_CREATION:
        return True
    if not {one.moment, other.moment} <= ON_CHANGE:
        return False
    return one.looks_at is None or other.looks_at is None or bool(one.looks_at & other.looks_at)


def _only(way: Way, aim: Aim) -> Way:
    return {aim.field: way[aim.field]} if aim.field in way else {}


def _without(way: Way, aim: Aim) -> Way:
    """Return the conditions that are about something else."""
    room = way.get(aim.field)
    if room is None:
        return way
    rest = {name: each for name, each in way.items() if name != aim.field}
    return rest if aim.tag is None else {**rest, aim.field: room.apart_from(fold(aim.tag))}


def _asks(way: Way, aim: Aim) -> bool:
    """Say whether conditions are about what the workflow writes."""
    room: Room | None = way.get(aim.field)
    return room is not None and (aim.tag is None or room.names(fold(aim.tag)))
