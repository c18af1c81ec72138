"""`cskh --help` as a whole process, against the smallest app that typer can make."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks._measuring import Result, in_turns

SMALLEST = """
import typer

app = typer.Typer()


@app.command()
def hello(name: str) -> None:
    print(name)


app()
"""


def measure() -> Iterator[Result]:
    """Yield the ratio of our start-up to typer's own."""
    with tempfile.TemporaryDirectory() as folder:
        smallest = Path(folder) / "smallest.py"
        smallest.write_text(SMALLEST, encoding="utf-8")

        def ours() -> None:
            _run(str(Path(sys.executable).with_name("cskh")), "--help")

        def limit() -> None:
            _run(str(smallest), "--help")

        limit()
        one, other, ratio = in_turns(ours, limit, 15)
    detail = f"{one * 1000:.0f} ms and {other * 1000:.0f} ms"
    yield Result("cskh --help", ratio, 1.3, "× a one-command typer app", detail)


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
