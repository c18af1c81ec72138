"""Stores that are only read, and copies of stores that may be written in their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from cskh.model.fields import Catalogue
from cskh.store.sqlite import SqliteStore
from cskh.store.sqlite.connection import connect, connect_reading, explained, reading
from cskh.store.sqlite.migrating import migrate, migrations

_PAGES_AT_ONCE = 4096


@contextmanager
def read_stores(path: Path, catalogues: Sequence[Catalogue]) -> Iterator[Sequence[SqliteStore]]:
    """Open a store's file only for reading, once for each catalogue of fields.

    All of them see the same customers, whatever others write meanwhile; the file must be there,
    and of this version.
    """
    with explained(path):
        db = connect_reading(path)
        with closing(db.conn), reading(db):
            yield [SqliteStore(path, fields, "", db) for fields in catalogues]


def is_current(path: Path) -> bool:
    """Say whether a store's file is of this version, so that it can be read as it is."""
    with explained(path):
        db = connect_reading(path)
        with closing(db.conn):
            return not migrations.pending(db)


def copy_store(path: Path, to: Path) -> None:
    """Copy a store as it stands now, while others may be writing, and bring the copy up to date."""
    with explained(path):
        source = connect_reading(path)
        with closing(source.conn), explained(to):
            copy = connect(to)
            with closing(copy.conn):
                # Of one snapshot: whoever writes meanwhile would make it start again.
                with reading(source):
                    source.conn.backup(copy.conn, pages=_PAGES_AT_ONCE)
                migrate(copy)
