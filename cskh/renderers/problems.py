"""Problems of a project's files, as other programs read them: JSON, GitHub, SARIF 2.1.0.

A problem is located by the folder of its project, as seen from where the reader looks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from posixpath import join, normpath
from typing import Any
from urllib.parse import quote

from cskh import __version__
from cskh.errors import Problem
from cskh.spec.codes import Code

Located = tuple[Problem, str]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"


def located(problem: Problem, folder: str) -> str:
    """Return a problem's file as seen from the reader."""
    return normpath(join(folder, problem.file))


def as_json(problems: Collection[Problem], checked: int) -> dict[str, Any]:
    """Return problems as data; files are relative to the project."""
    keys = ("code", "severity", "file", "line", "column", "path", "message", "hint")
    listed = [{key: getattr(problem, key) for key in keys} for problem in problems]
    return {"checked": checked, "problems": listed}


def as_github(problems: Collection[Located]) -> Iterator[str]:
    """Yield workflow commands, which GitHub shows beside the lines of a pull request."""
    for problem, folder in problems:
        properties = {
            "file": located(problem, folder),
            "line": problem.line,
            "col": problem.column,
            "title": problem.code,
        }
        listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
        yield f"::{problem.severity} {listed}::{_data(_said(problem))}"


def _said(problem: Problem) -> str:
    return f"{problem.message} {problem.hint}" if problem.hint else problem.message


def _data(text: str) -> str:
    """Escape a workflow command's message (actions/toolkit, command.ts)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(problems: Collection[Located], codes: Mapping[str, Code]) -> dict[str, Any]:
    """Return problems as a SARIF log with one run."""
    places = {code: place for place, code in enumerate(codes)}
    driver = {
        "name": "cskh",
        "version": __version__,
        "rules": [_rule(code) for code in codes.values()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, folder, places) for problem, folder in problems],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: Code) -> dict[str, Any]:
    return {
        "id": code.code,
        "shortDescription": {"text": code.summary},
        "fullDescription": {"text": code.text},
        "defaultConfiguration": {"level": code.severity},
    }


def _result(problem: Problem, folder: str, places: Mapping[str, int]) -> dict[str, Any]:
    location = {
        "artifactLocation": {"uri": quote(located(problem, folder))},
        "region": {"startLine": problem.line, "startColumn": problem.column},
    }
    return {
        "ruleId": problem.code,
        "ruleIndex": places[problem.code],
        "level": problem.severity,
        "message": {"text": _said(problem)},
        "locations": [{"physicalLocation": location}],
    }
