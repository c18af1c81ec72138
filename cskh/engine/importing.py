"""Importing: rows of a file become customers, in one transaction, every row accounted for."""

from __future__ import annotations

import gc
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from cskh.cells.drafts import Remark
from cskh.cells.rows import CleanRow
from cskh.engine.environment import Environment
from cskh.engine.matching import KEYS, Entry, Known, TwoMatches
from cskh.model.fields import CUSTOMER_KINDS
from cskh.model.folding import fold
from cskh.store.values import Edit, ImportOf, Keys, Stamp

log = logging.getLogger("cskh")

_ROWS_AT_ONCE = 2000
SAMPLES = 5


@dataclass(slots=True)
class Imported:
    """What became of a file's rows: rows = created + updated + unchanged + rejected."""

    id: int | None = None
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    rejects: list[tuple[CleanRow, Remark]] = field(default_factory=list)
    warnings: list[tuple[int, Remark]] = field(default_factory=list)
    samples: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def told(self) -> dict[str, int]:
        """Return the counts that are kept with the import."""
        names = ("created", "updated", "unchanged", "rejected")
        return {"rows": self.rows, **{name: self.counts[name] for name in names}}


class _OnlyLooking(Exception):
    """Ends the transaction of a preview, so that nothing of it stays."""


def preview(
    environment: Environment, rows: Iterable[CleanRow], of: ImportOf, kind: str
) -> Imported:
    """Return what an import would do: everything is done, looked at, and taken back."""
    try:
        with environment.store.writing():
            imported = _all(environment, rows, of, kind, lambda _rows: None)
            raise _OnlyLooking
    except _OnlyLooking:
        imported.id = None
    return imported


def import_customers(
    environment: Environment,
    rows: Iterable[CleanRow],
    of: ImportOf,
    kind: str,
    progress: Callable[[int], None],
    *,
    fires: bool = False,
) -> Imported:
    """Write a file's rows, all in one transaction; new customers are of `kind` unless they say.

    What `fires` is there for workflows to answer; else no workflow hears of it.
    """
    with environment.store.writing():
        imported = _all(environment, rows, of, kind, progress, fires=fires)
    log.info("imported", extra={"import_id": imported.id, "counts": imported.told()})
    return imported


def _all(
    environment: Environment,
    rows: Iterable[CleanRow],
    of: ImportOf,
    kind: str,
    progress: Callable[[int], None],
    *,
    fires: bool = False,
) -> Imported:
    imported, imports = Imported(), environment.store.imports
    at = environment.clock.stored(environment.clock.now)
    imported.id = imports.start(of, at)
    stamp = Stamp(cause=f"import:{imported.id}", actor=of.actor, at=at, fires=fires)
    automatic = imports.last_automatic_pid()
    reading = iter(rows)
    with _uncollected():
        while batch := list(islice(reading, _ROWS_AT_ONCE)):
            known = _known(environment, batch)
            for row in batch:
                _take(known, row, imported)
            automatic = _write(environment, known, kind, stamp, automatic)
            progress(len(batch))
    imports.finish(imported.id, imported.told())
    return imported


@contextmanager
def _uncollected() -> Iterator[None]:
    # Rows hold no circles: looking through them again and again takes an eighth of the time.
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _known(environment: Environment, batch: Sequence[CleanRow]) -> Known:
    """Ask the store for everybody whom the rows of a batch may be."""
    keys = Keys(
        pids={fold(row.values["pid"]) for row in batch if row.values.get("pid")},
        phones={row.values["phone"] for row in batch if row.values.get("phone")},
        emails={fold(row.values["email"]) for row in batch if row.values.get("email")},
    )
    names = {name for row in batch for name in row.values} | {"tags", *KEYS}
    return Known(environment.store.imports.candidates(keys, sorted(names)))


def _take(known: Known, row: CleanRow, imported: Imported) -> None:
    imported.rows += 1
    if row.repairs:
        imported.repairs.update(row.repairs)
    if row.warnings:
        imported.warnings += [(row.row, warning) for warning in row.warnings]
    if row.reject is not None:
        _reject(imported, row, row.reject)
        return
    try:
        verdict, entry, shares_phone = known.take(row)
    except TwoMatches as matches:
        _reject(imported, row, Remark(None, None, str(matches)))
        return
    imported.counts[verdict] += 1
    imported.notes["shared_phone"] += shares_phone
    if len(imported.samples) < SAMPLES:
        imported.samples.append((verdict, dict(entry.values)))


def _reject(imported: Imported, row: CleanRow, why: Remark) -> None:
    imported.counts["rejected"] += 1
    imported.rejects.append((row, why))


def _write(environment: Environment, known: Known, kind: str, stamp: Stamp, automatic: int) -> int:
    """Write what a batch made new and changed; return the last automatic code's number."""
    new = [entry for entry in known.entries if entry.stored is None]
    automatic = max((automatic, *(_number(entry.values["pid"]) for entry in new)))
    for entry in new:
        if entry.values["pid"] is None:
            automatic += 1
            entry.values |= {"pid": f"AUTO-{automatic}", "automatic_pid": True}
    customers = environment.store.customers
    customers.create((complete(entry.values, kind) for entry in new), stamp)
    customers.change(_changes(known.entries), stamp)
    return automatic


def _number(pid: str | None) -> int:
    """Return the number of a code like AUTO-7, which a file may bring from elsewhere; else 0."""
    number = pid[5:] if pid and pid[:5].upper() == "AUTO-" else ""
    return int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0


def _changes(entries: Iterable[Entry]) -> Iterator[Edit]:
    return (
        Edit(entry.stored.id, entry.changes())
        for entry in entries
        if entry.stored is not None and entry.changed
    )


def complete(values: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """Return a new customer with what he must have: accounts are businesses unless they say."""
    own = values.get("kind") or kind
    if own not in CUSTOMER_KINDS:
        raise ValueError(own)
    type_ = values.get("type") or ("business" if own == "account" else "individual")
    return {**values, "kind": own, "type": type_}
