import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.model.folding import fold, unaccent, unmapped, unmark

VOWELS = "aăâeêioôơuưy"
TONES = ["", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"]
LETTERS = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HUẾ", "huế"),
        ("ĐỨC", "đức"),
        (unicodedata.normalize("NFD", "Nguyễn"), "nguyễn"),
        ("STRASSE", "straße"),
    ],
)
def test_texts_that_differ_in_case_or_form_have_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Huê", "Huế"), ("hoà", "hòa"), ("D", "Đ")])
def test_texts_that_differ_in_letters_have_two_keys(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_a_key_is_its_own_key_in_every_form(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


@pytest.mark.parametrize("letter", LETTERS + [letter.upper() for letter in LETTERS])
def test_every_vietnamese_letter_loses_its_marks_and_keeps_its_case(letter: str) -> None:
    bare = unmark(letter)
    assert bare.isascii()
    assert len(bare) == 1
    assert bare.isupper() == letter.isupper()


@pytest.mark.parametrize("letter", "đðɖ")
def test_d_with_a_stroke_and_its_lookalikes_become_d(letter: str) -> None:
    assert unmark(letter) == "d"
    assert unmark(letter.upper()) == "D"


def test_what_has_no_marks_to_lose_is_kept_composed() -> None:
    assert unmark("한국 – ™") == "한국 – ™"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Chúc mừng “Đức” – nhận 50.000₫…", 'Chuc mung "Duc" - nhan 50.000d...'),
        ("gọi\xa0ngay ‘hôm nay’", "goi ngay 'hom nay'"),
        ("０９１２", "0912"),
        ("• một\u200b hai", "- mot hai"),
        ("20€ × 2 → 40", "20EUR x 2 -> 40"),
        ("plain text", "plain text"),
    ],
)
def test_a_text_for_a_plain_sms_is_ascii(text: str, sent: str) -> None:
    assert unaccent(text) == sent


def test_what_has_no_plain_form_stays_and_is_named_once() -> None:
    assert unaccent("Chúc mừng 🎂🎂 ☺") == "Chuc mung 🎂🎂 ☺"
    assert unmapped("Chúc mừng 🎂🎂 ☺") == "🎂☺"


@given(st.text(alphabet=st.sampled_from(LETTERS + ["đ", "Đ", " ", "–", "…"])))
def test_no_vietnamese_text_is_left_unmapped(text: str) -> None:
    assert unmapped(text) == ""
