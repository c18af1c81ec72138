import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.cells.reading import Broken, Cell, shown
from cskh.cells.texts import is_error, is_simple, means_nothing, read_lines, read_text, unscrambled

NAME = "Nguyễn Văn Đức"


@pytest.mark.parametrize(
    "text",
    ["", "-", "--", "–", "0", "000", "00/00/0000", "Không có", "n/a", "N/A", "chưa có", "x", "?"]
    + ["…".replace("…", "..."), "null", "(trống)", "_", "0.0"],
)
def test_texts_for_nothing_are_empty(text: str) -> None:
    assert means_nothing(text)
    assert read_text(text).value is None
    assert read_text(f" {text} ").problem is None


@pytest.mark.parametrize("text", ["Xuân", "Na", "Khôi", "0x1", "10", "-5", "Không Có Gì"])
def test_texts_that_only_begin_like_nothing_are_kept(text: str) -> None:
    assert read_text(text).value == text


PIECES = ["Không", "không có", "CHƯA CÓ", "n/a", "x", "K", "Kh", "null", "(none)", "ko", "trống"]


@given(st.lists(st.sampled_from([*PIECES, "Tổ 5", "12", "á»…", "é", "’"]) | st.text(), max_size=4))
def test_the_quick_way_takes_only_what_stays_as_it_is(pieces: list[str]) -> None:
    text = " ".join(pieces)
    if is_simple(text):
        assert read_text(f"{text} ") == (text, (), None)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (1001.0, "1001"),
        (1.5, "1.5"),
        (True, "TRUE"),
        (dt.date(1990, 5, 3), "03/05/1990"),
        (dt.datetime(1990, 5, 3, 10, 30), "03/05/1990 10:30"),
        (dt.time(10, 30), "10:30:00"),
    ],
)
def test_other_cells_are_read_as_people_see_them(cell: Cell, value: str) -> None:
    assert read_text(cell).value == value


def test_a_broken_cell_shows_what_the_spreadsheet_shows() -> None:
    assert shown(Broken("error", "#N/A")) == "#N/A"


@pytest.mark.parametrize("text", ["  Hà   Nội ", "Hà\xa0Nội", "Hà\tNội\n", "\ufeffHà Nội\u200b"])
def test_spaces_and_invisible_characters_go_without_being_counted(text: str) -> None:
    assert read_text(text) == ("Hà Nội", (), None)


def test_another_unicode_form_is_a_repair() -> None:
    assert read_text(unicodedata.normalize("NFD", NAME)) == (NAME, ("unicode_form",), None)


@pytest.mark.parametrize("codec", ["latin-1", "cp1252", "cp1258"])
def test_utf8_that_was_read_as_something_else_is_read_again(codec: str) -> None:
    scrambled = "".join(
        bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in NAME.encode()
    )
    assert read_text(scrambled) == (NAME, ("mojibake",), None)


def test_what_went_wrong_twice_is_read_twice() -> None:
    twice = NAME.encode().decode("latin-1").encode().decode("latin-1")
    assert unscrambled(twice) == NAME


@pytest.mark.parametrize("text", ["XÃ HÒA", "Tú", "PHÃ ÀN", "à la carte", "Ã"])
def test_real_letters_are_not_taken_for_scrambled_ones(text: str) -> None:
    assert read_text(text) == (text, (), None)


@pytest.mark.parametrize("text", ["Nguy?n Văn An", "Nguy\ufffdn", "Nguyá»n VÄn"])
def test_lost_letters_are_left_out_and_told(text: str) -> None:
    reading = read_text(text)
    assert reading.value is None
    assert reading.problem is not None


@pytest.mark.parametrize("text", ["Khỏe không?", "https://cskh.vn/a?b=c", "? An"])
def test_a_question_mark_elsewhere_is_a_question_mark(text: str) -> None:
    assert read_text(text) == (text, (), None)


@pytest.mark.parametrize("text", ["#N/A", " #REF! ", "#######", "#NAME?"])
def test_an_error_written_as_text_is_told(text: str) -> None:
    assert is_error(text.strip())
    assert read_text(text).problem is not None


def test_a_tag_with_a_hash_is_no_error() -> None:
    assert read_text("#vip") == ("#vip", (), None)


def test_a_note_keeps_its_lines() -> None:
    assert read_lines(" gọi  lại\r\n thứ hai ").value == "gọi lại\nthứ hai"
    assert read_text("gọi lại\r\nthứ hai").value == "gọi lại thứ hai"


@given(st.text())
def test_what_was_read_reads_the_same_again_without_repairs(text: str) -> None:
    for read in (read_text, read_lines):
        value, _repairs, problem = read(text)
        if value is not None:
            assert problem is None
            assert read(value) == (value, (), None)


@given(st.text(alphabet="Nguyễn Đức ÃÄáº»¡©\x85\x90ƒ?#-x0"))
def test_what_was_unscrambled_reads_the_same_again(text: str) -> None:
    value = read_text(text).value
    if value is not None:
        assert read_text(value) == (value, (), None)
