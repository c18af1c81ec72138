"""cskh dry-run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._console import print_json, say
from cskh.cli._session import Session
from cskh.errors import Exit, UsageProblem
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.planning import Plan
    from cskh.model.workflow import Workflow


def command(
    session: Session,
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORKFLOW…", help=_("Only these (default: all enabled ones)")),
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help=_("Show the statements instead"))] = False,
) -> Exit:
    """Show who would get what, without doing any of it.

    Scheduled workflows are shown as if their time had come. Each plan has a digest: the run
    that does exactly this has the same.

    Example: cskh dry-run sinh-nhat --now 2026-12-01T10:00

    Exit status: 0 shown · 1 the project has errors · 2 there is no such workflow.
    """
    from cskh.cli._plans import print_plan
    from cskh.engine.running import nobody, shown_plans, walk
    from cskh.engine.telling import Effects, told, told_now

    plans = shown_plans(session.environment, _scheduled(session, ids))
    if sql:
        _show_sql(session, plans)
        return Exit.OK
    kept = Effects(session.clock, session.environment.fields)
    watch = kept if session.json else nobody
    walked = [walk(session.environment, plan, watch) for plan in plans]
    if session.json:
        told_plans = [told(each, kept) for each in walked]
        print_json({"now": told_now(session.clock), "plans": told_plans, "delivery": None})
        return Exit.OK
    for each in walked:
        print_plan(each)
    return Exit.OK


def _scheduled(session: Session, ids: Sequence[str] | None) -> list[Workflow]:
    """Return the workflows that have a schedule; this version runs no others."""
    from cskh.model.workflow import SCHEDULED

    asked = session.workflows(ids)
    scheduled = [workflow for workflow in asked if workflow.trigger.moment in SCHEDULED]
    if others := ", ".join(workflow.id for workflow in asked if workflow not in scheduled):
        message = _("This version plans only daily, weekly and monthly workflows, not {ids}.")
        if ids:
            raise UsageProblem(message.format(ids=others))
        say(message.format(ids=others), "dim")
    return scheduled


def _show_sql(session: Session, plans: Sequence[Plan]) -> None:
    told = [
        {
            "workflow": plan.workflow.id,
            "sql": plan.statement.sql,
            "parameters": dict(plan.statement.parameters),
        }
        for plan in plans
    ]
    if session.json:
        print_json({"statements": told})
        return
    for each in told:
        print(f"-- {each['workflow']}\n{each['sql']}\n-- {each['parameters']}\n")
