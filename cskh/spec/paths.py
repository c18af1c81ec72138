"""Where a value stands in a document, and how messages quote what a file says."""

from __future__ import annotations

Path = tuple[str | int, ...]

_LONGEST = 60


def dotted(path: Path) -> str:
    """Write a path as people read it: actions[0].send_sms.content."""
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(parts).removeprefix(".")


def quoted(said: object) -> str:
    """Return something out of a file as one short quoted line."""
    text = " ".join(str(said).split())
    return f"“{text[:_LONGEST]}…”" if len(text) > _LONGEST else f"“{text}”"
