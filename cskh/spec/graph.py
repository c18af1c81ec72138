"""What each workflow reads and writes, and so which one sets off which.

Only what is certain stops an edge: a condition in one branch of several is taken to hold.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cskh.model.fields import CUSTOMER_KINDS, PIPELINE, Catalogue
from cskh.model.folding import fold
from cskh.model.workflow import SCHEDULED, Moment
from cskh.model.writing import ANYTHING, TagsWritten, Writes
from cskh.spec.paths import Path
from cskh.spec.room import Room

ON_CHANGE = frozenset({Moment.UPDATED, Moment.CREATED_OR_UPDATED})
Way = Mapping[str, Room]
"""The conditions of one way to hold: what is left of each field they are about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One enabled workflow, seen from its customer.

    `looks_at` are the fields whose change fires it (None: any of them); `ways` the ways in which
    its conditions may hold; `writes` what its actions write in the end, `makes` what they make
    new (a task, a ticket, a card), `steps` which ones do.
    """

    id: str
    object: str
    kinds: frozenset[str]
    moment: Moment
    event: str | None = None
    pages: frozenset[str] = frozenset()
    once: bool = False
    looks_at: frozenset[str] | None = None
    ways: tuple[Way, ...] = ({},)
    writes: Writes = field(default_factory=dict)
    makes: frozenset[str] = frozenset()
    steps: Mapping[str, Path] = field(default_factory=dict)

    @property
    def is_scheduled(self) -> bool:
        """Say whether it comes back by itself."""
        return self.moment in SCHEDULED

    def is_raised_by(self, node: Node) -> bool:
        """Say whether it waits for what another one makes, or for a stage that it changes."""
        if self.moment in (Moment.CREATED, Moment.CREATED_OR_UPDATED):
            return self.object in node.makes
        moves = "opportunity" in node.makes or any(map(_is_stage, node.writes))
        return self.event == "stage_changed" and moves

    @property
    def listens(self) -> bool:
        """Say whether changes of customers fire it."""
        return self.moment in ON_CHANGE and self.object in (*CUSTOMER_KINDS, "customer")


def _is_stage(name: str) -> bool:
    return name.startswith(PIPELINE)


def together(all_writes: Iterable[tuple[Path, Writes]]) -> tuple[Writes, Mapping[str, Path]]:
    """Return what several actions in a row write, and where the last one stands for each field."""
    written: dict[str, Any] = {}
    steps: dict[str, Path] = {}
    for path, writes in all_writes:
        for name, value in writes.items():
            before = written.get(name)
            if isinstance(before, TagsWritten) and isinstance(value, TagsWritten):
                written[name] = _after(before, value)
            else:
                written[name] = value
            steps[name] = path
    return written, steps


def _after(before: TagsWritten, then: TagsWritten) -> TagsWritten:
    added, removed = then.keys
    return TagsWritten(
        tuple(tag for tag in before.added if fold(tag) not in added | removed) + then.added,
        tuple(tag for tag in before.removed if fold(tag) not in added | removed) + then.removed,
    )


@dataclass(frozen=True)
class Graph:
    """All enabled workflows of a project; `fields` are the customer's."""

    nodes: Mapping[str, Node]
    fields: Catalogue
    _seen: dict[tuple[int, str, Any], bool] = field(default_factory=dict, repr=False)

    @cached_property
    def edges(self) -> Mapping[str, Mapping[str, Node]]:
        """Return which workflows each one sets off by what it writes, itself perhaps included."""
        listeners: dict[str | None, list[Node]] = {}
        for node in self.nodes.values():
            if node.listens:
                for name in (None,) if node.looks_at is None else sorted(node.looks_at):
                    listeners.setdefault(name, []).append(node)
        return {id_: self._set_off(node, listeners) for id_, node in self.nodes.items()}

    def _set_off(
        self, node: Node, listeners: Mapping[str | None, list[Node]]
    ) -> Mapping[str, Node]:
        names = (None, *node.writes) if node.writes else ()
        hearing = {each.id: each for name in names for each in listeners.get(name, ())}
        fired = {id_: each for id_, each in hearing.items() if self._fires(node, each)}
        return {each.id: each for each in self.nodes.values() if each.is_raised_by(node)} | fired

    def _fires(self, node: Node, other: Node) -> bool:
        if node is other and not _changes_what_it_asks(node):
            return False
        kind = node.writes.get("kind", ANYTHING)
        kinds = node.kinds if kind is ANYTHING else frozenset({kind})
        return not kinds.isdisjoint(other.kinds) and any(
            self._leads(node, before, after) for before in node.ways for after in other.ways
        )

    def _leads(self, node: Node, before: Way, after: Way) -> bool:
        """Say whether the conditions of `after` may hold once those of `before` led to writes."""
        for name, room in after.items():
            must_change = False not in room.changed
            if must_change if name not in node.writes else not self._gets(node, after, name):
                return False
        return agree(before, after, node.writes)

    def _gets(self, node: Node, way: Way, name: str) -> bool:
        return self.allows(way, name, node.writes[name])

    def allows(self, way: Way, name: str, value: Any) -> bool:
        """Say whether conditions may hold on a field that has just got this value."""
        room = way.get(name)
        if room is None or value is ANYTHING:
            return True
        asked = (id(room), name, value)
        if asked not in self._seen:
            self._seen[asked] = self._is_room_for(room, name, value)
        return self._seen[asked]

    def _is_room_for(self, room: Room, name: str, value: Any) -> bool:
        if isinstance(value, TagsWritten):
            added, removed = value.keys
            have = room & Room(has=added, lacks=removed)
            is_left = have.is_left and (not added or False in room.empty)
            return is_left and room.gained <= added and room.lost <= removed
        made = self.fields.get(name)
        return room.allows(value, made.kind if made else None)

    @cached_property
    def circles(self) -> Mapping[str, tuple[str, ...]]:
        """Return for each workflow on a circle the shortest way from it back to it."""
        edges = _in_circles(self.edges)
        found = ((id_, _way_back(id_, edges)) for id_ in edges)
        return {id_: way for id_, way in found if way}


def _changes_what_it_asks(node: Node) -> bool:
    """Say whether a workflow writes more than tags that its own conditions don't name."""
    tags = node.writes.get("tags")
    heard = node.writes.keys() & (node.looks_at or ())
    if heard != {"tags"} or not isinstance(tags, TagsWritten):
        return True
    rooms = [way["tags"] for way in node.ways if "tags" in way]
    named = (room.names(tag) for room in rooms for keys in tags.keys for tag in keys)
    return not rooms or any(named)


def agree(one: Way, other: Way, apart_from: Container[str] = ()) -> bool:
    """Say whether two ways may hold for the same customer, as far as other fields are asked."""
    for name, room in one.items():
        there = other.get(name)
        if there is not None and name not in apart_from and not room.meets(there):
            return False
    return True


def _in_circles(edges: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return the edges without those that can't be part of a circle: nothing leads in, or out."""
    left = {id_: list(ends) for id_, ends in edges.items()}
    while True:
        reached = {end for ends in left.values() for end in ends}
        kept = {
            id_: [end for end in ends if left.get(end)]
            for id_, ends in left.items()
            if id_ in reached and ends
        }
        if kept == left:
            return kept
        left = kept


def _way_back(start: str, edges: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for end in edges.get(here, ()):
            if end == start:
                return tuple(reversed(list(_backwards(here, start, came_from)))) + (start,)
            if end not in came_from:
                came_from[end] = here
                waiting.append(end)
    return ()


def _backwards(here: str, start: str, came_from: Mapping[str, str]) -> Iterator[str]:
    while here != start:
        yield here
        here = came_from[here]
    yield start
