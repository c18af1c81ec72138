"""Do-not-call lists from a spreadsheet: a command of `cskh import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cskh.cli._session import Session
from cskh.cli._sheets import (
    Encoding,
    File,
    HeaderRow,
    Mapped,
    Preview,
    Rejects,
    SheetName,
    check_writable,
    options_of,
    write_rejects,
)
from cskh.errors import Exit
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.importing import Imported
    from cskh.engine.tables import Options, Table


def do_not_call(
    session: Session,
    file: File,
    sheet: SheetName = None,
    map_: Mapped = None,
    header_row: HeaderRow = None,
    encoding: Encoding = None,
    preview: Preview = False,
    rejects: Rejects = None,
) -> Exit:
    """Put the phones of a spreadsheet on the do-not-call list.

    A phone on the list gets no SMS and no ZNS, whosever it is and whatever they
    are about; messages in the outbox are skipped when they leave. Customers are
    not changed, and no later import of customers changes the list.

    Example: cskh import do-not-call khong-quang-cao.xlsx

    Exit status: 0 done · 1 the file can't be used · 2 there is no such sheet or
    column · 3 some rows were rejected · 4 nobody said yes.
    """
    from cskh.cli._imports import print_imported

    if rejects is not None:
        check_writable(rejects, file)
    options = options_of(sheet, encoding, header_row, None, map_ or [])
    imported, table = _imported(session, file, options, preview=preview)
    if rejects is not None:
        write_rejects(rejects, imported, table)
    print_imported(session, imported, table, None)
    return Exit.PARTIAL if imported.rejects else Exit.OK


def _imported(
    session: Session, file: Path, options: Options, *, preview: bool
) -> tuple[Imported, Table]:
    """Look first, where somebody can answer, then import; without a terminal --yes is needed."""
    from cskh.cli._imports import print_facts, print_review
    from cskh.cli._progress import bar
    from cskh.edge.files import fingerprint
    from cskh.engine.do_not_call import KIND, import_do_not_call, open_do_not_call
    from cskh.engine.do_not_call import preview as look
    from cskh.store.values import ImportOf

    environment = session.environment
    sha256 = fingerprint(file) if file.is_file() else ""
    of = ImportOf(kind=KIND, file=file.name, sha256=sha256, actor=session.actor)
    if preview or not session.yes:
        with open_do_not_call(environment, file, options) as table, bar(_("reading")):
            seen = look(environment, table, of)
        if not session.json:
            print_review(table, seen)
        if preview:
            return seen, table
        session.confirm(_("Put these phones on the do-not-call list?"))
    with open_do_not_call(environment, file, options) as table, bar(_("importing")) as advance:
        if session.yes and not session.json:
            print_facts(table)
        return import_do_not_call(environment, table, of, advance), table
