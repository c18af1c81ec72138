"""A whole rule in words: what it works on, when, on which conditions, how often, what it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass, replace
from typing import Any, NamedTuple

from cskh.language import _
from cskh.model.clock import Span
from cskh.model.conditions import AllOf, AnyOf, Condition, Test
from cskh.model.fields import Catalogue, Field, Kind
from cskh.model.markup import plain_text
from cskh.model.settings import MessageTemplate, Settings
from cskh.model.shape import Names, Template
from cskh.model.workflow import Workflow
from cskh.rules.operators import sentence
from cskh.rules.saying_when import objects, when
from cskh.rules.wording import said
from cskh.spec.annotations import Shape, keys_of

# Sentences, in groups of which all or any must hold.
Tree = str | Mapping[str, list[Any]]


class Line(NamedTuple):
    """One line of the whole, and how deep it is indented."""

    depth: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What a workflow does, in the language in use."""

    trigger: str
    filter: list[Tree]
    conditions: Tree
    lines: tuple[Line, ...]


def saying(
    workflow: Workflow,
    fields: Catalogue,
    settings: Settings,
    templates: Mapping[str, MessageTemplate],
) -> Saying:
    """Say what a workflow does; a field that `fields` doesn't know goes by its bare name."""
    filters = _members(tree(workflow.filter, fields))
    trigger = when(workflow, settings)
    conditions = tree(workflow.trigger.conditions, fields)
    lines = (
        *_about(workflow, filters),
        *_triggered(trigger, conditions),
        *_done(workflow, templates),
        *_made_up(workflow),
    )
    return Saying(trigger=trigger, filter=filters, conditions=conditions, lines=lines)


def tree(condition: Condition, fields: Catalogue) -> Tree:
    """Return a condition as sentences, grouped as it is."""
    match condition:
        case Test():
            return sentence(condition, _field(condition.field, fields))
        case AllOf():
            return {"all": [tree(member, fields) for member in condition.members]}
        case AnyOf():
            return {"any": [tree(member, fields) for member in condition.members]}


def _field(name: str, fields: Catalogue) -> Field:
    field = fields.get(name)
    if field is None:
        return Field(name=name, kind=Kind.TEXT, label=name, custom=True)
    if name.startswith("customer."):
        label = _("{field} of the customer").format(field=field.title)
        return replace(field, label=label, custom=True)
    return field


def _about(workflow: Workflow, filters: list[Tree]) -> Iterator[Line]:
    if len(filters) == 1:
        head = _("It works on {objects} for which this is true:")
    elif filters:
        head = _("It works on {objects} for which all of this is true:")
    else:
        head = _("It works on all {objects}.")
    yield Line(0, head.format(objects=objects(workflow.object)))
    for each in filters:
        yield from _indented(each, 1)


def _triggered(trigger: str, conditions: Tree) -> Iterator[Line]:
    members = _members(conditions)
    if not members:
        yield Line(0, f"{trigger}.")
        return
    if len(members) == 1:
        head = _("{when}, if this is true:")
    elif "any" in conditions:
        head = _("{when}, if at least one of these is true:")
    else:
        head = _("{when}, if all of this is true:")
    yield Line(0, head.format(when=trigger))
    for member in members:
        yield from _indented(member, 1)


def _indented(words: Tree, depth: int) -> Iterator[Line]:
    if isinstance(words, str):
        yield Line(depth, f"- {words}")
        return
    head = _("at least one of these:") if "any" in words else _("all of this:")
    yield Line(depth, f"- {head}")
    for member in _members(words):
        yield from _indented(member, depth + 1)


def _members(words: Tree) -> list[Tree]:
    """Return what a group holds; a sentence holds itself."""
    return [words] if isinstance(words, str) else next(iter(words.values()))


def _done(workflow: Workflow, templates: Mapping[str, MessageTemplate]) -> Iterator[Line]:
    yield Line(0, _how_often(workflow))
    for number, action in enumerate(workflow.actions, 1):
        yield Line(1, f"{number}. {action.says()}")
        for text in texts(action, templates):
            yield from (Line(2, line) for line in f"“{text.strip()}”".splitlines())


def _how_often(workflow: Workflow) -> str:
    if workflow.repeat == "always":
        return _("Then, every time, it does this:")
    if workflow.repeat == "once":
        return _("Then, only once for each of them, it does this:")
    text = _("Then, at most once in {span} for each of them, it does this:")
    return text.format(span=said(workflow.repeat))


def _made_up(workflow: Workflow) -> Iterator[Line]:
    if workflow.catch_up == "skip":
        yield Line(0, _("A run that was missed is not made up."))
    elif workflow.catch_up is not None:
        text = _("A run that was missed is made up within {span}.")
        yield Line(0, text.format(span=said(workflow.catch_up)))


def texts(record: Any, templates: Mapping[str, MessageTemplate]) -> Iterator[str]:
    """Yield the texts that an action writes, as they stand in its file or its template."""
    for key in keys_of(type(record)):
        yield from _written(getattr(record, key.field), key.shape, templates)


def _written(value: Any, shape: Shape, templates: Mapping[str, MessageTemplate]) -> Iterator[str]:
    names = shape.mark(Names)
    if isinstance(value, str):
        if (template := shape.mark(Template)) is not None:
            yield plain_text(value) if template.is_html else value
        elif names is not None and names.kind == "templates" and value in templates:
            yield templates[value].content
    elif isinstance(value, tuple) and shape.type is tuple:
        for item in value:
            yield from _written(item, shape.of[0], templates)
    elif isinstance(value, Mapping) and shape.type is Mapping:
        for item in value.values():
            yield from _written(item, shape.of[1], templates)
    elif is_dataclass(value) and not isinstance(value, Span | type):
        yield from texts(value, templates)
