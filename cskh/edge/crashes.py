"""The record of a bug: where it happened, without what anybody's data was."""

from __future__ import annotations

import platform
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from cskh import __version__
from cskh.model.masking import masked_within


def record(bug: BaseException, argv: Sequence[str]) -> Path:
    """Write a crash log (0600) and return its path.

    The exception's own text and the arguments' values may hold customers' data: of the first
    only the type is kept, of the second what is no number.
    """
    lines = [
        f"cskh {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"command: {masked_within(' '.join(argv[:2]))}",
        "",
        *traceback.format_tb(bug.__traceback__),
        type(bug).__name__,
    ]
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="cskh-crash-", suffix=".log", delete=False
    ) as file:
        file.write("\n".join(lines))
    return Path(file.name)
