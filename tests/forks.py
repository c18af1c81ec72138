"""Processes of cskh that take no time to start: forks of one that has loaded it already.

They are processes like all others, with connections, locks and a death of their own.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.project import Project

_LOADED = [
    "pydantic.type_adapter",
    "rich.table",
    "cskh.cli._console",
    "cskh.cli._progress",
    "cskh.cli.campaign",
    "cskh.cli.customer",
    "cskh.cli.deliver",
    "cskh.cli.run",
    "cskh.cli.task",
    "cskh.edge.locks",
    "cskh.edge.sample",
    "cskh.edge.wire",
    "cskh.engine.asking",
    "cskh.engine.campaigning",
    "cskh.engine.delivering",
    "cskh.engine.inbox",
    "cskh.engine.running",
    "cskh.providers.vietguys",
    "cskh.store.sqlite",
]
_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(_LOADED)


SAID = "said.txt"


@contextmanager
def forked(project: Project, *words: str, statement: int = 0) -> Iterator[BaseProcess]:
    """Run a command in a project's folder; what it says last is in a file there.

    It dies as soon as it has begun its SQL statement with the given number.
    """
    given = (str(project.root), project.environ, words, statement)
    process = _server.Process(target=_be, args=given)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def ended(processes: Iterable[BaseProcess]) -> list[int | None]:
    """Wait for processes and return their exit codes; None has not come to an end in a minute."""
    for process in (waited := list(processes)):
        process.join(60)
    return [process.exitcode for process in waited]


def _be(root: str, environ: Mapping[str, str], words: Sequence[str], statement: int) -> None:
    os.chdir(root)
    os.environ.clear()
    os.environ.update(environ)
    said = os.open(SAID, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(said, stream)
    if statement:
        _die_at(statement)
    from cskh.cli import main

    sys.exit(main(words))


def _die_at(left: int) -> None:
    """Count statements, and let nothing happen after the one with the given number has begun."""
    connect = sqlite3.connect

    def count(_sql: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def counting(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = counting  # type: ignore[assignment]
