"""cskh schema."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from cskh.cli._console import say
from cskh.cli._session import Session
from cskh.errors import CskhError, Exit, UsageProblem, did_you_mean
from cskh.language import _

FORMATS = ("json",)
READS = True


def command(
    session: Session,
    kind: Annotated[
        str | None, typer.Argument(help=_("workflow, project or template; all of them if left out"))
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="DIR", help=_("Write the files KIND.schema.json there")),
    ] = None,
) -> Exit:
    """Print the JSON Schemas of the project's files, with the project's own names in them.

    Editors complete and check what you type by them: start a file with
    # yaml-language-server: $schema=schemas/workflow.schema.json

    Example: cskh schema --write schemas

    Exit status: 0 · 2 there is no such kind.
    """
    from cskh.engine.publishing import schemas, words_at, write_schemas

    given = bool(session.folder or os.environ.get("CSKH_PROJECT"))
    texts = schemas(words_at(session.start, os.environ, given=given))
    if kind is not None and kind not in texts:
        message = _("There is no schema {kind}.").format(kind=kind)
        raise UsageProblem(message, did_you_mean(kind, texts))
    chosen = texts if kind is None else {kind: texts[kind]}
    if write is None:
        listed = ",\n".join(f'"{name}": {text}' for name, text in chosen.items())
        print(chosen[kind] if kind else f"{{\n{listed}\n}}")
        return Exit.OK
    try:
        files = write_schemas(chosen, write)
    except OSError as error:
        raise CskhError(_("{path} can't be written.").format(path=write)) from error
    say(_("Written: {files}.").format(files=", ".join(map(str, files))))
    return Exit.OK
