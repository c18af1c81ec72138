"""A project: a folder with cskh.yaml, read into frozen values and a list of problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from cskh import actions, providers
from cskh.actions import DERIVED
from cskh.edge.files import absent_files, project_folder, read_file, yaml_files
from cskh.edge.peek import SETTINGS_FILE
from cskh.edge.secrets import read_secrets
from cskh.errors import Invalid, NotAProject, Problem
from cskh.language import _
from cskh.model.campaign import Campaign
from cskh.model.settings import MessageTemplate, Settings
from cskh.model.workflow import Workflow
from cskh.rules.operators import OPERATORS
from cskh.spec.codes import breaks, severity
from cskh.spec.document import Document
from cskh.spec.reading import LARGEST, read
from cskh.spec.understanding import Documents, files_named, understand
from cskh.spec.vocabulary import Registries, Vocabulary

TEMPLATES = "templates"
CAMPAIGNS = "campaigns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What a project's files come to; those with errors are only in `problems`.

    `files` are all that were looked at, relative to `root`.
    """

    root: Path
    settings: Settings
    templates: Mapping[str, MessageTemplate]
    workflows: Mapping[str, Workflow]
    campaigns: Mapping[str, Campaign] = field(default_factory=dict)
    words: Vocabulary
    problems: tuple[Problem, ...] = ()
    files: tuple[str, ...] = ()


def find(start: Path) -> Path:
    """Return the project's folder, from `start` upwards; raises NotAProject."""
    if (found := project_folder(start)) is None:
        raise NotAProject(str(start))
    return found


def open_project(start: Path, environ: Mapping[str, str]) -> Project:
    """Return the project that `start` is in; raises NotAProject, or Invalid if it has errors.

    A broken campaign is its own matter: it is not sent, and keeps no workflow from its work.
    """
    return _without_errors(load(find(start), environ), lambda file: not is_campaign(file))


def open_settled(start: Path, environ: Mapping[str, str]) -> Project:
    """Return a project whose settings have no errors, whatever its other files are like.

    What is queued is sent, and what was done is told, though somebody broke a workflow meanwhile.
    """
    return _without_errors(load(find(start), environ), (SETTINGS_FILE, ".env").__contains__)


def is_campaign(file: str) -> bool:
    """Say whether a file, relative to the project, is one of a campaign."""
    return file.partition("/")[0] == CAMPAIGNS and file != CAMPAIGNS


def _without_errors(project: Project, counts: Callable[[str], bool]) -> Project:
    wrong = [each for each in project.problems if breaks(each) and counts(each.file)]
    if wrong:
        raise Invalid(wrong)
    return project


def load(root: Path, environ: Mapping[str, str]) -> Project:
    """Return the project in a folder, with everything that is wrong in its files."""
    names = [path.relative_to(root).as_posix() for path in yaml_files(root)]
    documents = _documents(names, partial(_document, root))
    return _made(root, documents, environ, absent_files(root, files_named(documents)))


def load_from(root: Path, contents: Mapping[str, bytes], environ: Mapping[str, str]) -> Project:
    """Return the project that a folder with other files in it would be, secrets as they are.

    Whether attachments are there is not asked.
    """
    documents = _documents(contents, lambda file: read(contents.get(file, b""), file))
    return _made(root, documents, environ, frozenset())


def _made(
    root: Path, documents: Documents, environ: Mapping[str, str], absent: frozenset[str]
) -> Project:
    secrets, unread = _secrets(root, environ)
    understood = understand(documents, registries(), secrets, absent)
    every = (
        documents.settings,
        *documents.templates,
        *documents.workflows,
        *documents.campaigns,
    )
    return Project(
        root=root,
        settings=understood.settings,
        templates=understood.templates,
        workflows=understood.workflows,
        campaigns=understood.campaigns,
        words=understood.words,
        problems=unread + understood.problems,
        files=tuple(sorted(document.file for document in every)),
    )


@cache
def registries() -> Registries:
    """Return the actions, providers and operators that the program has, whatever came first."""
    return Registries(
        actions=dict(sorted(actions.discover().items())),
        providers=dict(sorted(providers.discover().items())),
        operators=OPERATORS,
        derived=frozenset(DERIVED),
    )


def _documents(names: Iterable[str], document: Callable[[str], Document]) -> Documents:
    folders = ((name, name.partition("/")[0]) for name in names)
    ours = [each for each in folders if each[1] != SETTINGS_FILE]
    apart = (TEMPLATES, CAMPAIGNS)
    return Documents(
        settings=document(SETTINGS_FILE),
        templates=[document(name) for name, folder in ours if folder == TEMPLATES],
        workflows=[document(name) for name, folder in ours if folder not in apart],
        campaigns=[document(name) for name, folder in ours if folder == CAMPAIGNS],
    )


def _document(root: Path, file: str) -> Document:
    try:
        return read(read_file(root / file, LARGEST), file)
    except OSError as error:
        return Document(file, problems=(_unreadable(file, error),), whole=False)


def _secrets(
    root: Path, environ: Mapping[str, str]
) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    try:
        return read_secrets(root, environ), ()
    except (OSError, ValueError) as error:
        return environ, (_unreadable(".env", error),)


def _unreadable(file: str, error: Exception) -> Problem:
    why = error.strerror if isinstance(error, OSError) and error.strerror else _("it is not UTF-8")
    message = _("The file can't be read: {why}.").format(why=why)
    return Problem(code="CK100", message=message, file=file, severity=severity("CK100"))
