"""Orders from a spreadsheet: a command of `cskh order`."""

from __future__ import annotations

from typing import Annotated

import typer

from cskh.cli._firing import NoDeliver, NoRun
from cskh.cli._loading import Loading, Told, run_import
from cskh.cli._session import Session
from cskh.cli._sheets import (
    Encoding,
    File,
    HeaderRow,
    InOrder,
    Mapped,
    Preview,
    Rejects,
    SheetName,
    Trigger,
    options_of,
)
from cskh.errors import Exit
from cskh.language import _


def import_(
    session: Session,
    file: File,
    sheet: SheetName = None,
    map_: Mapped = None,
    header_row: HeaderRow = None,
    date_order: InOrder = None,
    encoding: Encoding = None,
    preview: Preview = False,
    rejects: Rejects = None,
    trigger: Annotated[
        Trigger,
        typer.Option(help=_("Whether workflows answer what the import brings: none or run")),
    ] = Trigger.RUN,
    no_run: NoRun = False,
    no_deliver: NoDeliver = False,
) -> Exit:
    """Add and change orders from a spreadsheet.

    Columns are found by their headers: code, customer (a code, a phone or an
    email), amount, status, date. An order is known by its code; its customer
    must be there. A row that can't be read is rejected with its place and the
    reason; an empty cell changes nothing. Old orders are best brought in with
    --trigger none, so that no workflow answers them.

    Example: cskh order import don-hang.xlsx --preview

    Exit status: 0 done · 1 the file can't be used · 2 there is no such sheet or
    column · 3 some rows were rejected, or messages failed or wait · 4 nobody
    said yes, or a guard refused what a workflow would do; the orders are there.
    """
    told = Told(
        options=options_of(sheet, encoding, header_row, date_order, map_ or []),
        preview=preview,
        rejects=rejects,
        fires=trigger is Trigger.RUN,
        no_run=no_run,
        no_deliver=no_deliver,
    )
    return run_import(session, file, _of_orders(told), told)


def _of_orders(told: Told) -> Loading:
    from cskh.engine.order_importing import import_orders, open_orders, preview

    return Loading(
        kind="orders",
        question=_("Import these orders?"),
        opened=open_orders,
        looked_at=lambda environment, table, _of: preview(environment, table),
        written=lambda environment, table, of, advance: import_orders(
            environment, table, of, advance, fires=told.fires
        ),
    )
