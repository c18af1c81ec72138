"""cskh dry-run --against: what a change of the rules would do."""

from __future__ import annotations

import os
from collections.abc import Sequence

from cskh.cli._affected import exit_of
from cskh.cli._console import print_json, say, shown
from cskh.cli._differences import SAMPLES, print_compared, told_compared
from cskh.cli._looking import store_of
from cskh.cli._progress import bar
from cskh.cli._session import Session
from cskh.edge.git import files_at
from cskh.edge.peek import SETTINGS_FILE
from cskh.engine.comparing import Compared, compare
from cskh.engine.project import Project, load_from
from cskh.engine.scratch import Data, knowing_both, reading
from cskh.engine.telling import told_now
from cskh.errors import Exit, UsageProblem, did_you_mean
from cskh.language import _
from cskh.spec.reading import LARGEST

_PROBLEMS_SHOWN = 20


def show_against(
    session: Session,
    ids: Sequence[str] | None,
    revision: str,
    data: Data | None,
    fail_over: int | None,
) -> Exit:
    """Print who enters, who leaves and for whom something changes since a revision."""
    now = session.project
    then = _project_at(now, revision)
    asked = _known(ids, then, now)
    with (
        store_of(session, knowing_both(now, then) if data else now, data) as path,
        reading([then, now], session.clock, path) as (before, after),
        bar(_("planning")) as advance,
    ):
        found = compare(before, after, asked, None if session.json else SAMPLES, advance)
    if session.json:
        workflows = [told_compared(each) for each in found]
        now_told = told_now(session.clock)
        print_json({"now": now_told, "against": revision, "workflows": workflows})
    elif session.format == "markdown":
        from cskh.cli._markdown import compared_text

        print(compared_text(found, revision, session.clock), end="")
    else:
        print_compared(found, revision)
    return exit_of(_affected(found), fail_over)


def _project_at(project: Project, revision: str) -> Project:
    """Return the project as it is at a revision; people are told what can't be read of it."""
    files = files_at(project.root, revision, LARGEST)
    if SETTINGS_FILE not in files:
        message = _("There is no cskh.yaml at {revision}: every workflow is new.")
        say(message.format(revision=shown(revision)), "yellow")
        return load_from(project.root, {}, os.environ)
    then = load_from(project.root, files, os.environ)
    errors = [problem for problem in then.problems if problem.severity == "error"]
    if errors:
        message = _("At {revision} some files have errors; workflows with errors are left out:")
        say(message.format(revision=shown(revision)), "yellow")
    for problem in errors[:_PROBLEMS_SHOWN]:
        say(f"  {problem.place} {problem.code} {shown(problem.message)}", "dim")
    return then


def _known(ids: Sequence[str] | None, then: Project, now: Project) -> list[str] | None:
    """Return the workflows that were named, once each; they are on one side at least."""
    known = then.workflows.keys() | now.workflows.keys()
    for id_ in ids or ():
        if id_ not in known:
            message = _("There is no workflow {id}.").format(id=id_)
            raise UsageProblem(message, did_you_mean(id_, known))
    return list(dict.fromkeys(ids)) if ids else None


def _affected(found: Sequence[Compared]) -> int:
    """Count the people who enter a workflow, or for whom one changes."""
    people: set[str] = set()
    for each in found:
        people.update(each.enters, each.changed)
    return len(people)
