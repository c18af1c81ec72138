"""What a new status brings along: when a task was done, a ticket answered, resolved, on time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cskh.model.fields import Family

Values = Mapping[str, Any]


def following(family: Family, have: Values, status: str, now: str) -> dict[str, Any]:
    """Return the fields that change because an object comes to a status at a stored instant."""
    if family == "task":
        return {"done_at": now if status == "done" else None}
    if family == "ticket":
        return _of_ticket(have, status, now)
    return {}


def _of_ticket(have: Values, status: str, now: str) -> dict[str, Any]:
    """Return what changes of a ticket; one that is opened again was answered all the same."""
    answered = have.get("responded_at") or now
    match status:
        case "open":
            return {"resolved_at": None, "on_time": None}
        case "responded":
            return {"responded_at": answered, "resolved_at": None, "on_time": None}
        case "resolved":
            # Whoever resolves it without a word before has answered by that.
            times = {"responded_at": answered, "resolved_at": now}
            return times | {"on_time": is_on_time({**have, **times})}
    return {"resolved_at": None, "on_time": None}


def is_on_time(ticket: Values) -> bool:
    """Say whether a resolved ticket kept both deadlines; what has none is never late."""
    return all(
        ticket.get(by) is None or ticket[at] <= ticket[by]
        for at, by in (("responded_at", "respond_by"), ("resolved_at", "resolve_by"))
    )
