"""A quick yes: a schema compiled to one function that says whether data fits.

It knows the keywords that our schemas use and nothing else. The slow, exact no is in explaining.
An optional key with nothing behind it is a key left out, here and there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Test = Callable[[Any], bool]
Schema = Mapping[str, Any]


def accepts(schema: Schema) -> Test:
    """Compile a schema; raises KeyError for a keyword that isn't known here."""
    return _Compiler(schema).test(schema)


def fits(pattern: str) -> Callable[[str], bool]:
    """Return a test of texts that reads a pattern as ECMA-262 does: ASCII digits, a true end."""
    whole = re.compile(pattern.removesuffix("$") + r"\Z", re.ASCII)
    return lambda text: whole.search(text) is not None


def missing(required: list[str], value: Schema) -> list[str]:
    """Return the keys that must be there and aren't, or have nothing behind them."""
    return [key for key in required if value.get(key) is None]


def same(value: Any, other: Any) -> bool:
    """Say whether two values are one in JSON, where true is not 1."""
    return value == other and isinstance(value, bool) == isinstance(other, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: Mapping[str, Test] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: _is_number(value) and value == int(value),
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def _of(type_: str, test: Test) -> Test:
    """Return a test that minds values of one type only."""
    is_type = _TYPES[type_]
    return lambda value: not is_type(value) or test(value)


def _any_type(names: str | list[str]) -> Test:
    types = [_TYPES[name] for name in ([names] if isinstance(names, str) else names)]
    return types[0] if len(types) == 1 else lambda value: any(test(value) for test in types)


_PLAIN: Mapping[str, Callable[[Any], Test]] = {
    "type": _any_type,
    "enum": lambda values: lambda value: any(same(value, each) for each in values),
    "const": lambda wanted: lambda value: same(value, wanted),
    "pattern": lambda pattern: _of("string", fits(pattern)),
    "minLength": lambda least: _of("string", lambda value: len(value) >= least),
    "minimum": lambda least: _of("number", lambda value: value >= least),
    "maximum": lambda most: _of("number", lambda value: value <= most),
    "minItems": lambda least: _of("array", lambda value: len(value) >= least),
    "maxItems": lambda most: _of("array", lambda value: len(value) <= most),
    "minProperties": lambda least: _of("object", lambda value: len(value) >= least),
    "maxProperties": lambda most: _of("object", lambda value: len(value) <= most),
    "required": lambda keys: _of("object", lambda value: not missing(keys, value)),
}
_SILENT = frozenset(
    (
        *("$schema", "$id", "$defs", "$comment", "title", "description", "examples", "writeOnly"),
        *("then", "else"),  # looked at by their `if`
    )
)


class _Compiler:
    """Turns the parts of one schema into tests; a definition is compiled once."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self.known: dict[str, Test] = {}
        self.nested: Mapping[str, Callable[[Any, Schema], Test]] = {
            "$ref": self._ref,
            "items": self._items,
            "properties": self._properties,
            "additionalProperties": self._rest,
            "allOf": self._all,
            "if": self._if,
        }

    def test(self, schema: Schema | bool) -> Test:
        """Compile a schema or a part of it."""
        if isinstance(schema, bool):
            return lambda _value: schema
        tests = [
            _PLAIN[keyword](argument)
            if keyword in _PLAIN
            else self.nested[keyword](argument, schema)
            for keyword, argument in schema.items()
            if keyword not in _SILENT
        ]
        return tests[0] if len(tests) == 1 else lambda value: all(test(value) for test in tests)

    def _ref(self, reference: str, _within: Schema) -> Test:
        name = reference.removeprefix("#/$defs/")
        if name not in self.known:
            self.known[name] = self.test(self.root["$defs"][name])
        return self.known[name]

    def _items(self, schema: Schema, _within: Schema) -> Test:
        test = self.test(schema)
        return _of("array", lambda value: all(map(test, value)))

    def _properties(self, schemas: Schema, _within: Schema) -> Test:
        tests = {key: self.test(schema) for key, schema in schemas.items()}
        return _of(
            "object",
            lambda value: all(
                each is None or key not in tests or tests[key](each) for key, each in value.items()
            ),
        )

    def _rest(self, schema: Schema | bool, within: Schema) -> Test:
        test, known = self.test(schema), within.get("properties", {})
        return _of(
            "object",
            lambda value: all(key in known or test(each) for key, each in value.items()),
        )

    def _all(self, schemas: list[Schema], _within: Schema) -> Test:
        tests = [self.test(schema) for schema in schemas]
        return lambda value: all(test(value) for test in tests)

    def _if(self, schema: Schema, within: Schema) -> Test:
        condition = self.test(schema)
        then, otherwise = self.test(within.get("then", True)), self.test(within.get("else", True))
        return lambda value: then(value) if condition(value) else otherwise(value)
