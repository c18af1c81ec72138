"""JSON Schema of conditions: which operators a field takes, and with which values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cskh.language import N_, _
from cskh.model.fields import Catalogue, Field, Kind
from cskh.model.workflow import MOST_CONDITIONS
from cskh.spec.fragments import SPANS, Schema, field_value, only_key
from cskh.spec.vocabulary import OperatorRow, Vocabulary

# A group is no condition: in a filter there is none, elsewhere they go two deep.
_NO_GROUPS: Schema = {"all": False, "any": False}


def conditions(operators: Mapping[str, OperatorRow], words: Vocabulary) -> dict[str, Schema]:
    """Return the definitions of a condition, and of groups of them, at most two deep."""
    fields = {name: _field(field, operators) for name, field in _every_field(words).items()}
    others: Schema | bool = False if words.closed else _ref("any_field")
    one = {**only_key(fields), "additionalProperties": others}
    deepest = _groups("condition", {"minItems": 1})
    outer = _groups("conditions_member", {"minItems": 1, "maxItems": MOST_CONDITIONS})
    return {
        "conditions": {
            "description": _(N_("At most 10, in groups of all and any")),
            **only_key(outer),
            "type": ["array", "object"],
            "items": _ref("conditions_member"),
            "maxItems": MOST_CONDITIONS,
        },
        "conditions_member": {**one, "properties": {**deepest, **fields}},
        "condition": {"$comment": "condition", **one, "properties": {**_NO_GROUPS, **fields}},
        "any_field": _tests(operators, None),
        **{
            f"{kind}_field": _tests(operators, Field(name="", kind=kind, label="")) for kind in Kind
        },
    }


def _every_field(words: Vocabulary) -> Catalogue:
    """Return the fields of all objects; of those with one name a choice may be any of theirs."""
    made = dict(words.fields)
    for field in (field for fields in words.families.values() for field in fields.values()):
        known = made.setdefault(field.name, field)
        if known is not field:
            made[field.name] = _either(known, field)
    return made


def _either(one: Field, other: Field) -> Field:
    kind = one.kind if one.kind is other.kind else Kind.TEXT
    both = one.choices and other.choices
    choices = tuple(dict.fromkeys(one.choices + other.choices)) if both else ()
    return replace(one, kind=kind, choices=choices)


def _groups(member: str, size: Schema) -> Schema:
    return dict.fromkeys(("all", "any"), {"type": "array", "items": _ref(member), **size})


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _field(field: Field, operators: Mapping[str, OperatorRow]) -> Schema:
    if field.choices:
        return {"description": field.title, **_tests(operators, field)}
    return {"description": field.title, **_ref(f"{field.kind}_field")}


def _tests(operators: Mapping[str, OperatorRow], field: Field | None) -> Schema:
    """Return the schema of what stands behind a field: a plain value, or one operator."""
    rows = [row for row in operators.values() if field is None or field.kind in row.kinds]
    plain = _value(field) if any(row.name == "is" for row in rows) else {}
    types = plain.get("type", ["string", "number"] if plain else [])
    return {
        "type": [*([types] if isinstance(types, str) else types), "object"],
        "if": {"type": "object"},
        "then": _operators(rows, field),
        "else": plain,
    }


def _operators(rows: list[OperatorRow], field: Field | None) -> Schema:
    taken = {row.name: _takes(row, field) for row in rows}
    made = only_key(taken)
    if field is None or field.kind in (Kind.TEXT, Kind.CHOICE):
        # `marks: ignore` stands beside a text operator, not alone.
        made["properties"]["marks"] = {"enum": ["ignore"]}
        made |= {"if": {"required": ["marks"]}, "then": {"minProperties": 2, "maxProperties": 2}}
        made["else"] = {"maxProperties": made.pop("maxProperties")}
    return made


def _value(field: Field | None) -> Schema:
    if field is None:
        return {"type": ["string", "number", "boolean"]}
    return field_value(field)


def _takes(row: OperatorRow, field: Field | None) -> Schema:
    match row.shape.name:
        case "VALUES":
            return {"type": "array", "items": _value(field), "minItems": 1}
        case "PAIR":
            return {"type": "array", "items": _value(field), "minItems": 2, "maxItems": 2}
        case "PART":
            return {"type": ["string", "number"]}
        case "SPAN":
            return dict(SPANS)
        case "WINDOW":
            return {"type": "string", "examples": ["today", "in 3 days", "this week", "this month"]}
        case "FLAG":
            return {"type": "boolean"}
        case _:
            return _value(field)
