"""Numbers, money and yes or no, as Vietnamese sheets write them: `1.234.567`, `500k`, `2tr5`."""

from __future__ import annotations

import re

from cskh.cells.reading import NOTHING, Cell, Reading, shown, unreadable
from cskh.cells.texts import means_nothing, tidy
from cskh.language import _
from cskh.model.folding import fold

_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,' ])[0-9]{3})(?:\1[0-9]{3})*(?:[.,][0-9]{1,2})?")
_DECIMAL = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_CURRENCY = re.compile(r"(?:vnđ|vnd|đồng|dong|đ|₫)\.?$")
_SHORT = re.compile(r"([0-9]+(?:[.,][0-9]+)?) ?(k|nghìn|ngàn|ng|tr|triệu|tỷ|tỉ)([0-9]?)")
_UNITS = {"k": 10**3, "nghìn": 10**3, "ngàn": 10**3, "ng": 10**3} | {
    "tr": 10**6,
    "triệu": 10**6,
    "tỷ": 10**9,
    "tỉ": 10**9,
}
_YES = frozenset({"có", "co", "yes", "y", "true", "1", "x", "v", "✓", "✔", "☑", "đúng", "rồi"})
_NO = frozenset({"không", "khong", "ko", "k", "no", "n", "false", "0", "sai", "chưa"})
_HIGHEST = 10**15  # beyond it Excel has lost digits
_MOST = 40  # characters of a cell that can be a number


def read_number(cell: Cell) -> Reading:
    """Read a number, a whole one as int; 0 is a number here and not an empty cell."""
    return _read(cell, money=False)


def read_money(cell: Cell) -> Reading:
    """Read whole đồng: `1.234.567đ`, `500k`, `2tr5`; a lone `1.500` is 1500."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _HIGHEST:
        return Reading(int(cell))
    value, repairs, problem = _read(cell, money=True)
    if isinstance(value, float):
        return Reading(round(value), (*repairs, "rounded"))
    return Reading(value, repairs, problem)


def read_count(cell: Cell) -> Reading:
    """Read a number of things: whole and not below 0."""
    reading = _read(cell, money=False)
    if isinstance(reading.value, float) or (reading.value is not None and reading.value < 0):
        return _wrong(cell)
    return reading


def _read(cell: Cell, *, money: bool) -> Reading:
    if isinstance(cell, bool):
        return _wrong(cell)
    if isinstance(cell, int | float):
        return _kept(cell, (), cell)
    if not isinstance(cell, str) or len(cell) > _MOST:
        return _wrong(cell)
    text = fold(tidy(cell))
    if means_nothing(text) and not any(char == "0" for char in text):
        return NOTHING
    plain = _CURRENCY.sub("", text).strip() if money else text
    repairs = ("currency",) if plain != text else ()
    sign, plain = (-1, plain[1:].strip()) if plain[:1] in ("-", "−") else (1, plain)
    if (value := _plain(plain)) is not None:
        return _kept(sign * value, repairs, cell)
    if money and (value := _in_words(plain)) is not None:
        return _kept(sign * value, (*repairs, "money_unit"), cell)
    return _wrong(cell)


def _wrong(cell: Cell) -> Reading:
    return unreadable(_("{value} is no number.").format(value=shown(cell)))


def _kept(value: float, repairs: tuple[str, ...], cell: Cell) -> Reading:
    if not abs(value) < _HIGHEST:  # NaN is no number either
        return _wrong(cell)
    return Reading(int(value) if value == int(value) else value, repairs)


def _plain(text: str) -> float | None:
    """Return a number in digits; the last mark before one or two digits is the decimal one."""
    if _GROUPED.fullmatch(text):
        tail = re.search(r"[.,]([0-9]{1,2})$", text)
        whole = text[: tail.start()] if tail else text
        return float(re.sub(r"[^0-9]", "", whole) + (f".{tail[1]}" if tail else ""))
    return float(text.replace(",", ".")) if _DECIMAL.fullmatch(text) else None


def _in_words(text: str) -> float | None:
    match = _SHORT.fullmatch(text)
    if match is None:
        return None
    unit = _UNITS[match[2]]
    rest = int(match[3] or 0) * unit // 10  # 2tr5 is two and a half million
    return round(float(match[1].replace(",", ".")) * unit) + rest


def read_boolean(cell: Cell) -> Reading:
    """Read yes or no; a lone `x` ticks the cell."""
    if isinstance(cell, bool):
        return Reading(cell)
    text = fold(tidy(shown(cell)))
    if text in _YES:
        return Reading(True)
    if text in _NO:
        return Reading(False)
    if means_nothing(text):
        return NOTHING
    return unreadable(_("{value} is neither yes nor no.").format(value=shown(cell)))
