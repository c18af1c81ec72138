from __future__ import annotations

import datetime as dt

import pytest

from cskh.edge.clock import now, read_clock
from cskh.errors import UsageProblem

HANOI = "Asia/Ho_Chi_Minh"


def test_the_real_time_knows_its_offset() -> None:
    before = dt.datetime.now(dt.UTC)
    assert before <= now() <= dt.datetime.now(dt.UTC)


def test_without_a_time_the_clock_is_the_real_one() -> None:
    assert abs(read_clock(HANOI, None).now - now()) < dt.timedelta(seconds=5)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("2026-12-01T10:00", "2026-12-01T10:00:00+07:00"),
        ("2026-12-01 10:00:30", "2026-12-01T10:00:30+07:00"),
        ("2026-12-01", "2026-12-01T00:00:00+07:00"),
        ("2026-12-01T10:00Z", "2026-12-01T17:00:00+07:00"),
        ("2026-12-01T22:00-05:00", "2026-12-02T10:00:00+07:00"),
    ],
)
def test_a_time_is_the_projects_unless_it_has_an_offset(said: str, read: str) -> None:
    assert read_clock(HANOI, said).now.isoformat() == read


@pytest.mark.parametrize(
    "said", ["tomorrow", "", "10:00", "2026-13-01", "1899-12-31", "9999-12-31T23:59", "٢٠٢٦-12-01"]
)
def test_what_is_no_time_is_refused(said: str, english: None) -> None:
    with pytest.raises(UsageProblem) as refused:
        read_clock(HANOI, said)
    assert refused.value.message == f"--now can't be {said}."
    assert refused.value.hint == "Write it as 2026-12-01T10:00."
