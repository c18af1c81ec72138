"""Locks beside a store's file; the system frees them when a process dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout

from cskh.errors import Busy, NotFound
from cskh.language import _


@contextmanager
def exclusive(store: Path, seconds: float) -> Iterator[None]:
    """Hold the lock of a project: one run or delivery at a time.

    Raises Busy if another process keeps it so long, NotFound if it can't be made there.
    """
    message = _("Another cskh is running on {store}.").format(store=store.name)
    busy = Busy(message, _("Wait until it is done, or wait longer with --wait."))
    with _holding(store, ".lock", seconds, busy):
        yield


@contextmanager
def alone(store: Path, name: str, seconds: float) -> Iterator[None]:
    """Hold the lock of a name, against other processes and other threads of this one.

    Raises Busy if somebody keeps it so long, NotFound if it can't be made there.
    """
    message = _("Another cskh works on {name}.").format(name=name)
    with _holding(store, f".{quote(name, safe='')}.lock", seconds, Busy(message)):
        yield


@contextmanager
def _holding(store: Path, suffix: str, seconds: float, busy: Busy) -> Iterator[None]:
    # A lock object of one's own: the system's locks then hold between threads too.
    lock = FileLock(f"{store}{suffix}", timeout=max(0, seconds), mode=0o600)
    try:
        store.parent.stat()  # which filelock would make, and with it an empty store
        lock.acquire()
    except Timeout:
        raise busy from None
    except OSError as error:
        message = _("{path} can't be opened for writing.").format(path=lock.lock_file)
        raise NotFound(message, _("Check the folder and its permissions.")) from error
    try:
        yield
    finally:
        lock.release()
