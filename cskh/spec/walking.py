"""Walks through data along the annotations, and shrugs at what doesn't fit: that is told already.

The data may be wrong in places; what is right in others is still looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cskh.spec.annotations import Shape, keys_of, members
from cskh.spec.paths import Path


@dataclass(frozen=True, slots=True)
class Part:
    """A value, where it stands, and what its annotation says about it."""

    path: Path
    shape: Shape
    value: Any


def walk(record: type[Any], data: Any, path: Path = ()) -> Iterator[Part]:
    """Yield every value that a dataclass's annotations speak of, outermost first."""
    if not isinstance(data, dict):
        return
    for key in keys_of(record):
        if data.get(key.name) is not None:
            yield from _parts(key.shape, data[key.name], (*path, key.name))


def _parts(shape: Shape, value: Any, path: Path) -> Iterator[Part]:
    yield Part(path, shape, value)
    for member in members(shape):
        yield from _inner(member, value, path)


def _inner(shape: Shape, value: Any, path: Path) -> Iterator[Part]:
    if shape.is_record:
        yield from walk(shape.type, value, path)
    elif shape.type is tuple and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _parts(shape.of[0], item, (*path, index))
    elif shape.type is Mapping and isinstance(value, dict):
        for name, item in value.items():
            yield from _parts(shape.of[1], item, (*path, name))
