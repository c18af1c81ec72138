"""Stores that something is tried out on, one after the other, each empty at first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cskh.model.fields import Catalogue
from cskh.store.sqlite import SqliteStore, open_store


def blank_store(path: Path, fields: Catalogue) -> bytes:
    """Make a store and return its file's content: a copy of it is an empty store."""
    with open_store(path, fields, ""):
        pass
    return path.read_bytes()


@contextmanager
def trial_store(path: Path, blank: bytes, fields: Catalogue) -> Iterator[SqliteStore]:
    """Open an empty store, a copy of a blank one, that waits for no disk."""
    path.write_bytes(blank)
    with open_store(path, fields, "") as store:
        store.hurry()
        yield store
