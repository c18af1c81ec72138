"""The report on messages: all of them, by state, one row each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from cskh.language import N_, _
from cskh.model.clock import Clock, from_text
from cskh.model.masking import masked
from cskh.model.message import State
from cskh.model.reasons import sentence
from cskh.model.report import Made, Report, Table

COLUMNS = (
    "id",
    "channel",
    "provider",
    "campaign",
    "workflow",
    "customer",
    "recipient",
    "content",
    "state",
    "parts",
    "price",
    "provider_id",
    "error",
    "created_at",
    "sent_at",
    "delivered_at",
    "page",
    "to_staff",
    "skip_reason",
)
_INSTANTS = ("created_at", "sent_at", "delivered_at")
# Of a text in a table; `cskh outbox show` has all of it.
_LONGEST = 200
# The columns before the reason and the text, which alone may be broken.
_WHOLE = 8

STATES: Mapping[State, str] = {
    State.QUEUED: N_("not sent yet"),
    State.CLAIMED: N_("not sent yet"),
    State.SENDING: N_("being sent"),
    State.ACCEPTED: N_("accepted"),
    State.DELIVERED: N_("delivered"),
    State.FAILED: N_("failed"),
    State.UNKNOWN: N_("unknown"),
    State.SKIPPED: N_("skipped"),
    State.CANCELLED: N_("cancelled"),
}


def messages(rows: Sequence[Mapping[str, Any]], clock: Clock) -> Report:
    """Report on outbox rows, as the store has them; instants in the project's zone."""
    listed = Made(rows, lambda row: _listed(row, clock))
    by_state = Counter(row["state"] for row in rows)
    shown = {state: n for state in State if (n := by_state.get(state))}
    return Report(
        title=_("Messages"),
        totals=[(_(STATES[state]), n) for state, n in shown.items()],
        table=Table(
            columns=_titles(), rows=Made(rows, lambda row: _line(row, clock)), whole=_WHOLE
        ),
        full=Table(
            columns=COLUMNS, rows=Made(listed, lambda told: [told[name] for name in COLUMNS])
        ),
        data={"total": len(rows), "by_state": shown, "messages": listed},
    )


def _listed(row: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    listed = {name: row.get(name) for name in COLUMNS}
    for name in _INSTANTS:
        stored = listed[name]
        listed[name] = from_text(stored, clock.zone).isoformat() if stored else None
    return listed | {"recipient": row["recipient"] or None}


def _titles() -> Sequence[str]:
    return (
        _("No."),
        _("Time"),
        _("Channel"),
        _("Customer"),
        _("Recipient"),
        _("Workflow"),
        _("State"),
        _("Parts"),
        _("Why"),
        _("Text"),
    )


def time_of(row: Mapping[str, Any], clock: Clock) -> str:
    """Return when a message left, or was written, as people read it."""
    at = from_text(row["sent_at"] or row["created_at"], clock.zone)
    return f"{at:%d/%m/%Y %H:%M}"


def _line(row: Mapping[str, Any], clock: Clock) -> Sequence[Any]:
    return (
        str(row["id"]),
        time_of(row, clock),
        row["channel"],
        row["customer"],
        masked(row["recipient"]),
        row["workflow"] or row["campaign"],
        _(STATES[State(row["state"])]),
        row["parts"],
        why(row),
        brief(" · ".join(filter(None, (row["subject"], row["content"])))),
    )


def why(row: Mapping[str, Any]) -> str | None:
    """Return why a message was skipped or what went wrong, as people read it."""
    reason, error = row["skip_reason"], row["error"]
    return sentence(reason) if reason else error


def brief(text: str) -> str:
    """Return a text on one line, cut where nobody reads on in a table."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"
