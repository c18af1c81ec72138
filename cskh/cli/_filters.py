"""What reports and lists of messages are asked: periods, and which messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._session import Session
from cskh.errors import UsageProblem, did_you_mean, nearest
from cskh.language import _
from cskh.model.clock import YEARS
from cskh.model.message import Channel, State
from cskh.model.periods import NAMES, PERIODS, named_days

if TYPE_CHECKING:
    from cskh.model.clock import Clock
    from cskh.model.report import Report

From = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help=_("First day, as 2026-12-01"))
]
To = Annotated[str | None, typer.Option("--to", metavar="DATE", help=_("Last day, included"))]
Period = Annotated[
    str | None,
    typer.Option(metavar="PERIOD", help=_("Days by name: {names}").format(names=", ".join(NAMES))),
]
OfWorkflow = Annotated[str | None, typer.Option(metavar="ID", help=_("Only this workflow"))]
OfCampaign = Annotated[str | None, typer.Option(metavar="ID", help=_("Only this campaign"))]
OfChannel = Annotated[Channel | None, typer.Option(help=_("Only this channel"))]
OfProvider = Annotated[str | None, typer.Option(metavar="ID", help=_("Only this provider"))]
InState = Annotated[State | None, typer.Option(help=_("Only this state"))]
OfCustomer = Annotated[
    str | None, typer.Option(metavar="PID", help=_("Only this customer, by code or phone"))
]


def messages_of(
    session: Session,
    span: tuple[str | None, str | None],
    *,
    channel: Channel | None,
    provider: str | None,
    workflow: str | None,
    campaign: str | None,
    state: State | None,
    customer: str | None,
) -> Report:
    """Return the messages that are asked for, within a span of stored instants."""
    from cskh.engine.campaigns import hidden, shown
    from cskh.engine.routing import with_reasons
    from cskh.reports.messages import messages
    from cskh.store.values import Asked

    since, before = span
    asked = Asked(
        channel=channel,
        provider=provider,
        workflow=workflow,
        campaign=campaign,
        state=state,
        customer=session.customer(customer) if customer else None,
        since=since,
        before=before,
    )
    if campaign is not None:
        shown(session.environment, campaign)
    found = session.environment.store.reports.messages(asked)
    rows = with_reasons(session.environment, hidden(session.environment, found))
    if not rows:
        known(provider, session.project.settings.providers, _("There is no provider {id}."))
        known(workflow, session.project.workflows, _("There is no workflow {id}."))
    return messages(rows, session.clock)


def known(id_: str | None, ids: Collection[str], message: str) -> None:
    """Refuse a name that stands neither in what was found nor in the project's files."""
    if id_ is not None and id_ not in ids:
        raise UsageProblem(message.format(id=id_), did_you_mean(id_, ids))


def between(
    session: Session, from_: str | None, to: str | None, period: str | None
) -> tuple[str | None, str | None]:
    """Return the stored instants at which a report begins and before which it ends."""
    first = day(from_) if from_ else None
    last = day(to) if to else None
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
        known = _("Known: {names}.").format(names=", ".join(NAMES))
        near = nearest(name, PERIODS)
        raise UsageProblem(message, did_you_mean(name, PERIODS) if near else known)
    return days


def day(text: str) -> dt.date:
    """Read a day of the command line; raises UsageProblem."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.date.min
    if day.year not in YEARS:
        message = _("{value} is not a date.").format(value=text)
        raise UsageProblem(message, _("Write it as 2026-12-01."))
    return day
