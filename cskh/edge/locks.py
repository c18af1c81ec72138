"""The lock of a project: one run or delivery at a time; the system frees it when a process dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from cskh.errors import Busy
from cskh.language import _


@contextmanager
def exclusive(store: Path, seconds: float) -> Iterator[None]:
    """Hold the lock beside a store's file; raises Busy if another process keeps it so long."""
    lock = FileLock(f"{store}.lock", timeout=seconds, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        message = _("Another cskh is running on {store}.").format(store=store.name)
        raise Busy(message, _("Wait until it is done, or wait longer with --wait.")) from None
    try:
        yield
    finally:
        lock.release()
