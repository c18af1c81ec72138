"""Reminders in SQLite: deadlines of tickets, and the emails about them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlite_utils import Database

from cskh.store.reminding import Reminder
from cskh.store.sqlite.queries import queries


class SqliteReminders:
    """Reminders of the deadlines of tickets, each kind once a ticket."""

    def __init__(self, write: Database) -> None:
        self._db = write

    def slas(self) -> list[str]:
        """Return the SLAs of the tickets that nobody has resolved yet."""
        return [sla for (sla,) in self._db.conn.execute(queries()["open_slas"])]

    def due(self, now: str, until: Mapping[str, str]) -> list[Reminder]:
        """Return the deadlines that have passed, or come by the instant that `until` has."""
        asked = {"now": now, "until": json.dumps(until)}
        return [Reminder(*row) for row in self._db.conn.execute(queries()["due_reminders"], asked)]

    def add(self, reminder: Reminder, mails: Iterable[Mapping[str, Any]], at: str) -> None:
        """Put emails to staff in the outbox, and remember the reminder."""
        told = {"ticket": reminder.ticket, "kind": reminder.kind, "at": at}
        self._db.conn.execute(queries()["add_reminder"], told)
        about = {"customer_id": reminder.customer_id, "pid": reminder.pid, **told}
        rows = [{**about, **mail} for mail in mails]
        self._db.conn.executemany(queries()["add_reminder_mail"], rows)
