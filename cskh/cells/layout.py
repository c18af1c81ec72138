"""Where the table is in a sheet: its header among titles, and the rows that are no customers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cskh.cells.emails import is_plain_email
from cskh.cells.headers import key, map_headers
from cskh.cells.phones import is_plain_mobile
from cskh.cells.reading import Cell, Row, shown
from cskh.cells.texts import tidy
from cskh.model.folding import fold, unmark

SEARCHED = 15  # rows in which a header is looked for
_KEYS = frozenset({"pid", "phone", "email"})
_ENOUGH = _KEYS | {"name", "family_name", "given_name"}
# Folded and unmarked: totals, and what stands under a printed table.
_FOOTER = re.compile(
    r"(?:tong cong|tong so(?: khach(?: hang)?| kh)?|tong|cong|total|grand total|subtotal)"
    r"\s*(?:[:(=].*)?|.{0,30}\bngay \S{1,4} thang \S{1,4} nam \S{1,6}|nguoi lap(?: bieu| phieu)?"
    r"|\(?ky(?:,| va| ten).*|giam doc|ke toan truong"
)
_FOOTER_STARTS = frozenset(
    ["to", "tổ", "co", "cộ", "gr", "su", "ng", "ký", "ky", "(k", "gi", "kế", "ke"]
)


class Header(NamedTuple):
    """The columns' texts, the number of the row they end in, and how many fields they name."""

    texts: tuple[str, ...]
    row: int
    fields: int = 0


def column_letter(column: int) -> str:
    """Return what a spreadsheet calls a column, counted from 0: A, B, …, Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def find_column(wanted: str, texts: Sequence[str]) -> int | None:
    """Return the column with this header, else the one with this letter."""
    same = [i for i, text in enumerate(texts) if key(text) == key(wanted)]
    exact = [i for i in same if texts[i] == wanted]
    if same:
        return (exact or same)[0]
    letters = [column_letter(column) for column in range(len(texts))]
    return letters.index(wanted.upper()) if wanted.upper() in letters else None


def find_header(
    rows: Sequence[tuple[int, Row]],
    custom: Mapping[str, str] | None = None,
    expected: Sequence[str] = (),
) -> Header | None:
    """Return the header among the first rows: the row, or two rows, that names most fields.

    `expected` are header texts that are known to be in it.
    """
    best = None
    width = max((len(row) for _number, row in rows[:SEARCHED]), default=0)
    searched = [(number, header_texts(row, width)) for number, row in rows[:SEARCHED]]
    for place, (number, texts) in enumerate(searched):
        found = [texts, _joined(searched[place - 1][1], texts)] if place else [texts]
        for candidate in found:
            hits = _hits(candidate, custom, expected)
            if hits > (best.fields if best else 0):
                best = Header(candidate, number, hits)
    return best


def header_texts(row: Row, width: int = 0) -> tuple[str, ...]:
    """Return a row as header texts, filled up to a width with empty ones."""
    texts = (tidy(cell) if isinstance(cell, str) else shown(cell) for cell in row)
    return (*texts, *("" for _missing in range(width - len(row))))


def _joined(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    return tuple(below or above for above, below in zip(upper, lower, strict=True))


def _hits(texts: Sequence[str], custom: Mapping[str, str] | None, expected: Sequence[str]) -> int:
    """Count the fields that a row names, 0 if it can't be a header."""
    written = [text for text in texts if text]
    digits = sum(text.replace(".", "").isdigit() for text in written)
    if digits * 2 > len(written) or any(_is_contact(text) for text in written):
        return 0
    fields = {field for field in map_headers(texts, custom) if field is not None}
    wanted = {key(text) for text in expected} & {key(text) for text in written}
    if wanted:
        return len(fields) + len(wanted)
    if len(fields) == 1:
        return 1 if fields <= _KEYS and len(written) <= 2 else 0
    return len(fields) if fields & _ENOUGH else 0


def is_customer(row: Row, header: Sequence[str]) -> bool:
    """Say whether a row below the header may be a customer.

    It isn't if it is blank, repeats the header, or is a total or a signature.
    """
    for first in row:
        if first != "":
            break
    else:
        return False
    if not isinstance(first, str):
        return True
    if first in header or first[:1].isspace():
        return not (_is_blank(row) or _repeats(row, header))
    if first[:2].casefold() not in _FOOTER_STARTS and "ng" not in first:
        return True
    return not _is_footer(first, row)


def _is_blank(row: Row) -> bool:
    return all(isinstance(cell, str) and not cell.strip() for cell in row)


def _repeats(row: Row, header: Sequence[str]) -> bool:
    texts = header_texts(row)
    same = sum(text == title for text, title in zip(texts, header, strict=False) if text)
    return same >= 2 or same == sum(bool(text) for text in texts)


def _is_footer(first: str, row: Row) -> bool:
    if len(first) > 80 or _FOOTER.fullmatch(unmark(fold(tidy(first)))) is None:
        return False
    return not any(_is_contact(cell) for cell in row)


def _is_contact(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(is_plain_mobile(cell) or is_plain_email(cell))
