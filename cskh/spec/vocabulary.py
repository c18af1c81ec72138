"""What a project calls its things, and what the program offers: all that files may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from cskh.model.catalogues import catalogue
from cskh.model.fields import FAMILIES, Catalogue, Family, Kind, customer_fields
from cskh.model.settings import MessageTemplate, Settings

# Where a project lists none of these, any name will do.
_OPEN = ("statuses", "sources", "industries", "channels", "workflow_groups")


class OperatorRow(Protocol):
    """What schemas and checks need to know about an operator."""

    @property
    def name(self) -> str:
        """Return the operator's key in YAML."""
        ...

    @property
    def shape(self) -> Enum:
        """Return what the operator takes."""
        ...

    @property
    def kinds(self) -> frozenset[Kind]:
        """Return the kinds of fields that it applies to."""
        ...

    def parse(self, kind: Kind, raw: Any) -> Any:
        """Read its value; raises ValueError with a sentence."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Registries:
    """What the program offers: actions, providers and operators by name.

    Two are never the same, so what is made of one can be kept.
    `derived` are the variables of texts that are made from a customer's fields.
    """

    actions: Mapping[str, type[Any]]
    providers: Mapping[str, Any]
    operators: Mapping[str, OperatorRow]
    derived: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The fields of objects and the names in use, by the part of cskh.yaml that lists them.

    `fields` are the customer's, `families` what conditions about each kind of object may name.

    A part that is missing from `names` takes any name. A vocabulary that is not `closed` knows
    no project: there may be more fields.
    """

    fields: Catalogue
    families: Mapping[Family, Catalogue] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    closed: bool = True


def vocabulary(settings: Settings, templates: Mapping[str, MessageTemplate]) -> Vocabulary:
    """Return what a project's workflows may name."""
    names = {
        "staff": tuple(person.id for person in settings.staff),
        "groups": tuple(settings.groups),
        "workflow_groups": tuple(settings.workflow_groups),
        "templates": tuple(templates),
        "providers": tuple(settings.providers),
        "pages": tuple(page.id for page in settings.pages),
        "fields": tuple(settings.fields),
        "pipelines": tuple(settings.pipelines),
        "telesales": tuple(settings.telesales),
        "sla": tuple(settings.sla),
        "statuses": settings.statuses,
        "sources": settings.sources,
        "industries": settings.industries,
        "channels": settings.channels,
    }
    known = {
        part: tuple(dict.fromkeys(listed))
        for part, listed in names.items()
        if listed or part not in _OPEN
    }
    return Vocabulary(fields=customer_fields(settings), families=_families(settings), names=known)


def anybodys() -> Vocabulary:
    """Return the vocabulary of no project in particular."""
    nobody = Settings(version=1)
    fields, families = customer_fields(nobody), _families(nobody)
    return Vocabulary(fields=fields, families=families, closed=False)


def _families(settings: Settings) -> Mapping[Family, Catalogue]:
    return {family: catalogue(settings, family) for family in FAMILIES}
