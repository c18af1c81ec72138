"""cskh run."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cskh.cli._console import print_json, say
from cskh.cli._session import Session
from cskh.errors import Busy, Exit
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.delivering import Delivered
    from cskh.engine.running import Walked

WAIT = 600


class What(StrEnum):
    """What is to be run."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    DUE = "due"


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
    wait: Annotated[
        int, typer.Option(metavar="SECONDS", help=_("How long to wait for another run"))
    ] = WAIT,
) -> Exit:
    """Run the scheduled workflows whose time has come, and send their messages.

    Running again does nothing again: a workflow acts once an occasion. A slot that was missed
    is made up once, within catch_up.

    Example: cskh run daily · in cron, every minute: cskh run due

    Exit status: 0 done · 3 some messages failed, are unknown, or wait for a provider that is
    down · 4 a guard refused a plan, or another run was not done in time.
    """
    from cskh.edge.locks import exclusive

    # The cron line of the next minute finds the last one still at work: that is no error.
    patience = 0 if what is What.DUE else wait
    try:
        with exclusive(session.environment.store_path, patience):
            return _run(session, what, accept or [], no_deliver=no_deliver)
    except Busy as busy:
        if what is not What.DUE:
            raise
        say(busy.message, "dim")
        return Exit.OK


def _run(session: Session, what: What, accept: list[str], *, no_deliver: bool) -> Exit:
    from cskh.engine.running import check_accepted, commit, due_plans, remember
    from cskh.engine.telling import Effects
    from cskh.model.workflow import SCHEDULED, Moment

    environment = session.environment
    moments = SCHEDULED if what is What.DUE else {Moment(what)}
    plans = due_plans(environment, moments)
    if accept:
        plans = check_accepted(environment, plans, accept)
    remember(environment)
    kept = Effects(session.clock, environment.fields)
    watch = kept if session.json else lambda _plan, _steps: None
    walked = [commit(environment, plan, watch, accept) for plan in plans]
    delivered = None if no_deliver else session.deliver()
    _show(session, walked, delivered, kept)
    return _exit(walked, delivered)


def _show(session: Session, walked: list[Walked], delivered: Delivered | None, kept: Any) -> None:
    from cskh.cli._plans import print_delivery, print_plan
    from cskh.engine.delivering import Delivered
    from cskh.engine.telling import told, told_delivery, told_now

    if session.json:
        plans = [told(each, kept) for each in walked]
        delivery = told_delivery(delivered or Delivered())
        print_json({"now": told_now(session.clock), "plans": plans, "delivery": delivery})
        return
    for each in walked:
        print_plan(each)
    if not walked:
        say(_("No workflow is due."), "dim")
    if delivered:
        print_delivery(delivered)


def _exit(walked: list[Walked], delivered: Delivered | None) -> Exit:
    if any(each.refused for each in walked):
        return Exit.REFUSED
    return Exit.PARTIAL if delivered and delivered.is_partial else Exit.OK
