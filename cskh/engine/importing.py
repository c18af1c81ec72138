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
from cskh.engine.matching import KEYS, Entry, Known, TwoMatches, Verdict, Whose, whose
from cskh.model.acting import Customer
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
    listing: str | None = None
    listed: Counter[str] = field(default_factory=Counter)

    def told(self) -> dict[str, int]:
        """Return the counts that are kept with the import."""
        names = ("created", "updated", "unchanged", "rejected")
        return {"rows": self.rows, **{name: self.counts[name] for name in names}}


class Taken(NamedTuple):
    """A row that is about a customer: what became of it, his number, and what he has now."""

    row: CleanRow
    verdict: Verdict
    customer: int
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How rows become customers: what new ones are, and who else takes notice.

    What `fires` is there for workflows to answer. Where rows `only_adds` customers, those who are
    there stay as they are. `watch` is told of a batch when it is written.
    """

    kind: str
    fires: bool = False
    only_adds: bool = False
    watch: Callable[[Iterable[Taken]], None] | None = None


class _OnlyLooking(Exception):
    """Ends the transaction of a preview, so that nothing of it stays."""


def preview(
    environment: Environment, rows: Iterable[CleanRow], of: ImportOf, kind: str
) -> Imported:
    """Return what an import would do: everything is done, looked at, and taken back."""
    manner = Manner(kind=kind)
    return taken_back(environment, lambda: bring(environment, rows, of, manner, lambda _rows: None))


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
        imported = bring(environment, rows, of, Manner(kind=kind, fires=fires), progress)
    log.info("imported", extra={"import_id": imported.id, "counts": imported.told()})
    return imported


def bring(
    environment: Environment,
    rows: Iterable[CleanRow],
    of: ImportOf,
    manner: Manner,
    progress: Callable[[int], None],
) -> Imported:
    """Write a file's rows and the record of the import; inside `writing()`."""
    imported, imports = Imported(), environment.store.imports
    at = environment.clock.stamp
    imported.id = imports.start(of, at)
    stamp = Stamp(cause=f"import:{imported.id}", actor=of.actor, at=at, fires=manner.fires)
    automatic = imports.last_automatic_pid()
    with uncollected():
        for batch in _batches(rows):
            known = Known(_stored(environment, batch), batch.asked, only_adds=manner.only_adds)
            taken = _take_all(known, batch, imported)
            new, automatic = _write(environment, known, manner.kind, stamp, automatic)
            if manner.watch is not None:
                manner.watch(_numbered(taken, known, new))
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


def _stored(environment: Environment, batch: _Batch) -> Sequence[Customer]:
    return environment.store.imports.candidates(batch.asked.keys(), batch.names)


_TakenRow = tuple[CleanRow, Verdict, Mapping[str, Any]]


def _take_all(known: Known, batch: _Batch, imported: Imported) -> list[_TakenRow]:
    """Apply a batch of rows to everybody whom they may be about; return what was of use."""
    imported.rows += len(batch.rows)
    imported.repairs.update(chain.from_iterable(row.repairs for row in batch.rows))
    keys = zip(*batch.asked, strict=True)
    taken = (_take(known, *each, imported) for each in zip(batch.rows, keys, strict=True))
    return [each for each in taken if each is not None]


def _take(
    known: Known, row: CleanRow, keys: Sequence[str | None], imported: Imported
) -> _TakenRow | None:
    if row.warnings:
        imported.warnings += [(row.row, warning) for warning in row.warnings]
    if row.reject is not None:
        _reject(imported, row, row.reject)
        return None
    try:
        verdict, values, shares_phone = known.take(row, keys)
    except TwoMatches as matches:
        _reject(imported, row, Remark(None, None, str(matches)))
        return None
    imported.counts[verdict] += 1
    if shares_phone:
        imported.notes["shared_phone"] += 1
    if len(imported.samples) < SAMPLES:
        imported.samples.append((verdict, dict(values)))
    return row, verdict, values


def _numbered(taken: Iterable[_TakenRow], known: Known, new: Sequence[int]) -> Iterator[Taken]:
    """Yield the rows with their customers' numbers; whose values they are tells who it is."""
    numbers = {id(entry.values): entry.stored.id for entry in known.stored if entry.stored}
    numbers |= {id(values): id_ for values, id_ in zip(known.new, new, strict=True)}
    return (Taken(row, verdict, numbers[id(values)], values) for row, verdict, values in taken)


def _reject(imported: Imported, row: CleanRow, why: Remark) -> None:
    imported.counts["rejected"] += 1
    imported.rejects.append((row, why))


def _write(
    environment: Environment, known: Known, kind: str, stamp: Stamp, automatic: int
) -> tuple[Sequence[int], int]:
    """Write what a batch made new and changed.

    Return the numbers of the new customers, and that of the last automatic code.
    """
    said = (values["pid"] for values in known.new)
    automatic = max((automatic, *(_number(pid) for pid in said if pid and pid[0] in "Aa")))
    for values in known.new:
        if values["pid"] is None:
            automatic += 1
            values |= {"pid": f"AUTO-{automatic}", "automatic_pid": True}
    customers = environment.store.customers
    new = customers.create([complete(values, kind) for values in known.new], stamp)
    customers.change(_changes(known.stored), stamp)
    return new, automatic


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
