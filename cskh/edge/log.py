"""The log: JSON lines beside the store, for 2 a.m.; no names, texts or whole phones."""

from __future__ import annotations

import json
import logging
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cskh.model.masking import masked_within

# What code may say beside the event's name: numbers, ids of rules and accounts, never people.
FIELDS = (
    "workflow",
    "campaign",
    "move",
    "occasion",
    "digest",
    "matched",
    "acted",
    "provider",
    "message_id",
    "import_id",
    "count",
    "counts",
    "why",
)


class JsonLines(logging.Formatter):
    """Formats a record as one JSON line; of an exception only its type and place are kept."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        line = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        said = {name: getattr(record, name, None) for name in FIELDS}
        line |= {name: value for name, value in said.items() if value is not None}
        if "why" in line:
            # What a provider says may quote whom it refuses.
            line["why"] = masked_within(str(line["why"]))
        if record.exc_info and record.exc_info[1]:
            bug = record.exc_info[1]
            line["exception"] = type(bug).__name__
            for last in traceback.extract_tb(bug.__traceback__)[-1:]:
                line["where"] = f"{last.filename}:{last.lineno}"
        return json.dumps(line, ensure_ascii=False, default=str)


class Appending(logging.Handler):
    """Adds lines to a file, mode 0600, which the first one makes.

    A log that can't be written keeps nobody from working.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: int | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, in one piece: other processes add to the same file."""
        line = self.format(record).encode("utf-8", "backslashreplace") + b"\n"
        with suppress(OSError):
            if self._file is None:
                self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.write(self._file, line)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        super().close()


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Write what happens into a file until the end of the block."""
    log = logging.getLogger("cskh")
    before = log.level, log.propagate
    handler = Appending(path)
    handler.setFormatter(JsonLines())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        handler.close()
        log.setLevel(before[0])
        log.propagate = before[1]
