"""Linting: the problems of one project or several, as far as some paths go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cskh.engine.project import Project, find, load
from cskh.errors import Problem, UsageProblem
from cskh.language import _


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found in one project; `checked` counts the files that were looked at."""

    root: Path
    checked: int
    problems: tuple[Problem, ...]


def lint(
    paths: Sequence[Path], start: Path, environ: Mapping[str, str], *, given: bool
) -> list[Linted]:
    """Check the project that `start` is in, or what is at the paths.

    Unless the project was `given`, paths say themselves which project they belong to. Raises
    NotAProject, and UsageProblem for a path that doesn't exist or is outside.
    """
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise UsageProblem(_("There is no {path}.").format(path=path))
    asked: dict[Path, list[Path]] = {}
    for path in paths:
        asked.setdefault(find(start if given else path).resolve(), []).append(path)
    if not paths:
        asked[find(start).resolve()] = []
    return [_linted(load(root, environ), within) for root, within in asked.items()]


def _linted(project: Project, paths: Iterable[Path]) -> Linted:
    within = [relative(path, project.root) for path in paths]
    if not within or "." in within:
        return Linted(project.root, len(project.files), project.problems)
    files = [file for file in project.files if is_within(file, within)]
    problems = [problem for problem in project.problems if is_within(problem.file, within)]
    return Linted(project.root, len(files), tuple(problems))


def relative(path: Path, root: Path) -> str:
    """Return a path as the project calls it; raises UsageProblem if it is outside."""
    # Only the folder is resolved: a link in a project is a file of the project.
    whole = path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()
    try:
        return whole.relative_to(root).as_posix()
    except ValueError:
        message = _("{path} is not in the project {root}.").format(path=path, root=root)
        raise UsageProblem(message) from None


def is_within(file: str, within: Iterable[str]) -> bool:
    """Say whether a file is one of some paths, or below one; both as the project calls them."""
    return any(file == path or file.startswith(f"{path}/") for path in within)
