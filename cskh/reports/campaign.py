"""The report on one campaign: totals, what became of each recipient's message, every message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cskh.language import N_, _
from cskh.model.clock import Clock
from cskh.model.masking import masked
from cskh.model.message import State
from cskh.model.report import Made, Report, Table
from cskh.reports.messages import STATES, brief, messages, time_of, why

# What a state counts as; a recipient without a message yet is unsent.
_COUNTS: Mapping[State | None, str] = {
    None: "unsent",
    State.QUEUED: "unsent",
    State.CLAIMED: "unsent",
    State.SENDING: "unsent",
    State.ACCEPTED: "succeeded",
    State.DELIVERED: "succeeded",
    State.FAILED: "failed",
    State.UNKNOWN: "unknown",
    State.SKIPPED: "skipped",
    State.CANCELLED: "cancelled",
}
NAMES: Mapping[str, str] = {
    "unsent": N_("not sent yet"),
    "succeeded": N_("succeeded"),
    "failed": N_("failed"),
    "unknown": N_("unknown"),
    "skipped": N_("skipped"),
    "cancelled": N_("cancelled"),
}


class Person(NamedTuple):
    """A recipient, and the state of the message; None before there is one."""

    pid: str
    name: str | None
    phone: str
    state: State | None


def campaign(
    about: Mapping[str, Any],
    people: Sequence[Person],
    rows: Sequence[Mapping[str, Any]],
    clock: Clock,
) -> Report:
    """Report on a campaign with its recipients and their outbox rows, as the store has them.

    `about` has its id as `campaign`, its `name` and its `state`. There may be a lot of both: what
    is told of each is made when it is read.
    """
    counts = Counter(_COUNTS[person.state] for person in people)
    return Report(
        title=str(about["name"]),
        totals=[(_(NAMES[name]), counts[name]) for name in NAMES if counts[name]],
        table=Table(columns=_titles(), rows=Made(people, _line)),
        parts={_("By message"): _by_message(rows, clock)},
        full=Table(
            columns=list(_told(people[0])) if people else [],
            rows=Made(people, lambda person: list(_told(person).values())),
        ),
        data={
            **about,
            "recipients": len(people),
            **{name: counts[name] for name in NAMES},
            "by_customer": Made(people, _told),
            "messages": messages(rows, clock).data["messages"],
        },
    )


def _told(person: Person) -> dict[str, Any]:
    counted = _COUNTS[person.state]
    return {
        "pid": person.pid,
        "name": person.name,
        "phone": person.phone,
        "total": 1,
        **{name: int(name == counted) for name in NAMES},
    }


def _titles() -> Sequence[str]:
    return (_("Customer"), _("Name"), _("Phone"), _("State"))


def _line(person: Person) -> Sequence[Any]:
    return (person.pid, person.name, masked(person.phone), _(NAMES[_COUNTS[person.state]]))


def _by_message(rows: Sequence[Mapping[str, Any]], clock: Clock) -> Table:
    columns = (_("Customer"), _("Phone"), _("Time"), _("State"), _("Text"))
    return Table(columns=columns, rows=Made(rows, lambda row: _message(row, clock)), whole=3)


def _message(row: Mapping[str, Any], clock: Clock) -> Sequence[Any]:
    state = " · ".join(filter(None, (_(STATES[State(row["state"])]), why(row))))
    phone, text = masked(row["recipient"]), brief(row["content"])
    return (row["customer"], phone, time_of(row, clock), state, text)
