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


@given(waits=st.lists(st.floats(0, 5), min_size=1, max_size=50))
def test_over_any_time_no_more_leave_than_the_rate_and_one_burst(waits: list[float]) -> None:
    tokens, now, sent = full("3/s"), 0.0, 0
    for wait in waits:
        now += wait
        allowed = tokens.allowed(now)
        tokens.spend(allowed)
        sent += allowed
    assert sent <= 3 * now + 3 + 1e-6
