"""Tokens in SQLite, on a connection of their own: the threads that send ask for them."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from sqlite_utils import Database

from cskh.store.keeping import Held
from cskh.store.sqlite.connection import connect, explained, writing
from cskh.store.sqlite.queries import queries


class SqliteTokens:
    """The newest tokens of each app; the connection is opened when somebody asks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: Database | None = None
        self._mine = Lock()  # a connection is one thread's at a time

    def held(self, app: str) -> Held | None:
        """Return what is kept of an app."""
        with self._mine, explained(self._path):
            row = self._open().conn.execute(queries()["tokens"], {"app": app}).fetchone()
        if row is None:
            return None
        return Held(*row)

    def keep(self, app: str, held: Held) -> None:
        """Keep this instead; it survives a power cut once this returns."""
        row = {"app": app, **held._asdict()}
        with self._mine, explained(self._path), writing(self._open()):
            self._open().conn.execute(queries()["keep_tokens"], row)

    def _open(self) -> Database:
        self._db = self._db or connect(self._path)
        return self._db

    def close(self) -> None:
        """Let go of the store's file."""
        if self._db is not None:
            self._db.conn.close()
