"""Who this process is, whether another one is still there, and when this one is told to end."""

from __future__ import annotations

import datetime as dt
import gc
import getpass
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Self

from cskh.edge.clock import now
from cskh.model.clock import from_text

# How long a process may be silent before it is taken to hang, and how often one says that it lives.
SILENCE = dt.timedelta(minutes=2)
BEAT = dt.timedelta(seconds=20)


def holder() -> str:
    """Return this process's name in claims: host, number, and start, as numbers are used again."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def login() -> str | None:
    """Return the name of the user who runs this; None for one without, as in containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the one until Python 3.12, the other one since
        return None


def is_gone(holder: str, claimed_until: str) -> bool:
    """Say whether a holder of claims is gone: dead, or silent past its claim."""
    if is_silent(claimed_until):
        return True
    host, pid, started = holder.rsplit(":", 2)
    return host == socket.gethostname() and _started(int(pid)) != started


def is_silent(claimed_until: str) -> bool:
    """Say whether a holder of claims hasn't been heard of for as long as it claimed."""
    return from_text(claimed_until) < now()


def _started(pid: int) -> str | None:
    """Return when a process started, in the kernel's ticks; None if there is no such process.

    proc(5): field 22 of /proc/PID/stat, counted after the name in brackets. Elsewhere than on
    Linux only the process's being there is known.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return _alive(pid) if not Path("/proc/self/stat").exists() else None
    fields = stat.rpartition(")")[2].split()
    is_dead = fields[0] in ("Z", "X")
    return None if is_dead else fields[19]


def _alive(pid: int) -> str | None:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return "alive"


class Interrupts:
    """Holds back what would end the process while it is entered, but for where that does no harm.

    That is Ctrl-C, SIGTERM, and a terminal that goes away; what is ignored (nohup) stays so. Only
    the main thread hears signals: entered in another one, it does nothing.
    """

    KINDS = ("SIGINT", "SIGTERM", "SIGHUP")

    def __init__(self) -> None:
        self._came = False
        self._is_welcome = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for each in (signal.Signals[name] for name in self.KINDS if hasattr(signal, name)):
                if signal.getsignal(each) is not signal.SIG_IGN:
                    self._before[each] = signal.signal(each, self._hear)
        return self

    def __exit__(self, *exception: object) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)

    @contextmanager
    def welcome(self) -> Iterator[None]:
        """Let what came before or comes now raise KeyboardInterrupt."""
        self._is_welcome = True
        try:
            if self._came:
                raise KeyboardInterrupt
            yield
        finally:
            self._is_welcome = False

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self._came = True
        if self._is_welcome:
            raise KeyboardInterrupt


@contextmanager
def uncollected() -> Iterator[None]:
    """Let garbage wait: rows by the million hold no circles, and looking for some takes a tenth."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
