"""Notifications in SQLite: what people on the staff are told, and what they have read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from cskh.store.campaigning import Notice
from cskh.store.sqlite.connection import writing
from cskh.store.sqlite.queries import queries


class SqliteNotifications:
    """What people on the staff are told, on the screen and by email."""

    def __init__(self, write: Database) -> None:
        self._db = write

    def tell(self, notices: Iterable[Notice], at: str) -> int:
        """Tell people, each once about each thing; return how many are new."""
        with writing(self._db):
            return sum(self._tell(notice, at) for notice in notices)

    def _tell(self, notice: Notice, at: str) -> bool:
        told = notice._asdict() | {"at": at}
        mail = told.pop("mail")
        added = self._db.conn.execute(queries()["notify"], told)
        if added.rowcount == 0:
            return False
        if mail is not None:
            row = {**told, **mail, "number": added.lastrowid}
            self._db.conn.execute(queries()["add_notice_mail"], row)
        return True

    def of(self, to: str) -> list[Mapping[str, Any]]:
        """Return what somebody was told, the newest first."""
        return list(self._db.query(queries()["notifications"], {"to": to}))

    def unread(self, to: str) -> int:
        """Count what somebody has not read yet."""
        return int(self._db.conn.execute(queries()["unread"], {"to": to}).fetchone()[0])

    def read(self, to: str, ids: Sequence[int] | None, at: str) -> int:
        """Note that somebody has read some of it, or everything; return how many were unread."""
        row = {"to": to, "at": at, "ids": None if ids is None else json.dumps(list(ids))}
        with writing(self._db):
            return int(self._db.conn.execute(queries()["read_notifications"], row).rowcount)
