"""What checks yield, and how they are filed: one function, one code, one docstring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cskh.errors import Problem
from cskh.spec.codes import coded
from cskh.spec.document import Document
from cskh.spec.paths import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a check has found; it stands at `where` if not at the value itself."""

    path: Path
    message: str
    hint: str | None = None
    where: tuple[int, int] | None = None


Check = Callable[[Any], Iterator[Finding]]
Checks = list[tuple[str, Check]]


def check(code: str, checks: Checks) -> Callable[[Check], Check]:
    """File a function among the checks of a kind of file, and its docstring under its code."""

    def register(function: Check) -> Check:
        checks.append((code, function))
        return coded(code)(function)

    return register


def run(checks: Iterable[tuple[str, Check]], document: Document, draft: Any) -> Iterator[Problem]:
    """Yield what the checks find in one file."""
    for code, function in checks:
        for found in function(draft):
            yield document.problem(code, found.path, found.message, found.hint, where=found.where)
