import pytest

from cskh.policy.retries import MOST_ATTEMPTS, wait_before


@pytest.mark.parametrize(
    ("attempts", "asked_for", "seconds"),
    [
        (1, None, 60),
        (2, None, 240),
        (3, None, 900),
        (4, None, 3600),
        (5, None, None),
        (6, None, None),
        (1, 10, 60),
        (1, 0, 60),
        (1, 3600, 3600),
        (5, 3600, None),
    ],
)
def test_waits_grow_from_a_minute_to_an_hour_and_end(
    attempts: int, asked_for: int | None, seconds: int | None
) -> None:
    assert wait_before(attempts, asked_for) == seconds


def test_a_message_is_tried_five_times() -> None:
    waits = [wait_before(attempts, None) for attempts in range(1, MOST_ATTEMPTS + 1)]
    assert [wait is not None for wait in waits] == [True] * 4 + [False]
