"""A file as its checks see it: the data taken apart, wrong parts left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from cskh.model.catalogues import event_fields, readable
from cskh.model.fields import FAMILIES, Catalogue, Family
from cskh.model.message import Channel
from cskh.model.settings import MessageTemplate, Settings
from cskh.model.workflow import Trigger, Workflow
from cskh.spec.annotations import bare_key, unlisted
from cskh.spec.build import asked, named
from cskh.spec.document import Document
from cskh.spec.paths import Path
from cskh.spec.vocabulary import OperatorRow, Registries, Vocabulary
from cskh.spec.walking import Part, walk


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a file is judged by: the project's settings, templates and names, and the program.

    `absent` are the attachments that are no files, as they are written.
    """

    settings: Settings
    templates: Mapping[str, MessageTemplate]
    words: Vocabulary
    registries: Registries
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition as written; `path` is where its field's value stands."""

    path: Path
    name: str
    operator: str
    wanted: Any
    value_path: Path
    marks: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One action as written: its class, its parameters, and the path of these."""

    path: Path
    action: Any
    data: Mapping[str, Any]

    @property
    def channel(self) -> Channel | None:
        """Return the channel that the action sends on, if it sends."""
        channel: Channel | None = self.action.channel
        return channel

    def place(self, path: Path) -> Path:
        """Return where something stands in the file: a list that stands for all has no key."""
        alone, size = bare_key(self.action), len(self.path)
        if alone is None or path[size : size + 1] != (alone.name,):
            return path
        return (*self.path, *path[size + 1 :])

    @property
    def provider(self) -> tuple[str, str] | None:
        """Return the key that names a provider, and its name, if there is one."""
        named = ((key, self.data.get(key)) for key in ("provider", "from"))
        return next(((key, name) for key, name in named if isinstance(name, str)), None)


@dataclass(frozen=True)
class Draft:
    """One workflow on its way to a value."""

    document: Document
    world: World
    data: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        data = self.document.data
        object.__setattr__(self, "data", data if isinstance(data, dict) else {})

    @cached_property
    def trigger(self) -> Mapping[str, Any]:
        """Return the trigger as written."""
        trigger = self.data.get("trigger")
        return trigger if isinstance(trigger, dict) else {}

    @property
    def moment(self) -> str | None:
        """Return when the workflow acts, if that is a word at all."""
        moment = self.trigger.get("moment")
        return moment if isinstance(moment, str) else None

    @cached_property
    def fields(self) -> Catalogue:
        """Return the fields that conditions may name: the object's, and those of the event."""
        return {**self.world.words.families[self.family], **event_fields(self.event)}

    @cached_property
    def readable(self) -> Catalogue:
        """Return the fields that texts may name."""
        return readable(self.world.settings, self.family, self.event)

    @cached_property
    def family(self) -> Family:
        """Return what kind of object the workflow is about; a customer if it doesn't say."""
        return next((each for each in FAMILIES if each == self.data.get("object")), "customer")

    @property
    def event(self) -> str | None:
        """Return the event that the workflow waits for, if that is a word at all."""
        event = self.trigger.get("event") if self.moment == "event" else None
        return event if isinstance(event, str) else None

    @cached_property
    def filter(self) -> tuple[Leaf, ...]:
        """Return the conditions of the filter."""
        return tuple(leaves(self.data.get("filter"), ("filter",)))

    @cached_property
    def conditions(self) -> tuple[Leaf, ...]:
        """Return the conditions of the trigger, whatever groups they are in."""
        return tuple(leaves(self.trigger.get("conditions"), ("trigger", "conditions")))

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """Return all conditions."""
        return self.filter + self.conditions

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Return the actions that are known."""
        return tuple(_steps(self.data.get("actions"), self.world.registries.actions))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Return every annotated value, the actions' parameters included."""
        return tuple(_parts(self))

    def operator(self, leaf: Leaf) -> OperatorRow | None:
        """Return the operator of a condition, if there is such a one."""
        return self.world.registries.operators.get(leaf.operator)


def leaves(raw: Any, path: Path) -> Iterator[Leaf]:
    """Yield the conditions in a list or a group, at any depth."""
    if isinstance(raw, list):
        for index, each in enumerate(raw):
            yield from leaves(each, (*path, index))
    elif isinstance(raw, dict):
        for name, inner in raw.items():
            if name in ("all", "any"):
                yield from leaves(inner, (*path, name))
            elif inner is not None and inner != {}:
                yield _leaf(name, inner, (*path, name))


def _leaf(name: str, raw: Any, path: Path) -> Leaf:
    if isinstance(raw, dict) and raw.keys() <= {"marks"}:
        return Leaf(path, name, "", None, path)
    operator, wanted, marks = asked(raw)
    value_path = (*path, operator) if isinstance(raw, dict) else path
    return Leaf(path, name, operator, wanted, value_path, marks)


def _steps(raw: Any, actions: Mapping[str, Any]) -> Iterator[Step]:
    for index, each in enumerate(raw if isinstance(raw, list) else ()):
        step = named(each)
        for name, data in step.items() if isinstance(step, dict) else ():
            given = unlisted(actions[name], data) if name in actions else None
            if name in actions and isinstance(given, dict | None):
                yield Step(("actions", index, name), actions[name], given or {})


def _parts(draft: Draft) -> Iterator[Part]:
    yield from walk(Workflow, {"group": draft.data.get("group")})
    yield from walk(Trigger, {"pages": draft.trigger.get("pages")}, ("trigger",))
    for step in draft.steps:
        for part in walk(step.action, step.data, step.path):
            yield replace(part, path=step.place(part.path))
