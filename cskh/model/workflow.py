"""A workflow as a value: one automation rule, with its object, filter, trigger and actions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Protocol

from cskh.model.cases import Case
from cskh.model.clock import Span
from cskh.model.conditions import AllOf, Condition
from cskh.model.effects import Effect, Skip
from cskh.model.events import EventName
from cskh.model.fields import ObjectName
from cskh.model.shape import GoesWith, Keyed, Names, Says, Size, Text, TimeOfDay
from cskh.model.writing import Writes

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


_SCHEDULED = GoesWith("moment", ("daily", "weekly", "monthly"))
_WEEKLY = GoesWith("moment", ("weekly",))
_MONTHLY = GoesWith("moment", ("monthly",))
_EVENT = GoesWith("moment", ("event",))
_EVENT_PAGES = GoesWith("moment", ("event",), needed=False)
MonthDay = Annotated[int, Size(least=1, most=31)] | Literal["last"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """The moment and its conditions; `at` is HH:MM in the project's time zone."""

    moment: Annotated[Moment, Says("When the workflow looks at its objects")]
    at: Annotated[TimeOfDay | None, _SCHEDULED, Says("The time of day")] = None
    weekday: Annotated[Weekday | None, _WEEKLY, Says("The day of the week")] = None
    day: Annotated[MonthDay | None, _MONTHLY, Says("The day of the month, 1 to 31 or last")] = None
    event: Annotated[EventName | None, _EVENT, Says("What happens outside")] = None
    pages: Annotated[
        tuple[Annotated[str, Names("pages")], ...],
        _EVENT_PAGES,
        Says("The pages where it happens; none means all"),
    ] = ()
    conditions: Annotated[Condition, Says("At most 10, in groups of all and any")] = AllOf()


class Action(Protocol):
    """One action of a workflow: its parameters are its fields."""

    name: ClassVar[str]

    def effects(self, customer: Customer, context: Context) -> Iterable[Effect | Skip]:
        """Return what the action causes for one customer, without doing any of it."""
        ...

    def reads(self, context: Context) -> frozenset[str]:
        """Return the names of the customer's fields that `effects` looks at."""
        ...

    def writes(self) -> Writes:
        """Return the customer's fields that `effects` may change, and the values they get."""
        ...

    def says(self) -> str:
        """Return the action as a sentence people read."""
        ...


Repeat = Literal["always", "once"] | Annotated[Span, Keyed("after")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """One automation rule: an object, a filter, a trigger and actions.

    `catch_up` None is the project's own, `file` is relative to the project.
    """

    id: str
    name: Annotated[Text, Says("What people call the workflow")]
    description: Annotated[str | None, Says("What it is for")] = None
    group: Annotated[str | None, Names("workflow_groups"), Says("A label of cskh.yaml")] = None
    enabled: Annotated[bool, Says("Whether it runs")] = True
    object: Annotated[ObjectName, Says("What the workflow works on")]
    filter: Annotated[AllOf, Says("At most 6 conditions, all must hold")] = AllOf()
    trigger: Annotated[Trigger, Says("When it acts, and on which conditions")]
    repeat: Annotated[Repeat, Says("How often it acts on the same customer")] = "always"
    catch_up: Annotated[
        Span | Literal["skip"] | None, Says("How late a missed run may still be made up")
    ] = None
    actions: Annotated[tuple[Action, ...], Says("What it does, in this order")]
    tests: Annotated[tuple[Case, ...], Says("Customers, and what must happen")] = ()
    file: str = ""

    @property
    def condition(self) -> AllOf:
        """Return the filter and the trigger's conditions together."""
        return AllOf((self.filter, self.trigger.conditions))
