"""Sending: what is on the way, what leaves next, and what is recorded of both, turn by turn.

Only what is in somebody's hands on the wire is `sending`, and its row says so before the first
byte leaves. What this process has in its hands is its own for two minutes, and it says so anew
while it works: from one that hangs others take it over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, field, replace

from cskh.edge.clock import now as real_now
from cskh.edge.clock import sleep
from cskh.edge.processes import BEAT, SILENCE
from cskh.engine.asking import ask_at
from cskh.engine.delivered import Delivered
from cskh.engine.environment import Environment
from cskh.engine.lanes import Lane, count, settlement
from cskh.engine.permitting import Door
from cskh.engine.stopping import note_stops
from cskh.language import _
from cskh.model.clock import Clock, to_text
from cskh.model.message import Message, Outcome, Receipt, State
from cskh.model.settings import Account
from cskh.policy.rates import bucket
from cskh.store.values import Claimed, Settlement

# How many messages policy may hold back in one transaction, a lane.
_HELD_AT_ONCE = 1000


@dataclass(slots=True)
class Sending:
    """One delivery at work; `owed` has answers that are yet to be recorded.

    `held_until` (real time) is when others may take over what it has in its hands.
    """

    environment: Environment
    lanes: Sequence[Lane]
    delivered: Delivered
    progress: Callable[[int], None]
    owed: list[Settlement] = field(default_factory=list)
    held_until: dt.datetime = dt.datetime.min.replace(tzinfo=dt.UTC)

    def turn(self) -> bool:
        """Record what has arrived and let as many leave; return whether there is more to do."""
        self.owed += [done for lane in self.lanes for done in self._arrivals(lane)]
        settled, leaving = self._let_out()
        self.owed.clear()
        if not (settled or leaving or any(_is_at_work(lane) for lane in self.lanes)):
            return False
        for lane, message in leaving:
            lane.start(message, _in_time(self.environment.converse, self.held_until))
        self._count(settled)
        self.progress(len(settled))
        return True

    def rest(self) -> None:
        """Wait until something arrives, a rate lets something leave, or we are to be heard of."""
        on_the_way = [future for lane in self.lanes for future in lane.on_the_way]
        pauses = [seconds for lane in self.lanes if (seconds := lane.pause()) is not None]
        pause = min([*pauses, BEAT.total_seconds()])
        if on_the_way:
            wait(on_the_way, timeout=pause, return_when=FIRST_COMPLETED)
        elif pauses:
            sleep(pause)

    def land(self) -> None:
        """Wait for what is on the way and record it, also when the delivery is interrupted."""
        while on_the_way := [future for lane in self.lanes for future in lane.on_the_way]:
            wait(on_the_way, timeout=BEAT.total_seconds())
            self.owed += [done for lane in self.lanes for done in self._arrivals(lane)]
            self._keep_hold()
        self.environment.store.outbox.settle(self.owed, [], self.environment.time().stamp)
        self._count(self.owed)
        self.owed.clear()

    def _count(self, settled: Sequence[Settlement]) -> None:
        for each in settled:
            count(each, self.delivered.counts)
        note_stops(self.environment, self.lanes, self.delivered.stopped)

    def _arrivals(self, lane: Lane) -> Iterator[Settlement]:
        for message, receipt in lane.arrived():
            clock = self.environment.time()
            settled = settlement(message, receipt, clock)
            if settled.state is State.QUEUED and not (lane.stopped or receipt.of_page):
                self.delivered.put_off(lane.account.id, settled, clock.zone)
            yield replace(settled, ask_at=ask_at(lane.account, settled.state, clock))

    def _let_out(self) -> tuple[list[Settlement], list[tuple[Lane, Message]]]:
        """Record what is owed, and that the next ones leave, all in one transaction.

        Returns what was settled and what leaves. A cap that somebody else's messages use up
        meanwhile would not hold.
        """
        outbox, settled = self.environment.store.outbox, list(self.owed)
        with self.environment.store.writing():
            self._keep_hold()
            outbox.settle(settled, [], self.environment.time().stamp)
            door = Door(self.environment)
            next_ones = [
                (lane, each) for lane in self.lanes for each in self._next(door, lane, settled)
            ]
            ids = [message.id for _lane, message in next_ones]
            held_back = settled[len(self.owed) :]
            may_leave = set(outbox.settle(held_back, ids, self.environment.time().stamp))
            leaving = [(lane, message) for lane, message in next_ones if message.id in may_leave]
            _take_tokens(self.environment, [lane for lane, _message in leaving])
            for lane in self.lanes:
                self._give_up(lane)
        return settled, leaving

    def _give_up(self, lane: Lane) -> None:
        """Give back what waits for a provider through which nothing more goes here."""
        if lane.is_closed and lane.waiting:
            lane.waiting.clear()
            self.environment.store.outbox.release(lane.account.id)

    def _keep_hold(self) -> None:
        """Say that we are still there, if that was not said lately."""
        until = real_now() + SILENCE
        if until - self.held_until >= BEAT:
            self.environment.store.outbox.hold(to_text(until))
            self.held_until = until

    def _next(self, door: Door, lane: Lane, settled: list[Settlement]) -> Iterator[Message]:
        """Yield the messages that may leave now; those that policy holds back are settled.

        In the quiet hours that may be a whole campaign: it is done in parts, so that no transaction
        is without an end.
        """
        room, most = _room(self.environment, lane), len(settled) + _HELD_AT_ONCE
        while room > 0 and len(settled) < most:
            if not lane.waiting:
                lane.waiting.extend(self._claim(lane))
            lane.drained = not lane.waiting
            if lane.drained:
                return
            batch = [lane.waiting.popleft() for _place in range(min(room, len(lane.waiting)))]
            batch = _without_stopped_pages(self.environment.time(), lane, batch, settled)
            for claimed, held in door.judged(batch):
                if held is None:
                    room -= 1
                    yield claimed.message
                else:
                    settled.append(held)

    def _claim(self, lane: Lane) -> list[Claimed]:
        """Take messages that are due; workflows take turns, so that none waits for a big one.

        A provider through which another process sends is left to it: what is parallel there holds
        for all.
        """
        outbox, environment = self.environment.store.outbox, self.environment
        if outbox.is_held_elsewhere(lane.account.id, to_text(real_now())):
            return []
        until, limit = to_text(self.held_until), 2 * lane.account.parallel
        now, began = environment.time().stamp, environment.clock.stamp
        for queue in lane.queues:
            if claimed := outbox.claim(queue, limit, now, until, began):
                return claimed
        return []


def _is_at_work(lane: Lane) -> bool:
    return bool(lane.on_the_way) or not (lane.drained or lane.is_closed)


def _in_time(
    converse: Callable[[Account, Message], Receipt], until: dt.datetime
) -> Callable[[Account, Message], Receipt]:
    """Return what sends a message unless others may have taken it over meanwhile."""

    def conversed(account: Account, message: Message) -> Receipt:
        if real_now() >= until:
            return Receipt(outcome=Outcome.MISSING, error=_("It was not sent in its time."))
        return converse(account, message)

    return conversed


def _room(environment: Environment, lane: Lane) -> int:
    """Return how many more may leave now, by what all processes together have let out."""
    account, at = lane.account, real_now().timestamp()
    if account.rate is not None:
        lane.bucket = bucket(account.rate, at, environment.store.outbox.bucket(account.id))
    return lane.room(at)


def _take_tokens(environment: Environment, leaving: Sequence[Lane]) -> None:
    """Remember what leaves, in the transaction that lets it; one message is one token."""
    for lane in {id(lane): lane for lane in leaving}.values():
        if lane.bucket is not None:
            tokens = lane.bucket.tokens - sum(each is lane for each in leaving)
            environment.store.outbox.keep_bucket(lane.account.id, tokens, lane.bucket.at)


def _without_stopped_pages(
    clock: Clock, lane: Lane, batch: Sequence[Claimed], settled: list[Settlement]
) -> list[Claimed]:
    """Return the messages whose page works, or isn't known not to; the others are put off."""
    put_off = [lane.put_off(claimed.message, clock) for claimed in batch]
    settled += filter(None, put_off)
    return [claimed for claimed, held in zip(batch, put_off, strict=True) if held is None]
