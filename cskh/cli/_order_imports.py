"""Orders from a spreadsheet: a command of `cskh order`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._firing import NoDeliver, NoRun, change_and_fire
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
    check_writable,
    options_of,
    write_rejects,
)
from cskh.errors import Exit
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.environment import Environment
    from cskh.engine.importing import Imported
    from cskh.engine.tables import Options, Table


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
    from cskh.cli._imports import print_imported

    if rejects is not None:
        check_writable(rejects, file)
    options = options_of(sheet, encoding, header_row, date_order, map_ or [])
    fires = trigger is Trigger.RUN

    def load(_environment: Environment) -> tuple[Imported, Table]:
        return _imported(session, file, options, preview=preview, fires=fires)

    if fires and not preview:
        done, fired = change_and_fire(session, load, no_run=no_run, no_deliver=no_deliver)
    else:
        done, fired = load(session.environment), None
    imported, table = done
    if rejects is not None:
        write_rejects(rejects, imported, table)
    print_imported(session, imported, table, fired)
    return max(Exit.PARTIAL if imported.rejects else Exit.OK, fired.exit if fired else Exit.OK)


def _imported(
    session: Session, file: Path, options: Options, *, preview: bool, fires: bool
) -> tuple[Imported, Table]:
    """Look first, where somebody can answer, then import; without a terminal --yes is needed."""
    from cskh.cli._imports import print_facts, print_review
    from cskh.cli._progress import bar
    from cskh.edge.files import fingerprint
    from cskh.engine.order_importing import import_orders, open_orders
    from cskh.engine.order_importing import preview as look
    from cskh.store.values import ImportOf

    environment = session.environment
    if preview or not session.yes:
        with open_orders(environment, file, options) as table, bar(_("reading")):
            seen = look(environment, table)
        if not session.json:
            print_review(table, seen)
        if preview:
            return seen, table
        session.confirm(_("Import these orders?"))
    sha256 = fingerprint(file) if file.is_file() else ""
    of = ImportOf(kind="orders", file=file.name, sha256=sha256, actor=session.actor)
    with open_orders(environment, file, options) as table, bar(_("importing")) as advance:
        if session.yes and not session.json:
            print_facts(table)
        return import_orders(environment, table, of, advance, fires=fires), table
