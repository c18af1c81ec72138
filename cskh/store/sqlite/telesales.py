"""Call lists in SQLite: who is on them, who calls, and what the calls came to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from cskh.store.selling import Called
from cskh.store.sqlite.connection import writing
from cskh.store.sqlite.queries import queries


class SqliteCalls:
    """The call lists of one project's store."""

    def __init__(self, read: Database, write: Database) -> None:
        self._read = read
        self._write = write

    def of(self, customer: int) -> list[Mapping[str, Any]]:
        """Return the lists that a customer is on: `campaign`, `agent`, `status`, `result`."""
        return self._rows("calls_of", customer=customer)

    def members(self, campaign: str) -> list[Mapping[str, Any]]:
        """Return who is on a list in the order of coming: `id`, `customer`, and how it stands."""
        return self._rows("call_list", campaign=campaign)

    def counts(self) -> list[Mapping[str, Any]]:
        """Count by `campaign` and `result`: `members`, and those `distributed` to an agent."""
        return self._rows("call_counts")

    def add(self, campaign: str, agents: Mapping[int, str | None], at: str) -> None:
        """Put customers, by number, on a list, with the agent who calls, if that is known."""
        self._many(queries()["add_call"], campaign, agents, at)

    def distribute(self, campaign: str, agents: Mapping[int, str], at: str) -> None:
        """Give agents to customers who are on a list."""
        self._many(queries()["distribute_call"], campaign, agents, at)

    def record(self, called: Called) -> None:
        """Note what a call came to."""
        with writing(self._write):
            self._write.conn.execute(queries()["record_call"], called._asdict())

    def _many(self, sql: str, campaign: str, agents: Mapping[int, str | None], at: str) -> None:
        rows = (
            {"campaign": campaign, "customer": customer, "agent": agent, "at": at}
            for customer, agent in agents.items()
        )
        with writing(self._write):
            self._write.conn.executemany(sql, rows)

    def _rows(self, name: str, **asked: Any) -> list[Mapping[str, Any]]:
        cursor = self._read.conn.execute(queries()[name], asked)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
