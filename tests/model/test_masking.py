import pytest

from cskh.model.masking import masked, masked_within


@pytest.mark.parametrize(
    ("recipient", "shown"),
    [
        ("0900000678", "0900•••678"),
        ("02412345678", "0241•••678"),
        ("an@example.com", "a•••@example.com"),
        ("@example.com", "•••@example.com"),
        ("7210394857612", "7210•••612"),
        ("19001234", "1•••"),
        ("lan", "l•••"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_recipient_is_shown_in_part(recipient: str | None, shown: str) -> None:
    assert masked(recipient) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gọi 0900000678 nhé", "gọi 0900•••678 nhé"),
        ("0900000678,0900000679", "0900•••678,0900•••679"),
        ("+84900000678", "+849•••678"),
        ("84900000678", "8490•••678"),
        ("0900 000 678", "0900•••678"),
        ("0900.000.678", "0900•••678"),
        ("0900-000-678", "0900•••678"),
        ("số 1234567 thì không", "số 1234567 thì không"),
        ("2026-12-01T03:00:00Z", "2026-12-01T03:00:00Z"),
        ("mã 900000678001234567", "mã 900000678001234567"),
    ],
)
def test_phones_within_a_text_are_masked(text: str, shown: str) -> None:
    assert masked_within(text) == shown
