"""Day lists: providers that don't tell of a message, but once a day which numbers got none.

Only a number that had one message that day is sure; of several nobody can say which one failed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from cskh.engine.environment import Environment
from cskh.language import _
from cskh.model.clock import Clock, from_text
from cskh.model.message import State
from cskh.model.settings import Account
from cskh.policy.asking import list_again, list_at
from cskh.providers import Errand, Failure, do
from cskh.store.values import Settlement

# A message that left about midnight may stand in the list of either day.
_ABOUT = dt.timedelta(minutes=10)
_MOST_DAYS = 7  # of a provider in one run


class DayList(Protocol):
    """A provider that tells a day's failures."""

    def failures(self, day: dt.date) -> Errand:
        """Ask which numbers got nothing on a day; ends with JSON, why by phone number."""
        ...


def lists(account: Account) -> DayList | None:
    """Return who tells a day's failures of an account, None if nobody does."""
    provider: DayList | None = account.settings
    return provider if hasattr(provider, "failures") else None


def list_due(account: Account, state: State, clock: Clock) -> str | None:
    """Return when the list that a message may stand in is read, None if there is none."""
    if state is not State.ACCEPTED or lists(account) is None:
        return None
    return clock.stored(list_at(clock.now))


def read_lists(environment: Environment) -> Counter[str]:
    """Read the lists whose time has come; return how many messages have failed by them."""
    told: Counter[str] = Counter()
    for account in environment.project.settings.providers.values():
        provider = lists(account)
        for _day in range(_MOST_DAYS if provider else 0):
            clock = environment.time()
            due = (account.id, State.ACCEPTED, clock.stamp, clock.stamp)
            waiting = environment.store.outbox.to_ask(*due, 1)
            if not waiting or provider is None:
                break
            day = from_text(waiting[0].sent_at, clock.zone).date()
            told[State.FAILED] += _read(environment, account, provider, day)
    return +told


def _read(environment: Environment, account: Account, provider: DayList, day: dt.date) -> int:
    """Read one day's list, which is remembered; one that can't be read is tried again."""
    found, clock = _failures(environment, account, provider, day), environment.time()
    since, before = (clock.start_of(day + dt.timedelta(days=days)) for days in (0, 1))
    span = (clock.stored(since), clock.stored(before))
    again = list_again(since, clock.now) if found is None else None
    with environment.store.writing():
        failed = _settle(environment, account, found or {}, (since, before))
        ask_at = clock.stored(again) if again else None
        environment.store.outbox.list_read(account.id, *span, clock.stamp, ask_at)
    return failed


def _failures(
    environment: Environment, account: Account, provider: DayList, day: dt.date
) -> Mapping[str, str] | None:
    from cskh.engine.performing import performer

    now = environment.time().now
    perform = performer(account, now, environment.project, environment.store)
    answer = do(provider.failures(day), perform)
    if isinstance(answer, Failure):
        return None
    told: Mapping[str, str] = answer.json()
    return told


def _settle(
    environment: Environment,
    account: Account,
    failures: Mapping[str, str],
    day: tuple[dt.datetime, dt.datetime],
) -> int:
    clock, outbox = environment.time(), environment.store.outbox
    span = (clock.stored(day[0]), clock.stored(day[1]))
    about = (clock.stored(day[0] - _ABOUT), clock.stored(day[1] + _ABOUT))
    settled = [
        (
            question,
            Settlement(
                id=question.message.id,
                state=State.FAILED,
                attempts=question.message.attempts,
                due_at=clock.stamp,
                error=failures[question.message.recipient] or _("It was not delivered."),
            ),
        )
        for question in outbox.only_ones(account.id, list(failures), span, about)
    ]
    return len(outbox.answered(settled, clock.stamp))
