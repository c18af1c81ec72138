"""Conditions that can't hold together: the cheap, certain cases."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from cskh.language import _
from cskh.model.events import TELLS
from cskh.model.fields import CUSTOMER_KINDS
from cskh.model.workflow import Moment
from cskh.spec.checks.draft import Draft, Leaf, leaves
from cskh.spec.checks.finding import Checks, Finding, check
from cskh.spec.paths import Path, quoted
from cskh.spec.room import Room, key, room

CHECKS: Checks = []

CHANGES = frozenset({"changed", "changed_to", "changed_from"})
_ON_CHANGE = frozenset({Moment.UPDATED, Moment.CREATED_OR_UPDATED})
# The store sets these by itself, and no update is about them.
_FIXED = frozenset({"created_at", "updated_at"})


@check("CK205", CHECKS)
def impossible(draft: Draft) -> Iterator[Finding]:
    """Conditions can never hold, alone or together.

    `between` with the larger value first; `status: A` and `status: B` in one filter; the kind
    lead in a workflow about contacts; a field that must be empty and more than 5; older than 30
    days and within the last 7; a tag that is there and isn't; changed to A, and now B.
    """
    told: set[Path] = set()
    for together in chain(conjunctions(draft), _one_branch_more(draft)):
        rooms = beforehand(draft)
        for leaf in together:
            before = rooms.get(leaf.name, Room())
            rooms[leaf.name] = before & of_leaf(draft, leaf)
            if before.is_left and not rooms[leaf.name].is_left and leaf.value_path not in told:
                told.add(leaf.value_path)
                message = _("This can never hold, with the other conditions on {field}.")
                yield Finding(leaf.value_path, message.format(field=quoted(leaf.name)))


@check("CK207", CHECKS)
def never_a_change(draft: Draft) -> Iterator[Finding]:
    """A condition is about a change where there is none.

    `changed`, `changed_to` and `changed_from` are for the moments `updated` and
    `created_or_updated`, and for fields that an update can change: not `created_at`, and in a
    workflow about tasks, tickets or opportunities no field of the customer.
    """
    for leaf in draft.leaves:
        if leaf.operator not in CHANGES or draft.moment not in tuple(Moment):
            continue
        where = draft.document.place(leaf.value_path, key=True)
        if draft.moment not in _ON_CHANGE:
            message = _("With “moment: {moment}” there is no change to look at.")
            hint = _("{operator} is for the moments updated and created_or_updated.")
            said = hint.format(operator=leaf.operator)
            yield Finding(leaf.value_path, message.format(moment=draft.moment), said, where)
        elif is_fixed(draft, leaf.name):
            message = _("No update of this object changes {field}.")
            yield Finding(leaf.value_path, message.format(field=quoted(leaf.name)), None, where)


def is_fixed(draft: Draft, name: str) -> bool:
    """Say whether no update of a workflow's object ever changes this field."""
    is_other = not kinds_of(draft.data.get("object"))
    return name in _FIXED or (is_other and name.startswith("customer."))


def beforehand(draft: Draft) -> dict[str, Room]:
    """Return what is left of fields before any condition: of the kind, and of an event's page."""
    rooms = {}
    object_ = draft.data.get("object")
    if object_ in (*CUSTOMER_KINDS, "customer"):
        rooms["kind"] = Room(
            among=frozenset(CUSTOMER_KINDS if object_ == "customer" else [object_])
        )
    pages = draft.trigger.get("pages")
    if is_on_pages(draft.trigger.get("event")) and isinstance(pages, list) and pages:
        rooms["event.page"] = Room(among=frozenset(map(key, pages)))
    return rooms


def kinds_of(object_: Any) -> frozenset[str]:
    """Return the kinds of customers that an object may be, none if it is no customer."""
    if object_ == "customer":
        return frozenset(CUSTOMER_KINDS)
    return frozenset(kind for kind in CUSTOMER_KINDS if kind == object_)


def is_on_pages(event: Any) -> bool:
    """Say whether a kind of event happens on a page."""
    return any(name == event and "page" in told for name, told in TELLS.items())


def of_leaf(draft: Draft, leaf: Leaf) -> Room:
    """Return what a condition leaves of its field."""
    field = draft.fields.get(leaf.name)
    return room(field.kind if field else None, leaf.operator, leaf.wanted, marks=leaf.marks)


def conjunctions(draft: Draft) -> Iterator[list[Leaf]]:
    """Yield the conditions that must hold together: those for all, and each way through any."""
    always = [leaf for leaf in draft.filter if "any" not in leaf.path]
    for branch in _branches(draft.trigger.get("conditions"), ("trigger", "conditions")):
        yield [*always, *branch]


def _branches(raw: Any, path: Path) -> Iterator[list[Leaf]]:
    if isinstance(raw, dict) and isinstance(raw.get("any"), list):
        for index, each in enumerate(raw["any"]):
            yield list(_certain(each, (*path, "any", index)))
    else:
        yield list(_certain(raw, path))


def _one_branch_more(draft: Draft) -> Iterator[list[Leaf]]:
    """Yield what must hold for all, with each branch of each `any` that stands among it."""
    path: Path = ("trigger", "conditions")
    raw = draft.trigger.get("conditions")
    if isinstance(raw, dict):
        raw, path = raw.get("all"), (*path, "all")
    groups = [
        ((*path, index, "any"), each["any"])
        for index, each in enumerate(raw if isinstance(raw, list) else ())
        if isinstance(each, dict) and isinstance(each.get("any"), list)
    ]
    always = next(conjunctions(draft), []) if groups else []
    for there, branches in groups:
        for index, each in enumerate(branches):
            yield [*always, *_certain(each, (*there, index))]


def _certain(raw: Any, path: Path) -> Iterator[Leaf]:
    """Yield the conditions that must hold if `raw` does: those that stand in no `any`."""
    for leaf in leaves(raw, path):
        if "any" not in leaf.path[len(path) :]:
            yield leaf
