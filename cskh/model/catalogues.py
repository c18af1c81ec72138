"""The fields of every object: what rules about leads, tasks, tickets and opportunities may name."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import get_args

from cskh.language import N_
from cskh.model.events import TELLS
from cskh.model.fields import (
    CARD,
    FAMILIES,
    TELESALES,
    Catalogue,
    Family,
    Field,
    Kind,
    ObjectName,
    customer_fields,
)
from cskh.model.settings import Settings
from cskh.model.work import Priority

STATUSES: Mapping[Family, tuple[str, ...]] = {
    "task": ("open", "done", "cancelled"),
    "ticket": ("open", "responded", "resolved", "cancelled"),
    "opportunity": ("open", "won", "lost"),
}

_Row = tuple[str, Kind, str]
_WORK: tuple[_Row, ...] = (
    ("priority", Kind.CHOICE, N_("Priority")),
    ("group", Kind.CHOICE, N_("Group")),
    ("assignee", Kind.CHOICE, N_("Assignee")),
)
_OWN: Mapping[Family, tuple[_Row, ...]] = {
    "task": (
        ("content", Kind.TEXT, N_("Content")),
        ("status", Kind.CHOICE, N_("Status")),
        ("category", Kind.CHOICE, N_("Category")),
        *_WORK,
        ("due_at", Kind.DATETIME, N_("Due")),
        ("done_at", Kind.DATETIME, N_("Done")),
        ("created_at", Kind.DATETIME, N_("Created")),
    ),
    "ticket": (
        ("title", Kind.TEXT, N_("Title")),
        ("brief", Kind.TEXT, N_("Brief")),
        ("status", Kind.CHOICE, N_("Status")),
        *_WORK,
        ("sla", Kind.CHOICE, N_("SLA")),
        ("respond_by", Kind.DATETIME, N_("Respond by")),
        ("resolve_by", Kind.DATETIME, N_("Resolve by")),
        ("responded_at", Kind.DATETIME, N_("Responded")),
        ("resolved_at", Kind.DATETIME, N_("Resolved")),
        ("on_time", Kind.BOOLEAN, N_("On time")),
        ("created_at", Kind.DATETIME, N_("Created")),
    ),
    "opportunity": (
        ("pipeline", Kind.CHOICE, N_("Pipeline")),
        ("stage", Kind.CHOICE, N_("Stage")),
        ("amount", Kind.MONEY, N_("Amount")),
        ("status", Kind.CHOICE, N_("Status")),
        ("stage_since", Kind.DATETIME, N_("In this stage since")),
        ("created_at", Kind.DATETIME, N_("Created")),
    ),
}


def family_of(object_: ObjectName) -> Family:
    """Return which table an object stands in: leads, contacts and accounts are customers."""
    return next((family for family in FAMILIES if family == object_), "customer")


def catalogue(settings: Settings, family: Family) -> Catalogue:
    """Return the fields that conditions about an object may name, its customer's among them."""
    customers = customer_fields(settings)
    if family == "customer":
        return customers
    related = {
        f"customer.{name}": replace(field, name=f"customer.{name}", key=name)
        for name, field in customers.items()
    }
    return {field.name: field for field in own_fields(settings, family)} | related


def own_fields(settings: Settings, family: Family) -> Iterator[Field]:
    """Yield the fields that a task, a ticket or an opportunity has itself."""
    choices = _choices(settings, family)
    for name, kind, label in _OWN.get(family, ()):
        listed = choices.get(name, ())
        yield Field(name=name, kind=kind, label=label, choices=listed, owner=family)


def _choices(settings: Settings, family: Family) -> Mapping[str, tuple[str, ...]]:
    stages = (stage for pipeline in settings.pipelines.values() for stage in pipeline.stages)
    return {
        "status": STATUSES.get(family, ()),
        "priority": get_args(Priority),
        "group": tuple(settings.groups),
        "assignee": tuple(person.id for person in settings.staff),
        "sla": tuple(settings.sla),
        "pipeline": tuple(settings.pipelines),
        "stage": tuple(dict.fromkeys(stages)),
    }


def event_fields(event: str | None) -> Catalogue:
    """Return the fields of an event, as `event.text`; none for a name that no event has."""
    names = next((told for name, told in TELLS.items() if name == event), ())
    return {f"event.{name}": _of_event(name) for name in names}


def _of_event(name: str) -> Field:
    kind = Kind.MONEY if name == "amount" else Kind.TEXT
    return Field(name=f"event.{name}", kind=kind, label=f"event.{name}", owner="event", key=name)


def readable(settings: Settings, family: Family, event: str | None) -> Catalogue:
    """Return what actions may read, as texts name it: the customer's fields by their own names.

    Beside them `task.content` and the like in workflows about tasks, and `event.text`.
    """
    own = {
        f"{family}.{field.name}": replace(field, name=f"{family}.{field.name}", key=field.name)
        for field in own_fields(settings, family)
    }
    hidden = [f"{TELESALES}{id_}" for id_ in settings.telesales]
    hidden += [f"{CARD}{id_}" for id_ in settings.pipelines]
    known = {name: Field(name=name, kind=Kind.TEXT, label=name) for name in hidden}
    return {**customer_fields(settings), **known, **own, **event_fields(event)}


def everything(settings: Settings) -> Catalogue:
    """Return what the texts of some workflow may read, whatever it is about."""
    every = [readable(settings, family, None) for family in FAMILIES]
    return dict(ChainMap(*map(dict, (*every, *map(event_fields, TELLS)))))
