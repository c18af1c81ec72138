"""Bring customers, lists and phones in from a spreadsheet.

Example: cskh import customers khach-hang.xlsx
"""

from __future__ import annotations

from typing import Annotated

import typer

from cskh.cli._do_not_call import do_not_call
from cskh.cli._firing import NoDeliver, NoRun
from cskh.cli._list_imports import phones, pids
from cskh.cli._loading import Loading, Told, run_import
from cskh.cli._session import Session
from cskh.cli._sheets import (
    Encoding,
    File,
    HeaderRow,
    InOrder,
    Kind,
    Mapped,
    NewKind,
    Preview,
    Rejects,
    SheetName,
    Trigger,
    options_of,
)
from cskh.errors import Exit
from cskh.language import _


def customers(
    session: Session,
    file: File,
    kind: NewKind = Kind.CONTACT,
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
    ] = Trigger.NONE,
    no_run: NoRun = False,
    no_deliver: NoDeliver = False,
) -> Exit:
    """Create and update customers from a spreadsheet.

    Columns are found by their headers. A customer is known by his code, else by
    phone, else by email. Phones are repaired by known rules, and every repair
    is counted; a row that can't be read is rejected with its place and the
    reason. An empty cell never erases anything. Workflows don't hear of it
    unless you say --trigger run.

    Example: cskh import customers khach-hang.xlsx --preview

    Exit status: 0 done · 1 the file can't be used · 2 there is no such sheet or
    column · 3 some rows were rejected, or messages failed or wait · 4 nobody
    said yes, or a guard refused what a workflow would do; the customers are
    there.
    """
    told = Told(
        options=options_of(sheet, encoding, header_row, date_order, map_ or []),
        preview=preview,
        rejects=rejects,
        fires=trigger is Trigger.RUN,
        no_run=no_run,
        no_deliver=no_deliver,
    )
    return run_import(session, file, _of_customers(kind, told), told)


SETTLED = {"do_not_call": True}
COMMANDS = {"customers": customers, "pids": pids, "phones": phones, "do-not-call": do_not_call}


def _of_customers(kind: Kind, told: Told) -> Loading:
    from cskh.engine.importing import import_customers, preview
    from cskh.engine.tables import open_table

    return Loading(
        kind="customers",
        question=_("Import these customers?"),
        opened=open_table,
        looked_at=lambda environment, table, of: preview(environment, table.rows(), of, kind),
        written=lambda environment, table, of, advance: import_customers(
            environment, table.rows(), of, kind, advance, fires=told.fires
        ),
    )
