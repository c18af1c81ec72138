"""A workflow at a time becomes a query: who it is about, without saying how that is found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cskh.model.clock import SECOND, Clock, Span, shift, shift_date
from cskh.model.conditions import AllOf
from cskh.model.fields import CUSTOMER_KINDS
from cskh.model.workflow import Repeat, Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which customers a workflow matches on one occasion, and what is to be read of them.

    `acted_since` is the stored instant from which an earlier execution stands in the way:
    None for no instant, the empty text for any.
    """

    workflow: str
    occasion: str
    kinds: tuple[str, ...]
    condition: AllOf
    fields: tuple[str, ...]
    clock: Clock
    acted_since: str | None = None


def query(workflow: Workflow, occasion: str, fields: Iterable[str], clock: Clock) -> Query:
    """Return what to ask the store for a workflow on an occasion; `fields` are those it reads."""
    is_any = workflow.object == "customer"
    return Query(
        workflow=workflow.id,
        occasion=occasion,
        kinds=CUSTOMER_KINDS if is_any else (workflow.object,),
        condition=workflow.condition,
        fields=tuple(sorted({"pid", *fields})),
        clock=clock,
        acted_since=_acted_since(workflow.repeat, clock),
    )


def _acted_since(repeat: Repeat, clock: Clock) -> str | None:
    if isinstance(repeat, Span):
        if not repeat.is_days:
            return clock.stored(shift(shift(clock.now, repeat, -1), SECOND))
        # Acted on the 1st, `after: 30 days` is free again on the 31st whatever the hour.
        last_free = shift_date(clock.today, repeat, -1)
        return clock.stored(clock.start_of(shift_date(last_free, Span(1, "days"), 1)))
    return "" if repeat == "once" else None
