"""What every import does: look first where somebody can answer, write, tell what became of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cskh.cli._firing import change_and_fire
from cskh.cli._session import Session
from cskh.cli._sheets import check_writable, write_rejects
from cskh.errors import Exit
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.environment import Environment
    from cskh.engine.importing import Imported
    from cskh.engine.tables import Options, Table
    from cskh.store.values import ImportOf

Opened = Callable[["Environment", Path, "Options"], AbstractContextManager["Table"]]


@dataclass(frozen=True, kw_only=True)
class Loading:
    """How one kind of file is opened, looked at and written, and what is asked in between.

    `may_fire`: workflows could answer what it brings.
    """

    kind: str
    question: str
    opened: Opened
    looked_at: Callable[[Environment, Table, ImportOf], Imported]
    written: Callable[[Environment, Table, ImportOf, Callable[[int], None]], Imported]
    may_fire: bool = True


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is said of an import on the command line; `fires`: workflows answer what it brings."""

    options: Options
    preview: bool
    rejects: Path | None
    fires: bool = False
    no_run: bool = False
    no_deliver: bool = False


def run_import(session: Session, file: Path, loading: Loading, told: Told) -> Exit:
    """Import a file, let workflows answer if they are to, and print what came of it."""
    from cskh.cli._imports import print_imported

    if told.rejects is not None:
        check_writable(told.rejects, file)

    def load(environment: Environment) -> tuple[Imported, Table]:
        return _loaded(session, environment, file, loading, told)

    if told.fires and not told.preview:
        how = {"no_run": told.no_run, "no_deliver": told.no_deliver}
        (imported, table), fired = change_and_fire(session, load, **how)
    else:
        (imported, table), fired = load(session.environment), None
    if told.rejects is not None:
        write_rejects(told.rejects, imported, table)
    print_imported(session, imported, table, fired, may_fire=loading.may_fire)
    return max(Exit.PARTIAL if imported.rejects else Exit.OK, fired.exit if fired else Exit.OK)


def _loaded(
    session: Session, environment: Environment, file: Path, loading: Loading, told: Told
) -> tuple[Imported, Table]:
    """Look first, where somebody can answer, then import; without a terminal --yes is needed."""
    from cskh.cli._imports import print_facts, print_review
    from cskh.cli._progress import bar
    from cskh.edge.files import fingerprint
    from cskh.store.values import ImportOf

    sha256 = fingerprint(file) if file.is_file() else ""
    of = ImportOf(kind=loading.kind, file=file.name, sha256=sha256, actor=session.actor)
    if told.preview or not session.yes:
        with loading.opened(environment, file, told.options) as table, bar(_("reading")):
            seen = loading.looked_at(environment, table, of)
        if not session.json:
            print_review(table, seen)
        if told.preview:
            return seen, table
        session.confirm(loading.question)
    with (
        loading.opened(environment, file, told.options) as table,
        bar(_("importing")) as advance,
    ):
        if session.yes and not session.json:
            print_facts(table)
        return loading.written(environment, table, of, advance), table
