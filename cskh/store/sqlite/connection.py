"""Connections to the store's file: pragmas, write transactions, and errors people understand."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from cskh.errors import Busy, CskhError, NotFound
from cskh.language import _
from cskh.model.folding import fold, unmark

# SQLite itself hears no Ctrl-C while it waits; a big import writes for longer than that.
BUSY_MILLISECONDS = 5_000
PATIENCE = 600.0  # seconds


def connect(path: Path) -> Database:
    """Open the store's file, mode 0600 when it is made; nobody else shall read customers."""
    if not path.exists():
        _make(path)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    _prepare(connection)
    _patiently(connection, "PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    # A message must not leave before its row says so, a power cut included.
    connection.execute("PRAGMA synchronous = FULL")
    return Database(connection, execute_plugins=False)


def connect_reading(path: Path) -> Database:
    """Open a store's file that is there, and write nothing to it; raises what SQLite raises."""
    # A WAL is somebody's who has the store open, or was killed: it stays as it is. Where there is
    # none, reading makes one, which only a connection that may write takes away again.
    mode = "ro" if Path(f"{path}-wal").exists() else "rw"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    _prepare(connection)
    connection.execute("PRAGMA query_only = ON")
    return Database(connection, execute_plugins=False)


def _prepare(connection: sqlite3.Connection) -> None:
    for name, made in (("unmark", unmark), ("fold", fold)):
        connection.create_function(name, 1, _of_text(made), deterministic=True)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    connection.execute("PRAGMA cache_size = -32000")  # KiB; the default of 2 MB thrashes


def _make(path: Path) -> None:
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise _unusable(path) from error


def _patiently(connection: sqlite3.Connection, sql: str) -> None:
    """Execute what nobody may write beside, as soon as nobody does."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute(sql)
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorname.startswith("SQLITE_BUSY")
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _of_text(made: Callable[[str], str]) -> Callable[[Any], str | None]:
    return lambda value: made(value) if isinstance(value, str) else None


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """Hold one write transaction; inside another one, a part of it that can fail alone.

    The lock is taken at once: a transaction that starts by reading could not be upgraded
    while somebody else writes.
    """
    connection = db.conn
    if connection.in_transaction:
        with db.atomic():
            yield
        return
    _patiently(connection, "BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def reading(db: Database) -> Iterator[None]:
    """Hold one snapshot, which what others write meanwhile doesn't change; the outer one counts."""
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN")
    # Only a first read takes the snapshot.
    db.conn.execute("SELECT 1 FROM sqlite_master").fetchone()
    try:
        yield
    finally:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors that a person can mend into sentences."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise _explained(error, path) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        message = _("{path} is not a store, or it is damaged.").format(path=path)
        raise NotFound(message, _("Restore it from a backup.")) from error


def _explained(error: sqlite3.OperationalError, path: Path) -> CskhError:
    match getattr(error, "sqlite_errorname", "SQLITE_ERROR").split("_")[1:]:
        case ["BUSY" | "LOCKED", *_rest]:
            message = _("{path} is being written by another program.").format(path=path)
            return Busy(message, _("Try again when it is done."))
        case ["FULL"] | ["IOERR", "WRITE"]:  # the disk, or what its owner may use of it
            message = _("The disk of {path} is full; nothing was half-written.").format(path=path)
            return NotFound(message, _("Make room and run the command again."))
        case ["CANTOPEN" | "READONLY" | "IOERR" | "PERM", *_rest]:
            return _unusable(path)
    raise error


def _unusable(path: Path) -> CskhError:
    message = _("{path} can't be opened for writing.").format(path=path)
    return NotFound(message, _("Check the folder and its permissions."))
