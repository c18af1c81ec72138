"""cskh init."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cskh.cli._console import print_json, say
from cskh.cli._session import Session
from cskh.errors import CskhError, Exit
from cskh.language import _

FORMATS = ("text", "json")
READS = True


def command(
    session: Session,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help=_("Where; the current folder if left out"))
    ] = Path(),
) -> Exit:
    """Start a project: settings, one workflow, one message template, and a .gitignore.

    Files that are there already are left alone.

    Example: cskh init my-shop

    Exit status: 0 · 1 the folder can't be written.
    """
    from cskh.edge.scaffold import write_project

    try:
        written, kept = write_project(folder)
    except OSError as error:
        message = _("{path} can't be written: {why}.")
        raise CskhError(message.format(path=error.filename, why=error.strerror)) from error
    if session.json:
        print_json({"folder": str(folder), "written": written, "kept": kept})
        return Exit.OK
    for name in written:
        print(folder / name)
    if kept:
        say(_("Left as they were: {files}.").format(files=", ".join(kept)), "dim")
    say(_("Next: cskh lint · cskh import customers FILE · cskh dry-run"))
    return Exit.OK
