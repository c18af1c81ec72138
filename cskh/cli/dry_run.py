"""cskh dry-run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._console import print_json
from cskh.cli._session import Session
from cskh.errors import Exit, UsageProblem
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.environment import Environment
    from cskh.engine.planning import Plan
    from cskh.engine.scratch import Data

FORMATS = ("table", "json", "markdown")
READS = True


class Kind(StrEnum):
    """What the customers of a spreadsheet are, unless it says."""

    LEAD = "lead"
    CONTACT = "contact"
    ACCOUNT = "account"


class DateOrder(StrEnum):
    """How a spreadsheet writes dates."""

    DMY = "dmy"
    MDY = "mdy"
    SWAPPED = "swapped"


def command(
    session: Session,
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID…",
            help=_("Only these workflows or campaigns (default: all enabled workflows)"),
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=_("Customers of a spreadsheet, or a folder of them")),
    ] = None,
    kind: Annotated[Kind, typer.Option(help=_("What these customers are"))] = Kind.CONTACT,
    date_order: Annotated[
        DateOrder | None, typer.Option(help=_("How dates are written (default: day first)"))
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(metavar="REVISION", help=_("Who enters and who leaves since a git revision")),
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=_("First day, as 2026-12-01"))
    ] = None,
    to: Annotated[str | None, typer.Option(metavar="DATE", help=_("Last day, included"))] = None,
    fail_over: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help=_("Exit 1 if more than N people are affected")),
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help=_("Show the statements instead"))] = False,
) -> Exit:
    """Show who would get what, without doing any of it.

    Scheduled workflows are shown as if their time had come, the others as if
    it had just happened to every object. Each plan has a digest: the run that
    does exactly this has the same. Nothing is written anywhere.

    With --against, the rules in the folder are compared with those of a git
    revision, on the same customers. With --from and --to, the scheduled
    workflows run day after day on a copy of the store.

    Example: cskh dry-run --against main --data khach-hang.xlsx

    Exit status: 0 shown · 1 the project has errors, nobody could be read, or
    more people are affected than --fail-over allows · 2 there is no such
    workflow or git revision · 4 it is somebody else's campaign.
    """
    from cskh.cli._against import show_against
    from cskh.cli._looking import looking, read_days
    from cskh.cli._replay import show_replay
    from cskh.engine.running import shown_plans

    days = read_days(from_, to)
    if sum((days is not None, against is not None, sql)) > 1:
        raise UsageProblem(_("--against, --from and --sql don't go together."))
    seen = _data(data, kind, date_order)
    if against is not None:
        return show_against(session, ids, against, seen, fail_over)
    if days is not None:
        return show_replay(session, session.workflows(ids), days, seen, fail_over)
    campaigns = [id_ for id_ in ids or () if id_ in session.project.campaigns]
    named = [id_ for id_ in ids or () if id_ not in campaigns]
    workflows = session.workflows(named) if named or not campaigns else []
    with looking(session, seen) as environment:
        plans = shown_plans(environment, workflows)
        plans += _campaign_plans(replace(environment, actor=session.actor), campaigns)
        if sql:
            _show_sql(session, plans)
            return Exit.OK
        return _show(session, environment, plans, fail_over)


def _campaign_plans(environment: Environment, ids: Sequence[str]) -> list[Plan]:
    """Return the plans of campaigns; raises Refused for one that whoever asks may not see."""
    from cskh.engine.audience import audience_plan
    from cskh.engine.campaigns import shown, written

    entries = [shown(environment, id_) for id_ in ids]
    return [audience_plan(environment, written(environment, entry)) for entry in entries]


def _data(path: Path | None, kind: Kind, date_order: DateOrder | None) -> Data | None:
    if path is None:
        return None
    from cskh.engine.scratch import Data
    from cskh.engine.tables import Options

    options = Options(date_order=date_order.value if date_order else None)
    return Data(path=path, kind=kind.value, options=options)


def _show(
    session: Session, environment: Environment, plans: Sequence[Plan], fail_over: int | None
) -> Exit:
    """Walk the plans and print them."""
    from cskh.cli._affected import Affected, Routes, both, counting
    from cskh.cli._plans import print_plan
    from cskh.cli._progress import bar
    from cskh.engine.running import walk
    from cskh.engine.telling import Effects, told, told_now

    kept = Effects(environment.clock, environment.fields)
    affected, routes = Affected(fail_over), Routes()
    watch = both(affected, both(routes, kept) if session.json else routes)
    with bar(_("planning")) as advance:
        walked = [walk(environment, plan, both(watch, counting(advance))) for plan in plans]
    if session.json:
        told_plans = [told(each, kept) for each in walked]
        print_json({"now": told_now(session.clock), "plans": told_plans, "delivery": None})
    elif session.format == "markdown":
        from cskh.cli._markdown import plans_text

        print(plans_text(walked, affected.first, session.clock), end="")
    else:
        for each in walked:
            print_plan(each)
    routes.tell(environment.project.settings)
    return affected.exit()


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
