"""A workflow at a time becomes a query: who it is about, without saying how that is found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cskh.model.catalogues import family_of
from cskh.model.clock import SECOND, Clock, Span, shift, shift_date
from cskh.model.conditions import Condition, Test, is_of_event
from cskh.model.conditions import tests as all_tests
from cskh.model.fields import CUSTOMER_KINDS, Family
from cskh.model.workflow import SCHEDULED, Moment, Repeat, Trigger, Workflow
from cskh.rules.change_operators import presumed
from cskh.rules.meaning import looked_at

CREATED, UPDATED = "created", "updated"
_CHANGES = {
    Moment.CREATED: (CREATED,),
    Moment.UPDATED: (UPDATED,),
    Moment.CREATED_OR_UPDATED: (CREATED, UPDATED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The events that are answered: of these kinds, after one number and up to another.

    An update must have changed one of the fields `touching`; None stands for any field.
    """

    kinds: tuple[str, ...]
    after: int
    upto: int
    touching: tuple[str, ...] | None = None
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Whom a campaign is for: those who match a condition and those on lists (folded names).

    Or those who were frozen as its recipients and have no message `of` it yet.
    """

    condition: Condition | None = None
    lists: tuple[str, ...] = ()
    of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which objects a workflow matches on one occasion, and what is to be read of them.

    `acted_since` is the stored instant from which an earlier execution stands in the way:
    None for no instant, the empty text for any. Without `heard` every object is looked at.
    What `members` say must hold besides the condition.
    """

    workflow: str
    occasion: str
    kinds: tuple[str, ...]
    condition: Condition
    fields: tuple[str, ...]
    clock: Clock
    acted_since: str | None = None
    family: Family = "customer"
    heard: Heard | None = None
    members: Members | None = None


def query(
    workflow: Workflow,
    occasion: str,
    fields: Iterable[str],
    clock: Clock,
    about: Heard | Members | None = None,
) -> Query:
    """Return what to ask the store for a workflow on an occasion; `fields` are those it reads.

    It is `about` events that were heard, or about the members of a campaign. A workflow that
    waits for something and has heard nothing is taken as if it had.
    """
    family = family_of(workflow.object)
    waits = workflow.trigger.moment not in SCHEDULED
    heard = about if isinstance(about, Heard) else None
    return Query(
        workflow=workflow.id,
        occasion=occasion,
        kinds=kinds_of(workflow),
        condition=presumed(workflow.condition) if waits and not heard else workflow.condition,
        fields=tuple(sorted({"pid", *fields})),
        clock=clock,
        acted_since=_acted_since(workflow.repeat, clock),
        family=family,
        heard=heard,
        members=about if isinstance(about, Members) else None,
    )


def kinds_of(workflow: Workflow) -> tuple[str, ...]:
    """Return the kinds of customers that a workflow is about; any, if it is about their work."""
    return (workflow.object,) if workflow.object in CUSTOMER_KINDS else CUSTOMER_KINDS


def heard(workflow: Workflow, after: int, upto: int) -> Heard:
    """Return which events of the log a workflow answers."""
    trigger = workflow.trigger
    if trigger.moment is Moment.EVENT:
        kinds, pages = (str(trigger.event),), trigger.pages
        return Heard(kinds=kinds, after=after, upto=upto, pages=pages)
    touching = touched_by(trigger, family_of(workflow.object))
    return Heard(kinds=_CHANGES[trigger.moment], after=after, upto=upto, touching=touching)


def touched_by(trigger: Trigger, family: Family) -> tuple[str, ...] | None:
    """Return the fields of the object that the trigger looks at, by their names in the log.

    None for any field. What belongs to a task's customer is no change of the task.
    """
    named = [test for test in all_tests(trigger.conditions) if not _is_elsewhere(test, family)]
    if not named and not any(all_tests(trigger.conditions)):
        return None
    return tuple(sorted({name for test in named for name in looked_at(test)}))


def _is_elsewhere(test: Test, family: Family) -> bool:
    of_customer = test.field.startswith("customer.")
    return is_of_event(test) or (family != "customer" and of_customer)


def _acted_since(repeat: Repeat, clock: Clock) -> str | None:
    if isinstance(repeat, Span):
        if not repeat.is_days:
            return clock.stored(shift(shift(clock.now, repeat, -1), SECOND))
        # Acted on the 1st, `after: 30 days` is free again on the 31st whatever the hour.
        last_free = shift_date(clock.today, repeat, -1)
        return clock.stored(clock.start_of(shift_date(last_free, Span(1, "days"), 1)))
    return "" if repeat == "once" else None
