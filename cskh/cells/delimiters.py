"""What stands between the cells of a text file: counted on our own, csv.Sniffer guesses wrong."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from statistics import median_low

from cskh.cells.layout import find_header

DELIMITERS = (",", ";", "\t", "|")
_DECLARED = re.compile(r"sep=(.)\s*", re.IGNORECASE | re.DOTALL)


def declared_delimiter(line: str) -> str | None:
    """Return the delimiter that Excel's first line `sep=;` declares."""
    match = _DECLARED.fullmatch(line)
    return match[1] if match else None


def find_delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter by which the first lines have the best header, then most cells."""
    return max(DELIMITERS, key=lambda delimiter: _merit(lines, delimiter))


def _merit(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    rows = list(enumerate(csv.reader(lines, delimiter=delimiter), 1))
    header = find_header(rows)
    width = median_low([len(row) for _number, row in rows if row] or [0])
    return (header.fields if header else 0, width)
