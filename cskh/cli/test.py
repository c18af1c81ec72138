"""cskh test."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._console import out, print_json, shown
from cskh.cli._session import Session
from cskh.errors import Exit
from cskh.language import _, ngettext

if TYPE_CHECKING:
    from cskh.engine.selecting import Selected
    from cskh.engine.testing import Judgement

FORMATS = ("table", "json", "junit")
READS = True
_STYLES = {"- ": "red", "+ ": "green"}


def command(
    session: Session,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH…", help=_("Only these files, folders or workflows")),
    ] = None,
) -> Exit:
    """Run the tests that stand in workflows under tests:, each in a store of its own.

    The store is made for the test and thrown away; nothing is sent. All that a
    workflow does must be expected, and all that is expected must be done.

    Example: cskh test · cskh test sinh-nhat --format junit > test.xml

    Exit status: 0 all passed, or there are none · 1 some failed, or the
    project has errors · 2 there is no such file or workflow, or no project.
    """
    from cskh.cli._progress import bar
    from cskh.edge.clock import read_clock
    from cskh.engine.selecting import select
    from cskh.engine.testing import run_tests

    given = bool(session.folder or os.environ.get("CSKH_PROJECT"))
    selected = select(paths or (), session.start, os.environ, given=given)
    count = sum(len(workflow.tests) for each in selected for workflow in each.workflows)
    tested: list[tuple[Selected, Judgement]] = []
    with bar(_("testing"), count) as advance:
        for each in selected:
            clock = read_clock(each.project.settings.timezone, session.at)
            results = run_tests(each.project, each.workflows, clock, advance)
            tested += [(each, result) for result in results]
    _show(session.format, tested)
    return Exit.OK if all(each.passed for _selected, each in tested) else Exit.FOUND


def _show(format_: str, tested: Sequence[tuple[Selected, Judgement]]) -> None:
    results = [each for _selected, each in tested]
    if format_ == "json":
        print_json(_told(results))
    elif format_ == "junit":
        from cskh.renderers.junit import Result, junit_text

        print(junit_text(Result(*_row(each)) for each in results), end="")
    else:
        _print(tested)


def _told(results: Sequence[Judgement]) -> dict[str, object]:
    passed = sum(each.passed for each in results)
    return {
        "passed": passed,
        "failed": len(results) - passed,
        "tests": [
            {
                "workflow": each.workflow,
                "name": each.name,
                "passed": each.passed,
                "why": _why(each),
            }
            for each in results
        ],
    }


def _why(tested: Judgement) -> str | None:
    return None if tested.why is None else f"{tested.file}:{tested.line}\n{tested.why}"


def _row(each: Judgement) -> tuple[str, str, str, int | None, str | None]:
    return each.workflow, each.name, each.file, each.line, _why(each)


def _print(tested: Sequence[tuple[Selected, Judgement]]) -> None:
    if not tested:
        out().print(_("There are no tests here."), markup=False)
        return
    by_workflow: dict[tuple[Path, str], list[Judgement]] = {}
    for selected, result in tested:
        by_workflow.setdefault((selected.project.root, result.workflow), []).append(result)
    for (root, id_), results in by_workflow.items():
        _line(results, f" · {shown(id_)}")
        for result in results:
            if not result.passed:
                _print_failure(result, Path(os.path.relpath(root)))
    _line([result for _selected, result in tested])


def _line(results: Sequence[Judgement], tail: str = "") -> None:
    """Print how many passed and how many failed."""
    from rich.text import Text

    counts = Counter(each.passed for each in results)
    passed = ngettext("{n} passed", "{n} passed", counts[True]).format(n=shown(counts[True]))
    failed = ngettext("{n} failed", "{n} failed", counts[False]).format(n=shown(counts[False]))
    good, bad = (f"✓ {passed}", "green"), (f"✗ {failed}", "bold red")
    line = Text.assemble(bad, " · ", good) if counts[False] else Text.assemble(good)
    out().print(line.append(tail), soft_wrap=True)


def _print_failure(tested: Judgement, folder: Path) -> None:
    from rich.text import Text

    place = f"{(folder / tested.file).as_posix()}:{tested.line}"
    out().print(
        Text.assemble("  ", (shown(place), "bold"), f" {shown(tested.name)}"), soft_wrap=True
    )
    for line in (tested.why or "").splitlines():
        out().print(Text(f"    {shown(line)}", _STYLES.get(line.strip()[:2], "")), soft_wrap=True)
