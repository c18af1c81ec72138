"""Who this process is, and whether another one is still there."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from cskh.edge.clock import now
from cskh.model.clock import from_text


def holder() -> str:
    """Return this process's name in claims: host, number, and start, as numbers are used again."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_gone(holder: str, claimed_until: str) -> bool:
    """Say whether a holder of claims is gone: dead, or silent past its claim."""
    if from_text(claimed_until) < now():
        return True
    host, pid, started = holder.rsplit(":", 2)
    return host == socket.gethostname() and _started(int(pid)) != started


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
