"""The record of a bug: where it happened, without what anybody's data was."""

from __future__ import annotations

import platform
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from cskh import __version__


def record(bug: BaseException, argv: Sequence[str]) -> Path:
    """Write a crash log (0600) and return its path.

    Exceptions' own texts and arguments' values may hold customers' data: of the first only the
    types are kept, of the second the first word and the names of options.
    """
    lines = [
        f"cskh {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"command: {_without_values(argv)}",
        *_traces(bug),
    ]
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="cskh-crash-", suffix=".log", delete=False
    ) as file:
        file.write("\n".join(lines) + "\n")
    return Path(file.name)


def _without_values(argv: Sequence[str]) -> str:
    kept = [argument.partition("=")[0] for argument in argv if argument.startswith("--")]
    first = [word for word in argv[:1] if not word.startswith("-")]
    return ascii(" ".join(first + kept))[1:-1]


def _traces(bug: BaseException | None) -> Iterator[str]:
    """Yield the traceback of an exception, after those of what led to it."""
    if bug is None:
        return
    yield from _traces(bug.__cause__ or (None if bug.__suppress_context__ else bug.__context__))
    yield ""
    yield from (line.rstrip("\n") for line in traceback.format_tb(bug.__traceback__))
    yield type(bug).__name__
