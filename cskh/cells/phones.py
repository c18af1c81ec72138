"""Phone numbers as people type them and Excel mangles them: from a cell to one or two numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from cskh.cells.numbering import KINDS, MOBILE, Number, find_number
from cskh.cells.reading import NOTHING, Cell, Reading, shown, unreadable
from cskh.cells.texts import is_error, means_nothing
from cskh.language import _

# Mobile numbers that nothing has to be done to: heads with a carrier, but for 0838 and 0839, which
# the old landlines of Ho Chi Minh City share.
is_plain_mobile = re.compile(
    r"0(?:(?:3[2-9]|5[25689]|7[06-9]|8[124-9]|9[0-46-9])[0-9]|83[0-7])[0-9]{6}"
).fullmatch
_SEPARATORS = str.maketrans("", "", " .-–—_()·:*'\t")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SCIENTIFIC = re.compile(r"[0-9]+\.?[0-9]*[eE][+-]?[0-9]{1,2}")
_DECIMALS = re.compile(r"([0-9]{8,12})\.0+")
_BETWEEN = re.compile(r"[/\\,;|&\n\r]|\s[-–—]+\s|\b(?:hoặc|hoac|và|va|or|and)\b", re.IGNORECASE)
_RUN = re.compile(r"[+(]*[0-9](?:[0-9 .()+\-–—_·:*'\t]*[0-9])?")
_JOINED = re.compile(r"(0[35789][0-9]{8})(0[35789][0-9]{8})")
_DESK = re.compile(r"cố định|co dinh|bàn|\bban\b|\bvp\b|văn phòng|cơ quan|fax", re.IGNORECASE)
_AREA_FIRST = re.compile(r"\(0[0-9]{1,3}\)|0[0-9][ .\-][0-9]")
_LEAST = 8  # digits of the shortest number: a hotline
_MOST = 200  # characters of a cell that can be about phone numbers


class Phone(NamedTuple):
    """The numbers of one cell: the first with its kind, the second, and what was left over."""

    number: str
    kind: str = MOBILE
    second: str | None = None
    extras: tuple[str, ...] = ()


def is_desk(text: str) -> bool:
    """Say whether a header or a cell speaks of a landline."""
    return _DESK.search(text) is not None


def read_phone(cell: Cell, *, desk: bool = False) -> Reading:
    """Read a phone cell; the value is a Phone whose numbers are written `0912345678`.

    `desk` says that the column is one of landlines.
    """
    if not desk and (quick := _quick(cell)) is not None:
        return quick
    try:
        text, repairs = _text(cell)
        if means_nothing(text):
            return NOTHING
        return _read(text, repairs, desk or is_desk(text))
    except ValueError as problem:
        return unreadable(str(problem))


def _quick(cell: Cell) -> Reading | None:
    """Read the shapes that nearly all cells have, as the long way would."""
    repairs: tuple[str, ...]
    if isinstance(cell, float):
        number, repairs = f"0{cell:.0f}" if cell.is_integer() else "", ("lost_zero",)
    elif not isinstance(cell, str):
        return None
    elif is_plain_mobile(cell):
        return Reading(Phone(cell))
    else:
        number, repairs = cell.translate(_SEPARATORS), ()
        if number.startswith("+84"):
            number, repairs = "0" + number[3:], ("country_code",)
        elif _AREA_FIRST.match(cell):
            return None
    return Reading(Phone(number), repairs) if is_plain_mobile(number) else None


def _text(cell: Cell) -> tuple[str, tuple[str, ...]]:
    if isinstance(cell, float) and cell.is_integer() and 0 <= cell < 1e14:
        return str(int(cell)), ()
    if not isinstance(cell, str):
        raise ValueError(_("{value} is no phone number.").format(value=shown(cell)))
    if len(cell) > _MOST:
        raise ValueError(_("It is too long for a phone number."))
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", cell)).strip().lstrip("'")
    if is_error(text):
        raise ValueError(_("The cell has an error."))
    if _SCIENTIFIC.fullmatch(text):
        return _unscientific(text), ("scientific",)
    if cut := _DECIMALS.fullmatch(text):
        return cut[1], ("decimals",)
    wide = any(char.isdigit() and not char.isascii() for char in cell)
    return text, ("digits",) if wide else ()


def _unscientific(text: str) -> str:
    number = Decimal(text)
    if len(number.as_tuple().digits) < 9 or number != number.to_integral_value():
        raise ValueError(_("Excel has shortened the number: its last digits are lost."))
    return str(int(number))


def _read(text: str, repairs: tuple[str, ...], desk: bool) -> Reading:
    pieces, leftover = _pieces(text)
    numbers, wrong = _numbers(pieces, desk)
    if not numbers:
        raise ValueError(wrong[0][1])
    first_of = {number.digits: number for number in reversed(numbers)}
    several = [first_of[digits] for digits in dict.fromkeys(n.digits for n in numbers)]
    several.sort(key=lambda number: KINDS.index(number.kind))
    first, second = several[0], several[1] if len(several) > 1 else None
    extras = (*(n.digits for n in several[2:]), *(piece for piece, _why in wrong), *leftover)
    kept = Phone(first.digits, first.kind, second.digits if second else None, extras)
    made = [*repairs, *_repairs(numbers, several)]
    if any(char.isalpha() for char in text) and "scientific" not in repairs:
        made.append("label")
    return Reading(kept, tuple(dict.fromkeys(made)), _doubts(first, extras))


def _repairs(numbers: list[Number], several: list[Number]) -> Iterator[str]:
    for number in several[:2]:
        yield from number.repairs
    if len(several) > 1:
        yield "two_numbers"
    if len(several) < len(numbers):
        yield "repeated_number"


def _doubts(first: Number, extras: tuple[str, ...]) -> str | None:
    left = _("{numbers} was left out.").format(numbers=", ".join(extras)) if extras else None
    return " ".join(doubt for doubt in (first.doubt, left) if doubt) or None


def _numbers(pieces: list[str], desk: bool) -> tuple[list[Number], list[tuple[str, str]]]:
    """Return the numbers among the pieces, and the other pieces with what is wrong with them."""
    numbers, wrong = [], []
    for piece in pieces:
        try:
            numbers.append(_number(piece, desk))
        except ValueError as problem:
            wrong.append((piece.strip(), str(problem)))
    return numbers, wrong


def _count(text: str) -> int:
    return sum(char in "0123456789" for char in text)


def _pieces(text: str) -> tuple[list[str], list[str]]:
    """Split a cell where numbers end; a separator inside one number doesn't end it."""
    parts = [part.strip() for part in _BETWEEN.split(text)]
    long = [part for part in parts if _count(part) >= _LEAST]
    if not long:
        return [text.replace("/", " ").replace(",", " ")], []
    short = [part for part in parts if 0 < _count(part) < _LEAST and not _has_letters(part)]
    return [number for part in long for number in _runs(part)], short


def _has_letters(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _runs(part: str) -> Iterable[str]:
    """Split two numbers with nothing but a space or a dash between them."""
    if _count(part) < 18:
        return [part]
    if joined := _JOINED.fullmatch(part.translate(_SEPARATORS)):
        return joined.groups()
    for gap in re.finditer(r"[ .\-–—_\t]+", part):
        left, right = part[: gap.start()], part[gap.end() :]
        if 9 <= _count(left) <= 12 and _count(right) >= 9:
            return [left, *_runs(right)]
    return [part]


def _number(piece: str, desk: bool) -> Number:
    run = _RUN.search(piece)
    if run is None:
        raise ValueError(_("There is no number in it."))
    dialled = run[0].translate(_SEPARATORS)
    before, after = piece[: run.start()], piece[run.end() :]
    touched = before[-1:].isalpha() or after[:1].isalpha()
    if _count(dialled) < _LEAST and _count(after):
        raise ValueError(_("There are letters between the digits."))
    number = find_number(dialled, desk=desk or _AREA_FIRST.match(run[0]) is not None)
    if touched and "lost_zero" in number.repairs:  # the letter may stand for a digit: O912345678
        raise ValueError(_("There are letters between the digits."))
    return number
