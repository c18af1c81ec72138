"""`python -m benchmarks [NAME…]`: run the measurements and print one line each."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = ("help", "sweep", "twenty", "libraries", "events", "actions", "plan", "outbox", "http",
         "smtp", "importing")  # fmt: skip


def main(names: list[str]) -> int:
    """Run the named measurements, else all; return 1 if a target was missed."""
    missed = 0
    for name in names or NAMES:
        for result in import_module(f"benchmarks.{name}").measure():
            print(result, flush=True)
            missed += not result.reached
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
