"""What is known of a customer, as JSON has it: the fields, the work, the messages, the history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cskh.engine.campaigns import hidden
from cskh.engine.environment import Environment
from cskh.engine.refusing import is_uncalled, told_consents, told_lifted, told_opt_outs
from cskh.engine.routing import with_reasons
from cskh.engine.telling import instant, shown_value
from cskh.model.catalogues import own_fields
from cskh.model.clock import Clock
from cskh.model.fields import PIPELINE, Catalogue, Family
from cskh.reports.messages import messages
from cskh.rules.meaning import age
from cskh.store.values import Asked

# What the store has beside the fields that rules know.
_BESIDE = ("phone_kind", "lunar_birthday")
_COUNTED = "age"
# What each kind of work is, in the order in which JSON has it.
WORK: Mapping[Family, tuple[str, ...]] = {
    "task": ("content", "group", "assignee", "priority", "category", "due_at", "status"),
    "ticket": (
        "title",
        "brief",
        "group",
        "assignee",
        "priority",
        "sla",
        "respond_by",
        "resolve_by",
        "responded_at",
        "resolved_at",
        "on_time",
        "status",
    ),
    "opportunity": ("pipeline", "stage", "amount", "status", "stage_since"),
}


def stored_names(fields: Catalogue) -> tuple[str, ...]:
    """Return the names of all that is to be read of a customer."""
    return (*(name for name in fields if name != _COUNTED), *_BESIDE)


def told_customer(values: Mapping[str, Any], fields: Catalogue, clock: Clock) -> dict[str, Any]:
    """Return a customer's fields by name, the project's own last, as JSON has them."""
    read = {**values, _COUNTED: age(values["birthday"], clock.today)}
    ordered = sorted(fields.values(), key=lambda field: field.custom)
    told = {
        field.name: shown_value(read[field.name], field.kind, clock)
        for field in ordered
        if not field.name.startswith(PIPELINE)
    }
    stages = {name: read[name] for name in fields if name.startswith(PIPELINE)}
    pipeline = {name.removeprefix(PIPELINE): stage for name, stage in stages.items() if stage}
    return told | {name: read[name] for name in _BESIDE} | {"pipeline": pipeline}


def profile(environment: Environment, id_: int) -> dict[str, Any]:
    """Return all that is known of one customer."""
    store, fields, clock = environment.store, environment.fields, environment.clock
    values = store.customers.read(id_, stored_names(fields)).values
    pid = values["pid"]
    rows = hidden(environment, store.reports.messages(Asked(customer=id_)))
    sent = messages(with_reasons(environment, rows), clock)
    return {
        **told_customer(values, fields, clock),
        "tasks": work_of(environment, "task", id_, pid),
        "tickets": work_of(environment, "ticket", id_, pid),
        "opportunities": work_of(environment, "opportunity", id_, pid),
        "telesales": store.calls.of(id_),
        "conversations": [],
        "messages": sent.data["messages"],
        "do_not_contact": is_uncalled(environment, values["phone"]),
        "opt_outs": told_opt_outs(environment, id_),
        "consents": told_consents(environment, id_),
        "history": _history(environment, id_, values["phone"]),
    }


def _history(environment: Environment, id_: int, phone: str | None) -> list[Mapping[str, Any]]:
    """Return what changed about a customer, and which refusals were lifted, in order."""
    changes = environment.store.customers.history(id_)
    told = told_history(changes, environment.fields, environment.clock)
    lifted = told_lifted(environment, id_, phone)
    return sorted((*told, *lifted), key=lambda each: str(each["at"]))


def work_of(environment: Environment, family: Family, customer: int, pid: str) -> list[Any]:
    """Return a customer's tasks, tickets or opportunities, as their lists have them."""
    fields = {field.name: field for field in own_fields(environment.project.settings, family)}
    records, told = environment.store.records, []
    for number in records.of(customer, family):
        found = records.read(family, number, WORK[family], fields)
        values = found.values if found else {}
        own = {
            name: shown_value(value, fields[name].kind, environment.clock)
            for name, value in values.items()
        }
        told.append({"id": number, "customer": pid, **own})
    return told


def told_history(
    rows: Iterable[Mapping[str, Any]], fields: Catalogue, clock: Clock
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a change log as JSON has them."""
    for row in rows:
        field = fields.get(row["field"] or "")
        told = {side: None if row[side] is None else json.loads(row[side]) for side in _SIDES}
        if field:
            told = {side: shown_value(value, field.kind, clock) for side, value in told.items()}
        yield {**row, "at": instant(row["at"], clock), **told}


_SIDES = ("old", "new")
