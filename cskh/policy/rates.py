"""How fast a provider may be asked: a bucket of tokens that fills with time."""

from __future__ import annotations

from dataclasses import dataclass

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(slots=True)
class Bucket:
    """Tokens for one provider; `at` counts seconds of a clock. One that is put back adds none."""

    per_second: float
    burst: float
    tokens: float
    at: float

    def allowed(self, at: float) -> int:
        """Return how many messages may leave at a time."""
        gained = max(0.0, at - self.at) * self.per_second
        self.tokens = min(self.burst, self.tokens + gained)
        self.at = at
        return int(self.tokens)

    def spend(self, messages: int) -> None:
        """Count messages that leave."""
        self.tokens -= messages

    def until_next(self) -> float:
        """Return the seconds until one more may leave."""
        return max(0.0, 1 - self.tokens) / self.per_second


def bucket(rate: str | None, at: float, held: tuple[float, float] | None = None) -> Bucket | None:
    """Return the bucket of `20/s`, with a burst of one second; None for no limit.

    It is full, unless `held` says how many tokens were left and when; a clock that was put back
    since then must not keep it empty.
    """
    if rate is None:
        return None
    count, unit = rate.split("/")
    per_second = int(count) / _SECONDS[unit]
    burst = max(1.0, per_second)
    tokens, since = held or (burst, at)
    return Bucket(per_second, burst, min(burst, tokens), min(at, since))
