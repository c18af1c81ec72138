"""When a provider is asked what became of a message that it took, or may have taken."""

from __future__ import annotations

import datetime as dt

# Most messages arrive within minutes. Operators keep what they couldn't deliver for some days,
# three at most as a rule; after that nobody has anything new to say.
_AGES = tuple(dt.timedelta(minutes=each) for each in (1, 10, 60, 6 * 60, 24 * 60, 72 * 60))
# What a provider got a moment ago may not stand in its books yet: "never got it" is no news.
BOOKED_AFTER = dt.timedelta(minutes=1)
_ON_THE_WAY = dt.timedelta(minutes=1)  # what leaves just before midnight arrives after it


def next_ask(sent_at: dt.datetime, now: dt.datetime) -> dt.datetime | None:
    """Return when to ask next about a message that left at a time, None for never again."""
    age = now - sent_at
    return next((sent_at + each for each in _AGES if each > age), None)


def resend_until(sent_at: dt.datetime, knows_for: int) -> dt.datetime:
    """Return until when a message may be sent again that its provider knows for some seconds.

    `sent_at` is in the project's zone: some count days, and forget at midnight.
    """
    midnight = dt.datetime.combine(sent_at.date() + dt.timedelta(days=1), dt.time(), sent_at.tzinfo)
    return min(sent_at + dt.timedelta(seconds=knows_for), midnight - _ON_THE_WAY)


def sent_by(now: dt.datetime, timeout: int) -> dt.datetime:
    """Return until when an unknown message must have left to be asked about now.

    Its conversation may have lasted for `timeout` seconds.
    """
    return now - dt.timedelta(seconds=timeout) - BOOKED_AFTER


# A day's list of failures is read in the morning after: nobody says when it is complete. One that
# can't be read is tried again every hour, for three days.
_LISTED = dt.timedelta(days=1, hours=8)
_AGAIN = dt.timedelta(hours=1)
_FOR = dt.timedelta(days=4)


def list_at(sent_at: dt.datetime) -> dt.datetime:
    """Return when the list is read that a message stands in which left at a (local) time."""
    return dt.datetime.combine(sent_at.date(), dt.time(), sent_at.tzinfo) + _LISTED


def list_again(day: dt.datetime, now: dt.datetime) -> dt.datetime | None:
    """Return when the list of a day that can't be read is tried again, None for never."""
    return now + _AGAIN if now < day + _FOR else None
