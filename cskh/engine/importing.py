"""Importing: rows of a file become customers, in one transaction, every row accounted for."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, NamedTuple

from cskh.cells.drafts import Remark
from cskh.cells.rows import CleanRow
from cskh.edge.processes import uncollected
from cskh.engine.environment import Environment
from cskh.engine.matching import KEYS, Entry, Known, TwoMatches, Whose, whose
from cskh.model.fields import CUSTOMER_KINDS
from cskh.store.values import Edit, ImportOf, Stamp

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
    return taken_back(environment, lambda: _all(environment, rows, of, kind, lambda _rows: None))


def taken_back(environment: Environment, work: Callable[[], Imported]) -> Imported:
    """Do an import, look at what came of it, and let nothing of it stay."""
    try:
        with environment.store.writing():
            imported = work()
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
    at = environment.clock.stamp
    imported.id = imports.start(of, at)
    stamp = Stamp(cause=f"import:{imported.id}", actor=of.actor, at=at, fires=fires)
    automatic = imports.last_automatic_pid()
    with uncollected():
        for batch in _batches(rows):
            known = _take_all(environment, batch, imported)
            automatic = _write(environment, known, kind, stamp, automatic)
            progress(len(batch.rows))
    imports.finish(imported.id, imported.told())
    return imported


class _Batch(NamedTuple):
    """Rows, whose they are, and the fields that they set."""

    rows: Sequence[CleanRow]
    asked: Whose
    names: Sequence[str]


def _batches(rows: Iterable[CleanRow]) -> Iterator[_Batch]:
    reading = iter(rows)
    while batch := list(islice(reading, _ROWS_AT_ONCE)):
        names = {*chain.from_iterable(row.values for row in batch), "tags", *KEYS}
        yield _Batch(batch, whose(batch), sorted(names))


def _take_all(environment: Environment, batch: _Batch, imported: Imported) -> Known:
    """Apply a batch of rows to everybody whom they may be about."""
    stored = environment.store.imports.candidates(batch.asked.keys(), batch.names)
    known = Known(stored, batch.asked)
    imported.rows += len(batch.rows)
    imported.repairs.update(chain.from_iterable(row.repairs for row in batch.rows))
    for row, keys in zip(batch.rows, zip(*batch.asked, strict=True), strict=True):
        _take(known, row, keys, imported)
    return known


def _take(known: Known, row: CleanRow, keys: Sequence[str | None], imported: Imported) -> None:
    if row.warnings:
        imported.warnings += [(row.row, warning) for warning in row.warnings]
    if row.reject is not None:
        _reject(imported, row, row.reject)
        return
    try:
        verdict, values, shares_phone = known.take(row, keys)
    except TwoMatches as matches:
        _reject(imported, row, Remark(None, None, str(matches)))
        return
    imported.counts[verdict] += 1
    if shares_phone:
        imported.notes["shared_phone"] += 1
    if len(imported.samples) < SAMPLES:
        imported.samples.append((verdict, dict(values)))


def _reject(imported: Imported, row: CleanRow, why: Remark) -> None:
    imported.counts["rejected"] += 1
    imported.rejects.append((row, why))


def _write(environment: Environment, known: Known, kind: str, stamp: Stamp, automatic: int) -> int:
    """Write what a batch made new and changed; return the last automatic code's number."""
    said = (values["pid"] for values in known.new)
    automatic = max((automatic, *(_number(pid) for pid in said if pid and pid[0] in "Aa")))
    for values in known.new:
        if values["pid"] is None:
            automatic += 1
            values |= {"pid": f"AUTO-{automatic}", "automatic_pid": True}
    customers = environment.store.customers
    customers.create([complete(values, kind) for values in known.new], stamp)
    customers.change(_changes(known.stored), stamp)
    return automatic


def _number(pid: str) -> int:
    """Return the number of a code like AUTO-7, which a file may bring from elsewhere; else 0."""
    number = pid[5:] if pid[:5].upper() == "AUTO-" else ""
    return int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0


def _changes(entries: Iterable[Entry]) -> Iterator[Edit]:
    return (
        Edit(entry.stored.id, entry.changes())
        for entry in entries
        if entry.stored is not None and entry.changed
    )


def complete(values: dict[str, Any], kind: str) -> dict[str, Any]:
    """Give a new customer what he must have: accounts are businesses unless they say."""
    own = values.get("kind") or kind
    if own not in CUSTOMER_KINDS:
        raise ValueError(own)
    type_ = values.get("type") or ("business" if own == "account" else "individual")
    values |= {"kind": own, "type": type_}
    return values
