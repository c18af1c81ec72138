"""cskh lint."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._console import out, print_json, say
from cskh.cli._session import Session
from cskh.errors import Exit, Problem
from cskh.language import _, ngettext

if TYPE_CHECKING:
    from cskh.engine.linting import Linted

FORMATS = ("text", "json", "github", "sarif")
READS = True
_STYLES = {"error": "bold red", "warning": "yellow"}


def command(
    session: Session,
    paths: Annotated[
        list[Path] | None, typer.Argument(help=_("Only these files and folders"), metavar="PATH…")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help=_("Let warnings count like errors"))
    ] = False,
) -> Exit:
    """Check the project's files, and tell every problem with file, line, column and code.

    Example: cskh lint · in CI: cskh lint --format github

    Exit status: 0 no errors · 1 errors, with --strict also warnings · 2 a path doesn't exist,
    or there is no project.
    """
    from cskh.engine.linting import lint

    given = bool(session.folder or os.environ.get("CSKH_PROJECT"))
    linted = lint(paths or (), session.start, os.environ, given=given)
    problems = [problem for each in linted for problem in each.problems]
    _show(session.format, linted, problems)
    severities = {problem.severity for problem in problems}
    return Exit.FOUND if "error" in severities or (strict and severities) else Exit.OK


def _show(format_: str, linted: Sequence[Linted], problems: Sequence[Problem]) -> None:
    from cskh.renderers import problems as rendered
    from cskh.spec.codes import CODES

    checked = sum(each.checked for each in linted)
    located = [(problem, _folder(each)) for each in linted for problem in each.problems]
    if format_ == "json":
        print_json(rendered.as_json(problems, checked))
    elif format_ == "sarif":
        print_json(rendered.as_sarif(located, CODES))
    elif format_ == "github":
        print(*rendered.as_github(located), sep="\n", end="\n" if located else "")
    else:
        for problem, folder in located:
            _print(problem, rendered.located(problem, folder))
        say(_summary(checked, problems))


def _folder(linted: Linted) -> str:
    """Return the project's folder as seen from the current one."""
    return Path(os.path.relpath(linted.root)).as_posix()


def _print(problem: Problem, file: str) -> None:
    from rich.text import Text

    place = f"{file}:{problem.line}:{problem.column}"
    style = _STYLES[problem.severity]
    line = Text.assemble((place, "bold"), " ", (problem.code, style), " ", problem.message)
    out().print(line, soft_wrap=True)
    if problem.hint:
        out().print(Text(f"    {problem.hint}", "dim"), soft_wrap=True)


def _summary(checked: int, problems: Sequence[Problem]) -> str:
    counts = Counter(problem.severity for problem in problems)
    errors, warnings = counts["error"], counts["warning"]
    parts = [
        ngettext("{n} file checked", "{n} files checked", checked).format(n=checked),
        ngettext("{n} error", "{n} errors", errors).format(n=errors),
        ngettext("{n} warning", "{n} warnings", warnings).format(n=warnings),
    ]
    return ", ".join(parts) + "."
