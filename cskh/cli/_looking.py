"""What a dry-run is about: which customers, and which days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cskh.cli._console import say, shown
from cskh.cli._filters import day
from cskh.cli._progress import bar
from cskh.cli._session import Session
from cskh.engine.environment import Environment, store_path
from cskh.engine.replaying import MOST_DAYS
from cskh.engine.scratch import Data, Filled, filled_store, readable_store, reading
from cskh.errors import UsageProblem
from cskh.language import _, ngettext
from cskh.model.masking import masked_within

if TYPE_CHECKING:
    from cskh.engine.project import Project

Days = tuple[dt.date, dt.date]
_REMARKS_SHOWN = 3


@contextmanager
def looking(session: Session, data: Data | None) -> Iterator[Environment]:
    """Open what a dry-run looks at, only for reading."""
    with (
        store_of(session, session.project, data) as path,
        reading([session.project], session.clock, path) as (environment,),
    ):
        yield environment


@contextmanager
def store_of(
    session: Session, project: Project, data: Data | None, *, ours: bool = False
) -> Iterator[Path]:
    """Yield the file of the store that was asked for; people are told what is in it."""
    if data is not None:
        with ExitStack() as held:
            with bar(_("reading")) as advance:
                filled = filled_store(project, session.clock, data, tell_filled, advance)
                path = held.enter_context(filled)
            yield path
        return
    if not store_path(project).exists():
        message = _("There is no store yet, and nobody in it: {path}.")
        say(message.format(path=store_path(project)), "dim")
    with readable_store(project, session.clock, ours=ours) as path:
        yield path


def tell_filled(filled: Filled) -> None:
    """Tell people what was read of a spreadsheet, and what was not."""
    name = shown(filled.file)
    if (imported := filled.imported) is None:
        say(_("{file} is left out: {why}").format(file=name, why=filled.why), "yellow")
        return
    text = ngettext(
        "{file}: {n} row, {rejected} rejected, {warnings} cells left out",
        "{file}: {n} rows, {rejected} rejected, {warnings} cells left out",
        imported.rows,
    )
    counts = {"rejected": len(imported.rejects), "warnings": len(imported.warnings)}
    numbers = {word: shown(n) for word, n in counts.items()}
    say(text.format(file=name, n=shown(imported.rows), **numbers), "dim")
    remarks = [(row.row, why) for row, why in imported.rejects] + imported.warnings
    for row, why in remarks[:_REMARKS_SHOWN]:
        place = _("row {row}, {column}").format(row=row, column=shown(why.column) or "–")
        say(f"  {place}: {shown(masked_within(why.reason))}", "dim")


def read_days(first: str | None, last: str | None) -> Days | None:
    """Return the days that --from and --to say, None without them; raises UsageProblem."""
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise UsageProblem(_("--from and --to go together."), _("Write it as 2026-12-01."))
    days = day(first), day(last)
    if days[0] > days[1]:
        raise UsageProblem(_("--from is after --to."), _("Swap the two."))
    if (days[1] - days[0]).days >= MOST_DAYS:
        message = _("--from and --to are more than {n} days apart.").format(n=MOST_DAYS)
        raise UsageProblem(message, _("Look at a shorter time."))
    return days
