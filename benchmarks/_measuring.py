"""Timing in pairs: what is measured and its limit take turns, so that both meet the same noise."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Result:
    """One line: a figure, its target, and what it was measured against."""

    what: str
    figure: float
    target: float
    unit: str
    detail: str
    more_is_better: bool = False

    @property
    def reached(self) -> bool:
        """Say whether the target was met."""
        over = self.figure >= self.target
        return over if self.more_is_better else self.figure <= self.target

    def __str__(self) -> str:
        sign = "≥" if self.more_is_better else "≤"
        mark = "ok  " if self.reached else "MISS"
        figure = f"{self.figure:,.2f}" if self.figure < 1000 else f"{self.figure:,.0f}"
        return f"{mark} {self.what}: {figure} {self.unit} ({sign} {self.target:g}) · {self.detail}"


def seconds(work: Callable[[], Any]) -> float:
    """Return how long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(
    ours: Callable[[], Any], limit: Callable[[], Any], rounds: int
) -> tuple[float, float, float]:
    """Return the median seconds of both, and the median of their ratios."""
    pairs = [(seconds(ours), seconds(limit)) for _round in range(rounds)]
    ratio = median(one / other for one, other in pairs)
    return median(one for one, _ in pairs), median(other for _, other in pairs), ratio
