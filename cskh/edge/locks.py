"""The lock of a project: one run or delivery at a time; the system frees it when a process dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from cskh.errors import Busy, NotFound
from cskh.language import _


@contextmanager
def exclusive(store: Path, seconds: float) -> Iterator[None]:
    """Hold the lock beside a store's file.

    Raises Busy if another process keeps it so long, NotFound if it can't be made there.
    """
    lock = FileLock(f"{store}.lock", timeout=max(0, seconds), mode=0o600)
    try:
        store.parent.stat()  # which filelock would make, and with it an empty store
        lock.acquire()
    except Timeout:
        message = _("Another cskh is running on {store}.").format(store=store.name)
        raise Busy(message, _("Wait until it is done, or wait longer with --wait.")) from None
    except OSError as error:
        message = _("{path} can't be opened for writing.").format(path=lock.lock_file)
        raise NotFound(message, _("Check the folder and its permissions.")) from error
    try:
        yield
    finally:
        lock.release()
