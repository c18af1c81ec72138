"""cskh run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._console import print_json, say
from cskh.cli._session import Session
from cskh.errors import Busy, CskhError, Exit
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.delivering import Delivered
    from cskh.engine.running import Walked
    from cskh.engine.telling import Effects

WAIT = 600


class What(StrEnum):
    """What is to be run."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
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
    no_deliver: Annotated[
        bool, typer.Option("--no-deliver", help=_("Leave the messages in the outbox"))
    ] = False,
    wait: Wait = WAIT,
) -> Exit:
    """Run the scheduled workflows whose time has come, and send their messages.

    Running again does nothing again: a workflow acts once an occasion. A slot that was missed
    is made up once, within catch_up.

    Example: cskh run daily · in cron, every minute: cskh run due

    Exit status: 0 done · 3 some messages failed, are unknown, or wait for a provider that is
    down · 4 a guard refused a plan, or another run was not done in time.
    """
    from cskh.engine.delivering import undelivered

    with ExitStack() as held:
        try:
            held.enter_context(session.alone(0 if what is What.DUE else wait))
        except Busy as busy:
            if what is not What.DUE:
                raise
            # The cron line of the next minute finds the last one still at work: that is no error.
            say(busy.message, "dim")
            return _nothing(session)
        walked, kept, bugs = _run(session, what, accept or [])
        delivered = undelivered(session.environment) if no_deliver else session.deliver()
    # Outside of the lock: whoever reads slowly keeps no other run from working.
    if bugs:
        raise bugs[0]
    _show(session, walked, delivered, kept)
    if any(each.refused for each in walked):
        return Exit.REFUSED
    return Exit.PARTIAL if delivered.is_partial else Exit.OK


def _nothing(session: Session) -> Exit:
    from cskh.engine.delivering import Delivered
    from cskh.engine.telling import told_delivery, told_now

    if session.json:
        delivery = told_delivery(Delivered())
        print_json({"now": told_now(session.clock), "plans": [], "delivery": delivery})
    return Exit.OK


def _run(
    session: Session, what: What, accept: Sequence[str]
) -> tuple[list[Walked], Effects, list[Exception]]:
    """Commit what is due; a bug in one workflow keeps the others and delivery from nothing."""
    from cskh.engine.running import check_accepted, commit, due_plans, nobody, remember
    from cskh.engine.telling import Effects
    from cskh.model.workflow import SCHEDULED, Moment

    environment = session.environment
    plans = due_plans(environment, SCHEDULED if what is What.DUE else {Moment(what)})
    if accept:
        plans = check_accepted(environment, plans, accept)
    remember(environment)
    kept = Effects(session.clock, environment.fields)
    watch = kept if session.json else nobody
    walked: list[Walked] = []
    bugs: list[Exception] = []
    for plan in plans:
        try:
            walked.append(commit(environment, plan, watch, accept))
        except (CskhError, OSError):
            raise
        except Exception as bug:
            bugs.append(bug)
    return walked, kept, bugs


def _show(session: Session, walked: list[Walked], delivered: Delivered, kept: Effects) -> None:
    from cskh.cli._plans import print_delivery, print_plan, tell_troubles
    from cskh.engine.telling import told, told_delivery, told_now

    if session.json:
        plans = [told(each, kept) for each in walked]
        now, delivery = told_now(session.clock), told_delivery(delivered)
        print_json({"now": now, "plans": plans, "delivery": delivery})
    else:
        for each in walked:
            print_plan(each)
        if not walked:
            say(_("No workflow is due."), "dim")
        print_delivery(delivered)
    tell_troubles(delivered)
