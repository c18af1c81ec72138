"""What can go wrong, as values and exceptions, and the public exit codes.

CskhError                 a person can fix it: a sentence and the next step
├── UsageProblem          the command was not meant like that (exit 2)
│   └── NotAProject       there is no cskh.yaml here or above
├── NotFound              it is not in the store, or a file can't be used (exit 1)
├── Invalid               lint found errors; carries every Problem (exit 1)
├── Refused               a guard, a role, a question or a lock says no (exit 4)
│   └── Busy              another cskh is at work
├── Interrupted           somebody pressed Ctrl-C (exit 130)
└── Bug                   nobody thought of it (exit 70)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Literal

from cskh.language import _

Severity = Literal["error", "warning"]


class Exit(IntEnum):
    """The exit codes, which scripts rely on."""

    OK = 0
    FOUND = 1
    USAGE = 2
    PARTIAL = 3
    REFUSED = 4
    BUG = 70
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a project's files; `line` and `column` count from 1."""

    code: str
    message: str
    file: str
    line: int = 1
    column: int = 1
    path: str = ""
    severity: Severity = "error"
    hint: str | None = None

    @property
    def place(self) -> str:
        """Return `file:line:column`, as editors and terminals link it."""
        return f"{self.file}:{self.line}:{self.column}"


class CskhError(Exception):
    """Something a person can fix; `message` is a sentence, `hint` the next step."""

    code: ClassVar[str] = "error"
    exit: ClassVar[Exit] = Exit.FOUND

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def told(self) -> dict[str, str | None]:
        """Return it as JSON has it."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class UsageProblem(CskhError):
    """The command can't be meant as it was written."""

    code = "usage"
    exit = Exit.USAGE


class NotAProject(UsageProblem):
    """There is no cskh.yaml in the folder or above it."""

    code = "not_a_project"

    def __init__(self, folder: str) -> None:
        super().__init__(
            _("There is no cskh.yaml in {folder} or above it.").format(folder=folder),
            _(
                "Go to your project's folder, name it with --project DIR, or make one: "
                "cskh init DIR."
            ),
        )


class NotFound(CskhError):
    """What was asked for is not there, or can't be read."""

    code = "not_found"


class Invalid(CskhError):
    """A project's files have errors; `problems` has every one of them."""

    code = "invalid"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(
            f"{first.place} {first.code} {first.message}", _("See all of them: cskh lint.")
        )


class Refused(CskhError):
    """A guard, a role or a missing yes keeps the command from acting."""

    code = "refused"
    exit = Exit.REFUSED


class Busy(Refused):
    """Another cskh is at work on the same store."""

    code = "busy"


class Interrupted(CskhError):
    """Somebody pressed Ctrl-C, or the system wants the process to end."""

    code = "interrupted"
    exit = Exit.INTERRUPTED


class Bug(CskhError):
    """An exception that nobody thought of, as it is told to people."""

    code = "bug"
    exit = Exit.BUG


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` was probably meant to be, if there is one."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Return a hint that names the nearest known name, else the known names (at most 12)."""
    names = sorted(known)
    if (best := nearest(name, names)) is not None:
        return _("Did you mean {name}?").format(name=best)
    if not names:
        return None
    listed = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    return _("Known: {names}.").format(names=listed)
