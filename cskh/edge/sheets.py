"""Spreadsheets and text files with cells: found out what they are, read in a process of their own.

`open_sheet` gives the header and the first rows at once; the rows stream as they are cleaned.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from cskh.cells.drafts import Remark
from cskh.cells.encodings import NAMES
from cskh.cells.recipes import Recipe
from cskh.cells.rows import CleanRow
from cskh.edge.ahead import ahead
from cskh.edge.sheets_faults import problem_of
from cskh.edge.sheets_frames import Limits, receive, send
from cskh.errors import CskhError, UsageProblem, did_you_mean
from cskh.language import _, spoken

_AHEAD = 2**20  # bytes of rows that may wait for whoever asked
# -P: a folder with a csv.py in it is no place to import from.
_COMMAND = (sys.executable, "-P", "-m", "cskh.edge.sheets_child")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of a file: its sheet, its encoding, the row of its header (0: it has none).

    `expected` are header texts that are known to be in it, `custom` the labels of the project's
    own fields and their names.
    """

    sheet: str | None = None
    encoding: str | None = None
    header_row: int | None = None
    expected: Sequence[str] = ()
    custom: Mapping[str, str] = field(default_factory=dict)


class Reader:
    """The process that reads a file; its faults are raised as errors about the file."""

    def __init__(self, file: str, process: subprocess.Popen[bytes], complaints: IO[bytes]) -> None:
        self._file = file
        self._process = process
        self._complaints = complaints

    def send(self, value: Any) -> None:
        """Tell the process something."""
        assert self._process.stdin is not None
        try:
            send(self._process.stdin, value)
        except BrokenPipeError:
            raise self._death() from None

    def receive(self) -> Any:
        """Return what the process says next; raises CskhError."""
        assert self._process.stdout is not None
        try:
            value = receive(self._process.stdout)
        except EOFError:
            raise self._death() from None
        if isinstance(value, dict) and "fault" in value:
            raise problem_of(value["fault"], self._file, value["details"])
        return value

    def _death(self) -> CskhError:
        """Say what the process died of."""
        code = self._process.wait()
        if code == -signal.SIGALRM:
            return problem_of("time", self._file, {})
        if code in (-signal.SIGABRT, -signal.SIGKILL):
            return problem_of("memory", self._file, {})
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
        return problem_of("died", self._file, {"why": lines[-1] if lines else str(code)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table that is open, for its rows to be read once.

    `name` is None and `encoding` set for a text file (a workbook has one only if it was written
    in an old font); `guessed` says that it only looks like that. `header_row` is None without a
    header; `header` then has the columns' letters. `sample` are the first rows, numbered, as a
    person sees them; `swapped` the columns in which Excel seems to have swapped day and month.
    `height` is how many rows there are below the header at most, None for a text file.
    `complete` is False where hidden rows, errors and formulas without a value can't be told.
    """

    reader: Reader
    header: tuple[str, ...]
    header_row: int | None
    sample: Sequence[tuple[int, tuple[str, ...]]]
    encoding: str | None
    guessed: bool
    name: str | None = None
    height: int | None = None
    hidden_sheets: tuple[str, ...] = ()
    hidden_rows: int = 0
    swapped: tuple[int, ...] = ()
    complete: bool = True

    def clean(self, recipe: Recipe) -> Iterator[CleanRow]:
        """Yield every row as a customer; titles, blank and repeated rows and totals are none.

        Raises CskhError where the file turns out to be unreadable after all.
        """
        self.reader.send(pickle.dumps(recipe))
        for rows in ahead(self._batches()):  # a store that writes lets other threads run
            yield from rows

    def _batches(self) -> Iterator[list[CleanRow]]:
        while batch := self.reader.receive():
            yield list(map(_row, batch))


def _row(plain: tuple[Any, ...]) -> CleanRow:
    """Return a row as it was before it was sent, its remarks with it."""
    row = CleanRow._make(plain)
    if not row.warnings and row.reject is None:
        return row
    return row._replace(
        warnings=tuple(map(Remark._make, row.warnings)),
        reject=row.reject and Remark._make(row.reject),
    )


@contextmanager
def open_sheet(
    path: Path, wanted: Wanted | None = None, limits: Limits | None = None
) -> Iterator[Sheet]:
    """Open a file's table; raises CskhError, which names the file and what to do.

    Without a wanted sheet it is the one visible sheet that has a header of customers.
    """
    wanted, limits = wanted or Wanted(), limits or Limits()
    _check(path, wanted, limits)
    with tempfile.TemporaryFile() as complaints, _process(complaints) as process:
        reader = Reader(path.name, process, complaints)
        reader.send(
            {
                **asdict(wanted),
                "path": os.fspath(path.absolute()),
                "language": spoken(),
                "limits": asdict(limits),
            }
        )
        yield Sheet(reader=reader, **reader.receive())


def _check(path: Path, wanted: Wanted, limits: Limits) -> None:
    """Refuse what needn't be opened."""
    if wanted.encoding is not None and wanted.encoding not in NAMES:
        raise UsageProblem(
            _("There is no encoding {name}.").format(name=wanted.encoding),
            did_you_mean(wanted.encoding, NAMES),
        )
    if not path.exists():
        raise problem_of("missing", str(path), {})
    if not path.is_file():
        raise problem_of("no_file", str(path), {})
    size = path.stat().st_size
    if size == 0:
        raise problem_of("empty", path.name, {})
    if size > limits.size:
        raise problem_of("size", path.name, {"size": size, "most": limits.size})


@contextmanager
def _process(complaints: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        pipesize=_AHEAD,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
