"""What reports read of the SQLite store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from cskh.store.sqlite.queries import queries
from cskh.store.values import Asked

_NOTHING = {"messages": 0, "failed": 0, "price": 0}


class SqliteReports:
    """Rows for reports, in the order in which they are shown."""

    def __init__(self, read: Database) -> None:
        self._db = read

    def messages(self, asked: Asked) -> list[Mapping[str, Any]]:
        """Return the messages that were asked for, oldest first."""
        return self._rows("messages", asked)

    def workflows(self, asked: Asked) -> list[Mapping[str, Any]]:
        """Return what each workflow did."""
        messages = {row["workflow"]: row for row in self._rows("workflow_messages", asked)}
        skipped: dict[str, dict[str, int]] = {}
        for row in self._rows("workflow_skips", asked):
            skipped.setdefault(row["workflow"], {})[row["reason"]] = row["n"]
        return [
            {**_NOTHING, **messages.get(run["workflow"], {}), **run}
            | {"skipped": skipped.get(run["workflow"], {})}
            for run in self._rows("workflow_runs", asked)
        ]

    def _rows(self, name: str, asked: Asked) -> list[Mapping[str, Any]]:
        return list(self._db.query(queries()[name], asked.parameters))
