"""Drafting: a new campaign's file, written from what somebody wants of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from cskh.cells.numbers import read_boolean
from cskh.edge.files import remove_file, write_new
from cskh.engine.authoring import check_id
from cskh.engine.campaigns import files
from cskh.engine.environment import Environment
from cskh.engine.project import CAMPAIGNS, load
from cskh.engine.roles import somebody
from cskh.engine.words import assignments, check_names, items
from cskh.errors import Refused, UsageProblem
from cskh.language import _
from cskh.model.fields import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants of a campaign; what is None or empty is left out of the file."""

    id: str
    name: str | None = None
    content: str | None = None
    template: str | None = None
    purpose: str | None = None
    send_at: str | None = None
    lists: tuple[str, ...] = ()
    filter: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    max_recipients: int | None = None

    @property
    def lacking(self) -> str | None:
        """Return the option that is needed and isn't there yet."""
        if not self.name:
            return "--name"
        if not self.content and not self.template:
            return "--content"
        return None if self.lists or self.filter else "--list"


def check_new(environment: Environment, draft: Draft) -> None:
    """Raise UsageProblem for an id that is taken or can't be a file's name."""
    check_id(draft.id)
    if (taken := files(environment.project).get(draft.id)) is not None:
        message = _("The name {name} is taken by {file}.")
        raise UsageProblem(message.format(name=draft.id, file=taken))


def start(environment: Environment, draft: Draft) -> str:
    """Write the file of a new campaign and return it; raises UsageProblem if it would be wrong."""
    check_new(environment, draft)
    actor = somebody(environment)
    if actor.role == "agent":
        message = _("{name} is an agent: it takes an admin or an owner.")
        raise Refused(message.format(name=actor.id))
    if (option := draft.lacking) is not None:
        raise UsageProblem(_("{option} is needed.").format(option=option))
    data = dict(_data(environment, draft, actor.id))
    file = f"{CAMPAIGNS}/{draft.id}.yaml"
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=96)
    path = environment.project.root / file
    if not write_new(path, text):
        raise UsageProblem(_("{file} is there already.").format(file=file))
    again = load(environment.project.root, os.environ)
    wrong = [each for each in again.problems if each.file == file and each.severity == "error"]
    if wrong:
        remove_file(path)
        lines = (f"{each.path}: {each.message}" for each in wrong)
        raise UsageProblem("\n".join(lines), next((each.hint for each in wrong if each.hint), None))
    return file


def _data(environment: Environment, draft: Draft, actor: str) -> Iterator[tuple[str, Any]]:
    yield "name", draft.name
    yield "created_by", actor
    for key in ("content", "template", "purpose", "send_at"):
        if value := getattr(draft, key):
            yield key, value
    parts = {
        "filter": _conditions(environment, draft),
        "lists": list(draft.lists),
        "exclude": list(draft.exclude),
    }
    yield "audience", {name: part for name, part in parts.items() if part}
    if draft.max_recipients is not None:
        yield "limits", {"max_recipients": draft.max_recipients}


def _conditions(environment: Environment, draft: Draft) -> list[Mapping[str, Any]]:
    """Return the conditions that `field=value` words ask for; raises UsageProblem."""
    said = assignments(draft.filter)
    check_names(said, environment.fields)
    return [{name: _wanted(environment.fields[name].kind, text)} for name, text in said.items()]


def _wanted(kind: Kind, text: str) -> Any:
    if text == "":
        return {"empty": True}
    match kind:
        case Kind.TAGS:
            return {"has_all": list(items(text))}
        case Kind.DATE | Kind.DATETIME:
            return {"on": text}
        case Kind.NUMBER | Kind.MONEY if text.lstrip("-").isdecimal():
            return int(text)
        case Kind.BOOLEAN:
            return _yes_or_no(text)
    return text


def _yes_or_no(text: str) -> bool:
    read = read_boolean(text)
    if read.value is None:
        raise UsageProblem(read.problem or _("{value} is neither yes nor no.").format(value=text))
    return bool(read.value)
