"""A workflow as a value: one automation rule, with its object, filter, trigger and actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from cskh.model.clock import Span
from cskh.model.conditions import AllOf, Condition
from cskh.model.effects import Effect, Skip
from cskh.model.fields import ObjectName

if TYPE_CHECKING:
    from cskh.model.acting import Context, Customer

MOST_FILTERS = 6
MOST_CONDITIONS = 10
MOST_ACTIONS = 5

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Moment(StrEnum):
    """When a workflow looks at its objects."""

    CREATED = "created"
    UPDATED = "updated"
    CREATED_OR_UPDATED = "created_or_updated"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    EVENT = "event"


SCHEDULED = frozenset({Moment.DAILY, Moment.WEEKLY, Moment.MONTHLY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """The moment and its conditions; `at` is HH:MM in the project's time zone."""

    moment: Moment
    at: str | None = None
    weekday: Weekday | None = None
    day: int | Literal["last"] | None = None
    event: str | None = None
    pages: tuple[str, ...] = ()
    conditions: Condition = AllOf()


class Action(Protocol):
    """One action of a workflow: its parameters are its fields."""

    name: ClassVar[str]

    def effects(self, customer: Customer, context: Context) -> Iterable[Effect | Skip]:
        """Return what the action causes for one customer, without doing any of it."""
        ...

    def reads(self, context: Context) -> frozenset[str]:
        """Return the names of the customer's fields that `effects` looks at."""
        ...

    def says(self) -> str:
        """Return the action as a sentence people read."""
        ...


Repeat = Literal["always", "once"] | Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """One automation rule; `catch_up` None is the project's own, `file` is relative to it."""

    id: str
    name: str
    object: ObjectName
    trigger: Trigger
    actions: tuple[Action, ...]
    file: str = ""
    description: str | None = None
    group: str | None = None
    enabled: bool = True
    filter: AllOf = AllOf()
    repeat: Repeat = "always"
    catch_up: Span | Literal["skip"] | None = None
    tests: tuple[Mapping[str, Any], ...] = ()

    @property
    def condition(self) -> AllOf:
        """Return the filter and the trigger's conditions together."""
        return AllOf((self.filter, self.trigger.conditions))
