"""SLA: the deadlines of a ticket, whether they were kept, and reminders of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cskh.model.clock import Clock, from_text, parse_span, to_text
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


def margins(ticket: Mapping[str, Any], settings: Settings, clock: Clock) -> dict[str, int | None]:
    """Return by how many minutes of working time each deadline was kept; below zero it was missed.

    None for what has no deadline, or has not happened yet.
    """
    promised = settings.sla.get(ticket["sla"] or "")
    both = {"respond_margin": ("responded_at", "respond_by"),
            "resolve_margin": ("resolved_at", "resolve_by")}  # fmt: skip
    if promised is None:
        return dict.fromkeys(both)
    hours = working_time(promised, settings.holidays, clock.zone)

    def minutes(at: str | None, by: str | None) -> int | None:
        if at is None or by is None:
            return None
        left = hours.between(from_text(at, clock.zone), from_text(by, clock.zone))
        return int(left.total_seconds() // 60)

    return {name: minutes(ticket[at], ticket[by]) for name, (at, by) in both.items()}
