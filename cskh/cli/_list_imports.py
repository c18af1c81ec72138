"""Lists from a spreadsheet, by codes and by phones: commands of `cskh import`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

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
    options_of,
)
from cskh.errors import Exit, UsageProblem
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.listing import Listing

ListName = Annotated[
    str, typer.Option("--list", metavar="NAME", help=_("Onto which list they come"))
]
Replace = Annotated[
    bool, typer.Option("--replace", help=_("Take those off the list who are not in the file"))
]


def pids(
    session: Session,
    file: File,
    list_: ListName,
    sheet: SheetName = None,
    column: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help=_("Where the codes are: a header, or a letter")),
    ] = None,
    header_row: HeaderRow = None,
    encoding: Encoding = None,
    replace: Replace = False,
    preview: Preview = False,
    rejects: Rejects = None,
) -> Exit:
    """Put the customers whose codes are in a spreadsheet on a list.

    Only those with a mobile number; a campaign goes to a list that it names. The
    list is made if there is none. The same list again adds to it, unless you say
    --replace. Customers are not changed; a code that nobody has is rejected.

    Example: cskh import pids vip.xlsx --list vip-thang-12

    Exit status: 0 done · 1 the file can't be used, or nobody was found to
    replace the list by · 2 there is no such sheet or column · 3 some rows were
    rejected · 4 nobody said yes.
    """
    listing = _listing(list_, replace)
    mapped = [] if column is None else [f"pid={column}"]
    options = options_of(sheet, encoding, header_row, None, mapped)
    told = Told(options=options, preview=preview, rejects=rejects)
    return run_import(session, file, _of_pids(listing), told)


def phones(
    session: Session,
    file: File,
    list_: ListName,
    kind: NewKind = Kind.CONTACT,
    sheet: SheetName = None,
    map_: Mapped = None,
    header_row: HeaderRow = None,
    date_order: InOrder = None,
    encoding: Encoding = None,
    replace: Replace = False,
    preview: Preview = False,
    rejects: Rejects = None,
) -> Exit:
    """Put the customers whose phones are in a spreadsheet on a list; make the new ones.

    Columns are found by their headers, as cskh import customers finds them; every
    row needs a phone. Who is there already stays as he is. Only those with a
    mobile number come on the list, which is made if there is none. The same list
    again adds to it, unless you say --replace.

    Example: cskh import phones su-kien.xlsx --list su-kien --map phone="Số ĐT"

    Exit status: 0 done · 1 the file can't be used, or nobody was found to
    replace the list by · 2 there is no such sheet or column · 3 some rows were
    rejected · 4 nobody said yes.
    """
    listing = _listing(list_, replace)
    options = options_of(sheet, encoding, header_row, date_order, map_ or [])
    told = Told(options=options, preview=preview, rejects=rejects)
    return run_import(session, file, _of_phones(listing, kind), told)


def _listing(name: str, replaces: bool) -> Listing:
    from cskh.engine.listing import Listing

    if not name.strip():
        raise UsageProblem(_("--list needs a name."))
    return Listing(name.strip(), replaces)


def _of_pids(listing: Listing) -> Loading:
    from cskh.engine.importing import taken_back
    from cskh.engine.listing import list_pids, open_pids

    return Loading(
        kind="pids",
        question=_("Put these customers on the list {name}?").format(name=listing.name),
        opened=open_pids,
        looked_at=lambda environment, table, of: taken_back(
            environment, lambda: list_pids(environment, table, of, listing, _silently)
        ),
        written=lambda environment, table, of, advance: list_pids(
            environment, table, of, listing, advance
        ),
    )


def _of_phones(listing: Listing, kind: Kind) -> Loading:
    from cskh.engine.importing import taken_back
    from cskh.engine.listing import list_phones, open_phones

    return Loading(
        kind="phones",
        question=_("Put these customers on the list {name}?").format(name=listing.name),
        opened=open_phones,
        looked_at=lambda environment, table, of: taken_back(
            environment, lambda: list_phones(environment, table, of, listing, kind, _silently)
        ),
        written=lambda environment, table, of, advance: list_phones(
            environment, table, of, listing, kind, advance
        ),
    )


def _silently(_rows: int) -> None:
    """Show no progress: looking has a bar of its own."""
