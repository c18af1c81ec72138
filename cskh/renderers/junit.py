"""Results of tests as JUnit XML, which every CI shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.etree import ElementTree

# What XML 1.0 can't hold, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Result(NamedTuple):
    """One test: the suite it belongs to, where it stands as far as known, and why it failed."""

    suite: str
    name: str
    file: str
    line: int | None
    why: str | None


def junit_text(results: Iterable[Result]) -> str:
    """Return an XML document with one suite for each workflow."""
    suites: dict[str, list[Result]] = {}
    for result in results:
        suites.setdefault(result.suite, []).append(result)
    every = [result for suite in suites.values() for result in suite]
    root = ElementTree.Element("testsuites", {"name": "cskh", **_counts(every)})
    for name, suite in suites.items():
        _add_suite(root, name, suite)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, "unicode")}\n'


def _add_suite(root: ElementTree.Element, name: str, results: Sequence[Result]) -> None:
    element = ElementTree.SubElement(root, "testsuite", {"name": _legal(name), **_counts(results)})
    for result in results:
        about = {
            "classname": _legal(result.suite),
            "name": _legal(result.name),
            "file": _legal(result.file),
        }
        if result.line is not None:
            about["line"] = str(result.line)
        case = ElementTree.SubElement(element, "testcase", about)
        if result.why is not None:
            why = _legal(result.why)
            failure = {"message": why.partition("\n")[0], "type": "failure"}
            ElementTree.SubElement(case, "failure", failure).text = why


def _counts(results: Sequence[Result]) -> dict[str, str]:
    failed = sum(result.why is not None for result in results)
    return {"tests": str(len(results)), "failures": str(failed), "errors": "0", "skipped": "0"}


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
