import pytest

from cskh.model.message import Channel, Purpose
from cskh.model.settings import Policy
from cskh.policy.caps import most, windows
from tests.sample import at

AD = (Channel.SMS, Purpose.ADVERTISING)


@pytest.mark.parametrize(
    ("cap", "allowed", "since"),
    [
        ("3/24h", 3, "2026-11-30T03:00:00Z"),
        ("5/d", 5, "2026-11-30T03:00:00Z"),
        ("1/7d", 1, "2026-11-24T03:00:00Z"),
        ("2/90m", 2, "2026-12-01T01:30:00Z"),
        ("0/h", 0, "2026-12-01T02:00:00Z"),
    ],
)
def test_a_cap_is_a_number_in_a_rolling_span(cap: str, allowed: int, since: str) -> None:
    policy = Policy(caps={"advertising": {Channel.SMS: cap}})
    assert most(policy, AD) == allowed
    assert list(windows(policy, [AD], at("2026-12-01T10:00"))) == [(*AD, since)]


def test_what_has_no_cap_is_not_counted() -> None:
    care = (Channel.SMS, Purpose.CARE)
    zalo = (Channel.ZALO, Purpose.ADVERTISING)
    assert [most(Policy(), sort) for sort in (care, zalo)] == [None, None]
    assert list(windows(Policy(), [care, zalo], at("2026-12-01T10:00"))) == []


def test_left_out_the_caps_are_those_of_the_law() -> None:
    for channel in (Channel.SMS, Channel.EMAIL):
        assert most(Policy(), (channel, Purpose.ADVERTISING)) == 3
