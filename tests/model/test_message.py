import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.model.message import is_gsm, segments

GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = "\f^{}\\[~]|€"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 459, 3),
        ("a" * 460, 4),
        ("à" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 159 + "€", 2),
        ("a" * 158 + "€", 1),
        # 153 septets a part, but € takes two and is never split: 152 and a hole.
        ("€" * 76 * 2, 2),
        ("€" * 76 * 2 + "a", 2),
        ("€" * 76 * 2 + "€", 3),
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ế" * 70, 1),
        ("ế" * 71, 2),
        ("ế" * 134, 2),
        ("ế" * 135, 3),
        ("ế" + "a" * 69, 1),
        ("ế" + "a" * 70, 2),
        ("€" * 70 + "ế", 2),
        ("🎂" * 35, 1),
        ("🎂" * 36, 2),
        # 67 units a part, and a pair of surrogates is never split: 66 and a hole.
        ("🎂" * 66, 2),
        ("🎂" * 66 + "a", 2),
        ("🎂" * 67, 3),
        ("ç", 1),
        ("ç" * 71, 2),
        ("`" * 71, 2),
        ("\xa0" * 71, 2),
    ],
)
def test_parts_are_counted_as_they_are_billed(text: str, parts: int) -> None:
    assert segments(text) == parts


def test_the_alphabet_is_the_standards() -> None:
    assert len(GSM) == 127  # the 128th is the escape to the extension
    assert is_gsm(GSM + GSM_TWICE)
    assert segments(GSM * 10) == -(-1270 // 153)


def test_marks_apart_from_their_letters_cost_more() -> None:
    text = "à" * 100
    assert segments(text) == 1
    assert segments(unicodedata.normalize("NFD", text)) == 3


letters = st.sampled_from("aeế€[🎂\n ")
texts = st.lists(st.builds(lambda char, n: char * n, letters, st.integers(1, 90))).map("".join)


@given(text=texts, char=letters, data=st.data())
def test_a_character_more_never_makes_fewer_parts(
    text: str, char: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(text)))
    assert segments(text[:place] + char + text[place:]) >= segments(text)


@given(text=st.text(min_size=1))
def test_every_text_has_a_part_and_none_is_free(text: str) -> None:
    units = len(text.encode("utf-16-le")) // 2
    assert 1 <= segments(text) <= max(1, -(-units // 66))
