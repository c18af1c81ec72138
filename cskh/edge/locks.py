"""Locks beside a store's file; the system frees them when a process dies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time
from urllib.parse import quote

from filelock import FileLock, Timeout

from cskh.edge.processes import BEAT, SILENCE
from cskh.errors import Busy, NotFound
from cskh.language import _

# Claims are told anew between two beats: when the lock is silent, they have ended, too.
_SILENT = (SILENCE + BEAT).total_seconds()


@contextmanager
def exclusive(store: Path, seconds: float) -> Iterator[None]:
    """Hold the lock of a project: one run or delivery at a time.

    Raises Busy if another process keeps it so long, NotFound if it can't be made there.
    """
    message = _("Another cskh is running on {store}.").format(store=store.name)
    busy = Busy(message, _("Wait until it is done, or wait longer with --wait."))
    with _holding(store, ".lock", seconds, busy), _beating(_beat(store)):
        yield


def is_silent(store: Path) -> bool:
    """Say whether the process that holds the lock of a project hangs: it wasn't heard of lately."""
    try:
        return time() - _beat(store).stat().st_mtime > _SILENT
    except OSError:
        return False


def _beat(store: Path) -> Path:
    return Path(f"{store}.beat")


@contextmanager
def _beating(beat: Path) -> Iterator[None]:
    """Let others hear of this process for as long as it runs at all."""
    ended = threading.Event()

    def live() -> None:
        while not ended.wait(BEAT.total_seconds()):
            with suppress(OSError):
                beat.touch(mode=0o600)

    with suppress(OSError):
        beat.touch(mode=0o600)
    thread = threading.Thread(target=live, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


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
