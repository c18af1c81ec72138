"""Look at the workflows, start new ones, switch them on and off, delete them.

Example: cskh workflow list
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._console import ROWS_SHOWN, print_json, say, shown
from cskh.cli._lists import LISTED, Limit, print_list
from cskh.cli._session import Session
from cskh.cli._workflows import grouped, print_entries, print_one, row, told
from cskh.errors import Exit, Invalid, UsageProblem, did_you_mean
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.authoring import Entry
    from cskh.engine.project import Project

FORMATS = LISTED

Id = Annotated[str, typer.Argument(metavar="ID", help=_("The workflow's id"))]


def list_(
    session: Session,
    group: Annotated[
        str | None, typer.Option(metavar="ID", help=_("Only this group of workflows"))
    ] = None,
    limit: Limit = ROWS_SHOWN,
) -> Exit:
    """List the workflows, group by group, also those that are disabled or have errors.

    Example: cskh workflow list --group sinh-nhat

    Exit status: 0, also when there are none · 2 there is no such group.
    """
    from cskh.engine.authoring import entries

    project = _project(session)
    found = grouped(project, entries(project))
    if group is not None:
        found = _of_group(found, group, project)
    rows = {"workflows": [row(each) for each in found]}
    return print_list(
        session, "workflows", lambda: rows, lambda: print_entries(found, project, limit)
    )


def show(session: Session, id_: Id) -> Exit:
    """Say what a workflow does, in plain sentences.

    Example: cskh workflow show sinh-nhat

    Exit status: 0 · 1 its file has errors · 2 there is no such workflow.
    """
    from cskh.engine.authoring import entry

    project = _project(session)
    found = entry(project, id_)
    if found.workflow is None:
        raise Invalid(found.errors)
    if session.json:
        print_json(told(found, project))
    else:
        print_one(found, found.workflow, project)
    return Exit.OK


def new(
    session: Session,
    id_: Annotated[
        str, typer.Argument(metavar="ID", help=_("Its id, and the name of its file: sinh-nhat"))
    ],
    like: Annotated[
        str | None, typer.Option(metavar="ID", help=_("Begin with a copy of this workflow"))
    ] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help=_("What people call it"))] = None,
) -> Exit:
    """Start a workflow: a file to fill in, disabled until you enable it.

    Example: cskh workflow new sinh-nhat-vip --like sinh-nhat --name "Sinh nhật VIP"

    Exit status: 0 · 1 the workflow to begin with has errors · 2 the id is taken or can't be a
    file's name, or there is no workflow to begin with.
    """
    from cskh.engine.authoring import entry, start

    project = _project(session)
    file = start(project, id_, like, name)
    if session.json:
        again = _project(session)
        print_json(told(entry(again, id_), again))
        return Exit.OK
    print(project.root / file)
    hint = _("Next: write it in an editor · {commands}")
    say(hint.format(commands=f"cskh lint · cskh dry-run {id_} · cskh workflow enable {id_}"))
    return Exit.OK


def enable(session: Session, id_: Id) -> Exit:
    """Enable a workflow: only this word of its file changes.

    It begins with its next time, and makes up for none that is over.

    Example: cskh workflow enable sinh-nhat

    Exit status: 0, also when it was enabled before · 1 its file has errors · 2 there is no such
    workflow.
    """
    return _switch(session, id_, on=True)


def disable(session: Session, id_: Id) -> Exit:
    """Disable a workflow: only this word of its file changes. What is queued is still sent.

    Example: cskh workflow disable sinh-nhat

    Exit status: 0, also when it was disabled before · 1 its file can't be changed from here · 2
    there is no such workflow.
    """
    return _switch(session, id_, on=False)


def delete(session: Session, id_: Id) -> Exit:
    """Delete a workflow's file; what it has done stays in the reports.

    Example: cskh workflow delete sinh-nhat

    Exit status: 0 · 2 there is no such workflow · 4 nobody said yes.
    """
    from cskh.engine.authoring import delete as remove
    from cskh.engine.authoring import entry

    project = _project(session)
    found = entry(project, id_)
    question = _("Delete the workflow {id} ({name}) with its file {file}?")
    session.confirm(shown(question.format(id=id_, name=found.name or "?", file=found.file)))
    remove(project, found)
    if session.json:
        print_json({**row(found), "deleted": True})
    else:
        print(shown(_("{file} is deleted.").format(file=found.file)))
    return Exit.OK


COMMANDS = {
    "list": list_,
    "show": show,
    "new": new,
    "enable": enable,
    "disable": disable,
    "delete": delete,
}


def _project(session: Session) -> Project:
    """Return the project, whatever is wrong in its files: that may be why one is disabled."""
    from cskh.engine.project import find, load

    return load(find(session.start), os.environ)


def _switch(session: Session, id_: str, *, on: bool) -> Exit:
    from cskh.engine.authoring import entry, switch

    project = _project(session)
    found = entry(project, id_)
    is_changed = switch(project, found, on=on)
    if session.json:
        again = _project(session)
        print_json(told(entry(again, id_), again))
        return Exit.OK
    says = {
        (True, True): _("{id} is enabled now: {file}"),
        (True, False): _("{id} is disabled now: {file}"),
        (False, True): _("{id} is enabled already: {file}"),
        (False, False): _("{id} is disabled already: {file}"),
    }
    print(shown(says[is_changed, on].format(id=found.id, file=found.file)))
    return Exit.OK


def _of_group(found: list[Entry], group: str, project: Project) -> list[Entry]:
    known = {*project.settings.workflow_groups, *(each.group for each in found if each.group)}
    if group not in known:
        message = _("There is no group of workflows {id}.").format(id=group)
        raise UsageProblem(message, did_you_mean(group, known))
    return [each for each in found if each.group == group]
