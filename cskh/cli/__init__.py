"""The command line: words and colours only. One file a command, one error boundary."""

from __future__ import annotations

import sys

from cskh.cli._main import main


def run() -> None:
    """Run the command line of this process and leave with its exit code."""
    sys.exit(main(sys.argv[1:]))


__all__ = ["main", "run"]
