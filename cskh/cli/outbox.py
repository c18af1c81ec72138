"""Look at the messages to send; say what became of unknown ones; cancel what waits.

Example: cskh outbox list --state unknown
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from cskh.cli._console import ROWS_SHOWN, print_csv, print_json, print_table, say, shown
from cskh.cli._deciding import COMMANDS as _DECISIONS_OF
from cskh.cli._filters import (
    From,
    InState,
    OfCampaign,
    OfChannel,
    OfCustomer,
    OfProvider,
    OfWorkflow,
    Period,
    To,
    between,
    messages_of,
)
from cskh.cli._lists import LISTED, Limit
from cskh.cli._session import Session
from cskh.errors import Exit
from cskh.language import N_, _
from cskh.model.message import State
from cskh.model.wording import word

FORMATS = LISTED
SETTLED = True

Id = Annotated[int, typer.Argument(metavar="ID", help=_("The message's number"))]


def list_(
    session: Session,
    channel: OfChannel = None,
    provider: OfProvider = None,
    workflow: OfWorkflow = None,
    campaign: OfCampaign = None,
    state: InState = None,
    customer: OfCustomer = None,
    from_: From = None,
    to: To = None,
    period: Period = None,
    limit: Limit = ROWS_SHOWN,
) -> Exit:
    """List the messages of the outbox: what waits, what left, what became of it.

    The newest are shown first; JSON and CSV have them all, the oldest first.

    Example: cskh outbox list --state queued --channel sms

    Exit status: 0, also when there are none · 1 there is no such customer.
    """
    report = messages_of(
        session,
        between(session, from_, to, period),
        channel=channel,
        provider=provider,
        workflow=workflow,
        campaign=campaign,
        state=state,
        customer=customer,
    )
    if session.json:
        print_json({"messages": report.data["messages"]})
    elif session.format == "csv":
        print_csv(report.full.columns, report.full.rows)
    elif report.table.rows:
        table = report.table
        print_table(table.columns, table.rows[::-1], limit, table.whole)
    else:
        say(_("There are no such messages."), "dim")
    return Exit.OK


def show(session: Session, id_: Id) -> Exit:
    """Show one message with all that is known of it, and what people decided about it.

    Example: cskh outbox show 17

    Exit status: 0 · 1 there is no such message.
    """
    return _show(session, id_)


COMMANDS = {"list": list_, "show": show, **_DECISIONS_OF}

_DECISIONS: Mapping[str, str] = {
    "sent": N_("it was sent"),
    "failed": N_("it failed"),
    "retry": N_("it is to be sent again"),
    "cancel": N_("it is not to be sent"),
    "move-waiting": N_("it goes through another provider"),
}


def _show(session: Session, id_: int) -> Exit:
    from cskh.cli._cards import print_lines, print_section, when
    from cskh.engine.outbox import facts

    found = facts(session.environment, id_)
    if session.json:
        print_json(found)
        return Exit.OK
    print_lines((_(label), shown(text)) for label, text in _lines(found) if text)
    decided = [
        (when(each["at"]), " · ".join(filter(None, (each["actor"], _(_DECISIONS[each["what"]])))))
        for each in found["decisions"]
    ]
    print_section(_("Decisions"), decided)
    return Exit.OK


def _lines(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    from cskh.cli._cards import when
    from cskh.model.masking import masked
    from cskh.reports.messages import STATES, why

    def at(name: str) -> str:
        return when(found[name]) if found[name] else ""

    yield N_("Message"), str(found["id"])
    yield N_("State"), _(STATES[State(found["state"])])
    yield N_("Why"), why(found) or ""
    yield N_("Customer"), found["customer"]
    yield N_("Recipient"), f"{found['channel']} {masked(found['recipient'])}"
    yield N_("To staff"), found["to_staff"]
    source = (found["workflow"], found["campaign"], found["occasion"])
    yield N_("Workflow"), " · ".join(filter(None, source))
    yield N_("Purpose"), word("purpose", found["purpose"])
    yield N_("Provider"), " · ".join(filter(None, (found["provider"], found["provider_id"])))
    yield N_("Page"), found["page"]
    yield N_("Subject"), found["subject"]
    yield N_("Text"), found["content"]
    yield N_("Parts"), f"{shown(found['parts'])}, {shown(found['price'])} đ"
    yield N_("Created"), at("created_at")
    yield N_("May leave from"), at("due_at") if found["state"] == State.QUEUED else ""
    yield N_("Left"), at("sent_at")
    yield N_("Arrived"), at("delivered_at")
    yield N_("Tries"), shown(found["attempts"])
    yield N_("Last asked about"), at("asked_at")
