"""cskh run."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import ExitStack, suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._console import print_json, say
from cskh.cli._firing import Attempts, Fired, NoDeliver
from cskh.cli._session import Session
from cskh.errors import Busy, Exit
from cskh.language import _, ngettext

if TYPE_CHECKING:
    from cskh.engine.delivered import Delivered
    from cskh.model.workflow import Moment

WAIT = 600


class What(StrEnum):
    """What is to be run."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    EVENTS = "events"
    CAMPAIGNS = "campaigns"
    DUE = "due"


Wait = Annotated[
    int, typer.Option(metavar="SECONDS", min=0, help=_("How long to wait for another run"))
]


def command(
    session: Session,
    what: Annotated[What, typer.Argument(help=_("Which moment; due is all of them"))],
    accept: Annotated[
        list[str] | None,
        typer.Option(metavar="DIGEST", help=_("Run just the plan with this digest, guards lifted")),
    ] = None,
    no_deliver: NoDeliver = False,
    wait: Wait = WAIT,
) -> Exit:
    """Run the workflows that are due or wait for an event, and approved campaigns; send.

    Running again does nothing again: a workflow acts once an occasion. A slot
    that was missed is made up once, within catch_up. What the workflows change
    may fire others, at once; events is only that. campaigns are the approved
    ones whose time has come. due also tells staff by email of tickets whose
    deadline comes or has passed, and asks those providers that can say it
    whether messages have arrived.

    Example: cskh run daily · in cron, every minute: cskh run due

    Exit status: 0 done · 3 some messages failed, are unknown, or wait for a
    provider that is down · 4 a guard refused a plan, or another run was not
    done in time: what is due is planned and, where nobody sends, sent all the same.
    """
    from cskh.engine.delivering import undelivered

    gave_up: Busy | None = None
    with ExitStack() as held:
        try:
            held.enter_context(session.alone(0 if what is What.DUE else wait))
        except Busy as busy:
            # Its slot is not lost, and whoever meant to wait is told that it wasn't long enough.
            gave_up = None if what is What.DUE else busy
            say(busy.message, "red" if gave_up else "dim")
            attempts = _beside(session, what, accept or [])
        else:
            with session.planning(WAIT):
                attempts = _planned(session, what, accept or [])
        delivered = undelivered(session.environment) if no_deliver else session.deliver()
        if what is What.DUE and not (accept or no_deliver):
            ask(session, delivered, receipts=True)
    # Outside of the lock: whoever reads slowly keeps no other run from working.
    if attempts.bugs:
        raise attempts.bugs[0]
    _show(session, attempts, delivered, gave_up)
    return Exit.REFUSED if gave_up else Fired(attempts, delivered).exit


def _beside(session: Session, what: What, accept: Sequence[str]) -> Attempts:
    """Plan what is due while another run sends, which may take hours.

    What was accepted is for a run that also sends it; while somebody plans already, nobody does.
    """
    attempts = Attempts(session, accept)
    if not accept:
        with suppress(Busy), session.planning(0):
            attempts = _planned(session, what, accept)
    return attempts


def _planned(session: Session, what: What, accept: Sequence[str]) -> Attempts:
    attempts = _run(session, what, accept)
    if what is What.DUE and not accept:
        _remind(session)
    return attempts


def _run(session: Session, what: What, accept: Sequence[str]) -> Attempts:
    """Commit what is due, then what waits and what all that fires.

    Just the accepted plans are done, if there are some: what those fire is for another run.
    """
    from cskh.engine.campaigning import due
    from cskh.engine.firing import fire, waiting_plans
    from cskh.engine.running import check_accepted, due_plans, remember

    environment, attempts = session.environment, Attempts(session, accept)
    plans = due_plans(environment, _moments(what))
    if accept:
        plans = check_accepted(environment, [*plans, *waiting_plans(environment)], accept)
    if what is not What.CAMPAIGNS:
        remember(environment)
    for plan in plans:
        attempts(plan)
    if not accept:
        if what is not What.CAMPAIGNS:
            fire(environment, attempts)
        if what in (What.CAMPAIGNS, What.DUE):
            for campaign in due(environment):
                attempts.begin(campaign)
    return attempts


def _remind(session: Session) -> None:
    """Tell people of deadlines, by email."""
    from cskh.engine.reminding import remind

    if written := remind(session.environment):
        told = ngettext(
            "{n} email about a ticket's deadline.", "{n} emails about tickets' deadlines.", written
        )
        say(told.format(n=written), "dim")


def ask(session: Session, delivered: Delivered, *, receipts: bool = False) -> None:
    """Let providers say what became of unknown messages, with `receipts` also of accepted ones."""
    from cskh.engine.asking import ask as asked
    from cskh.model.message import State

    states = {State.UNKNOWN, State.ACCEPTED} if receipts else {State.UNKNOWN}
    told = asked(session.environment, states)
    delivered.counts.update(told)
    delivered.counts[State.QUEUED] += told["retried"]
    if n := told.total():
        text = ngettext(
            "{n} message of which its provider now says what became of it.",
            "{n} messages of which their providers now say what became of them.",
            n,
        )
        say(text.format(n=n), "dim")


def _moments(what: What) -> Collection[Moment]:
    from cskh.model.workflow import SCHEDULED, Moment

    if what in (What.EVENTS, What.CAMPAIGNS):
        return ()
    return SCHEDULED if what is What.DUE else {Moment(what)}


def _show(session: Session, attempts: Attempts, delivered: Delivered, gave_up: Busy | None) -> None:
    from cskh.cli._plans import print_delivery, print_plan, tell_troubles
    from cskh.engine.telling import told_delivery, told_now

    if session.json:
        now, delivery = told_now(session.clock), told_delivery(delivered)
        error = {"error": gave_up.told()} if gave_up else {}
        print_json({**error, "now": now, "plans": attempts.told(), "delivery": delivery})
    else:
        for each in attempts.walked:
            print_plan(each)
        if not attempts.walked:
            say(_("Nothing is due."), "dim")
        print_delivery(delivered)
    tell_troubles(delivered)
