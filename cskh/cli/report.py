"""See what was sent, what became of it, and what the workflows did.

Example: cskh report messages --period today
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._console import ROWS_SHOWN, out, print_csv, print_json, print_table, shown
from cskh.cli._session import Session
from cskh.errors import Exit, UsageProblem, did_you_mean
from cskh.language import _
from cskh.model.message import Channel, State
from cskh.model.periods import PERIODS, named_days

if TYPE_CHECKING:
    from cskh.model.clock import Clock
    from cskh.model.report import Report

FORMATS = ("table", "json", "csv")
SETTLED = True

From = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help=_("First day, as 2026-12-01"))
]
To = Annotated[str | None, typer.Option("--to", metavar="DATE", help=_("Last day, included"))]
Period = Annotated[
    str | None,
    typer.Option(
        metavar="PERIOD", help=_("Days by name: {names}").format(names=", ".join(PERIODS))
    ),
]
OfWorkflow = Annotated[str | None, typer.Option(metavar="ID", help=_("Only this workflow"))]
Limit = Annotated[int, typer.Option(metavar="N", min=0, help=_("Most rows of a table"))]


def messages(
    session: Session,
    channel: Annotated[Channel | None, typer.Option(help=_("Only this channel"))] = None,
    provider: Annotated[
        str | None, typer.Option(metavar="ID", help=_("Only this provider"))
    ] = None,
    workflow: OfWorkflow = None,
    state: Annotated[State | None, typer.Option(help=_("Only this state"))] = None,
    customer: Annotated[
        str | None, typer.Option(metavar="PID", help=_("Only this customer, by code or phone"))
    ] = None,
    from_: From = None,
    to: To = None,
    period: Period = None,
    limit: Limit = ROWS_SHOWN,
) -> Exit:
    """List messages with their state, by period, channel, provider, workflow and customer.

    Example: cskh report messages --period "hôm nay" --state failed

    Exit status: 0, also when there are none · 1 there is no such customer.
    """
    from cskh.reports.messages import messages as report
    from cskh.store.values import Asked

    since, before = between(session, from_, to, period)
    asked = Asked(
        channel=channel,
        provider=provider,
        workflow=workflow,
        state=state,
        customer=session.customer(customer) if customer else None,
        since=since,
        before=before,
    )
    rows = session.environment.store.reports.messages(asked)
    if not rows:
        known(provider, session.project.settings.providers, _("There is no provider {id}."))
        known(workflow, session.project.workflows, _("There is no workflow {id}."))
    return _print(session, report(rows, session.clock), limit)


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


COMMANDS = {"messages": messages, "workflows": workflows}


def known(id_: str | None, ids: Collection[str], message: str) -> None:
    """Refuse a name that stands neither in what was found nor in the project's files."""
    if id_ is not None and id_ not in ids:
        raise UsageProblem(message.format(id=id_), did_you_mean(id_, ids))


def between(
    session: Session, from_: str | None, to: str | None, period: str | None
) -> tuple[str | None, str | None]:
    """Return the stored instants at which a report begins and before which it ends."""
    first = _day(from_) if from_ else None
    last = _day(to) if to else None
    if period is not None:
        if first or last:
            raise UsageProblem(_("--period goes without --from and --to."))
        first, last = _named_days(period, session.clock)
    clock = session.clock
    since = clock.stored(clock.start_of(first)) if first else None
    before = clock.stored(clock.start_of(last + dt.timedelta(days=1))) if last else None
    return since, before


def _named_days(name: str, clock: Clock) -> tuple[dt.date, dt.date]:
    days = named_days(name, clock.today)
    if days is None:
        message = _("There is no period {name}.").format(name=name)
        raise UsageProblem(message, did_you_mean(name, PERIODS))
    return days


def _day(text: str) -> dt.date:
    from cskh.model.clock import YEARS

    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.date.min
    if day.year not in YEARS:
        message = _("{value} is not a date.").format(value=text)
        raise UsageProblem(message, _("Write it as 2026-12-01."))
    return day


def _print(session: Session, report: Report, limit: int) -> Exit:
    if session.json:
        print_json(report.data)
    elif session.format == "csv":
        print_csv(report.full.columns, report.full.rows)
    else:
        totals = " · ".join(f"{name} {shown(n)}" for name, n in report.totals)
        out().print(f"[bold]{report.title}:[/] {totals or _('none')}")
        if report.table.rows:
            print_table(report.table.columns, report.table.rows, limit)
    return Exit.OK
