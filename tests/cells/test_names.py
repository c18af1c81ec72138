import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.cells.names import gender_of_title, is_plain_name, read_name


@pytest.mark.parametrize(
    ("cell", "name", "repairs"),
    [
        ("Nguyễn Thị Minh Hằng", "Nguyễn Thị Minh Hằng", ()),
        ("  Nguyễn   Văn An ", "Nguyễn Văn An", ()),
        ("NGUYỄN VĂN AN", "Nguyễn Văn An", ("name_case",)),
        ("nguyễn văn an", "Nguyễn Văn An", ("name_case",)),
        ("NGUYEN VAN DUC", "Nguyen Van Duc", ("name_case",)),
        ("Nguyễn văn An", "Nguyễn văn An", ()),
        ("h’hen niê", "H’Hen Niê", ("name_case",)),
        ("Chị Lan Anh", "Lan Anh", ("title",)),
        ("CHỊ LAN", "Lan", ("title", "name_case")),
        ("Chị lan", "Lan", ("title", "name_case")),
        ("A.Tuấn", "Tuấn", ("title",)),
        ("Mr. John", "John", ("title",)),
        ("Bác sĩ Hùng", "Hùng", ("title",)),
        ("Anh BS. Hùng", "Hùng", ("title",)),
        ("anh/chị Lan", "Lan", ("title",)),
        ("Em Lan (sỉ) - Q7", "Lan (sỉ) - Q7", ("title",)),
        ("CÔNG TY TNHH MINH LONG", "CÔNG TY TNHH MINH LONG", ()),
        ("K", "K", ()),
    ],
)
def test_capitals_and_titles_are_put_right_and_nothing_else(
    cell: str, name: str, repairs: tuple[str, ...]
) -> None:
    assert read_name(cell) == (name, repairs, None)


@pytest.mark.parametrize(
    "name", ["Anh", "Anh Thư", "Bảo Anh 2", "Lan Anh", "A Phủ", "Chu Văn An", "Chị", "Chị 5"]
)
def test_a_name_that_sounds_like_a_title_stays(name: str) -> None:
    assert read_name(name) == (name, (), None)
    assert gender_of_title(name) is None


def test_another_unicode_form_is_counted() -> None:
    cell = unicodedata.normalize("NFD", "Nguyễn Đức")
    assert read_name(cell) == ("Nguyễn Đức", ("unicode_form",), None)


def test_a_name_with_lost_letters_is_left_out() -> None:
    reading = read_name("Nguy?n V?n ??c")
    assert reading.value is None
    assert reading.problem


@pytest.mark.parametrize(
    ("cell", "gender"),
    [("Chị Lan", "female"), ("ÔNG BÌNH", "male"), ("BS Hùng", None), ("Anh BS Hùng", "male")]
    + [("Anh/chị Lan", None), ("Em Lan", None), ("Nguyễn Thị Lan", None), ("C. Lan", "female")],
)
def test_a_title_tells_the_gender_and_a_name_does_not(cell: str, gender: str | None) -> None:
    assert gender_of_title(cell) == gender


WORDS = st.sampled_from(
    [
        "Nguyễn",
        "ĐỨC",
        "an",
        "Anh",
        "chị",
        "BS.",
        "Thư",
        "A.",
        "(sỉ)",
        "h’hen",
        "Bác",
        "sĩ",
        "-",
        "ÔNG",
        "12",
    ]
)


@given(st.lists(WORDS, max_size=5).map(" ".join) | st.text())
def test_a_name_reads_the_same_again_without_repairs(cell: str) -> None:
    value = read_name(cell).value
    if value is not None:
        assert read_name(value) == (value, (), None)


@given(st.lists(WORDS, max_size=5).map(" ".join))
def test_the_quick_way_takes_only_what_stays_as_it_is(cell: str) -> None:
    if is_plain_name(cell):
        assert read_name(cell + " ") == (cell, (), None)
        assert gender_of_title(cell + " ") is None
