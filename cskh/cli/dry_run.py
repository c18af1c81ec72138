"""cskh dry-run."""

from __future__ import annotations

from typing import Annotated

import typer

from cskh.cli._console import out, print_json
from cskh.cli._session import Session
from cskh.errors import Exit
from cskh.language import _


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
    from cskh.engine.running import shown_plans, walk
    from cskh.engine.telling import Effects, told, told_now

    plans = shown_plans(session.environment, session.workflows(ids))
    if sql:
        for plan in plans:
            out().print(plan.statement.sql, markup=False, soft_wrap=True)
            out().print(f"-- {dict(plan.statement.parameters)}\n", markup=False, soft_wrap=True)
        return Exit.OK
    kept = Effects(session.clock, session.environment.fields)
    watch = kept if session.json else lambda _plan, _steps: None
    walked = [walk(session.environment, plan, watch) for plan in plans]
    if session.json:
        told_plans = [told(each, kept) for each in walked]
        print_json({"now": told_now(session.clock), "plans": told_plans})
        return Exit.OK
    for each in walked:
        print_plan(each)
    return Exit.OK
