"""A lane: the messages of one provider, on their way out through its threads."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace

from cskh.language import _
from cskh.model.clock import Clock
from cskh.model.message import Message, Outcome, Receipt, State
from cskh.model.settings import Account, Policy
from cskh.model.standing import Standing
from cskh.policy.leaving import Defer, Drop, leave
from cskh.policy.rates import Bucket
from cskh.policy.retries import FAILURES_IN_A_ROW, wait_before
from cskh.providers import Narrow
from cskh.store.values import Claimed, Queue, Settlement

log = logging.getLogger("cskh")

# What says that the provider is at fault, not the message.
_FAILURES = frozenset({Outcome.RETRY, Outcome.UNKNOWN})
_NO_TRIES = frozenset({Outcome.STOPPED, Outcome.BUSY, Outcome.MISSING})
Converse = Callable[[Account, Message], Receipt]


@dataclass(slots=True)
class Lane:
    """One provider; `stopped` says why it gets nothing more in this delivery.

    One that was stopped before is on trial: it gets one message, and more if that one goes. A page
    that is stopped in this delivery is in `pages`; trials pass over its messages. `mute` are those
    that were stopped before. `noted` is what the store has of its failures in a row.
    """

    account: Account
    queues: tuple[Queue, ...]
    pool: ThreadPoolExecutor
    bucket: Bucket | None
    was_stopped: bool = False
    has_answered: bool = False
    stopped: str | None = None
    drained: bool = False
    waiting: deque[Claimed] = field(default_factory=deque)
    on_the_way: dict[Future[Receipt], Message] = field(default_factory=dict)
    failures: int = 0  # in a row
    noted: int = 0
    has_lost: bool = False  # on trial, a message became unknown
    is_busy: bool = False  # it has no room: what waits is for the next delivery
    rest: int | None = None  # stopped, it is left alone for so many seconds
    mute: frozenset[str] = frozenset()
    pages: dict[str, Receipt] = field(default_factory=dict)
    spoken: set[str] = field(default_factory=set)  # pages that work

    @property
    def on_trial(self) -> bool:
        """Say whether it has yet to show that it works again."""
        return self.was_stopped and not self.has_answered

    @property
    def is_closed(self) -> bool:
        """Say whether nothing more goes through it in this delivery."""
        return self.is_busy or self.stopped is not None

    @property
    def width(self) -> int:
        """Return how many messages may be on the way at once."""
        if self.on_trial:
            return 1
        narrow: Narrow = self.account.settings
        own = narrow.at_once if hasattr(narrow, "at_once") else self.account.parallel
        return min(own, self.account.parallel)

    def room(self, at: float) -> int:
        """Return how many more messages may leave at a time."""
        if self.is_closed:
            return 0
        room = self.width - len(self.on_the_way)
        return min(room, self.bucket.allowed(at)) if self.bucket else room

    def start(self, message: Message, converse: Converse) -> None:
        """Let a message leave; its row already says so."""
        if self.bucket:
            self.bucket.spend(1)
        # The language is the context's, and threads don't inherit it.
        run = copy_context().run
        self.on_the_way[self.pool.submit(run, converse, self.account, message)] = message

    def pause(self) -> float | None:
        """Return the seconds until its rate lets more leave, None if nothing waits for that."""
        is_full = len(self.on_the_way) >= self.width
        if self.bucket is None or self.drained or self.is_closed or is_full:
            return None
        return self.bucket.until_next()

    def arrived(self) -> Iterator[tuple[Message, Receipt]]:
        """Yield the messages whose conversation has ended."""
        for future in [future for future in self.on_the_way if future.done()]:
            message = self.on_the_way.pop(future)
            yield message, self._judged(message.page, receipt_of(future, message))

    def put_off(self, message: Message, clock: Clock) -> Settlement | None:
        """Return what becomes of a message whose page is stopped, None if it isn't."""
        receipt = self.pages.get(message.page) if message.page else None
        return settlement(message, receipt, clock) if receipt else None

    def _judged(self, page: str | None, receipt: Receipt) -> Receipt:
        """Learn from a receipt how the provider is; on trial, its failure is not the message's."""
        if receipt.outcome is Outcome.BUSY:
            self.is_busy = True
            return receipt
        if receipt.outcome is Outcome.MISSING:  # nobody was asked: it says nothing of the provider
            return receipt
        if page and receipt.of_page:
            self.pages[page] = receipt
            return receipt
        failed = receipt.outcome in _FAILURES
        self.failures = self.failures + 1 if failed else 0
        if self.on_trial and receipt.outcome is Outcome.RETRY:
            receipt = replace(receipt, outcome=Outcome.STOPPED)
        is_down = failed and (self.on_trial or self.failures >= FAILURES_IN_A_ROW)
        self.has_lost |= self.on_trial and receipt.outcome is Outcome.UNKNOWN
        if is_down or receipt.outcome is Outcome.STOPPED:
            self.stopped = self.stopped or receipt.error or _("It failed many times in a row.")
            self.rest = receipt.retry_after or self.rest
        elif not failed:
            self.has_answered = True
            self.spoken |= {page} if page else set()
        return receipt


def receipt_of(future: Future[Receipt], message: Message) -> Receipt:
    """Return what a conversation came to; a slip in the provider's code says nothing."""
    if (bug := future.exception()) is None:
        return future.result()
    log.error("provider_bug", exc_info=bug, extra={"message_id": message.id})
    return Receipt(outcome=Outcome.UNKNOWN, error=type(bug).__name__)


def judge(claimed: Claimed, standing: Standing, policy: Policy, clock: Clock) -> Settlement | None:
    """Return what keeps a message from leaving now, None if it may leave.

    One that may have arrived before stays with that when its provider may have forgotten it.
    """
    message = claimed.message
    if message.resend_until is not None and message.resend_until <= clock.stamp:
        return _lapsed(message, clock)
    decision = leave(
        message.sort, claimed.to_staff, standing, policy, clock, leave_by=message.leave_by
    )
    if isinstance(decision, Defer):
        return _settled(message, State.QUEUED, clock.stored(decision.until), decision.reason)
    if isinstance(decision, Drop):
        if message.resend_until is not None:
            return _lapsed(message, clock)
        return _settled(message, State.SKIPPED, clock.stamp, decision.reason)
    return None


def _settled(message: Message, state: State, due_at: str, reason: str) -> Settlement:
    return Settlement(
        id=message.id, state=state, attempts=message.attempts, due_at=due_at, skip_reason=reason
    )


def _lapsed(message: Message, clock: Clock) -> Settlement:
    return Settlement(
        id=message.id,
        state=State.UNKNOWN,
        attempts=message.attempts,
        due_at=clock.stamp,
        error=_("It may have arrived, and it is too late to send it again safely."),
    )


def settlement(message: Message, receipt: Receipt, clock: Clock) -> Settlement:
    """Return what a receipt makes of a message.

    A message that met its provider's failure, found no room there or lacks a file, is queued again
    without losing an attempt. A duplicate is what our own earlier try sent, if there was one, else
    somebody else's text.
    """
    attempts = message.attempts + (receipt.outcome not in _NO_TRIES)
    state, due = _state(message, receipt, attempts, clock)
    # What is said of a message that was taken is a note on it, but not that we had sent it before.
    was_taken = state is State.ACCEPTED and receipt.outcome is Outcome.DUPLICATE
    return Settlement(
        id=message.id,
        state=state,
        attempts=attempts,
        due_at=clock.stored(due),
        provider_id=receipt.provider_id,
        error=None if was_taken else receipt.error,
        skip_reason="out_of_window" if receipt.outcome is Outcome.TOO_LATE else None,
        falls_back=receipt.outcome is Outcome.UNREACHABLE,
        declined=receipt.outcome is Outcome.DECLINED,
    )


def _state(
    message: Message, receipt: Receipt, attempts: int, clock: Clock
) -> tuple[State, dt.datetime]:
    match receipt.outcome:
        case Outcome.ACCEPTED:
            return State.ACCEPTED, clock.now
        case Outcome.DELIVERED:
            return State.DELIVERED, clock.now
        case Outcome.FAILED | Outcome.UNREACHABLE | Outcome.DECLINED:
            return State.FAILED, clock.now
        case Outcome.TOO_LATE:
            return State.SKIPPED, clock.now
        case Outcome.DUPLICATE:
            return (State.ACCEPTED if message.attempts else State.FAILED), clock.now
        case Outcome.STOPPED | Outcome.BUSY | Outcome.MISSING:
            return State.QUEUED, clock.now + dt.timedelta(seconds=receipt.retry_after or 0)
        case Outcome.UNKNOWN:
            return State.UNKNOWN, clock.now
        case Outcome.RETRY | Outcome.LATER:
            wait = wait_before(attempts, receipt.retry_after, message.id)
            if wait is None:
                # An earlier try may have arrived, and nobody can say so any more.
                return (State.UNKNOWN if message.resend_until else State.FAILED), clock.now
            return State.QUEUED, clock.now + dt.timedelta(seconds=wait)


def count(settled: Settlement, counts: Counter[str]) -> None:
    """Count what became of a message; one that waits for another try is `retried`."""
    if settled.state is State.QUEUED:
        counts["deferred" if settled.skip_reason else "retried"] += 1
    else:
        counts[settled.state] += 1
