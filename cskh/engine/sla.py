"""SLA: the deadlines of a ticket, whether they were kept, and reminders of them."""

from __future__ import annotations

from cskh.model.clock import Clock, parse_span, to_text
from cskh.model.settings import Settings
from cskh.policy.working_time import working_time


def ticket_deadlines(sla: str | None, settings: Settings, clock: Clock) -> dict[str, str | None]:
    """Return `respond_by` and `resolve_by` of a ticket made now, as the store keeps them."""
    if sla is None:
        return {"respond_by": None, "resolve_by": None}
    promised = settings.sla[sla]
    hours = working_time(promised, settings.holidays, clock.zone)
    return {
        f"{what}_by": to_text(hours.deadline(clock.now, parse_span(span)))
        for what, span in (("respond", promised.respond), ("resolve", promised.resolve))
    }
