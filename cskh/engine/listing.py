"""Named lists: a file's customers become members, found by their codes or by their phones."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from cskh.actions.send_sms import SENDABLE
from cskh.cells.drafts import Remark
from cskh.cells.rows import CleanRow
from cskh.engine.audience import list_named
from cskh.engine.do_not_call import needed_phone
from cskh.engine.environment import Environment
from cskh.engine.importing import SAMPLES, Imported, Manner, Taken, bring
from cskh.engine.tables import Columns, Needed, Options, Table, of_customers, open_table
from cskh.engine.telling import instant
from cskh.errors import NotFound
from cskh.language import _
from cskh.model.acting import Customer
from cskh.model.folding import fold
from cskh.model.settings import Settings
from cskh.store.values import ImportOf, Keys

log = logging.getLogger("cskh")

_ROWS_AT_ONCE = 2000
_SHOWN = ("pid", "name", "phone", "phone_kind")


@dataclass(frozen=True, slots=True)
class Listing:
    """Onto which list a file's customers come, and whether they take the place of its members."""

    name: str
    replaces: bool = False


class Members:
    """Who of a file comes on a list: existing and new customers with a mobile number, each once."""

    def __init__(self) -> None:
        self.ids: dict[int, None] = {}
        self.tally: Counter[str] = Counter()
        self.unlisted = 0
        self._seen: set[int] = set()
        self._created: set[int] = set()

    def find(self, customer: int, phone_kind: str | None) -> None:
        """Take the customer of a row, if he has a mobile number."""
        is_repeated = customer in self._seen
        self._seen.add(customer)
        self.tally["duplicate"] += is_repeated
        was_there = customer not in self._created
        self.tally["found"] += was_there
        if phone_kind in SENDABLE:
            self.ids[customer] = None
        else:
            self.tally["no_phone"] += was_there

    def create(self, customer: int, phone_kind: str | None) -> None:
        """Take a new customer, if he has a mobile number."""
        self._seen.add(customer)
        self._created.add(customer)
        self.tally["not_found"] += 1
        if phone_kind in SENDABLE:
            self.ids[customer] = None
        else:
            self.unlisted += 1


@contextmanager
def open_pids(environment: Environment, path: Path, options: Options) -> Iterator[Table]:
    """Open a file and find its customer codes; raises CskhError with what to do about it."""
    hint = _("Say which one is: --column …. The columns are: {headers}.")
    columns = Columns(
        settings=Settings(version=1),
        labels={},
        known=("pid",),
        strict=True,
        needed=Needed("pid", _("No column is a customer code."), hint),
    )
    with open_table(environment, path, options, columns) as table:
        yield table


@contextmanager
def open_phones(environment: Environment, path: Path, options: Options) -> Iterator[Table]:
    """Open a file of customers and find its phones; raises CskhError with what to do about it."""
    columns = replace(of_customers(environment.project.settings), needed=needed_phone())
    with open_table(environment, path, options, columns) as table:
        yield table


def list_pids(
    environment: Environment,
    table: Table,
    of: ImportOf,
    listing: Listing,
    progress: Callable[[int], None],
) -> Imported:
    """Put the customers of a file's codes on a list, all in one transaction.

    Raises NotFound if a list would be replaced by nobody.
    """
    imports, at = environment.store.imports, environment.clock.stamp
    with environment.store.writing():
        imported, members = Imported(id=imports.start(of, at)), Members()
        rows = table.rows()
        while batch := list(islice(rows, _ROWS_AT_ONCE)):
            known = _by_pid(environment, batch)
            for row in batch:
                _select(table, row, known, imported, members)
            progress(len(batch))
        imports.finish(imported.id or 0, imported.told())
        return _listed(environment, imported, members, listing)


def list_phones(
    environment: Environment,
    table: Table,
    of: ImportOf,
    listing: Listing,
    kind: str,
    progress: Callable[[int], None],
) -> Imported:
    """Put the customers of a file's phones on a list, and make those whom nobody knows.

    All in one transaction. Raises NotFound if a list would be replaced by nobody.
    """
    members, warnings = Members(), list[tuple[int, Remark]]()

    def watch(taken: Iterable[Taken]) -> None:
        for each in taken:
            _take(each, members)
            if (warning := _other_phone(table, each)) is not None:
                warnings.append((each.row.row, warning))

    manner = Manner(kind=kind, only_adds=True, watch=watch)
    with environment.store.writing():
        imported = bring(environment, _with_phones(table), of, manner, progress)
        imported.warnings = sorted([*imported.warnings, *warnings], key=lambda each: each[0])
        imported.notes["no_mobile"] = members.unlisted
        return _listed(environment, imported, members, listing)


def _by_pid(environment: Environment, batch: Sequence[CleanRow]) -> Mapping[str, Customer]:
    pids = {fold(row.values["pid"]) for row in batch if "pid" in row.values}
    found = environment.store.imports.candidates(Keys(pids, (), ()), _SHOWN)
    return {fold(each.values["pid"]): each for each in found}


def _select(
    table: Table,
    row: CleanRow,
    known: Mapping[str, Customer],
    imported: Imported,
    members: Members,
) -> None:
    imported.rows += 1
    imported.repairs.update(row.repairs)
    imported.warnings += [(row.row, warning) for warning in row.warnings]
    customer = None if row.reject else known.get(fold(row.values["pid"]))
    if customer is None:
        members.tally["not_found"] += row.reject is None
        why = row.reject or _remark(table, "pid", row, _("There is no such customer."))
        imported.counts["rejected"] += 1
        imported.rejects.append((table.with_cells(row, why), why))
        return
    imported.counts["unchanged"] += 1
    members.find(customer.id, customer.values["phone_kind"])
    if len(imported.samples) < SAMPLES:
        imported.samples.append(("found", customer.values))


def _with_phones(table: Table) -> Iterator[CleanRow]:
    """Yield the rows; those without a phone are rejected."""
    for row in table.rows():
        if row.reject is not None or "phone" in row.values:
            yield row
        else:
            why = Remark(None, None, _("The row has no phone."))
            yield table.with_cells(row, why)._replace(values={}, tags=(), reject=why)


def _take(taken: Taken, members: Members) -> None:
    take = members.create if taken.verdict == "created" else members.find
    take(taken.customer, taken.values.get("phone_kind"))


def _other_phone(table: Table, taken: Taken) -> Remark | None:
    """Return that a row's customer has another phone than the row, which stays."""
    if taken.values["phone"] == taken.row.values["phone"]:
        return None
    reason = _("{pid} has another phone or none, and stays so.").format(pid=taken.values["pid"])
    return _remark(table, "phone", taken.row, reason)


def _remark(table: Table, field: str, row: CleanRow, reason: str) -> Remark:
    header = table.sheet.header[table.recipe.fields.index(field)]
    return Remark(header, row.values[field], reason)


def _listed(
    environment: Environment, imported: Imported, members: Members, listing: Listing
) -> Imported:
    """Write who is on the list; inside `writing()`."""
    lists = environment.store.lists
    names = {fold(name): name for name in lists.names()}
    name = names.get(fold(listing.name), listing.name)
    if listing.replaces and not members.ids:
        message = _("The file has no customer with a mobile number: the list {name} stays.")
        raise NotFound(message.format(name=name))
    if listing.replaces:
        lists.clear(name)
    if members.ids:
        lists.add(name, members.ids, imported.id or 0, environment.clock.stamp)
    imported.listing, imported.listed = name, members.tally
    log.info("listed", extra={"import_id": imported.id, "counts": imported.told()})
    return imported


def told_lists(environment: Environment) -> Mapping[str, Any]:
    """Return all lists as JSON has them, by name."""
    clock = environment.clock
    lists = environment.store.lists.all()
    return {
        "lists": [
            each._asdict() | {"created_at": instant(each.created_at, clock)} for each in lists
        ]
    }


def told_list(environment: Environment, name: str) -> Mapping[str, Any]:
    """Return a list and who is on it as JSON has it; raises NotFound."""
    known = list_named(environment, name)
    members = environment.store.lists.members(known)
    return {"list": known, "members": [each._asdict() for each in members]}
