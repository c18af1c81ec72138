"""`python -m benchmarks [NAME…]`: run the measurements and print one line each."""

from __future__ import annotations

import sys
from compileall import compile_dir
from importlib import import_module
from pathlib import Path

import cskh

NAMES = ("help", "sweep", "twenty", "libraries", "events", "actions", "plan", "outbox", "http",
         "smtp", "importing")  # fmt: skip


def main(names: list[str]) -> int:
    """Run the named measurements, else all; return 1 if a target was missed."""
    # As pip does when it installs, so that a process starts as it would for users.
    compile_dir(Path(cskh.__file__).parent, quiet=1)
    missed = 0
    for name in names or NAMES:
        for result in import_module(f"benchmarks.{name}").measure():
            print(result, flush=True)
            missed += not result.reached
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
