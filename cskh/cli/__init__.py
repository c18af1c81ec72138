"""The command line: words and colours only. One file a command, one error boundary."""

from __future__ import annotations

import os
import sys

from cskh.cli._main import main


def run() -> None:
    """Run the command line of this process and leave with its exit code."""
    # Who was started without them has nowhere to write to, and files would take their numbers.
    sys.stdout = sys.stdout or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    sys.stderr = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    sys.exit(main(sys.argv[1:]))


__all__ = ["main", "run"]
