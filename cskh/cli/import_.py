"""Bring customers in from a spreadsheet.

Example: cskh import customers khach-hang.xlsx
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._firing import NoDeliver, NoRun, change_and_fire
from cskh.cli._session import Session
from cskh.errors import Exit, NotFound, UsageProblem
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


class DateOrder(StrEnum):
    """How a file writes dates."""

    DMY = "dmy"
    MDY = "mdy"
    SWAPPED = "swapped"


class Trigger(StrEnum):
    """Whether imported customers fire workflows."""

    NONE = "none"
    RUN = "run"


def customers(
    session: Session,
    file: Annotated[Path, typer.Argument(help=_("A spreadsheet: .xlsx, .csv and others"))],
    kind: Annotated[Kind, typer.Option(help=_("What new customers are"))] = Kind.CONTACT,
    sheet: Annotated[str | None, typer.Option(metavar="NAME", help=_("Which sheet"))] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help=_('As --map phone="Số ĐT"; repeatable')),
    ] = None,
    header_row: Annotated[
        str | None, typer.Option(metavar="ROW", help=_("The header's row, or none"))
    ] = None,
    date_order: Annotated[
        DateOrder | None, typer.Option(help=_("How dates are written (default: day first)"))
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=_("Of a text file: utf-8, utf-16, cp1258, tcvn3, vni")),
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help=_("Show, write nothing"))] = False,
    rejects: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("Write rejected rows there, as CSV"))
    ] = None,
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
    from cskh.cli._imports import print_imported, rejects_text
    from cskh.edge.files import fingerprint, write_private
    from cskh.store.values import ImportOf

    if rejects is not None:
        _writable(rejects, file)
    options = _options(sheet, encoding, header_row, date_order, map_ or [])
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
    if rejects is not None and imported.rejects:
        try:
            write_private(rejects, rejects_text(imported, table))
        except OSError as error:
            message = _("{file} can't be written: {why}.")
            raise NotFound(message.format(file=rejects, why=error.strerror)) from error
    print_imported(session, imported, table, fired)
    return max(Exit.PARTIAL if imported.rejects else Exit.OK, fired.exit if fired else Exit.OK)


COMMANDS = {"customers": customers}


def _options(
    sheet: str | None,
    encoding: str | None,
    header_row: str | None,
    date_order: DateOrder | None,
    mapped: list[str],
) -> Options:
    from cskh.engine.tables import Options

    return Options(
        sheet=sheet,
        encoding=encoding,
        header_row=_row(header_row),
        date_order=date_order.value if date_order else None,
        mapped=dict(map(_pair, mapped)),
    )


def _writable(rejects: Path, file: Path) -> None:
    """Refuse a place for the rejected rows before anything is imported."""
    if rejects.exists() and file.exists() and rejects.samefile(file):
        raise UsageProblem(_("--rejects can't be the file that is imported."))
    if not rejects.absolute().parent.is_dir():
        message = _("There is no folder {folder}.").format(folder=rejects.parent)
        raise UsageProblem(message, _("Check the path."))


def _row(text: str | None) -> int | None:
    if text is None:
        return None
    if text == "none":
        return 0
    if text.isdecimal() and int(text) > 0:
        return int(text)
    message = _("--header-row can't be {value}.").format(value=text)
    raise UsageProblem(message, _("It is the number of a row, or none."))


def _pair(text: str) -> tuple[str, str]:
    name, equals, column = text.partition("=")
    if not (name and equals and column):
        message = _("--map can't be {value}.").format(value=text)
        raise UsageProblem(message, _('Write it as --map phone="Số ĐT".'))
    return name.strip(), column.strip()


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
