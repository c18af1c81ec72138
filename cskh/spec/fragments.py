"""Annotations as JSON Schema: one fragment for a shape, never an anyOf that explains nothing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal, Union

from cskh.language import _
from cskh.model.clock import Span
from cskh.model.fields import Field, Kind
from cskh.model.secret import Secret
from cskh.model.shape import SPAN, GoesWith, Keyed, Names, Pattern, Says, Seconds, Size
from cskh.spec.annotations import Key, Shape, keys_of, paragraph
from cskh.spec.vocabulary import Vocabulary

Schema = dict[str, Any]

SECRET = r"\$\{[A-Za-z_][A-Za-z0-9_]*\}"
_DAYS = ["2026-12-31", "today", "today+3"]
_VALUES: Mapping[Kind, Schema] = {
    Kind.TEXT: {"type": ["string", "number"]},
    Kind.CHOICE: {"type": ["string", "number"]},
    Kind.NUMBER: {"type": "number"},
    Kind.MONEY: {"type": "number"},
    Kind.DATE: {"type": "string", "examples": _DAYS},
    Kind.DATETIME: {"type": "string", "examples": _DAYS},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.TAGS: {"type": ["string", "number"]},
}
SPANS: Schema = {"type": "string", "pattern": f"^(?:{SPAN})$", "examples": ["15 days"]}
_SIZES = {
    str: ("minLength", "maxLength"),
    int: ("minimum", "maximum"),
    tuple: ("minItems", "maxItems"),
}


def fragment(shape: Shape, words: Vocabulary) -> Schema:
    """Return the schema of a shape, with its description and its names."""
    made = _bare(shape, words)
    if (names := shape.mark(Names)) and (known := words.names.get(names.kind)) is not None:
        made = _named(shape, known, words)
    if (says := shape.mark(Says)) is not None:
        made = {"description": _(says.text), **made}
    return made


def record(type_: type[Any], words: Vocabulary, leave_out: frozenset[str] = frozenset()) -> Schema:
    """Return the schema of a dataclass: its fields are the only keys."""
    keys = [key for key in keys_of(type_) if key.name not in leave_out]
    made: Schema = {
        "type": "object",
        "properties": {key.name: fragment(key.shape, words) for key in keys},
        "additionalProperties": False,
    }
    if required := [key.name for key in keys if key.required]:
        made["required"] = required
    if rules := [rule for key in keys for rule in _companion(key)]:
        made["allOf"] = rules
    return made


def field_value(field: Field) -> Schema:
    """Return the schema of a value that a field may have."""
    if field.choices:
        return {"enum": list(field.choices)}
    return dict(_VALUES[field.kind])


def pattern(regex: str) -> str:
    """Return a regular expression that fits from end to end, as ECMA-262 reads it."""
    return f"^(?:{regex})$"


def only_key(schemas: Mapping[str, Schema]) -> Schema:
    """Return the schema of a mapping with exactly one of these keys."""
    return {
        "type": "object",
        "properties": dict(schemas),
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _bare(shape: Shape, words: Vocabulary) -> Schema:
    if shape.type is Union:
        return _union(shape, words)
    if shape.type is Literal:
        return {"enum": list(shape.of)}
    if shape.type is tuple:
        return {"type": "array", "items": fragment(shape.of[0], words), **_size(shape)}
    if shape.type is Mapping:
        return _mapping(shape, words)
    if shape.is_record:
        return {"description": _(paragraph(shape.type)), **record(shape.type, words)}
    if shape.type is Span:
        return _span(shape)
    return _scalar(shape)


def _scalar(shape: Shape) -> Schema:
    if isinstance(shape.type, type) and issubclass(shape.type, StrEnum):
        return {"enum": [member.value for member in shape.type]}
    if shape.type is Secret:
        return {"type": "string", "pattern": pattern(SECRET), "writeOnly": True,
                "examples": ["${NAME}"]}  # fmt: skip
    if shape.type is int and shape.mark(Seconds):
        return {"type": ["integer", "string"], "pattern": pattern(SPAN), "examples": ["30s"],
                **_size(shape)}  # fmt: skip
    plain = {str: "string", int: "integer", bool: "boolean", float: "number"}.get(shape.type)
    return {"type": plain, **_form(shape), **_size(shape)} if plain else {}


def _span(shape: Shape) -> Schema:
    keyed = shape.mark(Keyed)
    return only_key({keyed.key: dict(SPANS)}) if keyed else dict(SPANS)


def _form(shape: Shape) -> Schema:
    form = shape.mark(Pattern)
    return {"pattern": pattern(form.regex), "examples": [form.example]} if form else {}


def _size(shape: Shape) -> Schema:
    size = shape.mark(Size)
    if size is None:
        return {}
    pairs = zip(_SIZES[shape.type], (size.least, size.most), strict=True)
    return {keyword: limit for keyword, limit in pairs if limit is not None}


def _mapping(shape: Shape, words: Vocabulary) -> Schema:
    key, value = shape.of
    inner = fragment(value, words)
    if isinstance(key.type, type) and issubclass(key.type, StrEnum):
        names = [member.value for member in key.type]
    elif key.type is Literal:
        names = list(key.of)
    else:
        return {"type": "object", "additionalProperties": inner}
    return {
        "type": "object",
        "properties": dict.fromkeys(names, inner),
        "additionalProperties": False,
    }


def _named(shape: Shape, known: tuple[str, ...], words: Vocabulary) -> Schema:
    """Return the schema of a name, or of a mapping by names of custom fields."""
    if shape.type is not Mapping:
        return {"enum": list(known)}
    values = {name: field_value(words.fields[name]) for name in known}
    return {"type": "object", "properties": values, "additionalProperties": False}


def _union(shape: Shape, words: Vocabulary) -> Schema:
    """Return the schema of several types: each is told apart by its JSON type."""
    made = [_bare(member, words) for member in shape.of]
    texts = [each for each in made if _is_text(each)]
    others = [each for each in made if not _is_text(each)]
    text = _either(texts) if len(texts) > 1 else next(iter(texts), None)
    if not others and text:
        return text
    merged: Schema = {"type": []}
    for each in others:
        merged = _merged(merged, each)
    if text:
        merged["type"].append("string")
        merged |= {"if": {"type": "string"}, "then": text}
    return merged


def _is_text(schema: Schema) -> bool:
    return "enum" in schema or schema.get("type") == "string"


def _either(texts: list[Schema]) -> Schema:
    """Join words and forms of texts in one pattern."""
    words = [word for each in texts for word in each.get("enum", ())]
    forms = [each["pattern"][1:-1] for each in texts if "pattern" in each]
    examples = [example for each in texts for example in each.get("examples", ())]
    return {
        "type": "string",
        "pattern": pattern("|".join([*words, *forms])),
        "examples": [*words, *examples],
    }


def _merged(one: Schema, other: Schema) -> Schema:
    """Join two types; records with one key each become a choice of keys."""
    type_ = other["type"]
    types = [*one["type"], *([type_] if type_ not in one["type"] else [])]
    if type_ != "object":
        return {**one, **other, "type": types}
    properties = {**one.get("properties", {}), **other["properties"]}
    return {**one, **only_key(properties), "type": types}


def _companion(key: Key) -> list[Schema]:
    """Return the rule of a key that goes with some values of another key only."""
    mark = key.shape.mark(GoesWith)
    if mark is None:
        return []
    is_one = {"properties": {mark.key: {"enum": list(mark.values)}}, "required": [mark.key]}
    not_here = {"$comment": mark.key, "properties": {key.name: False}}
    needed = {"then": {"required": [key.name]}} if mark.needed else {}
    return [{"if": is_one, **needed, "else": not_here}]
