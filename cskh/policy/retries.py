"""When a message that certainly did not go out is tried again, and when that ends."""

from __future__ import annotations

import datetime as dt
import zlib

MOST_ATTEMPTS = 5
# Minutes before the second, third, fourth and fifth try.
_WAITS = (1, 4, 15, 60)
# A provider that fails so many times in a row fails as a whole.
FAILURES_IN_A_ROW = 20
_AT_FIRST, _LONGEST_REST = 300, 3600  # seconds


def wait_before(attempts: int, asked_for: int | None, number: int) -> int | None:
    """Return the seconds to wait after `attempts` tries, None when there have been enough.

    Messages by their `number` wait up to a quarter less, but a minute: those that failed together
    don't come back together. `asked_for` is what the provider asks for; it only makes waits longer.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    longest = _WAITS[attempts - 1] * 60
    earlier = zlib.crc32(b"%d:%d" % (number, attempts)) % (longest // 4 + 1)
    return max(60, longest - earlier, asked_for or 0)


def rest_after(stopped_for: dt.timedelta) -> int | None:
    """Return for how many seconds a stopped provider rests whose trial left a message unknown.

    That is as long as it has been stopped for, an hour at most, so that an outage costs a few
    messages and not one a minute; None at first, when the next run tries it.
    """
    seconds = int(stopped_for.total_seconds())
    return None if seconds < _AT_FIRST else min(seconds, _LONGEST_REST)
