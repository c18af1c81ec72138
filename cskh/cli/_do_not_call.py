"""Do-not-call lists from a spreadsheet: a command of `cskh import`."""

from __future__ import annotations

from cskh.cli._loading import Loading, Told, run_import
from cskh.cli._session import Session
from cskh.cli._sheets import (
    Encoding,
    File,
    HeaderRow,
    Mapped,
    Preview,
    Rejects,
    SheetName,
    options_of,
)
from cskh.errors import Exit
from cskh.language import _


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
    from cskh.engine.do_not_call import KIND, import_do_not_call, open_do_not_call
    from cskh.engine.do_not_call import preview as look

    loading = Loading(
        kind=KIND,
        question=_("Put these phones on the do-not-call list?"),
        opened=open_do_not_call,
        looked_at=look,
        written=import_do_not_call,
        may_fire=False,
    )
    options = options_of(sheet, encoding, header_row, None, map_ or [])
    return run_import(
        session, file, loading, Told(options=options, preview=preview, rejects=rejects)
    )
