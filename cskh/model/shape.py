"""What an annotation says beyond its type: the schema, lint and the docs all come from these.

A value class of the project's YAML is a frozen dataclass whose fields are annotated with a type
and, inside `Annotated`, any of the marks below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Says:
    """The description people read in their editor, one English sentence (a gettext msgid)."""

    text: str


@dataclass(frozen=True, slots=True)
class Names:
    """A name that the project must know; `kind` is the part of cskh.yaml that lists them."""

    kind: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text must match `regex` from end to end; `example` is a good one."""

    regex: str
    example: str


@dataclass(frozen=True, slots=True)
class Size:
    """How many items a list may have, how long a text or how large a number may be."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A text with `{{ … }}` in it; in HTML what a variable has is escaped."""

    is_html: bool = False


@dataclass(frozen=True, slots=True)
class GoesWith:
    """The key belongs to some values of another key: `needed` with them, refused with the rest."""

    key: str
    values: tuple[str, ...]
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Keyed:
    """The value stands in a mapping with this one key."""

    key: str


@dataclass(frozen=True, slots=True)
class Bare:
    """A list that may stand there alone, in place of the record whose key this is."""


@dataclass(frozen=True, slots=True)
class Seconds:
    """A number of seconds, which may also be written as a length of time."""


Text = Annotated[str, Size(least=1)]
TimeOfDay = Annotated[str, Pattern(r"([01]\d|2[0-3]):[0-5]\d", "08:30")]
SPAN = r"\d{1,6} ?(s|seconds?|m|minutes?|h|hours?|d|days?|w|weeks?|months?|years?)"
SpanText = Annotated[str, Pattern(SPAN, "15 days")]
