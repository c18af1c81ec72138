"""Delivery: claim, mark `sending` before the first byte, converse, settle.

One thread talks to the store; at any moment only messages that are in somebody's hands on the
wire are `sending`, so a crash leaves at most as many unknown as there are parallel calls.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field

from cskh.edge.clock import monotonic, sleep
from cskh.edge.clock import now as real_now
from cskh.edge.processes import is_gone
from cskh.engine.environment import Environment
from cskh.engine.lanes import Lane, count, judge, settlement
from cskh.language import _
from cskh.model.clock import to_text
from cskh.model.message import Message, State
from cskh.policy.rates import bucket
from cskh.store.base import Claimed, Queue, Settlement

# How long a claim holds without its process being heard of: two time-outs and more.
LEASE = dt.timedelta(minutes=2)


@dataclass(slots=True)
class Delivered:
    """What a delivery came to; `stopped` says why a provider gets nothing more."""

    counts: Counter[str] = field(default_factory=Counter)
    stopped: dict[str, str] = field(default_factory=dict)
    unprovided: list[str] = field(default_factory=list)

    @property
    def is_partial(self) -> bool:
        """Say whether something failed, is unknown, or waits for a provider that is down."""
        bad = (State.FAILED, State.UNKNOWN, "retried")
        return any(self.counts[name] for name in bad) or bool(self.stopped or self.unprovided)


def deliver(environment: Environment, progress: Callable[[int], None]) -> Delivered:
    """Send what is due, through all providers at once, until nothing is left that may go.

    `progress` is told how many messages were settled each time.
    """
    outbox = environment.store.outbox
    delivered = Delivered()
    unknown = outbox.recover(is_gone, _("The process that was sending it ended."))
    delivered.counts[State.UNKNOWN] += unknown
    with ExitStack() as pools:
        lanes = list(_lanes(environment, delivered, pools))
        try:
            while _turn(environment, lanes, delivered, progress):
                pass
        finally:
            _land(environment, lanes, delivered)
            outbox.release()
    delivered.counts[State.QUEUED] = sum(row["n"] for row in outbox.waiting(_now(environment)))
    return delivered


def _lanes(environment: Environment, delivered: Delivered, pools: ExitStack) -> Iterator[Lane]:
    """Yield a lane for each provider that has something due."""
    settings = environment.project.settings
    stops = environment.store.outbox.stops()
    for row in environment.store.outbox.waiting(_now(environment)):
        active = settings.active.get(row["channel"])
        account = settings.providers.get(row["provider"] or active or "")
        if not row["due"]:
            continue
        if account is None:
            delivered.unprovided.append(row["channel"])
        elif account.settings is None:
            delivered.stopped[account.id] = _("A secret of it is not set.")
        else:
            pool = pools.enter_context(ThreadPoolExecutor(account.parallel))
            queue = Queue(
                provider=account.id, channel=row["channel"], is_active=account.id == active
            )
            limit = bucket(account.rate, monotonic())
            yield Lane(account, queue, pool, limit, on_trial=account.id in stops)


def _turn(
    environment: Environment,
    lanes: Sequence[Lane],
    delivered: Delivered,
    progress: Callable[[int], None],
) -> bool:
    """Settle what has arrived and let as many leave; return whether there is more to do."""
    settled = [done for lane in lanes for done in _arrivals(environment, lane)]
    leaving = [(lane, message) for lane in lanes for message in _next(environment, lane, settled)]
    busy = any(lane.on_the_way or lane.pause() is not None for lane in lanes)
    if not (settled or leaving or busy):
        return False
    _depart(environment, settled, leaving)
    for settlement_ in settled:
        count(settlement_, delivered.counts)
    progress(len(settled))
    _note_stops(environment, lanes, delivered)
    _rest(lanes)
    return True


def _rest(lanes: Sequence[Lane]) -> None:
    """Wait until something arrives, or a provider's rate lets something leave."""
    on_the_way = [future for lane in lanes for future in lane.on_the_way]
    pause = min((seconds for lane in lanes if (seconds := lane.pause()) is not None), default=None)
    if on_the_way:
        wait(on_the_way, timeout=pause, return_when=FIRST_COMPLETED)
    elif pause:
        sleep(pause)


def _arrivals(environment: Environment, lane: Lane) -> Iterator[Settlement]:
    for message, receipt in lane.arrived():
        yield settlement(message, receipt, environment.clock)


def _next(environment: Environment, lane: Lane, settled: list[Settlement]) -> Iterator[Message]:
    """Yield the messages that may leave now; those that policy holds back are settled."""
    room = lane.room(monotonic())
    while room > 0:
        if not lane.waiting:
            lane.waiting.extend(_claim(environment, lane))
        if not lane.waiting:
            lane.drained = True
            return
        claimed = lane.waiting.popleft()
        held = judge(claimed, environment.project.settings.policy, environment.clock)
        if held is None:
            room -= 1
            yield claimed.message
        else:
            settled.append(held)


def _claim(environment: Environment, lane: Lane) -> list[Claimed]:
    until = to_text(real_now() + LEASE)
    limit = 1 if lane.on_trial else 2 * lane.account.parallel
    return environment.store.outbox.claim(lane.queue, limit, _now(environment), until)


def _depart(
    environment: Environment, settled: Sequence[Settlement], leaving: Sequence[tuple[Lane, Message]]
) -> None:
    ids = [message.id for _lane, message in leaving]
    may_leave = set(environment.store.outbox.settle(settled, ids, _now(environment)))
    for lane, message in leaving:
        if message.id in may_leave:
            lane.start(message, environment.converse)


def _note_stops(environment: Environment, lanes: Sequence[Lane], delivered: Delivered) -> None:
    stops = environment.store.outbox.stops()
    for lane in lanes:
        if lane.stopped and lane.account.id not in delivered.stopped:
            delivered.stopped[lane.account.id] = lane.stopped
            environment.store.outbox.stop(lane.account.id, lane.stopped, _now(environment))
        elif not lane.stopped and not lane.on_trial and lane.account.id in stops:
            environment.store.outbox.resume(lane.account.id)


def _land(environment: Environment, lanes: Sequence[Lane], delivered: Delivered) -> None:
    """Wait for what is on the way and settle it, also when the delivery is interrupted."""
    wait([future for lane in lanes for future in lane.on_the_way])
    settled = [done for lane in lanes for done in _arrivals(environment, lane)]
    environment.store.outbox.settle(settled, [], _now(environment))
    for settlement_ in settled:
        count(settlement_, delivered.counts)


def _now(environment: Environment) -> str:
    return environment.clock.stored(environment.clock.now)
