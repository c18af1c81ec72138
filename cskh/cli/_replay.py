"""cskh dry-run --from --to: what many days would bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cskh.cli._affected import Affected, Routes, both
from cskh.cli._console import print_json
from cskh.cli._days import print_days
from cskh.cli._looking import Days, store_of
from cskh.cli._progress import bar
from cskh.cli._session import Session
from cskh.engine.environment import Environment
from cskh.engine.planning import Watch
from cskh.engine.replaying import Occasion, occasions, replay
from cskh.engine.running import Walked
from cskh.engine.scratch import Data, changing
from cskh.engine.telling import Effects, told, told_now
from cskh.errors import Exit
from cskh.language import _
from cskh.model.workflow import Workflow


def show_replay(
    session: Session,
    workflows: Sequence[Workflow],
    days: Days,
    data: Data | None,
    fail_over: int | None,
) -> Exit:
    """Print one plan for each time that scheduled workflows run between two days.

    Workflows that wait for something are there too, where those change what they wait for.
    """
    slots = occasions(workflows, *days, session.clock)
    affected, routes = Affected(fail_over), Routes()
    with (
        store_of(session, session.project, data, ours=True) as path,
        changing(session.project, session.clock, path) as environment,
    ):
        only = replace(environment.project, workflows={each.id: each for each in workflows})
        replayed = _replay(
            session, replace(environment, project=only), slots, both(affected, routes)
        )
    walked = [each for each, _told in replayed]
    if session.json:
        plans = [plan for _walked, plan in replayed]
        print_json({"now": told_now(session.clock), "plans": plans, "delivery": None})
    elif session.format == "markdown":
        from cskh.cli._markdown import days_text

        first, last = (f"{day:%d/%m/%Y}" for day in days)
        print(days_text(walked, first, last), end="")
    else:
        print_days(walked)
    routes.tell(session.project.settings)
    return affected.exit()


def _replay(
    session: Session, environment: Environment, slots: Sequence[Occasion], seen: Watch
) -> list[tuple[Walked, dict[str, Any]]]:
    """Replay the slots; all that is done is kept only for those who want JSON."""
    replayed = []
    with bar(_("planning"), len(slots)) as advance:
        for slot in slots:
            kept = Effects(environment.clock, environment.fields)
            watch = both(seen, kept) if session.json else seen
            for walked in replay(environment, slot, watch):
                replayed.append((walked, told(walked, kept) if session.json else {}))
            advance(1)
    return replayed
