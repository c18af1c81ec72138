"""Do-not-call lists: the phones of a file get no more text messages, whosever they are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from cskh.cells.rows import CleanRow
from cskh.engine.environment import Environment
from cskh.engine.importing import SAMPLES, Imported, taken_back
from cskh.engine.tables import Columns, Needed, Options, Table, open_table
from cskh.language import _
from cskh.model.settings import Settings
from cskh.store.values import ImportOf

log = logging.getLogger("cskh")

KIND = "do-not-call"
_ROWS_AT_ONCE = 2000
_PHONES = ("phone", "phone_2")


@contextmanager
def open_do_not_call(environment: Environment, path: Path, options: Options) -> Iterator[Table]:
    """Open a file and find its phones; raises CskhError with what to do about it."""
    columns = Columns(
        settings=Settings(version=1), labels={}, known=_PHONES, strict=True, needed=needed_phone()
    )
    with open_table(environment, path, options, columns) as table:
        yield table


def needed_phone() -> Needed:
    """Say that a file needs a column of phones."""
    hint = _('Say which one is: --map phone="…". The columns are: {headers}.')
    return Needed("phone", _("No column is a phone."), hint)


def preview(environment: Environment, table: Table, of: ImportOf) -> Imported:
    """Return what an import would do: everything is done, looked at, and taken back."""
    return taken_back(environment, lambda: _all(environment, table, of, lambda _rows: None))


def import_do_not_call(
    environment: Environment, table: Table, of: ImportOf, progress: Callable[[int], None]
) -> Imported:
    """Put a file's phones on the do-not-call list, all in one transaction."""
    with environment.store.writing():
        imported = _all(environment, table, of, progress)
    log.info("imported", extra={"import_id": imported.id, "counts": imported.told()})
    return imported


def _all(
    environment: Environment, table: Table, of: ImportOf, progress: Callable[[int], None]
) -> Imported:
    imported, rows = Imported(), table.rows()
    at = environment.clock.stamp
    imported.id = environment.store.imports.start(of, at)
    permissions, source = environment.store.permissions, f"import:{imported.id}"
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        known = set(permissions.uncalled([phone for row in batch for phone in _phones(row)]))
        before = frozenset(known)
        for row in batch:
            _take(row, known, imported)
        permissions.never_call(known - before, source, at)
        progress(len(batch))
    environment.store.imports.finish(imported.id, imported.told())
    return imported


def _take(row: CleanRow, known: set[str], imported: Imported) -> None:
    imported.rows += 1
    imported.repairs.update(row.repairs)
    imported.warnings += [(row.row, warning) for warning in row.warnings]
    if row.reject is not None:
        imported.counts["rejected"] += 1
        imported.rejects.append((row, row.reject))
        return
    verdict = "unchanged" if known.issuperset(_phones(row)) else "created"
    known.update(_phones(row))
    imported.counts[verdict] += 1
    if len(imported.samples) < SAMPLES:
        imported.samples.append((verdict, dict(row.values)))


def _phones(row: CleanRow) -> list[str]:
    return [row.values[name] for name in _PHONES if name in row.values]
