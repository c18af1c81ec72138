"""Looking into a store's file with nothing but SQLite, and short ways to fill one."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from cskh.model.clock import Clock
from cskh.model.conditions import AllOf
from cskh.model.effects import Effect, Outcome, Send, Skip, Step
from cskh.model.fields import CUSTOMER_KINDS
from cskh.model.message import Channel
from cskh.rules.query import Query
from cskh.rules.sql import Statement, statement
from cskh.store.sqlite import SqliteStore
from cskh.store.sqlite.dialect import SqliteDialect
from cskh.store.values import Queue
from tests.sample import FIELDS, at

NOW = "2026-12-01T03:00:00Z"
LATER = "2026-12-01T03:02:00Z"
CHINH = Queue(provider="chinh", channel=Channel.SMS, is_active=True)


def rows(path: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return what a statement finds in the file."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql, values).fetchall()


def all_of(fields: Sequence[str], clock: Clock | None = None) -> Statement:
    """Return the statement that selects some fields of every customer."""
    asked = Query(
        workflow="w",
        occasion="o",
        kinds=CUSTOMER_KINDS,
        condition=AllOf(),
        fields=tuple(fields),
        clock=clock or at("2026-12-01T10:00"),
    )
    return statement(asked, FIELDS, SqliteDialect())


def read(store: SqliteStore, *fields: str) -> list[Mapping[str, Any]]:
    """Return some fields of every customer, by number."""
    found = store.customers.matching(all_of(fields), fields)
    return [dict(customer.values) for customer in found]


def sms(recipient: str = "0900000103", **parts: Any) -> Send:
    """Return a text message through the provider chinh."""
    made = {"channel": Channel.SMS, "recipient": recipient, "content": "Hi", "provider": "chinh"}
    return Send(**{**made, **parts})


def step(customer: int, *whats: Effect | Skip) -> Step:
    """Return what a workflow does for a customer, an action each."""
    outcomes = (Outcome(place, "an_action", what) for place, what in enumerate(whats))
    return Step(customer, f"KH{customer}", tuple(outcomes))
