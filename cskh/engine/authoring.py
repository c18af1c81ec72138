"""The files of a project's workflows: listed, started, switched on and off, and removed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from cskh.edge.files import read_file, remove_file, replace_file, write_new
from cskh.edge.peek import SETTINGS_FILE
from cskh.edge.scaffold import workflow_text
from cskh.engine.project import TEMPLATES, Project, is_campaign
from cskh.errors import CskhError, Invalid, Problem, UsageProblem, did_you_mean
from cskh.language import _
from cskh.model.folding import unaccent
from cskh.model.workflow import Workflow
from cskh.spec.document import Document
from cskh.spec.editing import encoded, with_value
from cskh.spec.paths import Path as Within
from cskh.spec.reading import LARGEST, read

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_ENABLED: Within = ("enabled",)
_NAME: Within = ("name",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One workflow's file; `workflow` is None if it has `errors`, which the rest then shows."""

    id: str
    file: str
    name: str | None
    group: str | None
    object: str | None
    moment: str | None
    at: str | None
    enabled: bool
    actions: tuple[str, ...]
    workflow: Workflow | None = None
    errors: tuple[Problem, ...] = ()


def entries(project: Project) -> list[Entry]:
    """Return every workflow of a project, also those with errors, in the order of their files."""
    made = {workflow.file: workflow for workflow in project.workflows.values()}
    return [
        _good(made[file]) if file in made else _broken(project, file) for file in _files(project)
    ]


def entry(project: Project, id_: str) -> Entry:
    """Return one workflow; raises UsageProblem for an unknown id, CskhError for two files."""
    known = _by_id(project)
    files = known.get(id_, [])
    if not files:
        raise UsageProblem(_("There is no workflow {id}.").format(id=id_), did_you_mean(id_, known))
    if len(files) > 1:
        message = _("{id} is in more than one file: {files}.")
        raise CskhError(
            message.format(id=id_, files=", ".join(files)), _("Rename one of the files.")
        )
    made = project.workflows.get(id_)
    return _good(made) if made else _broken(project, files[0])


def switch(project: Project, found: Entry, *, on: bool) -> bool:
    """Enable or disable a workflow in its file; return whether there was anything to change.

    Raises Invalid for enabling one that has errors, and for a file that is no YAML at all.
    """
    if on and found.errors:
        raise Invalid(found.errors)
    path = project.root / found.file
    raw = read_file(path, LARGEST)
    document = read(raw, found.file)
    if not document.whole:
        raise Invalid(document.problems)
    if _is_enabled(document.data) is on:
        return False
    edited = with_value(document, _ENABLED, on, after="name")
    if edited is None:
        message = _("{file} is written in a way that can't be changed from here.")
        hint = _("Change it in an editor: enabled: {value}").format(value=str(on).lower())
        raise CskhError(message.format(file=found.file), hint)
    replace_file(path, encoded(edited, raw))
    return True


def start(project: Project, id_: str, like: str | None, name: str | None) -> str:
    """Write a new, disabled workflow, like another one if that is named; return its file.

    Raises UsageProblem for an id that is taken or can't be a file's name.
    """
    _check_new(project, id_)
    if like is None:
        folder = PurePosixPath()
        text = workflow_text(project.settings.language)
    else:
        model = entry(project, like)
        if model.errors:
            raise Invalid(model.errors)
        folder = PurePosixPath(model.file).parent
        text = read(read_file(project.root / model.file, LARGEST), model.file).text
        name = name or _("{name} (copy)").format(name=model.name)
    file = (folder / f"{id_}.yaml").as_posix()
    if not write_new(project.root / file, _started(text, file, name)):
        raise _taken(id_, file)
    return file


def delete(project: Project, found: Entry) -> None:
    """Remove a workflow's file; what it did stays in the store."""
    remove_file(project.root / found.file)


def _started(text: str, file: str, name: str | None) -> str:
    document = read(text, file)
    edited = with_value(document, _ENABLED, False, after="name")
    if edited is not None and name is not None:
        edited = with_value(edited, _NAME, name)
    if edited is None:
        message = _("{file} can't be made from this.").format(file=file)
        raise CskhError(message, _("Copy the file, and give it a name in an editor."))
    return edited.text


def check_id(id_: str) -> None:
    """Raise UsageProblem for what can't be an id, and so the name of a file."""
    if _ID.fullmatch(id_) is None:
        message = _("{id} can't be an id: it takes a-z, 0-9, - and _.").format(id=id_)
        plain = re.sub(r"[^A-Za-z0-9_]+", "-", unaccent(id_)).strip("-_").lower()
        raise UsageProblem(message, _("Write it as {id}.").format(id=plain) if plain else None)


def _check_new(project: Project, id_: str) -> None:
    check_id(id_)
    # Some file systems don't tell capitals from small letters.
    taken = {known.casefold(): files for known, files in _by_id(project).items()}
    if files := taken.get(id_.casefold()):
        raise _taken(id_, files[0])


def _taken(id_: str, file: str) -> UsageProblem:
    message = _("The id {id} is taken by {file}.").format(id=id_, file=file)
    return UsageProblem(message, _("Choose another one."))


def _files(project: Project) -> Iterator[str]:
    for file in project.files:
        path = PurePosixPath(file)
        is_other = path.parts[0] == TEMPLATES or is_campaign(file)
        if file != SETTINGS_FILE and not is_other and path.suffix:
            yield file


def _by_id(project: Project) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in _files(project):
        found.setdefault(PurePosixPath(file).stem, []).append(file)
    return found


def _good(workflow: Workflow) -> Entry:
    return Entry(
        id=workflow.id,
        file=workflow.file,
        name=workflow.name,
        group=workflow.group,
        object=workflow.object,
        moment=workflow.trigger.moment,
        at=workflow.trigger.at,
        enabled=workflow.enabled,
        actions=tuple(action.name for action in workflow.actions),
        workflow=workflow,
    )


def _broken(project: Project, file: str) -> Entry:
    """Return what can be told of a workflow with errors."""
    data = _document(project.root / file, file).data
    trigger = data.get("trigger") if isinstance(data, dict) else None
    steps = data.get("actions") if isinstance(data, dict) else None
    return Entry(
        id=PurePosixPath(file).stem,
        file=file,
        name=_text(data, "name"),
        group=_text(data, "group"),
        object=_text(data, "object"),
        moment=_text(trigger, "moment"),
        at=_text(trigger, "at"),
        enabled=_is_enabled(data) is not False,
        actions=tuple(_names(steps)),
        errors=tuple(
            problem
            for problem in project.problems
            if problem.file == file and problem.severity == "error"
        ),
    )


def _document(path: Path, file: str) -> Document:
    try:
        return read(read_file(path, LARGEST), file)
    except OSError:
        return Document(file)


def _text(data: Any, key: str) -> str | None:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, str) else None


def _names(steps: Any) -> Iterator[str]:
    for step in steps if isinstance(steps, list) else ():
        if isinstance(step, dict):
            yield from step
        elif isinstance(step, str):
            yield step


def _is_enabled(data: Any) -> bool | None:
    """Return whether a file says that it is enabled; None if it says something odd."""
    value = data.get("enabled") if isinstance(data, dict) else None
    if value is None:
        return True
    return value if isinstance(value, bool) else None
