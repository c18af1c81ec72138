"""The project's language, read before anything else so that even --help speaks it."""

from __future__ import annotations

import re
from pathlib import Path

SETTINGS_FILE = "cskh.yaml"
_LANGUAGE = re.compile(r"^language: *[\"']?(\w+)", re.MULTILINE)
_ENOUGH = 64 * 1024


def peek_language(project: str | None) -> str | None:
    """Return what `language:` says in the project's settings, without checking them."""
    start = Path(project or ".").absolute()
    for folder in (start, *start.parents):
        try:
            with (folder / SETTINGS_FILE).open(encoding="utf-8", errors="replace") as file:
                found = _LANGUAGE.search(file.read(_ENOUGH))
        except (OSError, ValueError):  # a path may hold anything, NUL included
            continue
        return found[1] if found else None
    return None
