"""Importing orders: rows of a file become orders of customers who are there, every row told."""

from __future__ import annotations

import logging
from collections import ChainMap, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from cskh.cells.drafts import Remark
from cskh.cells.rows import CleanRow
from cskh.engine.environment import Environment
from cskh.engine.importing import SAMPLES, Imported
from cskh.engine.order_words import FIELDS, LONGEST_CODE
from cskh.engine.ordering import CAUSE, NEW, Ledger, is_same
from cskh.engine.tables import Columns, Needed, Options, Table, open_table
from cskh.language import _
from cskh.model.folding import fold
from cskh.model.settings import CustomField, Settings
from cskh.store.selling import Order
from cskh.store.values import ImportOf, Keys, Stamp

log = logging.getLogger("cskh")

_ROWS_AT_ONCE = 2000
_MOST_NAMED = 5
# What an order's fields are called where the cells of customers are read.
_CALLED = {"customer": "pid", "amount": "revenue", "ordered_at": "last_order_at"}
_HEADERS = {
    "code": "Mã đơn hàng; Mã đơn; Số đơn hàng; Mã hóa đơn; Mã hoá đơn; Số hóa đơn; Số hoá đơn; "
    "Mã; Mã số; Order code; Order ID; Order number; Order no; Order; Invoice; Code",
    "pid": "Customer",
    "revenue": "Tổng tiền; Thành tiền; Tổng thanh toán; Tổng cộng; Giá trị; Giá trị đơn hàng; "
    "Giá trị đơn; Số tiền; Tiền; Doanh thu; Tổng giá trị; Khách phải trả; Khách cần trả; "
    "Tổng tiền hàng; Amount; Total; Total amount; Order total; Grand total",
    "status": "Trạng thái đơn hàng; Trạng thái đơn; Trạng thái; Tình trạng đơn hàng; "
    "Tình trạng đơn; Tình trạng; Order status; Status",
    "last_order_at": "Ngày đặt hàng; Ngày đặt; Ngày mua hàng; Ngày mua; Ngày bán; Ngày tạo đơn; "
    "Ngày tạo; Ngày hóa đơn; Ngày hoá đơn; Ngày đơn hàng; Ngày đơn; Ngày; Thời gian; "
    "Thời gian đặt; Thời gian tạo; Ordered at; Order date; Date; Created at",
}
# By what a row names its customer, in this order.
_WHOSE = ("pid", "phone", "email")
# An order without one of these, or with a wrong one, would make the figures wrong.
_NEEDED = frozenset({"code", "revenue", "status", "last_order_at"})


@contextmanager
def open_orders(environment: Environment, path: Path, options: Options) -> Iterator[Table]:
    """Open a file of orders and map its columns; raises CskhError with what to do about it."""
    columns = Columns(
        settings=Settings(version=1, fields={"code": CustomField(type="text")}),
        labels={label: name for name, text in _HEADERS.items() for label in text.split("; ")},
        known=("code", "customer", "phone", "email", "amount", "status", "ordered_at"),
        called=_CALLED,
        strict=True,
        needed=Needed(
            "code",
            _("No column is an order code."),
            _('Say which one is: --map code="…". The columns are: {headers}.'),
        ),
    )
    with open_table(environment, path, options, columns) as table:
        yield table


def preview(environment: Environment, table: Table) -> Imported:
    """Return what an import would do, without doing it."""
    imported, _ledger = _read(environment, table, lambda _rows: None)
    return imported


def import_orders(
    environment: Environment,
    table: Table,
    of: ImportOf,
    progress: Callable[[int], None],
    *,
    fires: bool = True,
) -> Imported:
    """Write a file's orders, all in one transaction; workflows answer what `fires`."""
    imports, at = environment.store.imports, environment.clock.stamp
    with environment.store.writing():
        id_ = imports.start(of, at)
        imported, ledger = _read(environment, table, progress)
        imported.id = id_
        ledger.write(
            environment, Stamp(cause=f"{CAUSE}s:{id_}", actor=of.actor, at=at, fires=fires)
        )
        imports.finish(id_, imported.told())
    log.info("imported", extra={"import_id": id_, "counts": imported.told()})
    return imported


def _read(
    environment: Environment, table: Table, progress: Callable[[int], None]
) -> tuple[Imported, Ledger]:
    """Return what becomes of the rows."""
    reader, rows = _Reader(environment, table), table.rows()
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        reader.take(batch)
        progress(len(batch))
    return reader.imported, reader.ledger


class _Unusable(Exception):
    """A row that is no order, and why."""

    def __init__(self, why: Remark) -> None:
        super().__init__(why.reason)
        self.why = why


class _Reader:
    """Reads rows into a ledger; a later row sees what earlier ones made."""

    def __init__(self, environment: Environment, table: Table) -> None:
        self.imported, self.ledger = Imported(), Ledger()
        self._environment = environment
        self._table = table
        columns = zip(table.sheet.header, table.recipe.fields, strict=True)
        self._headers = {name: header for header, name in columns if name is not None}
        self._needed = {self._headers[name] for name in _NEEDED & self._headers.keys()}
        self._at = environment.clock.stamp

    def take(self, batch: Sequence[CleanRow]) -> None:
        """Read a batch of rows."""
        codes = {fold(row.values["code"]) for row in batch if row.values.get("code")}
        stored = {fold(each.code): each for each in self._environment.store.orders.find(codes)}
        orders = ChainMap(self.ledger.latest, stored)
        people = _People(self._environment, batch, self._headers)
        for row in batch:
            self._take(row, orders, people)

    def _take(self, row: CleanRow, orders: Mapping[str, Order], people: _People) -> None:
        imported = self.imported
        imported.rows += 1
        imported.repairs.update(row.repairs)
        try:
            old, new = self._order(row, orders, people)
        except _Unusable as unusable:
            imported.counts["rejected"] += 1
            imported.rejects.append((self._table.with_cells(row, unusable.why), unusable.why))
            return
        imported.warnings += [(row.row, warning) for warning in row.warnings]
        verdict = "created" if old is None else "unchanged" if is_same(old, new) else "updated"
        if verdict != "unchanged":
            self.ledger.note(old, new)
        imported.counts[verdict] += 1
        if len(imported.samples) < SAMPLES:
            imported.samples.append((verdict, _sample(new)))

    def _order(
        self, row: CleanRow, orders: Mapping[str, Order], people: _People
    ) -> tuple[Order | None, Order]:
        """Return an order as it was and as the row makes it; an empty cell changes nothing."""
        self._check(row)
        code = row.values["code"]
        old = orders.get(fold(code))
        customer, pid = people.owner(row.values, old)
        base = old or Order(0, code, customer, pid, NEW, 0, self._at)
        said = {
            "status": row.values.get("status", base.status),
            "amount": row.values.get("revenue", base.amount),
            "ordered_at": row.values.get("last_order_at", base.ordered_at),
        }
        return old, base._replace(**said)

    def _check(self, row: CleanRow) -> None:
        if row.reject is not None:
            raise _Unusable(row.reject)
        for warning in row.warnings:
            if warning.column in self._needed:
                raise _Unusable(warning)
        code, amount = row.values.get("code"), row.values.get("revenue", 0)
        if not code:
            raise _Unusable(Remark(None, None, _("The row has no order code.")))
        if len(code) > LONGEST_CODE:
            raise _Unusable(Remark(self._headers["code"], code, _("It is too long.")))
        if amount < 0:
            reason = _("What was given back is an order that is returned.")
            raise _Unusable(Remark(self._headers["revenue"], str(amount), reason))


def _sample(order: Order) -> dict[str, Any]:
    shown = order._asdict() | {"customer": order.pid}
    return {name: shown[name] for name in FIELDS}


class _People:
    """Whose orders a batch of rows may be, by code, phone and email."""

    def __init__(
        self, environment: Environment, batch: Sequence[CleanRow], headers: Mapping[str, str]
    ) -> None:
        self._headers = headers
        said: dict[str, set[str]] = {
            name: {row.values[name] for row in batch if row.values.get(name)} for name in _WHOSE
        }
        keys = Keys(
            pids=set(map(fold, said["pid"])),
            phones=said["phone"],
            emails=set(map(fold, said["email"])),
        )
        self._found: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
        for each in environment.store.imports.candidates(keys, _WHOSE):
            for name in _WHOSE:
                if each.values[name] is not None:
                    found = self._found[name, fold(each.values[name])]
                    found[each.id] = each.values["pid"]

    def owner(self, values: Mapping[str, Any], old: Order | None) -> tuple[int, str]:
        """Return number and code of whose order a row is about; raises _Unusable."""
        name, text, found = self._named(values)
        if not found:
            raise self._unusable(name, text, _("There is no such customer."))
        if old is not None and old.customer in found:
            return old.customer, old.pid
        if old is not None:
            raise self._unusable(name, text, _("The order belongs to {pid}.").format(pid=old.pid))
        if len(found) > 1:
            pids = ", ".join(list(found.values())[:_MOST_NAMED])
            pids += " …" * (len(found) > _MOST_NAMED)
            raise self._unusable(name, text, _("It belongs to {pids}.").format(pids=pids))
        return next(iter(found.items()))

    def _named(self, values: Mapping[str, Any]) -> tuple[str, str, Mapping[int, str]]:
        """Return by what a row names its customer, and who that may be: by code, else by phone."""
        said = [name for name in _WHOSE if values.get(name)]
        by_code = [name for name in said if name == "pid"]
        tried = by_code or said
        name = next((each for each in tried if self._of(each, values)), tried[0])
        return name, values[name], self._of(name, values)

    def _of(self, name: str, values: Mapping[str, Any]) -> Mapping[int, str]:
        return self._found.get((name, fold(values[name])), {})

    def _unusable(self, name: str, text: str, reason: str) -> _Unusable:
        return _Unusable(Remark(self._headers[name], text, reason))
