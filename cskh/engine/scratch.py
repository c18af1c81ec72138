"""What a dry-run looks at: the store as it stands, a copy of it, or one made of spreadsheets.

The project's store is never written, and nothing is left behind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from cskh.edge.files import files_in
from cskh.edge.processes import holder
from cskh.edge.scratch import scratch_folder
from cskh.engine.environment import Environment, store_path
from cskh.engine.importing import Imported, import_customers
from cskh.engine.project import Project
from cskh.engine.tables import Options, open_table
from cskh.errors import NotFound
from cskh.language import _
from cskh.model.clock import Clock
from cskh.model.fields import Catalogue, customer_fields
from cskh.store.base import Store
from cskh.store.sqlite import open_store
from cskh.store.sqlite.copying import copy_store, is_current, read_stores
from cskh.store.values import ImportOf

SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """A spreadsheet, or a folder of them, that stands in for the store."""

    path: Path
    kind: str = "contact"
    options: Options = Options()


@dataclass(frozen=True, slots=True)
class Filled:
    """What a file gave: what became of its rows, or why it could not be read."""

    file: str
    imported: Imported | None
    why: str = ""


Tell = Callable[[Filled], None]
Advance = Callable[[int], None]


@contextmanager
def readable_store(project: Project, clock: Clock, *, ours: bool = False) -> Iterator[Path]:
    """Yield the file of a project's store, or of an up to date copy of it; empty if there is none.

    It may be written only if it is asked for as `ours`.
    """
    path = store_path(project)
    if not ours and path.exists() and is_current(path):
        yield path
        return
    with scratch_folder() as folder:
        scratch = folder / "cskh.db"
        if path.exists():
            copy_store(path, scratch)
        else:
            with changing(project, clock, scratch):
                pass
        yield scratch


@contextmanager
def filled_store(
    project: Project, clock: Clock, data: Data, tell: Tell, advance: Advance
) -> Iterator[Path]:
    """Yield the file of a store into which spreadsheets were imported; raises CskhError."""
    with scratch_folder() as folder:
        scratch = folder / "cskh.db"
        with changing(project, clock, scratch) as environment:
            _fill(environment, data, tell, advance)
        yield scratch


@contextmanager
def changing(project: Project, clock: Clock, path: Path) -> Iterator[Environment]:
    """Open a store that is ours to change, for a project; nothing is logged."""
    fields = customer_fields(project.settings)
    with _unlogged(), open_store(path, fields, holder()) as store:
        yield _environment(project, store, clock, fields)


@contextmanager
def reading(
    projects: Sequence[Project], clock: Clock, path: Path
) -> Iterator[Sequence[Environment]]:
    """Open a store only for reading, once for each project: all of them see the same customers."""
    catalogues = [customer_fields(project.settings) for project in projects]
    with read_stores(path, catalogues) as stores:
        yield [
            _environment(project, store, clock, fields)
            for project, store, fields in zip(projects, stores, catalogues, strict=True)
        ]


def knowing_both(project: Project, other: Project) -> Project:
    """Return a project whose customers may be all that those of either may be."""
    ours, theirs = project.settings, other.settings
    both = replace(
        ours,
        fields={**theirs.fields, **ours.fields},
        statuses=_either(ours.statuses, theirs.statuses),
        sources=_either(ours.sources, theirs.sources),
        industries=_either(ours.industries, theirs.industries),
        channels=_either(ours.channels, theirs.channels),
    )
    return replace(project, settings=both)


def _either(ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    # A list that is empty takes any name.
    return tuple(dict.fromkeys((*ours, *theirs))) if ours and theirs else ()


def _environment(project: Project, store: Store, clock: Clock, fields: Catalogue) -> Environment:
    its = Clock.at(clock.now, ZoneInfo(project.settings.timezone))
    return Environment(project, store, its, lambda: its, fields)


def _fill(environment: Environment, data: Data, tell: Tell, advance: Advance) -> None:
    if not data.path.is_dir():
        rows = _import(environment, data.path, data, tell, advance)
    else:
        files = files_in(data.path, SPREADSHEETS)
        rows = sum(_attempt(environment, file, data, tell, advance) for file in files)
    if not rows:
        message = _("No customer could be read from {path}.").format(path=data.path)
        raise NotFound(message, _("It takes a spreadsheet with customers, or a folder of them."))


def _attempt(environment: Environment, file: Path, data: Data, tell: Tell, advance: Advance) -> int:
    """Import one file of a folder; one that holds no customers keeps the others from nothing."""
    try:
        return _import(environment, file, data, tell, advance)
    except NotFound as error:
        tell(Filled(file.name, None, error.message))
        return 0


def _import(environment: Environment, file: Path, data: Data, tell: Tell, advance: Advance) -> int:
    """Import one file, and return how many of its rows are customers now."""
    of = ImportOf(kind="customers", file=file.name, sha256="", actor=None)
    with open_table(environment, file, data.options) as table:
        imported = import_customers(environment, table.rows(), of, data.kind, advance)
    tell(Filled(file.name, imported))
    return imported.rows - imported.counts["rejected"]


@contextmanager
def _unlogged() -> Iterator[None]:
    log = logging.getLogger("cskh")
    before, nowhere = log.propagate, logging.NullHandler()
    log.addHandler(nowhere)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(nowhere)
        log.propagate = before
