"""A folder for what is only tried out: nobody else may enter it, and it is gone at the end."""

from __future__ import annotations

import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from cskh.edge.processes import Interrupts


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a temporary folder, mode 0700, and remove it, also if the process is told to end."""
    with _ending(), tempfile.TemporaryDirectory(prefix="cskh-", ignore_cleanup_errors=True) as made:
        yield Path(made)


@contextmanager
def _ending() -> Iterator[None]:
    """Let whatever asks the process to end raise KeyboardInterrupt, as Ctrl-C does."""
    before: dict[signal.Signals, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for each in (signal.Signals[name] for name in Interrupts.KINDS if hasattr(signal, name)):
            if signal.getsignal(each) is signal.SIG_DFL:
                before[each] = signal.signal(each, _interrupt)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
