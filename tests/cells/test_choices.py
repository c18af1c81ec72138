import unicodedata

import pytest

from cskh.cells.choices import (
    KINDS,
    TYPES,
    read_choice,
    read_gender,
    read_tags,
    read_word,
    words_of,
)
from cskh.cells.reading import Cell

STATUSES = words_of(["Mới", "Quan tâm", "Sẽ tham gia", "Khách hàng", "Lost"])


@pytest.mark.parametrize(
    ("cell", "status", "repairs"),
    [
        ("Quan tâm", "Quan tâm", ()),
        (" Quan  tâm", "Quan tâm", ()),
        ("QUAN TÂM", "Quan tâm", ("spelling",)),
        ("se tham gia", "Sẽ tham gia", ("spelling",)),
        (unicodedata.normalize("NFD", "Mới"), "Mới", ("unicode_form",)),
    ],
)
def test_a_status_is_one_of_the_projects(cell: str, status: str, repairs: tuple[str, ...]) -> None:
    assert read_choice(cell, STATUSES) == (status, repairs, None)


def test_an_unknown_status_is_told_with_the_known_ones() -> None:
    reading = read_choice("Đang nghĩ", STATUSES)
    assert reading.value is None
    assert "Sẽ tham gia" in (reading.problem or "")


def test_missing_marks_are_not_put_back_where_two_words_are_meant() -> None:
    assert read_choice("ban", words_of(["Bán", "Bận"])).value is None


@pytest.mark.parametrize(
    ("cell", "gender"),
    [("Nam", "male"), ("NỮ", "female"), ("nu", "female"), ("Anh", "male"), ("Chị", "female")]
    + [("M", "male"), ("F", "female"), (1.0, "male"), (2.0, "female"), ("female", "female")]
    + [("Khác", None), ("", None), (0.0, None), ("không rõ", None)],
)
def test_genders_are_said_in_many_ways(cell: Cell, gender: str | None) -> None:
    assert read_gender(cell) == (gender, (), None)


def test_an_unknown_gender_is_told() -> None:
    assert read_gender("xyz").problem


def test_kinds_and_types_are_said_in_vietnamese() -> None:
    assert read_word("KH tiềm năng", KINDS).value == "lead"
    assert read_word("Doanh nghiệp", TYPES).value == "business"


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("VIP", ("VIP",)),
        ("VIP, Sỉ", ("VIP", "Sỉ")),
        ("VIP;sỉ|#Đà Nẵng\nVip", ("VIP", "sỉ", "Đà Nẵng")),
        ("VIP, -, x", ("VIP",)),
        ("-", None),
        ("", None),
        (2026.0, ("2026",)),
    ],
)
def test_tags_stand_between_commas_each_once(cell: Cell, tags: tuple[str, ...] | None) -> None:
    assert read_tags(cell) == (tags, (), None)


def test_a_tag_with_lost_letters_is_left_out_alone() -> None:
    reading = read_tags("VIP, S?m")
    assert reading.value == ("VIP",)
    assert reading.problem
