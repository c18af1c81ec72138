"""Bring customers in from a spreadsheet.

Example: cskh import customers khach-hang.xlsx
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._do_not_call import do_not_call
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
    from cskh.store.values import ImportOf


class Kind(StrEnum):
    """What new customers are, unless the file says."""

    LEAD = "lead"
    CONTACT = "contact"
    ACCOUNT = "account"


def customers(
    session: Session,
    file: File,
    kind: Annotated[Kind, typer.Option(help=_("What new customers are"))] = Kind.CONTACT,
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
    from cskh.cli._imports import print_imported
    from cskh.edge.files import fingerprint
    from cskh.store.values import ImportOf

    if rejects is not None:
        check_writable(rejects, file)
    options = options_of(sheet, encoding, header_row, date_order, map_ or [])
    sha256 = fingerprint(file) if file.is_file() else ""
    of = ImportOf(kind="customers", file=file.name, sha256=sha256, actor=session.actor)
    fires = trigger is Trigger.RUN and not preview

    def load(_environment: Environment) -> tuple[Imported, Table]:
        return _imported(session, file, options, of, kind, preview=preview, fires=fires)

    if fires:
        done, fired = change_and_fire(session, load, no_run=no_run, no_deliver=no_deliver)
    else:
        done, fired = load(session.environment), None
    imported, table = done
    if rejects is not None:
        write_rejects(rejects, imported, table)
    print_imported(session, imported, table, fired)
    return max(Exit.PARTIAL if imported.rejects else Exit.OK, fired.exit if fired else Exit.OK)


COMMANDS = {"customers": customers, "do-not-call": do_not_call}


def _imported(
    session: Session,
    file: Path,
    options: Options,
    of: ImportOf,
    kind: Kind,
    *,
    preview: bool,
    fires: bool,
) -> tuple[Imported, Table]:
    """Look first, where somebody can answer, then import; without a terminal --yes is needed."""
    from cskh.cli._imports import print_facts, print_review
    from cskh.cli._progress import bar
    from cskh.engine.importing import import_customers
    from cskh.engine.importing import preview as look
    from cskh.engine.tables import open_table

    environment = session.environment
    if preview or not session.yes:
        with open_table(environment, file, options) as table, bar(_("reading")):
            seen = look(environment, table.rows(), of, kind)
        if not session.json:
            print_review(table, seen)
        if preview:
            return seen, table
        session.confirm(_("Import these customers?"))
    with open_table(environment, file, options) as table, bar(_("importing")) as advance:
        if session.yes and not session.json:
            print_facts(table)
        return import_customers(environment, table.rows(), of, kind, advance, fires=fires), table
