"""The process that reads one file of cells, so that a hostile one can only end this process.

It is told what to read on its standard input, answers with a head (what the file is, its header and
first rows) or a fault, waits for the recipe of the columns, and then sends the rows, cleaned.
"""

from __future__ import annotations

import datetime as dt
import gc
import os
import pickle
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from cskh.cells.content import TEXT, WORKBOOK, content_of
from cskh.cells.dates import swapped_columns
from cskh.cells.headers import DATE_FIELDS, map_headers
from cskh.cells.layout import (
    SEARCHED,
    Header,
    column_letter,
    find_header,
    header_texts,
    is_customer,
)
from cskh.cells.reading import Row, shown
from cskh.cells.rows import Cleaner, CleanRow, cleaner
from cskh.edge.sheets_frames import Fault, Limits, receive, send
from cskh.edge.sheets_text import TextTable, open_text
from cskh.edge.sheets_workbook import HasHeader, SheetTable, open_workbook
from cskh.language import speak

_SAMPLE = 20  # rows in the head
_DATED = 500  # rows in which a column can show that it has dates
_BATCH = 2000
_HEAD = 8192

Table = TextTable | SheetTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to read, and how; `header_row` 0 is no header."""

    path: str
    sheet: str | None
    encoding: str | None
    header_row: int | None
    expected: Sequence[str]
    custom: Mapping[str, str]
    language: str
    limits: Limits


def main() -> None:
    """Read one job, answer it, and end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked will end this process
    gc.disable()  # rows hold no circles
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    told = receive(incoming)
    job = Job(**{**told, "limits": Limits(**told["limits"])})
    speak(job.language)
    _restrict(job.limits)
    try:
        _answer(job, incoming, outgoing)
    except Fault as fault:
        send(outgoing, {"fault": fault.kind, "details": fault.details})
    except MemoryError:
        send(outgoing, {"fault": "memory", "details": {}})
    except OSError as error:
        send(outgoing, {"fault": "unreadable", "details": {"why": error.strerror or ""}})


def _restrict(limits: Limits) -> None:
    """Give this process a memory limit, and no core file; only Unix has them."""
    if os.name == "posix":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@contextmanager
def _watched(limits: Limits) -> Iterator[None]:
    """End this process if what is inside takes too long; waiting for the asker doesn't count."""
    if os.name != "posix":
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(job: Job, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
    with _watched(job.limits):
        table = _open(job)
        header = _header(job, table)
        head = _head(job, table, header)
    send(outgoing, head)
    try:
        recipe = pickle.loads(receive(incoming))
    except EOFError:  # nobody wants the rows
        return
    for batch in _batches(_customers(table, header), cleaner(recipe), job.limits):
        send(outgoing, batch)
    send(outgoing, [])


def _open(job: Job) -> Table:
    path = Path(job.path)
    with path.open("rb") as file:
        content = content_of(file.read(_HEAD))
    if content == WORKBOOK:
        return open_workbook(path, job.sheet, job.encoding, _has_header(job), job.limits)
    if content != TEXT:
        raise Fault("content", content=content)
    if job.sheet is not None:
        raise Fault("no_sheets", sheet=job.sheet)
    return open_text(path, job.encoding)


def _has_header(job: Job) -> HasHeader:
    def has_header(rows: Sequence[tuple[int, Row]]) -> bool:
        if job.header_row is not None:
            return True
        return find_header(rows, job.custom, job.expected) is not None

    return has_header


def _header(job: Job, table: Table) -> Header:
    """Return the header; without one, the letters of the columns and row 0."""
    first = list(islice(table.rows(), max(SEARCHED, job.header_row or 0)))
    if not any(cell != "" for _number, row in first for cell in row) and len(first) < SEARCHED:
        raise Fault("no_rows")
    width = max(len(row) for _number, row in first)
    if job.header_row == 0:
        return Header(tuple(column_letter(column) for column in range(width)), 0)
    if job.header_row is not None:
        rows = [row for number, row in first if number == job.header_row]
        if not rows:
            raise Fault("header_row", row=job.header_row)
        return Header(header_texts(rows[0], len(rows[0])), job.header_row)
    header = find_header(first, job.custom, job.expected)
    if header is None:
        raise Fault("no_header")
    return (
        header if isinstance(table, SheetTable) else header._replace(texts=_trimmed(header.texts))
    )


def _trimmed(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the header of a text file as wide as it is written: longer lines are told apart."""
    width = max(column for column, text in enumerate(texts, 1) if text)
    return texts[:width]


def _customers(table: Table, header: Header) -> Iterator[tuple[int, Row]]:
    titles = header.texts if header.row else ()
    for number, row in table.rows():
        if number > header.row and is_customer(row, titles):
            yield number, row


def _head(job: Job, table: Table, header: Header) -> dict[str, Any]:
    sample = list(islice(_customers(table, header), _SAMPLE))
    head = {
        "header": header.texts,
        "header_row": header.row or None,
        "sample": [(number, tuple(map(shown, row))) for number, row in sample],
        "encoding": table.encoding,
        "guessed": table.guessed,
    }
    if isinstance(table, TextTable):
        return head
    return head | {
        "name": table.name,
        "height": table.height - header.row,
        "hidden_sheets": table.hidden,
        "hidden_rows": table.look.hidden_rows,
        "complete": table.look.complete,
        "swapped": _swapped(job, table, header),
    }


def _swapped(job: Job, table: SheetTable, header: Header) -> tuple[int, ...]:
    """Return the columns that look swapped, among those that are called or begin like dates."""
    fields = map_headers(header.texts, job.custom)
    dates = DATE_FIELDS | set(job.custom.values())
    columns = {column for column, field in enumerate(fields) if field in dates}
    for _number, row in islice(_customers(table, header), _DATED):
        columns |= {column for column, cell in enumerate(row) if isinstance(cell, dt.date)}
    return swapped_columns((row for _number, row in _customers(table, header)), sorted(columns))


def _batches(
    rows: Iterator[tuple[int, Row]], clean: Cleaner, limits: Limits
) -> Iterator[list[tuple[Any, ...]]]:
    while True:
        with _watched(limits):
            batch = [_plain(clean(number, row)) for number, row in islice(rows, _BATCH)]
        if not batch:
            return
        yield batch


def _plain(row: CleanRow) -> tuple[Any, ...]:
    if not row.warnings and row.reject is None:
        return tuple(row)
    reject = None if row.reject is None else tuple(row.reject)
    return (*row[:4], [tuple(remark) for remark in row.warnings], reject, row.cells)


if __name__ == "__main__":
    main()
