import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.cells.dates import (
    Birthday,
    birthday_reader,
    read_birthday,
    read_date,
    read_moment,
    swapped_columns,
)
from cskh.cells.days import ORDERS, Order
from cskh.cells.reading import Cell
from cskh.model.clock import Clock

CLOCK = Clock.at(dt.datetime(2026, 12, 1, 10), ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.mark.parametrize(
    ("cell", "birthday"),
    [
        ("28/3/1990", "1990-03-28"),
        ("28-03-1990", "1990-03-28"),
        ("28.3.1990", "1990-03-28"),
        ("28 / 3 / 1990", "1990-03-28"),
        ("03/05/1990", "1990-05-03"),
        ("03/05/1990 00:00:00", "1990-05-03"),
        ("1990-05-03", "1990-05-03"),
        ("1990-05-03T00:00:00", "1990-05-03"),
        ("19900503", "1990-05-03"),
        ("03051990", "1990-05-03"),
        (19900503.0, "1990-05-03"),
        ("ngày 28 tháng 3 năm 1990", "1990-03-28"),
        ("28-Mar-1990", "1990-03-28"),
        (dt.date(1990, 5, 3), "1990-05-03"),
        (dt.datetime(1990, 5, 3, 8, 30), "1990-05-03"),
        ("28/3", "--03-28"),
        ("28 tháng 3", "--03-28"),
        ("--05-03", "--05-03"),
        ("29/2", "--02-29"),
        ("29/2/2000", "2000-02-29"),
        ("1990", "1990"),
        (1990.0, "1990"),
        ("28/3 dương lịch", "--03-28"),
        ("01/12/2026", "2026-12-01"),
    ],
)
def test_a_birthday_is_read_day_first(cell: Cell, birthday: str) -> None:
    assert read_birthday(cell, "dmy", CLOCK) == (Birthday(birthday), (), None)


@pytest.mark.parametrize("cell", [32964.0, "32964"])
def test_a_serial_number_of_excel_is_a_date(cell: Cell) -> None:
    assert read_birthday(cell, "dmy", CLOCK) == (Birthday("1990-04-01"), ("date_serial",), None)


@pytest.mark.parametrize(
    ("cell", "birthday"),
    [("13/2/25", "2025-02-13"), ("13/2/90", "1990-02-13"), ("28-Mar-27", "1927-03-28")],
)
def test_a_year_of_two_digits_is_the_last_such_year(cell: str, birthday: str) -> None:
    assert read_birthday(cell, "dmy", CLOCK) == (Birthday(birthday), ("short_year",), None)


@pytest.mark.parametrize(
    ("cell", "birthday"),
    [("15/8 âm lịch", "--08-15"), ("15/8/1990 (ÂL)", "1990-08-15"), ("15/8 al", "--08-15")]
    + [("30/2 âm", "--02-30"), ("15/4 nhuận âm", "--04-15"), ("15/8 a.l.", "--08-15")],
)
def test_a_lunar_mark_makes_it_a_lunar_birthday(cell: str, birthday: str) -> None:
    assert read_birthday(cell, "dmy", CLOCK) == (Birthday(birthday, lunar=True), (), None)


def test_a_lunar_column_has_lunar_days() -> None:
    assert read_birthday("30/2", "dmy", CLOCK, lunar=True).value == Birthday("--02-30", lunar=True)
    assert read_birthday("31/2", "dmy", CLOCK, lunar=True).problem


@pytest.mark.parametrize(
    "cell",
    ["01/01/2030", "02/12/2026", "2027", "01/01/1900", "01/01/1970", "01/01/2000", "1/1/1753"]
    + ["30/2", "29/2/2001", "31/4/1990", "03/25/1990", "5/1990", "abc", "#N/A", "1990-13-01"]
    + [
        True,
        dt.time(10),
        12.5,
        dt.date(1970, 1, 1),
        "1" * 100,
        float("nan"),
        -5.0,
        "25:99 1/1/1990",
    ],
)
def test_a_birthday_that_cannot_be_is_left_out_and_told(cell: Cell) -> None:
    reading = read_birthday(cell, "dmy", CLOCK)
    assert reading.value is None
    assert reading.problem


@pytest.mark.parametrize("cell", ["", "-", "0", 0.0, "00/00/0000", "0000-00-00 00:00:00", "?"])
def test_no_birthday_is_no_problem(cell: Cell) -> None:
    assert read_birthday(cell, "dmy", CLOCK) == (None, (), None)
    assert read_moment(cell, "dmy", CLOCK) == (None, (), None)


@pytest.mark.parametrize(
    ("order", "text", "real"),
    [
        ("dmy", "1990-05-03", "1990-05-03"),
        ("mdy", "1990-03-05", "1990-05-03"),
        ("swapped", "1990-05-03", "1990-03-05"),
    ],
)
def test_the_order_of_day_and_month(order: Order, text: str, real: str) -> None:
    assert read_date("03/05/1990", order, CLOCK).value == text
    assert read_date(dt.date(1990, 5, 3), order, CLOCK).value == real
    assert read_date("1990-05-03", order, CLOCK).value == "1990-05-03"


def test_a_real_date_that_cannot_be_swapped_stays() -> None:
    assert read_date(dt.date(1990, 5, 30), "swapped", CLOCK).value == "1990-05-30"


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("15/11/2026", "2026-11-14T17:00:00Z"),
        (dt.date(2026, 11, 15), "2026-11-14T17:00:00Z"),
        ("15/11/2026 09:30", "2026-11-15T02:30:00Z"),
        ("15/11/2026 9:30:15 CH", "2026-11-15T14:30:15Z"),
        ("15/11/2026 12:05 SA", "2026-11-14T17:05:00Z"),
        ("09:30 15/11/2026", "2026-11-15T02:30:00Z"),
        ("9h30 15/11/2026", "2026-11-15T02:30:00Z"),
        ("2026-11-15T09:30:00+07:00", "2026-11-15T02:30:00Z"),
        ("2026-11-15T02:30:00Z", "2026-11-15T02:30:00Z"),
        (dt.datetime(2026, 11, 15, 9, 30), "2026-11-15T02:30:00Z"),
    ],
)
def test_a_time_without_a_zone_is_the_projects(cell: Cell, moment: str) -> None:
    assert read_moment(cell, "dmy", CLOCK) == (moment, (), None)


def test_a_serial_number_has_a_time() -> None:
    assert read_moment(46341.5, "dmy", CLOCK) == ("2026-11-15T05:00:00Z", ("date_serial",), None)


def test_an_appointment_may_be_in_the_future() -> None:
    assert read_moment("5/1/27", "dmy", CLOCK).value == "2027-01-04T17:00:00Z"


@pytest.mark.parametrize("cell", ["28/3", "1990", "28/3/0090", "1/1/9999", "9999-12-31T23:00:00Z"])
def test_a_moment_needs_a_whole_date_of_our_time(cell: str) -> None:
    assert read_moment(cell, "dmy", CLOCK).problem


REAL = dt.date(1990, 5, 3)


@pytest.mark.parametrize(
    ("cells", "looks_swapped"),
    [
        ([REAL, "25/03/1990"], True),
        ([REAL, "25/03/1990", "", "-", "31-12-90"], True),
        ([REAL, "25/03/1990", dt.date(1990, 5, 13)], False),
        ([REAL, "25/03/1990", "03/05/1990"], False),
        ([REAL, REAL], False),
        (["25/03/1990", "26/03/1990"], False),
        (["Lan", "An"], False),
    ],
)
def test_a_column_looks_swapped_when_excel_took_what_it_could(
    cells: list[Cell], looks_swapped: bool
) -> None:
    rows = [("Lan", cell) for cell in cells]
    assert swapped_columns(rows, [0, 1]) == ((1,) if looks_swapped else ())


CELLS = (
    st.dates(dt.date(1800, 1, 1), dt.date(2300, 1, 1))
    | st.datetimes(dt.datetime(1800, 1, 1), dt.datetime(2300, 1, 1))
    | st.floats(0, 120_000)
    | st.text("0123456789/-.: âmlịchAPM", max_size=20)
    | st.dates().map(lambda day: f"{day.day}/{day.month}/{day.year % 100}")
)


@given(cell=CELLS, order=st.sampled_from(ORDERS))
def test_a_date_reads_the_same_again_without_repairs(cell: Cell, order: Order) -> None:
    for read in (read_date, read_moment):
        value = read(cell, order, CLOCK).value
        if value is not None:
            assert read(value, order, CLOCK) == (value, (), None)
    found = read_birthday(cell, order, CLOCK).value
    if found is not None:
        again = read_birthday(found.text, order, CLOCK, lunar=found.lunar)
        assert again == (found, (), None)


@given(
    cell=CELLS
    | st.dates().map(lambda day: f"{day:%d/%m/%Y}")
    | st.from_regex(r"[0-3]\d/[01]\d/19\d\d"),
    order=st.sampled_from(ORDERS),
    lunar=st.booleans(),
)
def test_the_quick_way_reads_birthdays_as_the_long_one(
    cell: Cell, order: Order, lunar: bool
) -> None:
    quick = birthday_reader(order, CLOCK, lunar=lunar)
    assert quick(cell) == read_birthday(cell, order, CLOCK, lunar=lunar)
