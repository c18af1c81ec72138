import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.policy.retries import MOST_ATTEMPTS, rest_after, wait_before

LONGEST = [60, 240, 900, 3600]


@given(st.integers(1, 10**9))
def test_waits_grow_from_a_minute_to_an_hour_and_end(number: int) -> None:
    waits = [wait_before(attempts, None, number) for attempts in range(1, MOST_ATTEMPTS + 2)]
    assert waits[4:] == [None, None]
    for wait, longest in zip(waits, LONGEST, strict=False):
        assert wait is not None
        assert max(60, longest * 3 / 4) <= wait <= longest


@pytest.mark.parametrize("attempts", [2, 3, 4])
def test_messages_that_failed_together_dont_come_back_together(attempts: int) -> None:
    waits = {wait_before(attempts, None, number) for number in range(200)}
    assert len(waits) > 40


@pytest.mark.parametrize(
    ("attempts", "asked_for", "seconds"),
    [(1, 0, 60), (1, 10, 60), (1, 3600, 3600), (4, 9000, 9000), (5, 3600, None)],
)
def test_a_provider_can_only_ask_for_longer_waits(
    attempts: int, asked_for: int, seconds: int | None
) -> None:
    assert wait_before(attempts, asked_for, 7) == seconds


@pytest.mark.parametrize(
    ("stopped_for", "seconds"), [(0, None), (299, None), (300, 300), (1200, 1200), (86400, 3600)]
)
def test_a_provider_that_loses_messages_rests_as_long_as_it_is_stopped(
    stopped_for: int, seconds: int | None
) -> None:
    assert rest_after(dt.timedelta(seconds=stopped_for)) == seconds
