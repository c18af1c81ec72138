"""Dates and times in cells: real ones, texts, Excel's serial numbers, birthdays in part.

Dates become ISO texts, instants UTC texts as the store keeps them. A birthday may lack its year
(`--05-03`) or have nothing but it (`1990`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from cskh.cells.days import Day, Order, find_day, is_real
from cskh.cells.reading import NOTHING, Cell, Reading, Row, shown, unreadable
from cskh.cells.texts import is_error, means_nothing, tidy
from cskh.language import _
from cskh.model.clock import Clock
from cskh.model.folding import fold

_CLOCK = r"([0-9]{1,2})[:hg]([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?\s*(sa|ch|am|pm)?"
_TIME_LAST = re.compile(rf"(.*?)[\s,t]+{_CLOCK}")
_TIME_FIRST = re.compile(rf"{_CLOCK}[\s,]+(?:ngày )?(.*)")
_ISO_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[t ][0-9:.]+(?:z|[+-][0-9:]+)")
_PLAIN_DAY = re.compile(r"(0[1-9]|[12][0-9]|3[01])/(0[1-9]|1[0-2])/((?:19|20)[0-9]{2})")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_LUNAR = re.compile(r"\(?\b(?:âm lịch|am lich|âm|âl|al|a\.l)(?:\b\.?|(?<=l)\.)\)?")
_SOLAR = re.compile(r"\(?\b(?:dương lịch|duong lich|dương|dl)\b\.?\)?")
_LEAP_MONTH = re.compile(r"\(?\bnhuận\b\)?")
_TEXT_DATE = re.compile(r"\s*([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-](?:[0-9]{4}|[0-9]{2})\b")
_EPOCH = dt.datetime(1899, 12, 30)  # Excel counts a 29 February 1900 that never was
_SERIALS = range(61, 109_575)  # to the end of 2199
_YEARS = range(1900, 2200)
_PLACEHOLDERS = frozenset({"1900-01-01", "1970-01-01", "2000-01-01"})
_MOST = 60  # characters of a cell that can be a date


class Birthday(NamedTuple):
    """A birthday as text, and whether it is a day of the lunar calendar."""

    text: str
    lunar: bool = False


def read_date(cell: Cell, order: Order, clock: Clock) -> Reading:
    """Read a whole date as `1990-05-03`."""
    reading = _moment(cell, order, clock)
    if not isinstance(reading.value, dt.datetime):
        return reading
    return reading._replace(value=f"{reading.value:%Y-%m-%d}")


def read_moment(cell: Cell, order: Order, clock: Clock) -> Reading:
    """Read a date with or without a time, in the project's zone, as the store's UTC text."""
    reading = _moment(cell, order, clock)
    if not isinstance(reading.value, dt.datetime):
        return reading
    return reading._replace(value=clock.stored(reading.value))


def read_birthday(cell: Cell, order: Order, clock: Clock, *, lunar: bool = False) -> Reading:
    """Read a birthday; the value is a Birthday. `lunar` says that the column is one of lunar days.

    Births in the future and the dates that programs put in for none are left out.
    """
    try:
        text, lunar_mark = _birthday_text(cell)
        lunar = lunar or lunar_mark
        found, repairs = _birthday(cell if text is None else text, order, clock, lunar)
    except ValueError as problem:
        return unreadable(str(problem))
    if found is None:
        return NOTHING
    if reason := _impossible(found, clock.today):
        return unreadable(reason)
    return Reading(Birthday(found.text, lunar), repairs)


def birthday_reader(order: Order, clock: Clock, *, lunar: bool) -> Callable[[Cell], Reading]:
    """Return `read_birthday` for a column, which reads the two most common shapes at once."""
    if lunar or order == "swapped":
        return partial(read_birthday, order=order, clock=clock, lunar=lunar)
    today, day_first = clock.today.isoformat(), order == "dmy"

    def read(cell: Cell) -> Reading:
        text = ""
        if isinstance(cell, dt.date):
            text = cell.isoformat()[:10]
        elif day_first and isinstance(cell, str) and (match := _PLAIN_DAY.fullmatch(cell)):
            text = f"{match[3]}-{match[2]}-{match[1]}"
            if match[1] > "28" and not is_real(Day(int(match[3]), int(match[2]), int(match[1]))):
                text = ""
        if "1900" < text <= today and text not in _PLACEHOLDERS:
            return Reading(Birthday(text))
        return read_birthday(cell, order, clock)

    return read


def _birthday_text(cell: Cell) -> tuple[str | None, bool]:
    """Return a text without its calendar's name, and whether that was the lunar one."""
    if not isinstance(cell, str):
        return None, False
    text = _folded(cell)
    bare = _LEAP_MONTH.sub("", _LUNAR.sub("", text))
    return _SOLAR.sub("", bare).strip(), bare != text


def _birthday(
    cell: Cell, order: Order, clock: Clock, lunar: bool
) -> tuple[Day | None, tuple[str, ...]]:
    if isinstance(cell, float) and cell.is_integer() and (cell in _YEARS or cell > 10**6):
        cell = str(int(cell))
    if isinstance(cell, str):
        if means_nothing(cell):
            return None, ()
        if _SERIAL.fullmatch(cell) is None:
            day, _time = _apart(cell)
            found, short = find_day(day, order, clock.today.year, lunar=lunar)
            return found, ("short_year",) if short else ()
    reading = _moment(cell, order, clock)
    if reading.problem:
        raise ValueError(reading.problem)
    if reading.value is None:
        return None, ()
    return Day(reading.value.year, reading.value.month, reading.value.day), reading.repairs


def _impossible(found: Day, today: dt.date) -> str | None:
    if found.text in _PLACEHOLDERS:
        return _("A date that programs put in when there is none.")
    if found.year is None:
        return None
    if found.text > today.isoformat()[: len(found.text)]:
        return _("A birthday in the future.")
    return None if found.year in _YEARS else _("A birthday too long ago.")


def _moment(cell: Cell, order: Order, clock: Clock) -> Reading:
    """Read a cell as a local datetime."""
    try:
        return _found_moment(cell, order, clock)
    except ValueError as problem:
        return unreadable(str(problem))


def _found_moment(cell: Cell, order: Order, clock: Clock) -> Reading:
    if isinstance(cell, str):
        text = _folded(cell)
        if means_nothing(text):
            return NOTHING
        if _SERIAL.fullmatch(text) is None:
            return _written(text, order, clock)
        cell = float(text)
    if isinstance(cell, dt.date):
        return Reading(_in_time(_ordered(cell, order)))
    if isinstance(cell, float):
        if cell == 0:
            return NOTHING
        if _SERIALS.start <= cell < _SERIALS.stop:
            seconds = round((cell % 1) * 86400)
            day = _EPOCH + dt.timedelta(days=int(cell), seconds=seconds)
            return Reading(day, ("date_serial",))
    raise ValueError(_("{value} is no date.").format(value=shown(cell)))


def _folded(cell: str) -> str:
    if len(cell) > _MOST:
        raise ValueError(_("It is too long for a date."))
    text = fold(tidy(cell))
    if is_error(text.upper()):
        raise ValueError(_("The cell has an error."))
    return text


def _ordered(cell: dt.date, order: Order) -> dt.datetime:
    moment = cell if isinstance(cell, dt.datetime) else dt.datetime(cell.year, cell.month, cell.day)
    if order == "swapped" and moment.day <= 12:
        return moment.replace(day=moment.month, month=moment.day)
    return moment


def _in_time(moment: dt.datetime) -> dt.datetime:
    if moment.year not in _YEARS:
        raise ValueError(_("A year from another time."))
    return moment.replace(microsecond=0)


def _written(text: str, order: Order, clock: Clock) -> Reading:
    if _ISO_MOMENT.fullmatch(text):
        return Reading(_in_time(_local(text, clock)))
    day, time = _apart(text)
    found, short = find_day(day, order, clock.today.year + 50)
    if found.year is None or found.month is None or found.day is None:
        raise ValueError(_("The date lacks its day, month or year."))
    moment = dt.datetime.combine(dt.date(found.year, found.month, found.day), time)
    return Reading(_in_time(moment), ("short_year",) if short else ())


def _local(text: str, clock: Clock) -> dt.datetime:
    try:
        aware = dt.datetime.fromisoformat(text.upper().replace(" ", "T"))
        return aware.astimezone(clock.zone).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise ValueError(_("It is no date: dates are written day/month/year.")) from None


def _apart(text: str) -> tuple[str, dt.time]:
    """Part a date from the time before or after it; without one it is midnight."""
    if match := _TIME_LAST.fullmatch(text):
        return match[1], _time(match[2], match[3], match[4], match[5])
    if match := _TIME_FIRST.fullmatch(text):
        return match[5], _time(match[1], match[2], match[3], match[4])
    return text, dt.time()


def _time(hour: str, minute: str, second: str | None, half: str | None) -> dt.time:
    hours = int(hour)
    if half is not None and 1 <= hours <= 12:
        hours = hours % 12 + (12 if half in ("ch", "pm") else 0)
    try:
        return dt.time(hours, int(minute), int(second or 0))
    except ValueError:
        raise ValueError(_("It is no time of the day.")) from None


def swapped_columns(rows: Iterable[Row], columns: Iterable[int]) -> tuple[int, ...]:
    """Return the columns whose days and months Excel has swapped, as it looks.

    A sheet typed day first into an American Excel: what could be month/day became a real date
    (so its day is at most 12), the rest stayed text (so its day is above 12).
    """
    real: dict[int, bool] = dict.fromkeys(columns, False)
    text: dict[int, bool] = dict.fromkeys(real, False)
    for row in rows:
        for column in tuple(real):
            sign = _sign(row[column])
            if sign == "fine":
                del real[column]
            elif sign is not None:
                (real if sign == "real" else text)[column] = True
        if not real:
            break
    return tuple(column for column, seen in real.items() if seen and text[column])


def _sign(cell: Cell) -> str | None:
    """Say what a cell tells: `fine` clears its column."""
    if isinstance(cell, dt.date):
        return "real" if cell.day <= 12 else "fine"
    match = _TEXT_DATE.match(cell) if isinstance(cell, str) else None
    if match is None:
        return None
    return "text" if int(match[1]) > 12 else "fine"
