"""When a message that certainly did not go out is tried again, and when that ends."""

from __future__ import annotations

MOST_ATTEMPTS = 5
# Minutes before the second, third, fourth and fifth try.
_WAITS = (1, 4, 15, 60)
# A provider that fails so many times in a row fails as a whole.
FAILURES_IN_A_ROW = 20


def wait_before(attempts: int, asked_for: int | None) -> int | None:
    """Return the seconds to wait after `attempts` tries, None when there have been enough.

    `asked_for` is what the provider asks for; it can only make the wait longer.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    return max(_WAITS[attempts - 1] * 60, asked_for or 0)
