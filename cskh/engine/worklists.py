"""Tasks, tickets and cards as people see them: one with its history, or a list by urgency."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cskh.engine.environment import Environment
from cskh.engine.profiles import WORK, told_history
from cskh.engine.sla import margins
from cskh.engine.telling import shown_value
from cskh.errors import NotFound
from cskh.language import N_, _
from cskh.model.acting import Customer
from cskh.model.catalogues import catalogue, own_fields, readable
from cskh.model.clock import Clock
from cskh.model.conditions import Condition
from cskh.model.fields import CUSTOMER_KINDS, Catalogue, Family
from cskh.model.settings import Settings
from cskh.rules.query import Query
from cskh.rules.sql import statement

# Work that is still to be done.
LIVE: Mapping[Family, tuple[str, ...]] = {
    "task": ("open",),
    "ticket": ("open", "responded"),
    "opportunity": ("open",),
}
# What is to be done next, and by when.
_DEADLINES: Mapping[tuple[Family, str], tuple[str, ...]] = {
    ("task", "open"): ("due_at",),
    ("ticket", "open"): ("respond_by", "resolve_by"),
    ("ticket", "responded"): ("resolve_by",),
}
_NOUNS: Mapping[Family, str] = {
    "task": N_("task"),
    "ticket": N_("ticket"),
    "opportunity": N_("opportunity"),
}
# The largest number that a store can have.
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Work:
    """One task, ticket or card, its customer's number, code and name, and its own fields."""

    id: int
    customer: int
    pid: str
    name: str | None
    values: Mapping[str, Any]


def find(environment: Environment, family: Family, id_: int) -> Work:
    """Return one of them by its number; raises NotFound."""
    fields = readable(environment.project.settings, family, None)
    names = _names(environment.project.settings, family)
    found = None
    if id_ <= _LARGEST:
        found = environment.store.records.read(family, id_, names, fields)
    if found is None:
        message = _("There is no {what} {id}.").format(what=noun(family), id=id_)
        hint = _("See all of them: cskh {family} list.").format(family=family)
        raise NotFound(message, hint)
    return _work(family, id_, found)


def noun(family: Family) -> str:
    """Return what people call a task, a ticket or a card."""
    return _(_NOUNS[family])


def fields_of(settings: Settings, family: Family) -> Catalogue:
    """Return the fields that a task, a ticket or a card has itself, by name."""
    return {field.name: field for field in own_fields(settings, family)}


def told(family: Family, work: Work, fields: Catalogue, clock: Clock) -> dict[str, Any]:
    """Return one of them as lists have it."""
    own = {name: shown_value(work.values[name], fields[name].kind, clock) for name in WORK[family]}
    return {"id": work.id, "customer": work.pid, **own}


def shown(environment: Environment, family: Family, id_: int) -> dict[str, Any]:
    """Return one of them with every change that was made."""
    work, fields = find(environment, family, id_), fields_of(environment.project.settings, family)
    rows = environment.store.records.history(family, id_)
    history = list(told_history(rows, fields, environment.clock))
    known = told(family, work, fields, environment.clock)
    if family == "ticket":
        known |= margins(work.values, environment.project.settings, environment.clock)
    return {**known, "history": history}


def listed(environment: Environment, family: Family, condition: Condition) -> list[Work]:
    """Return those for which a condition holds, the most urgent first."""
    settings, clock, store = environment.project.settings, environment.clock, environment.store
    names, fields = _names(settings, family), readable(settings, family, None)
    asked = Query(
        workflow=f"cskh {family} list",
        occasion="",
        kinds=CUSTOMER_KINDS,
        condition=condition,
        fields=names,
        clock=clock,
        family=family,
    )
    written = statement(asked, catalogue(settings, family), store.dialect, fields)
    found = store.customers.matching(written, names, fields)
    works = (_work(family, each.object_id or 0, each) for each in found)
    return sorted(works, key=_urgency(family, settings))


def deadline(family: Family, values: Mapping[str, Any]) -> str | None:
    """Return the stored instant by which something is to be done next, if there is one."""
    names = _DEADLINES.get((family, values["status"]), ())
    return min((values[name] for name in names if values[name]), default=None)


def is_overdue(family: Family, values: Mapping[str, Any], now: str) -> bool:
    """Say whether something should have been done by now, a stored instant."""
    by = deadline(family, values)
    return by is not None and by < now


def _names(settings: Settings, family: Family) -> tuple[str, ...]:
    own = (f"{family}.{field.name}" for field in own_fields(settings, family))
    return ("pid", "name", *own)


def _work(family: Family, id_: int, read: Customer) -> Work:
    start = f"{family}."
    own = {
        name.removeprefix(start): value
        for name, value in read.values.items()
        if name.startswith(start)
    }
    return Work(id_, read.id, read.values["pid"], read.values["name"], own)


def _urgency(family: Family, settings: Settings) -> Callable[[Work], tuple[Any, ...]]:
    """Return the order: what is to be done first, by deadline, so what is late before the rest.

    At the same time what weighs more comes first; what is done comes last, the latest first.
    """
    if family == "opportunity":
        return _waiting
    weights = fields_of(settings, family)["priority"].choices

    def key(work: Work) -> tuple[Any, ...]:
        if work.values["status"] not in LIVE[family]:
            return True, "", 0, -work.id
        by = deadline(family, work.values)
        return False, by or "~", -weights.index(work.values["priority"]), work.id

    return key


def _waiting(work: Work) -> tuple[Any, ...]:
    """Order cards: open ones first, those that have been longest in their stage before others."""
    return work.values["status"] not in LIVE["opportunity"], work.values["stage_since"], work.id
