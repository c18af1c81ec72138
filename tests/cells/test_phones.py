"""Numbers here are invented: the heads are real, the rest counts up or repeats."""

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cskh.cells.numbering import MOVED
from cskh.cells.phones import Phone, is_desk, is_plain_mobile, read_phone
from cskh.cells.reading import Cell

MOBILE_HEADS = ["032", "039", "052", "055", "059", "070", "079", "081", "087", "090", "099"]


@pytest.mark.parametrize(
    ("cell", "number", "repairs"),
    [
        ("0912345678", "0912345678", ()),
        ("0912 345 678", "0912345678", ()),
        ("0912.345.678", "0912345678", ()),
        ("(0912) 345-678", "0912345678", ()),
        ("0912 - 345 - 678", "0912345678", ()),
        ("'0912345678", "0912345678", ()),
        ("\u200e0912\xa0345\xa0678\ufeff", "0912345678", ()),
        (912345678.0, "0912345678", ("lost_zero",)),
        ("912345678", "0912345678", ("lost_zero",)),
        ("841234567", "0841234567", ("lost_zero",)),
        ("0849123456", "0849123456", ()),
        ("84841234567", "0841234567", ("country_code",)),
        ("84912345678", "0912345678", ("country_code",)),
        ("+84912345678", "0912345678", ("country_code",)),
        ("+84 (0)912 345 678", "0912345678", ("country_code",)),
        ("840912345678", "0912345678", ("country_code",)),
        ("0084912345678", "0912345678", ("country_code",)),
        ("084912345678", "0912345678", ("country_code",)),
        ("0+84912345678", "0912345678", ("country_code",)),
        ("+84+84912345678", "0912345678", ("country_code",)),
        ("01683456789", "0383456789", ("old_prefix",)),
        ("1683456789", "0383456789", ("lost_zero", "old_prefix")),
        (1683456789.0, "0383456789", ("lost_zero", "old_prefix")),
        ("+84 168 345 6789", "0383456789", ("country_code", "old_prefix")),
        ("0121.345.6789", "0793456789", ("old_prefix",)),
        ("01993456789", "0593456789", ("old_prefix",)),
        ("912345678.0", "0912345678", ("decimals", "lost_zero")),
        ("9.12345678E8", "0912345678", ("scientific", "lost_zero")),
        ("9.12345678E+08", "0912345678", ("scientific", "lost_zero")),
        ("０９１２３４５６７８", "0912345678", ("digits",)),
        ("Chị Lan 0912345678", "0912345678", ("label",)),
        ("0912345678 (Chị Lan)", "0912345678", ("label",)),
        ("Zalo0912345678", "0912345678", ("label",)),
        ("0912345678, gọi sau 5h", "0912345678", ("label",)),
        ("0912345678 nhà số 5", "0912345678", ("label",)),
    ],
)
def test_a_mobile_number_is_put_right(cell: Cell, number: str, repairs: tuple[str, ...]) -> None:
    assert read_phone(cell) == (Phone(number), repairs, None)


@pytest.mark.parametrize(("old", "new"), MOVED.items())
def test_each_head_of_eleven_digits_has_moved(old: str, new: str) -> None:
    assert read_phone(f"{old}3456789").value == Phone(f"{new}3456789")
    assert phonenumbers.is_valid_number(phonenumbers.parse(f"{new}3456789", "VN"))


def test_twenty_one_heads_have_moved() -> None:
    assert len(MOVED) == len(set(MOVED.values())) == 21


@pytest.mark.parametrize(
    ("cell", "number", "kind"),
    [
        ("02438221234", "02438221234", "landline"),
        ("(024) 3822 1234", "02438221234", "landline"),
        ("0236/3822222", "02363822222", "landline"),
        ("842363822222", "02363822222", "landline"),
        (2363822222.0, "02363822222", "landline"),
        ("19001234", "19001234", "hotline"),
        ("1800 599 920", "1800599920", "hotline"),
        (19001234.0, "19001234", "hotline"),
    ],
)
def test_landlines_and_hotlines_are_known(cell: Cell, number: str, kind: str) -> None:
    assert read_phone(cell).value == Phone(number, kind)


@pytest.mark.parametrize(
    "cell",
    ["0838221234", "08 3822 1234", "(08) 38221234", "(031) 3822123", "0301234567", "0721234567"],
)
def test_an_old_landline_that_looks_mobile_is_suspect(cell: str) -> None:
    reading = read_phone(cell)
    assert reading.value.kind == "suspect"
    assert reading.problem is not None


@pytest.mark.parametrize("header", ["ĐT bàn", "Điện thoại cố định", "SĐT VP", "Fax"])
def test_a_landline_column_makes_what_looks_like_an_old_one_suspect(header: str) -> None:
    assert is_desk(header)
    assert read_phone("0385123456", desk=True).value == Phone("0385123456", "suspect")
    assert read_phone("0912345678", desk=True).value == Phone("0912345678")
    assert read_phone(f"{header}: 0385123456").value.kind == "suspect"


def test_the_vice_of_a_name_is_no_landline() -> None:
    assert not is_desk("Điện thoại di động")


@pytest.mark.parametrize("cell", ["0951234567", "0501234567", "0801234567"])
def test_a_head_without_a_carrier_is_kept_and_told(cell: str) -> None:
    reading = read_phone(cell)
    assert reading.value == Phone(cell)
    assert reading.problem is not None


@pytest.mark.parametrize(
    "cell",
    ["0912345678/0987654321", "0912345678; 0987654321", "0912345678, 0987654321"]
    + ["0912345678 - 0987654321", "0912345678 0987654321", "0912345678\n0987654321"]
    + ["0912 345 678 0987 654 321", "09123456780987654321", "0912345678 hoặc 0987654321"]
    + ["0912345678-0987654321", "0912.345.678|+84 987 654 321", "912345678 & 987654321"],
)
def test_two_numbers_in_a_cell_are_two_numbers(cell: str) -> None:
    reading = read_phone(cell)
    assert reading.value == Phone("0912345678", "mobile", "0987654321")
    assert "two_numbers" in reading.repairs
    assert reading.problem is None


def test_the_mobile_of_two_numbers_comes_first() -> None:
    value = read_phone("02363822222 / 0912345678").value
    assert value == Phone("0912345678", "mobile", "02363822222")


@pytest.mark.parametrize(
    ("cell", "left"),
    [
        ("0912345678, 0987654321, 0905123456", "0905123456"),
        ("0912345678 / 79", "79"),
        ("0912345678 / 0987", "0987"),
        ("0912345678 / 00987654321", "00987654321"),
    ],
)
def test_what_is_left_over_is_told(cell: str, left: str) -> None:
    reading = read_phone(cell)
    assert reading.value.number == "0912345678"
    assert reading.value.extras == (left,)
    assert left in (reading.problem or "")


def test_the_same_number_twice_is_one_number() -> None:
    reading = read_phone("01683456789 / 0383456789")
    assert reading.value == Phone("0383456789")
    assert reading.repairs == ("old_prefix", "repeated_number")
    assert read_phone("0905123456/0912345678/0905123456").value.number == "0905123456"


@pytest.mark.parametrize(
    "cell",
    [
        "9.12E+08",
        "O912345678",
        "91234567O",
        "0912345O78",
        "0912abc345678",
        "00912345678",
        "0012345678",
        "8491234567",
        "091234567",
        "09123456789",
        "0438221234",
        "0511 3822822",
        "+1 650 253 0000",
        "+65 8123 4567",
        "113",
        "5656",
        "Chị Lan",
        "٠٩١٢٣٤٥٦٧٨",
        "#N/A",
        "+",
        "0" * 300 + "912345678",
        0.5,
        1e20,
        float("inf"),
        True,
    ],
)
def test_what_is_no_number_is_told_and_not_guessed(cell: Cell) -> None:
    reading = read_phone(cell)
    assert reading.value is None
    assert reading.problem


@pytest.mark.parametrize("cell", ["", "-", "0", "0000000000", "không có", "x", " ", 0.0])
def test_an_empty_cell_is_no_number_and_no_problem(cell: Cell) -> None:
    assert read_phone(cell) == (None, (), None)


def library_says_mobile(number: str) -> bool:
    try:
        parsed = phonenumbers.parse(number, "VN")
    except phonenumbers.NumberParseException:
        return False
    kind = phonenumbers.number_type(parsed)
    return parsed.country_code == 84 and bool(kind == phonenumbers.PhoneNumberType.MOBILE)


# Ranges that carriers use and the library's metadata does not know yet.
NEWER = ("052", "055", "087", "089", "099")


@pytest.mark.parametrize("first", range(10))
def test_the_quick_way_and_the_library_agree_on_every_prefix(first: int) -> None:
    for prefix in range(first * 1000, first * 1000 + 1000):
        for rest in ("123456", "777888"):
            number = f"{prefix:04d}{rest}"
            if library_says_mobile(number):
                assert read_phone(number).value == Phone(number, read_phone(number).value.kind)
                assert read_phone(number).value.kind in ("mobile", "suspect")
            elif is_plain_mobile(number):
                assert number.startswith(NEWER)


@given(
    head=st.sampled_from(MOBILE_HEADS),
    rest=st.text("0123456789", min_size=7, max_size=7),
    form=st.sampled_from(["{0}{1}", "+84{2}{1}", "84 {2} {1}", "{2}{1}", "{0}.{1}", "sđt {0}{1}"]),
)
def test_a_number_reads_the_same_however_it_is_written(head: str, rest: str, form: str) -> None:
    reading = read_phone(form.format(head, rest, head[1:]))
    assert reading.value == Phone(head + rest)
    assert read_phone(reading.value.number) == (reading.value, (), None)


@example("0..E0")
@given(st.text(alphabet="0123456789+-./ ,;()oOxEzđ ", max_size=40))
def test_whatever_was_read_reads_the_same_again_without_repairs(text: str) -> None:
    value, _repairs, problem = read_phone(text)
    if value is None:
        return
    again = read_phone(value.number)
    assert again.value == Phone(value.number, again.value.kind)
    assert again.repairs == ()
    assert problem is not None or again.problem is None


@given(st.one_of(st.text(), st.floats(allow_nan=False), st.booleans(), st.dates()))
def test_no_cell_is_too_strange(cell: Cell) -> None:
    reading = read_phone(cell)
    assert reading.value is None or reading.value.number.isdigit()
