"""The named statements of queries.sql, read once; a name that isn't there fails at the start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def queries() -> Mapping[str, str]:
    """Return every statement by its name."""
    text = (files(__package__) / "queries.sql").read_text(encoding="utf-8")
    _head, *parts = _NAME.split(text)
    return MappingProxyType(dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True)))
