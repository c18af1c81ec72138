"""A project's documents as a whole: settings, templates, workflows, and everything wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

from cskh.errors import Problem
from cskh.language import _
from cskh.model.campaign import Campaign
from cskh.model.settings import MessageTemplate, Settings
from cskh.model.workflow import Workflow
from cskh.spec import build, checks
from cskh.spec.accepting import Schema, Test, accepts
from cskh.spec.annotations import keys_of
from cskh.spec.checks.actions import attached, is_within
from cskh.spec.checks.campaigns import CampaignDraft
from cskh.spec.checks.draft import Draft, World
from cskh.spec.checks.finding import Checks, run
from cskh.spec.checks.graph import members
from cskh.spec.checks.project import ProjectDraft
from cskh.spec.checks.texts import TemplateDraft
from cskh.spec.codes import CODES, breaks, coded
from cskh.spec.document import Document
from cskh.spec.explaining import explain
from cskh.spec.paths import quoted
from cskh.spec.schema import schema
from cskh.spec.vocabulary import Registries, Vocabulary, vocabulary

__all__ = ["CODES", "Documents", "Understood", "has_errors", "stem", "understand"]

# Shape alone: which names a project knows is for the checks to say, with better words.
_SHAPE_ONLY = Vocabulary(fields={}, closed=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """A project's files as read."""

    settings: Document
    templates: Sequence[Document] = ()
    workflows: Sequence[Document] = ()
    campaigns: Sequence[Document] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What the documents come to; what has errors is left out or at its default."""

    settings: Settings
    templates: Mapping[str, MessageTemplate]
    workflows: Mapping[str, Workflow]
    campaigns: Mapping[str, Campaign]
    words: Vocabulary
    problems: tuple[Problem, ...]


Wrong = Mapping[str, tuple[Problem, ...]]
_FIRST = re.compile(r"[.\[]")
_EVERYTHING = frozenset(key.name for key in keys_of(Settings))


@cache
def _shape(kind: str, registries: Registries) -> tuple[Schema, Test]:
    """Return the schema of a kind of file, and the same compiled; no words of it are shown."""
    made = schema(kind, registries, _SHAPE_ONLY)
    return made, accepts(made)


def _ill_formed(kind: str, document: Document, registries: Registries) -> tuple[Problem, ...]:
    """Return what is wrong with a document as YAML, and with its shape."""
    if not document.whole:
        return document.problems
    wanted, fits = _shape(kind, registries)
    return document.problems + (() if fits(document.data) else explain(document, wanted))


def understand(
    documents: Documents,
    registries: Registries,
    secrets: Mapping[str, str],
    absent: frozenset[str] = frozenset(),
) -> Understood:
    """Make values of a project's documents, and tell everything that is wrong with them.

    Of the files that they name, `absent` are not there.
    """
    wrong = _misshapen(documents, registries)
    settings, broken = _settings(documents.settings, wrong, registries, secrets)
    templates = _templates(documents.templates, wrong)
    words = _words(settings, templates, documents.templates, broken)
    world = World(
        settings=settings, templates=templates, words=words, registries=registries, absent=absent
    )
    drafts = [Draft(document, world) for document in documents.workflows]
    planned = [CampaignDraft(document, world) for document in documents.campaigns]
    texts = [TemplateDraft(document, world) for document in documents.templates]
    for run_checks, files in (
        (checks.PROJECT, [ProjectDraft(documents.settings, world, secrets)]),
        (checks.TEMPLATE, texts),
        (checks.WORKFLOW, drafts),
        (checks.CAMPAIGN, planned),
    ):
        wrong = _with(_found(run_checks, files, wrong), wrong)
    for alike in (documents.templates, documents.workflows, documents.campaigns):
        wrong = _with(_grouped(same_id(alike)), wrong)
    good = _good(drafts, wrong)
    workflows = _workflows(good, registries)
    wrong = _with(_found(checks.TOGETHER, members(good, workflows), wrong), wrong)
    return Understood(
        settings=settings,
        templates=templates,
        workflows=workflows,
        campaigns=_campaigns(_good(planned, wrong), registries),
        words=words,
        problems=tuple(sorted(chain(*wrong.values()), key=_in_order)),
    )


def files_named(documents: Documents) -> frozenset[str]:
    """Return the files of the project that workflows send along."""
    named = (file for document in documents.workflows for file in attached(document.data))
    return frozenset(file for file in named if is_within(file))


def stem(document: Document) -> str:
    """Return what a file's workflow, campaign or template is called."""
    return PurePosixPath(document.file).stem


def has_errors(problems: Iterable[Problem]) -> bool:
    """Say whether some of the problems keep their file from being used."""
    return any(map(breaks, problems))


@coded("CK241")
def same_id(documents: Iterable[Document]) -> Iterator[Problem]:
    """Two files have the same name, by which a workflow or a campaign is known in any folder."""
    first: dict[str, Document] = {}
    for document in documents:
        before = first.setdefault(stem(document), document)
        if before is not document:
            message = _("The name {name} is taken by {file}.")
            text = message.format(name=quoted(stem(document)), file=before.file)
            yield document.problem("CK241", (), text, _("Rename one of the files."), where=(1, 1))


def _each(documents: Documents) -> Iterator[tuple[str, Document]]:
    yield "project", documents.settings
    yield from (("template", document) for document in documents.templates)
    yield from (("workflow", document) for document in documents.workflows)
    yield from (("campaign", document) for document in documents.campaigns)


def _misshapen(documents: Documents, registries: Registries) -> Wrong:
    return {
        document.file: _ill_formed(kind, document, registries)
        for kind, document in _each(documents)
    }


def _templates(documents: Iterable[Document], wrong: Wrong) -> dict[str, MessageTemplate]:
    good = (document for document in documents if not has_errors(wrong[document.file]))
    return {stem(document): build.template(document.data) for document in good}


def _settings(
    document: Document, wrong: Wrong, registries: Registries, secrets: Mapping[str, str]
) -> tuple[Settings, frozenset[str]]:
    """Make the settings of what is right in cskh.yaml, and return the parts that are not."""
    if not isinstance(document.data, dict):
        return Settings(version=1), _EVERYTHING
    broken = {_FIRST.split(problem.path)[0] for problem in wrong[document.file]}
    data = {part: each for part, each in document.data.items() if part not in broken}
    made = build.settings({**data, "version": 1}, registries.providers, secrets)
    return made, frozenset(broken)


def _words(
    settings: Settings,
    templates: Mapping[str, MessageTemplate],
    documents: Iterable[Document],
    broken: frozenset[str],
) -> Vocabulary:
    """Return the names in use; parts of cskh.yaml that are broken take any name."""
    words = vocabulary(settings, templates)
    names = {part: known for part, known in words.names.items() if part not in broken}
    names["templates"] = tuple(map(stem, documents))
    return replace(words, names=names, closed="fields" not in broken)


def _found(run_checks: Checks, drafts: Iterable[Any], wrong: Wrong) -> Wrong:
    """Return what checks find; what is wrong in shape already is not told twice."""
    found = {}
    for draft in drafts:
        told = {(problem.line, problem.column) for problem in wrong[draft.document.file]}
        found[draft.document.file] = tuple(
            problem
            for problem in run(run_checks, draft.document, draft)
            if (problem.line, problem.column) not in told
        )
    return found


def _grouped(problems: Iterable[Problem]) -> Wrong:
    return {problem.file: (problem,) for problem in problems}


def _with(found: Wrong, wrong: Wrong) -> Wrong:
    return {file: (*before, *found.get(file, ())) for file, before in wrong.items()}


def _good(drafts: Iterable[Draft], wrong: Wrong) -> Mapping[str, Draft]:
    """Return the drafts without errors, in the order of their ids."""
    good = {
        stem(draft.document): draft
        for draft in drafts
        if not has_errors(wrong[draft.document.file])
        and all(leaf.name in draft.fields for leaf in draft.leaves)
    }
    return dict(sorted(good.items()))


def _workflows(good: Mapping[str, Draft], registries: Registries) -> dict[str, Workflow]:
    return {
        id_: build.workflow(id_, draft.document.file, draft.data, draft.fields, registries)
        for id_, draft in good.items()
    }


def _campaigns(good: Mapping[str, Draft], registries: Registries) -> dict[str, Campaign]:
    return {
        id_: build.campaign(id_, draft.document.file, draft.data, draft.fields, registries)
        for id_, draft in good.items()
    }


def _in_order(problem: Problem) -> tuple[str, int, int, str]:
    return problem.file, problem.line, problem.column, problem.code
