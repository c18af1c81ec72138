"""The codes of problems: what each one means, for lint's documentation and its SARIF output.

CK1xx is the shape of a file, CK2xx its meaning, CK3xx advice (warnings). A code never changes
its meaning.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from cskh.errors import Problem, Severity

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Code:
    """One code; `text` is what docs/lint.md says about it, its first line the summary."""

    code: str
    text: str

    @property
    def severity(self) -> Severity:
        """Return whether problems of this code are errors or warnings."""
        return severity(self.code)

    @property
    def summary(self) -> str:
        """Return what is wrong, in one sentence."""
        return self.text.partition("\n")[0]


# What a file names isn't there: the file is sound, and its messages wait until that is.
_WAITING = frozenset({"CK244"})
_codes: dict[str, Code] = {}
CODES: Mapping[str, Code] = MappingProxyType(_codes)


def severity(code: str) -> Severity:
    """Return whether a problem of this code keeps a file from being used."""
    return "warning" if code.startswith("CK3") else "error"


def breaks(problem: Problem) -> bool:
    """Say whether a problem keeps its file from being used."""
    return problem.severity == "error" and problem.code not in _WAITING


def coded(code: str) -> Callable[[F], F]:
    """Register a function as the one that finds problems of this code; its docstring explains."""

    def register(function: F) -> F:
        add(code, inspect.cleandoc(function.__doc__ or ""))
        return function

    return register


def add(code: str, text: str) -> None:
    """Register a code; raises ValueError if it is taken."""
    if code in _codes:
        raise ValueError(f"two checks have the code {code}: give one of them another")
    _codes[code] = Code(code, text)


for _code, _text in {
    "CK100": "The file can't be read.\n\nIt is no regular file, or its permissions forbid it.",
    "CK101": "The file is not UTF-8.\n\nSave it as UTF-8 in your editor.",
    "CK102": "The file is larger than 1 MiB.",
    "CK103": "There is a control character in the file.",
    "CK104": "The file is not YAML.\n\n"
    "Mostly a text with a colon, a bracket or {{ in it that needs quotes, or a wrong indentation.",
    "CK105": "A key stands twice in the same mapping.",
    "CK106": "A key is not a text.\n\nNumbers, true, false and null need quotes as keys.",
    "CK107": "A tag like !!python/object is not allowed.",
    "CK108": "The file holds more than one document.",
    "CK109": "An anchor holds itself, or anchors repeat more than 10,000 values.",
    "CK110": "The file is nested deeper than 50 levels.",
}.items():
    add(_code, _text)
