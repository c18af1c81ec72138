"""What every import of a spreadsheet takes: its options, and a place for what was rejected."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.errors import NotFound, UsageProblem
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.importing import Imported
    from cskh.engine.tables import Options, Table


class DateOrder(StrEnum):
    """How a file writes dates."""

    DMY = "dmy"
    MDY = "mdy"
    SWAPPED = "swapped"


class Kind(StrEnum):
    """What new customers are, unless the file says."""

    LEAD = "lead"
    CONTACT = "contact"
    ACCOUNT = "account"


class Trigger(StrEnum):
    """Whether imported customers fire workflows."""

    NONE = "none"
    RUN = "run"


File = Annotated[Path, typer.Argument(help=_("A spreadsheet: .xlsx, .csv and others"))]
SheetName = Annotated[str | None, typer.Option("--sheet", metavar="NAME", help=_("Which sheet"))]
Mapped = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help=_('As --map phone="Số ĐT"; repeatable')),
]
HeaderRow = Annotated[str | None, typer.Option(metavar="ROW", help=_("The header's row, or none"))]
InOrder = Annotated[
    DateOrder | None, typer.Option(help=_("How dates are written (default: day first)"))
]
Encoding = Annotated[
    str | None,
    typer.Option(metavar="NAME", help=_("Of a text file: utf-8, utf-16, cp1258, tcvn3, vni")),
]
NewKind = Annotated[Kind, typer.Option("--kind", help=_("What new customers are"))]
Preview = Annotated[bool, typer.Option("--preview", help=_("Show, write nothing"))]
Rejects = Annotated[
    Path | None, typer.Option(metavar="FILE", help=_("Write rejected rows there, as CSV"))
]


def options_of(
    sheet: str | None,
    encoding: str | None,
    header_row: str | None,
    date_order: DateOrder | None,
    mapped: list[str],
) -> Options:
    """Return what a person says about a file; raises UsageProblem."""
    from cskh.engine.tables import Options

    return Options(
        sheet=sheet,
        encoding=encoding,
        header_row=_row(header_row),
        date_order=date_order.value if date_order else None,
        mapped=dict(map(_pair, mapped)),
    )


def check_writable(rejects: Path, file: Path) -> None:
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


def write_rejects(rejects: Path, imported: Imported, table: Table) -> None:
    """Write the rejected rows of an import, if there are any."""
    from cskh.cli._imports import rejects_text
    from cskh.edge.files import write_private

    if not imported.rejects:
        return
    try:
        write_private(rejects, rejects_text(imported, table))
    except OSError as error:
        message = _("{file} can't be written: {why}.")
        raise NotFound(message.format(file=rejects, why=error.strerror)) from error
