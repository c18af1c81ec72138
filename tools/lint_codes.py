"""Writes docs/lint.md from the checks: `python -m tools.lint_codes`; a test keeps it current."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cskh.spec.codes import Code
from cskh.spec.understanding import CODES

PATH = Path(__file__).parents[1] / "docs" / "lint.md"

_HEAD = """# What `cskh lint` finds

Generated from the code by `python -m tools.lint_codes`.

Every problem has a file, a line, a column, a code and mostly a hint. A code never changes its
meaning. Errors (CK1xx, CK2xx) keep a file from being used and end with exit code 1; warnings
(CK3xx) don't, unless `--strict` is given. `--format json`, `github` and `sarif` say the same for
scripts, pull requests and code scanning."""

_PARTS = {
    "CK1": ("Shape", "What can't be read, and what has the wrong form."),
    "CK2": ("Meaning", "What is well-formed and can't work."),
    "CK3": ("Advice", "What works, but probably not as it is meant."),
}


def text() -> str:
    """Return the whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    for prefix, (title, says) in _PARTS.items():
        yield from ("", f"## {title}", "", says)
        for code in sorted(CODES):
            if code.startswith(prefix):
                yield from _code(CODES[code])


def _code(code: Code) -> Iterator[str]:
    yield from ("", f"### {code.code}", "", code.text)


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
