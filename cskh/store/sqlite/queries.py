"""The named statements of queries.sql, read once; a name that isn't there fails at the start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from sqlite_utils import Database

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def queries() -> Mapping[str, str]:
    """Return every statement by its name."""
    text = (files(__package__) / "queries.sql").read_text(encoding="utf-8")
    _head, *parts = _NAME.split(text)
    return MappingProxyType(dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True)))


def named_rows(db: Database, name: str, parameters: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what a named statement finds, each row by its columns' names."""
    cursor = db.conn.execute(queries()[name], parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
