"""Reads text files with cells: CSV, TSV and their kin, in Unicode and the encodings before it."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cskh.cells.delimiters import declared_delimiter, find_delimiter
from cskh.cells.encodings import ENCODINGS, encoding_by_mark, guess_bytes
from cskh.cells.reading import Row
from cskh.edge.sheets_frames import Fault

_CHUNK = 2**20
_HEAD = 2**16  # characters in which the delimiter is looked for
_LINES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A text file as a table; a `guessed` encoding is one that looks right."""

    path: Path
    encoding: str
    guessed: bool
    delimiter: str
    declared: bool

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Yield the records, each with the line it starts in; raises Fault."""
        codec, converted = ENCODINGS[self.encoding]
        with self.path.open(encoding=codec, errors="replace", newline="") as file:
            skipped = len(list(islice(file, int(self.declared))))
            reader, line = csv.reader(file, delimiter=self.delimiter), skipped + 1
            try:
                for record in reader:
                    yield line, _converted(record, converted)
                    line = reader.line_num + skipped + 1
            except csv.Error:
                raise Fault("field", line=line) from None


def _converted(record: list[str], converted: Callable[[str], str]) -> Row:
    return tuple(cell if cell.isascii() else converted(cell) for cell in record)


def open_text(path: Path, encoding: str | None) -> TextTable:
    """Find out how a text file is to be read; raises Fault if its encoding can't be told."""
    known = encoding or _unicode(path)
    found = known or _guessed(path)
    codec, _converted_by = ENCODINGS[found]
    with path.open(encoding=codec, errors="replace", newline="") as file:
        head = file.read(_HEAD).splitlines(keepends=True)
    declared = declared_delimiter(head[0]) if head else None
    delimiter = declared or find_delimiter(head[:_LINES])
    table = TextTable(
        path=path,
        encoding=found,
        guessed=known is None,
        delimiter=delimiter,
        declared=declared is not None,
    )
    _check_quotes(table)
    return table


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _unicode(path: Path) -> str | None:
    """Return the Unicode encoding of a file, if it has one; the whole file must agree."""
    with path.open("rb") as file:
        marked = encoding_by_mark(file.read(_CHUNK))
    if marked is not None:
        return marked
    decode = codecs.getincrementaldecoder("utf-8")().decode
    try:
        for chunk in _chunks(path):
            decode(chunk)
    except UnicodeDecodeError:
        return None
    return "utf-8"  # the end may be cut off in the middle of a letter


def _guessed(path: Path) -> str:
    """Return the legacy encoding of a file, judged by the first part that has such letters."""
    for chunk in _chunks(path):
        if not chunk.isascii():
            if (encoding := guess_bytes(chunk)) is None:
                break
            return encoding
    raise Fault("encoding")


def _check_quotes(table: TextTable) -> None:
    """Refuse a file whose last quote is never closed: it would swallow the rest of the rows."""
    if sum(chunk.count(b'"') for chunk in _chunks(table.path)) % 2 == 0:
        return
    last = 1
    for line, _record in table.rows():
        last = line
    codec, _converted_by = ENCODINGS[table.encoding]
    with table.path.open(encoding=codec, errors="replace", newline="") as file:
        rest = islice(file, last - 1, None)
        try:
            for _record in csv.reader(rest, delimiter=table.delimiter, strict=True):
                pass
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise Fault("quote", line=last) from None
