"""How fast a provider may be asked: a bucket of tokens that fills with time."""

from __future__ import annotations

from dataclasses import dataclass

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(slots=True)
class Bucket:
    """Tokens for one provider; `at` counts seconds of any clock that only goes forward."""

    per_second: float
    burst: float
    tokens: float
    at: float

    def allowed(self, at: float) -> int:
        """Return how many messages may leave at a time."""
        self.tokens = min(self.burst, self.tokens + (at - self.at) * self.per_second)
        self.at = at
        return int(self.tokens)

    def spend(self, messages: int) -> None:
        """Count messages that leave."""
        self.tokens -= messages

    def until_next(self) -> float:
        """Return the seconds until one more may leave."""
        return max(0.0, 1 - self.tokens) / self.per_second


def bucket(rate: str | None, at: float) -> Bucket | None:
    """Return a full bucket for `20/s`, with a burst of one second; None for no limit."""
    if rate is None:
        return None
    count, unit = rate.split("/")
    per_second = int(count) / _SECONDS[unit]
    burst = max(1.0, per_second)
    return Bucket(per_second, burst, burst, at)
