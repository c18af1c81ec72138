import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.policy.rates import Bucket, bucket


def full(rate: str) -> Bucket:
    made = bucket(rate, 0.0)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("rate", "at_once"), [("20/s", 20), ("1/s", 1), ("30/m", 1), ("120/m", 2), ("1000/h", 1),
                          ("1/d", 1)]
)  # fmt: skip
def test_what_may_leave_at_once_is_a_second_of_the_rate(rate: str, at_once: int) -> None:
    assert full(rate).allowed(0.0) == at_once
    assert full(rate).allowed(1e9) == at_once


@pytest.mark.parametrize(("rate", "seconds"), [("20/s", 0.05), ("30/m", 2.0), ("1/d", 86_400.0)])
def test_an_empty_bucket_says_when_it_holds_one_again(rate: str, seconds: float) -> None:
    tokens = full(rate)
    tokens.spend(tokens.allowed(0.0))
    assert tokens.until_next() == pytest.approx(seconds)
    assert tokens.allowed(seconds * 0.99) == 0
    assert tokens.allowed(seconds * 1.01) == 1


def test_without_a_rate_there_is_no_bucket() -> None:
    assert bucket(None, 0.0) is None


def test_a_bucket_goes_on_where_another_process_left_it() -> None:
    left = bucket("20/s", 100.0, (3.0, 99.5))
    assert left is not None
    assert left.allowed(100.0) == 13
    emptied = bucket("20/s", 100.0, (0.0, 100.0))
    assert emptied is not None
    assert emptied.allowed(100.0) == 0


def test_a_lower_rate_in_the_settings_counts_at_once() -> None:
    lowered = bucket("2/s", 100.0, (20.0, 100.0))
    assert lowered is not None
    assert lowered.allowed(100.0) == 2


def test_a_clock_that_is_put_back_gives_nothing_and_keeps_nobody_waiting() -> None:
    back = bucket("2/s", 100.0, (0.0, 5000.0))
    assert back is not None
    assert back.allowed(100.0) == 0
    assert back.allowed(101.0) == 2


@given(
    calls=st.lists(
        st.tuples(st.floats(0, 2), st.sampled_from("ab"), st.integers(0, 9)), max_size=60
    )
)
def test_processes_that_share_a_bucket_keep_its_rate_together(
    calls: list[tuple[float, str, int]],
) -> None:
    held, now, sent = None, 1000.0, 0
    for wait, _process, wanted in calls:
        now += wait
        tokens = bucket("3/s", now, held)
        assert tokens is not None
        leaving = min(wanted, tokens.allowed(now))
        held = (tokens.tokens - leaving, tokens.at)
        sent += leaving
    assert sent <= 3 * (now - 1000.0) + 3 + 1e-6


@given(waits=st.lists(st.floats(0, 5), min_size=1, max_size=50))
def test_over_any_time_no_more_leave_than_the_rate_and_one_burst(waits: list[float]) -> None:
    tokens, now, sent = full("3/s"), 0.0, 0
    for wait in waits:
        now += wait
        allowed = tokens.allowed(now)
        tokens.spend(allowed)
        sent += allowed
    assert sent <= 3 * now + 3 + 1e-6
