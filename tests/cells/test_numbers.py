import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.cells.numbers import read_boolean, read_count, read_money, read_number
from cskh.cells.reading import Cell


@pytest.mark.parametrize(
    ("cell", "amount", "repairs"),
    [
        ("1.234.567", 1234567, ()),
        ("1,234,567", 1234567, ()),
        ("1 234 567", 1234567, ()),
        ("17.525.000", 17525000, ()),
        ("1.500", 1500, ()),
        ("1500", 1500, ()),
        (1500.0, 1500, ()),
        ("1.234.567,60", 1234568, ("rounded",)),
        (1500.4, 1500, ("rounded",)),
        ("0", 0, ()),
        (0.0, 0, ()),
        ("-500.000", -500000, ()),
        ("1.234.567đ", 1234567, ("currency",)),
        ("1.234.567 VNĐ", 1234567, ("currency",)),
        ("1.234.567₫", 1234567, ("currency",)),
        ("500k", 500000, ("money_unit",)),
        ("2tr5", 2500000, ("money_unit",)),
        ("1,5 triệu", 1500000, ("money_unit",)),
        ("2 tỷ", 2000000000, ("money_unit",)),
        ("350 nghìn đồng", 350000, ("currency", "money_unit")),
    ],
)
def test_money_is_read_as_vietnamese_sheets_write_it(
    cell: Cell, amount: float, repairs: tuple[str, ...]
) -> None:
    assert read_money(cell) == (amount, repairs, None)


@pytest.mark.parametrize(
    ("cell", "number"), [("7,5", 7.5), ("7.5", 7.5), ("12.345", 12345), (3.0, 3), ("0", 0)]
)
def test_a_number_may_have_either_decimal_mark(cell: Cell, number: float) -> None:
    assert read_number(cell).value == number


@pytest.mark.parametrize("cell", ["-", "", "không có", "n/a", "?"])
def test_an_empty_amount_is_nothing_and_no_zero(cell: str) -> None:
    assert read_money(cell) == (None, (), None)


@pytest.mark.parametrize(
    "cell", ["abc", "1.23.4567", "1e5", "٣", "12abc", True, float("nan"), 1e300, "9" * 60]
)
def test_what_is_no_number_is_told(cell: Cell) -> None:
    reading = read_number(cell)
    assert reading.value is None
    assert reading.problem


def test_things_are_counted_in_whole_numbers() -> None:
    assert read_count(3.0).value == 3
    assert read_count("2,5").problem
    assert read_count("-1").problem
    assert read_count("-") == (None, (), None)


def test_words_for_money_are_no_numbers() -> None:
    assert read_number("500k").value is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [("Có", True), ("x", True), ("✓", True), (1.0, True), (True, True), ("yes", True)]
    + [("Không", False), ("0", False), (0.0, False), (False, False), ("chưa", False)],
)
def test_yes_and_no(cell: Cell, value: bool) -> None:
    assert read_boolean(cell) == (value, (), None)


def test_an_empty_answer_is_neither_yes_nor_no() -> None:
    assert read_boolean("-") == (None, (), None)
    assert read_boolean("có lẽ").problem


@given(st.text(alphabet="0123456789., -ktrđ") | st.floats())
def test_an_amount_reads_the_same_again_without_repairs(cell: Cell) -> None:
    value = read_money(cell).value
    if value is not None:
        assert read_money(value) == (value, (), None)
