"""The log: JSON lines beside the store, for machines and 2 a.m.; no names, texts or whole phones."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cskh.model.masking import masked_within

# What code may say beside the event's name: numbers, ids of rules and accounts, never people.
FIELDS = (
    "command",
    "workflow",
    "occasion",
    "digest",
    "matched",
    "acted",
    "messages",
    "refused",
    "provider",
    "message_id",
    "counts",
    "why",
    "import_id",
)


class JsonLines(logging.Formatter):
    """Formats a record as one JSON line, phones masked."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        line = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        line |= {name: value for name in FIELDS if (value := getattr(record, name, None))}
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            frame = record.exc_info[2]
            while frame is not None:
                line["where"] = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}"
                frame = frame.tb_next
        return masked_within(json.dumps(line, ensure_ascii=False, default=str))


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Write what happens into a file, mode 0600, until the end of the block."""
    log = logging.getLogger("cskh")
    path.touch(mode=0o600)
    handler = logging.StreamHandler(os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), "w"))
    handler.setFormatter(JsonLines())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        handler.stream.close()
