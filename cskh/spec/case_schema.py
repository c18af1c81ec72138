"""The JSON Schema of one entry of a workflow's `tests:`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from cskh.language import _
from cskh.model.cases import Case, Expected, Happens
from cskh.model.events import EventName
from cskh.model.fields import ObjectName
from cskh.model.shape import Says
from cskh.spec.annotations import keys_of, paragraph
from cskh.spec.fragments import Schema, record
from cskh.spec.vocabulary import Vocabulary

# Their fields are checked by name: which there are depends on the object.
_SOMETHING: Schema = {
    "type": "object",
    "minProperties": 1,
    "properties": {"object": {"enum": list(get_args(ObjectName))}},
}
_EVENT: Schema = {
    "type": "object",
    "properties": {"kind": {"enum": list(get_args(EventName))}},
    "required": ["kind"],
}
_OWN = frozenset({"given", "when", "expect"})


def case(actions: Mapping[str, Schema], words: Vocabulary) -> Schema:
    """Return the schema of one test; an expectation names one of the `actions`."""
    items = {"given": _SOMETHING, "when": _step(words), "expect": _expected(actions, words)}
    made = record(Case, words, _OWN)
    lists = {
        key.name: {**_says(key.shape), "type": "array", "items": items[key.name]}
        for key in keys_of(Case)
        if key.name in items
    }
    return {
        "description": _(paragraph(Case)),
        **made,
        "properties": {**made["properties"], **lists},
        "required": [*made["required"], "expect"],
    }


def _says(shape: Any) -> Schema:
    says = shape.mark(Says)
    return {"description": _(says.text)} if says else {}


def _step(words: Vocabulary) -> Schema:
    made = record(Happens, words)
    known = made["properties"]
    known["add"] = {**known["add"], **_SOMETHING}
    known["event"] = {**known["event"], **_EVENT}
    return {"description": _(paragraph(Happens)), **made, "minProperties": 1, "maxProperties": 1}


def _expected(actions: Mapping[str, Schema], words: Vocabulary) -> Schema:
    """Return the schema of an expectation: somebody, perhaps a number, and one action."""
    made = record(Expected, words, frozenset({"action", "what"}))
    named = {name: {"type": "object"} for name in actions}
    return {
        "description": _(paragraph(Expected)),
        **made,
        "properties": {**made["properties"], **named},
        "minProperties": 2,
        "maxProperties": 3,
    }
