"""See what was sent, what became of it, and what the workflows did.

Example: cskh report messages --period today
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from cskh.cli._console import ROWS_SHOWN, out, print_csv, print_json, print_table, shown
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
    known,
    messages_of,
)
from cskh.cli._lists import Limit
from cskh.cli._session import Session
from cskh.errors import Exit
from cskh.language import _

if TYPE_CHECKING:
    from cskh.model.report import Report

FORMATS = ("table", "json", "csv")
READS = True
SETTLED = True


def messages(
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
    """List messages with their state, by period, channel, provider, workflow and customer.

    Example: cskh report messages --period "hôm nay" --state failed

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
    return _print(session, report, limit)


def workflows(
    session: Session,
    workflow: OfWorkflow = None,
    from_: From = None,
    to: To = None,
    period: Period = None,
    limit: Limit = ROWS_SHOWN,
) -> Exit:
    """Show how often each workflow ran, whom it matched, and what came of it.

    Example: cskh report workflows --period this-month

    Exit status: 0, also when nothing has run.
    """
    from cskh.reports.workflows import workflows as report
    from cskh.store.values import Asked

    since, before = between(session, from_, to, period)
    asked = Asked(workflow=workflow, since=since, before=before)
    rows = session.environment.store.reports.workflows(asked)
    if not rows:
        known(workflow, session.project.workflows, _("There is no workflow {id}."))
    return _print(session, report(rows), limit)


def campaign(
    session: Session,
    id_: Annotated[str, typer.Argument(metavar="ID", help=_("The campaign's id"))],
    limit: Limit = ROWS_SHOWN,
) -> Exit:
    """Show what became of a campaign: in all, for each recipient, and for each message.

    Example: cskh report campaign tri-an-12

    Exit status: 0 · 2 there is no such campaign · 4 it is somebody else's.
    """
    from cskh.cli._bars import print_bars
    from cskh.cli._campaigns import state_words
    from cskh.engine.campaign_facts import report
    from cskh.engine.campaigns import shown as entry_of

    entry = entry_of(session.environment, id_)
    made = report(session.environment, entry)
    if session.format != "table":
        return _print(session, made, limit)
    out().print(Text.assemble((shown(made.title), "bold"), f" · {state_words(entry.state)}"))
    print_bars(made.totals)
    if made.table.rows:
        print_table(made.table.columns, made.table.rows, limit, whole=1)
    for title, table in made.parts.items():
        if table.rows:
            out().print(Text(f"\n{title}", style="bold"))
            print_table(table.columns, table.rows, limit, table.whole)
    return Exit.OK


COMMANDS = {"campaign": campaign, "messages": messages, "workflows": workflows}


def _print(session: Session, report: Report, limit: int) -> Exit:
    if session.json:
        print_json(report.data)
    elif session.format == "csv":
        print_csv(report.full.columns, report.full.rows)
    else:
        totals = " · ".join(f"{name} {shown(n)}" for name, n in report.totals)
        out().print(f"[bold]{report.title}:[/] {totals or _('none')}")
        if report.table.rows:
            table = report.table
            print_table(table.columns, table.rows, limit, table.whole)
    return Exit.OK
