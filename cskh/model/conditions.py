"""A condition is a tree of three shapes: a test of one field, all of some, any of some."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Test:
    """One field, one operator, one value; `marks` says whether diacritics count."""

    field: str
    operator: str
    value: Any
    marks: bool = True
    path: str = ""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when every member does; with no members it always holds."""

    members: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when at least one member does."""

    members: tuple[Condition, ...]


Condition = Test | AllOf | AnyOf


def is_of_event(test: Test) -> bool:
    """Say whether a test is about what an event tells, as `event.text`."""
    return test.field.startswith("event.")


def tests(condition: Condition) -> Iterator[Test]:
    """Yield every test of a condition, in the order written."""
    if isinstance(condition, Test):
        yield condition
    else:
        for member in condition.members:
            yield from tests(member)
