"""The real time, and the one that `--now` puts in its place."""

from __future__ import annotations

import datetime as dt
from time import monotonic, sleep
from zoneinfo import ZoneInfo

from cskh.errors import UsageProblem
from cskh.language import _
from cskh.model.clock import YEARS, Clock


def now() -> dt.datetime:
    """Return the real time, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def read_instant(text: str) -> dt.datetime:
    """Return what `--now` says (ISO 8601), naive without an offset; raises UsageProblem."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        message = _("--now can't be {value}.").format(value=text)
        raise UsageProblem(message, _("Write it as 2026-12-01T10:00."))
    return moment


def read_clock(timezone: str, at: str | None) -> Clock:
    """Return a clock at `at`, in the project's zone without an offset, else now."""
    return Clock.at(now() if at is None else read_instant(at), ZoneInfo(timezone))


__all__ = ["monotonic", "now", "read_clock", "read_instant", "sleep"]
