"""The fields of each object: kinds, labels, and the catalogue that rules are checked against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal

from cskh.language import N_, _
from cskh.model.settings import CustomField, Pipeline, Settings

# A customer's stage in a pipeline is the field `pipeline.<id>`.
PIPELINE = "pipeline."
# Whether he is on a call list is read as `telesales.<id>`; rules don't ask for it.
TELESALES = "telesales."
# So is the status of his card, as `card.<id>`.
CARD = "card."

ObjectName = Literal["lead", "contact", "account", "customer", "task", "ticket", "opportunity"]
Family = Literal["customer", "task", "ticket", "opportunity"]
CUSTOMER_KINDS = ("lead", "contact", "account")
FAMILIES: tuple[Family, ...] = ("customer", "task", "ticket", "opportunity")


class Kind(StrEnum):
    """What the values of a field are; operators apply by kind."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    TAGS = "tags"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an object; `choices` are the values a choice may have, empty for any.

    `name` is what rules call it, `key` what its owner does: a task's `customer.status` is the
    customer's `status`, `event.text` the event's `text`.
    """

    name: str
    kind: Kind
    label: str
    choices: tuple[str, ...] = ()
    custom: bool = False
    owner: Family | Literal["event"] = "customer"
    key: str = ""

    @property
    def own_name(self) -> str:
        """Return what the field is called where it belongs."""
        return self.key or self.name

    @property
    def title(self) -> str:
        """Return the label in the language in use; custom labels are the project's own."""
        return self.label if self.custom else _(self.label)


Catalogue = Mapping[str, Field]

_BUILT_IN: tuple[tuple[str, Kind, str], ...] = (
    ("pid", Kind.TEXT, N_("Customer code")),
    ("kind", Kind.CHOICE, N_("Kind")),
    ("type", Kind.CHOICE, N_("Person or business")),
    ("name", Kind.TEXT, N_("Name")),
    ("phone", Kind.TEXT, N_("Phone")),
    ("phone_2", Kind.TEXT, N_("Second phone")),
    ("email", Kind.TEXT, N_("Email")),
    ("birthday", Kind.DATE, N_("Birthday")),
    ("age", Kind.NUMBER, N_("Age")),
    ("gender", Kind.CHOICE, N_("Gender")),
    ("address", Kind.TEXT, N_("Address")),
    ("province", Kind.TEXT, N_("Province")),
    ("status", Kind.CHOICE, N_("Status")),
    ("source", Kind.CHOICE, N_("Source")),
    ("industry", Kind.CHOICE, N_("Industry")),
    ("channel", Kind.CHOICE, N_("Channel")),
    ("assignee", Kind.CHOICE, N_("Assignee")),
    ("tags", Kind.TAGS, N_("Tags")),
    ("company", Kind.TEXT, N_("Company")),
    ("account", Kind.TEXT, N_("Business account")),
    ("note", Kind.TEXT, N_("Note")),
    ("revenue", Kind.MONEY, N_("Revenue")),
    ("order_count", Kind.NUMBER, N_("Number of orders")),
    ("last_order_at", Kind.DATETIME, N_("Last order")),
    ("last_contacted_at", Kind.DATETIME, N_("Last contact")),
    ("next_appointment_at", Kind.DATETIME, N_("Next appointment")),
    ("pinned", Kind.BOOLEAN, N_("Pinned")),
    ("created_at", Kind.DATETIME, N_("Created")),
    ("updated_at", Kind.DATETIME, N_("Updated")),
)


def _choices(settings: Settings) -> Mapping[str, tuple[str, ...]]:
    return {
        "kind": CUSTOMER_KINDS,
        "type": ("individual", "business"),
        "gender": ("male", "female"),
        "status": settings.statuses,
        "source": settings.sources,
        "industry": settings.industries,
        "channel": settings.channels,
        "assignee": tuple(person.id for person in settings.staff),
    }


def _custom(name: str, custom: CustomField) -> Field:
    label = custom.label or name
    kind = Kind(custom.type)
    return Field(name=name, kind=kind, label=label, choices=custom.choices, custom=True)


def _stage(id_: str, pipeline: Pipeline) -> Field:
    name = f"{PIPELINE}{id_}"
    return Field(name=name, kind=Kind.CHOICE, label=pipeline.name, choices=pipeline.stages)


def customer_fields(settings: Settings) -> Catalogue:
    """Return every field of a customer by name: the built-in ones and the project's own."""
    choices = _choices(settings)
    built_in = {
        name: Field(name=name, kind=kind, label=label, choices=choices.get(name, ()))
        for name, kind, label in _BUILT_IN
    }
    custom = {name: _custom(name, field) for name, field in settings.fields.items()}
    stages = (_stage(id_, pipeline) for id_, pipeline in settings.pipelines.items())
    return custom | {field.name: field for field in stages} | built_in


@cache
def built_in_names() -> frozenset[str]:
    """Return the names of the fields that every project has."""
    return frozenset(name for name, _kind, _label in _BUILT_IN)
