"""Annotations taken apart: the one reading that schemas, values and checks are made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin
from typing import get_type_hints as type_hints

from cskh.model.clock import Span
from cskh.model.shape import Bare

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Shape:
    """A type taken apart: the bare `type`, its `marks`, and what it is made of (`of`).

    `type` is a class, or Literal, Union, tuple or Mapping, whose arguments are in `of`: values
    for a Literal, shapes for the others.
    """

    type: Any
    marks: tuple[Any, ...] = ()
    of: tuple[Any, ...] = ()

    def mark(self, kind: type[M]) -> M | None:
        """Return the mark of a kind, if the annotation has one."""
        return next((mark for mark in self.marks if isinstance(mark, kind)), None)

    @property
    def is_record(self) -> bool:
        """Say whether this is a dataclass, whose fields are the keys."""
        return isinstance(self.type, type) and is_dataclass(self.type) and self.type is not Span


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record: its shape, whether it must be given, and the field that holds it.

    A key that is a word of Python's own is held by a field with a _ behind it: `from` by `from_`.
    """

    name: str
    shape: Shape
    required: bool
    field: str


def shape_of(hint: Any, marks: tuple[Any, ...] = ()) -> Shape:
    """Take a type hint apart; `| None` is dropped, since a key with nothing is one left out."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return shape_of(arguments[0], (*marks, *arguments[1:]))
    if origin in (Union, UnionType):
        members = [member for member in arguments if member is not NoneType]
        if len(members) == 1:
            return shape_of(members[0], marks)
        return Shape(Union, marks, tuple(shape_of(member) for member in members))
    if origin is Literal:
        return Shape(Literal, marks, arguments)
    if origin is tuple:
        return Shape(tuple, marks, (shape_of(arguments[0]),))
    if origin is not None and issubclass(origin, Mapping):
        return Shape(Mapping, marks, tuple(map(shape_of, arguments)))
    return Shape(hint, marks)


def keys_of(record: type[Any]) -> tuple[Key, ...]:
    """Return the keys of a dataclass in the order written."""
    made = _known_keys.get(record)
    return made or _known_keys.setdefault(record, _keys(record))


_known_keys: dict[type[Any], tuple[Key, ...]] = {}


def _keys(record: type[Any]) -> tuple[Key, ...]:
    hints = type_hints(record, include_extras=True)
    return tuple(
        Key(
            each.name.removesuffix("_"),
            shape_of(hints[each.name]),
            each.default is MISSING and each.default_factory is MISSING,
            each.name,
        )
        for each in fields(record)
        if get_origin(hints[each.name]) is not ClassVar
    )


def bare_key(record: type[Any]) -> Key | None:
    """Return the key whose list may stand in place of the whole record, if there is one."""
    return next((key for key in keys_of(record) if key.shape.mark(Bare)), None)


def unlisted(record: type[Any], data: Any) -> Any:
    """Return a record's data with a list that stands for it at its key."""
    key = bare_key(record) if isinstance(data, list) else None
    return {key.name: data} if key else data


def paragraph(documented: Any) -> str:
    """Return the first sentence of a docstring, without what is indented below it."""
    return (documented.__doc__ or "").strip().partition("\n")[0]


def members(shape: Shape) -> Iterator[Shape]:
    """Yield the members of a union, or the shape itself."""
    yield from shape.of if shape.type is Union else (shape,)
