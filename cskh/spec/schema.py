"""JSON Schemas (2020-12) of the project's files, made from annotations and registries.

Whatever has several forms is told apart by its only key or by its type, so that an error is about
the form that was meant.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

from cskh import __version__
from cskh.language import N_, _
from cskh.model.campaign import Audience, Campaign
from cskh.model.settings import Account, MessageTemplate, Settings
from cskh.model.shape import Says
from cskh.model.workflow import (
    MOST_ACTIONS,
    MOST_FILTERS,
    Trigger,
    Workflow,
)
from cskh.spec.annotations import Key, bare_key, keys_of, paragraph
from cskh.spec.build import named
from cskh.spec.case_schema import case
from cskh.spec.condition_schema import conditions
from cskh.spec.fragments import Schema, fragment, only_key, record
from cskh.spec.reading import read
from cskh.spec.vocabulary import Registries, Vocabulary

KINDS = ("workflow", "project", "template", "campaign")
_FILTER: Schema = {
    "type": "array",
    "items": {"$ref": "#/$defs/condition"},
    "maxItems": MOST_FILTERS,
}
_ACTIONS: Schema = {
    "type": "array",
    "items": {"$ref": "#/$defs/action"},
    "minItems": 1,
    "maxItems": MOST_ACTIONS,
}
_TESTS: Schema = {"type": "array", "items": {"$ref": "#/$defs/test"}}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_EXAMPLE = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def schema(kind: str, registries: Registries, words: Vocabulary) -> Schema:
    """Return the schema of one kind of file."""
    made = {
        "workflow": _workflow,
        "project": _project,
        "template": _template,
        "campaign": _campaign,
    }[kind]
    return {
        "$schema": _DIALECT,
        "$id": f"urn:cskh:schema:{kind}:{__version__}",
        "title": f"cskh {kind}",
        **made(registries, words),
    }


def _template(_registries: Registries, words: Vocabulary) -> Schema:
    return {"description": _(paragraph(MessageTemplate)), **record(MessageTemplate, words)}


def _campaign(registries: Registries, words: Vocabulary) -> Schema:
    audience = _with(Audience, {"filter": _FILTER}, words)
    made = _with(Campaign, {"audience": audience}, words, frozenset({"id", "file", "says"}))
    definitions = conditions(registries.operators, words)
    return {"description": _(paragraph(Campaign)), **made, "$defs": definitions}


def _with(
    type_: type[Any],
    own: Mapping[str, Schema],
    words: Vocabulary,
    leave_out: frozenset[str] = frozenset(),
) -> Schema:
    """Return the schema of a dataclass some of whose keys have schemas of their own."""
    made = record(type_, words, leave_out | own.keys())
    known = made["properties"]
    keys = [key for key in keys_of(type_) if key.name in own or key.name in known]
    return {
        **made,
        "properties": {key.name: known.get(key.name) or _described(key, own) for key in keys},
        "required": [key.name for key in keys if key.required],
    }


def _project(registries: Registries, words: Vocabulary) -> Schema:
    made = record(Settings, words)
    made["properties"]["providers"] = {
        "type": "object",
        "description": _(N_("Accounts with those who deliver, by the name they have here")),
        "additionalProperties": {"$ref": "#/$defs/provider"},
    }
    return {
        "description": _(paragraph(Settings)),
        **made,
        "$defs": _providers(registries.providers, words),
    }


def _providers(providers: Mapping[str, Any], words: Vocabulary) -> dict[str, Schema]:
    own = {f"provider_{type_}": _provider(type_, providers[type_], words) for type_ in providers}
    chosen = [
        {
            "if": {"properties": {"type": {"const": type_}}, "required": ["type"]},
            "then": {"$ref": f"#/$defs/provider_{type_}"},
        }
        for type_ in providers
    ]
    one = {
        "type": "object",
        "properties": {"type": {"enum": list(providers)}},
        "required": ["type"],
        "allOf": chosen,
    }
    return {"provider": one, **own}


def _provider(type_: str, provider: type[Any], words: Vocabulary) -> Schema:
    common = record(Account, words, frozenset({"id", "type", "settings", "lacking"}))
    own = record(provider, words)
    return {
        **own,
        "description": _(paragraph(provider)),
        "properties": {"type": {"const": type_}, **own["properties"], **common["properties"]},
        "examples": list(_examples(provider, "providers").values()),
    }


def _workflow(registries: Registries, words: Vocabulary) -> Schema:
    own = {"filter": _FILTER, "trigger": _trigger(words), "actions": _ACTIONS, "tests": _TESTS}
    made = _with(Workflow, own, words, frozenset({"id", "file"}))
    actions = {name: _action(registries.actions[name], words) for name in registries.actions}
    return {
        "description": _(paragraph(Workflow)),
        **made,
        "$defs": {
            **conditions(registries.operators, words),
            "action": _step(registries, actions),
            "test": case(actions, words),
        },
    }


def _step(registries: Registries, actions: Mapping[str, Schema]) -> Schema:
    """Return the schema of one action; those that need nothing may stand there by name alone."""
    alone = [name for name, each in registries.actions.items() if not keys_of(each)]
    return {"if": {"type": "string"}, "then": {"enum": alone}, "else": only_key(actions)}


def _described(key: Key, schemas: Mapping[str, Schema]) -> Schema:
    says = key.shape.mark(Says)
    return {**({"description": _(says.text)} if says else {}), **schemas[key.name]}


def _trigger(words: Vocabulary) -> Schema:
    made = record(Trigger, words, frozenset({"conditions"}))
    made["properties"]["conditions"] = {"$ref": "#/$defs/conditions"}
    return made


def _action(action: type[Any], words: Vocabulary) -> Schema:
    steps = map(named, _examples(action, "actions"))
    examples = [step[action.name] or {} for step in steps if action.name in step]
    return {
        "description": _(paragraph(action)),
        **_parameters(action, words),
        "examples": examples,
    }


def _parameters(action: type[Any], words: Vocabulary) -> Schema:
    """Return the schema of an action's parameters, or of the list that may stand for them."""
    alone = bare_key(action)
    if alone is None:
        return record(action, words)
    listed = fragment(alone.shape, words)
    made = record(action, words, frozenset({alone.name}))
    return {**made, "type": ["object", "array"], "items": listed["items"], "minItems": 1}


def _examples(documented: type[Any], part: str) -> Any:
    """Return the part of a docstring's YAML example that shows the thing in use."""
    found = _EXAMPLE.search(inspect.cleandoc(documented.__doc__ or ""))
    data = read(found[1], "").data if found else {}
    return data.get(part) or ({} if part == "providers" else [])
