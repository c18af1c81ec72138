"""Selecting: the workflows that files, folders and ids on a command line mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cskh.engine.linting import is_within, relative
from cskh.engine.project import Project, find, open_project
from cskh.errors import UsageProblem, did_you_mean
from cskh.language import _
from cskh.model.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Selected:
    """Some workflows of a project."""

    project: Project
    workflows: tuple[Workflow, ...]


def select(
    words: Sequence[str], start: Path, environ: Mapping[str, str], *, given: bool
) -> list[Selected]:
    """Return the workflows that words mean, all of the project that `start` is in without any.

    Unless the project was `given`, paths say themselves which project they belong to. Raises
    NotAProject, Invalid, and UsageProblem for what is no path and no workflow.
    """
    asked: dict[Path, list[str]] = {}
    for word in words:
        path = Path(word)
        is_path = path.exists() or path.is_symlink()
        asked.setdefault(find(path if is_path and not given else start).resolve(), []).append(word)
    if not words:
        asked[find(start).resolve()] = []
    return [_selected(open_project(root, environ), named) for root, named in asked.items()]


def _selected(project: Project, words: Sequence[str]) -> Selected:
    workflows = project.workflows
    ids = {id_ for word in words for id_ in _meant(project, word)}
    chosen = [each for id_, each in workflows.items() if not words or id_ in ids]
    return Selected(project, tuple(chosen))


def _meant(project: Project, word: str) -> list[str]:
    path = Path(word)
    if path.exists() or path.is_symlink():
        within = relative(path, project.root)
        return [
            id_
            for id_, each in project.workflows.items()
            if within == "." or is_within(each.file, [within])
        ]
    if word not in project.workflows:
        message = _("There is no file and no workflow {word}.").format(word=word)
        raise UsageProblem(message, did_you_mean(word, project.workflows))
    return [word]
