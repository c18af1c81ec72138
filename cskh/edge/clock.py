"""The real time, and the one that `--now` puts in its place."""

from __future__ import annotations

import datetime as dt
from time import monotonic, sleep
from zoneinfo import ZoneInfo

from cskh.errors import UsageProblem
from cskh.language import _
from cskh.model.clock import Clock


def now() -> dt.datetime:
    """Return the real time, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def read_clock(timezone: str, at: str | None) -> Clock:
    """Return a clock at `at` (ISO 8601, the project's zone without an offset), else now."""
    zone = ZoneInfo(timezone)
    if at is None:
        return Clock.at(now(), zone)
    try:
        return Clock.at(dt.datetime.fromisoformat(at), zone)
    except ValueError:
        message = _("--now can't be {value}.").format(value=at)
        raise UsageProblem(message, _("Write it as 2026-12-01T10:00.")) from None


__all__ = ["monotonic", "now", "read_clock", "sleep"]
