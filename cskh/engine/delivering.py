"""Delivery: claim, mark `sending` before the first byte, converse, settle.

One thread talks to the store; at any moment only messages that are in somebody's hands on the
wire are `sending`, so a crash leaves at most as many unknown as there are parallel calls.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from cskh.edge.clock import now as real_now
from cskh.edge.clock import sleep
from cskh.edge.processes import Interrupts, is_gone
from cskh.engine.asking import ask_at
from cskh.engine.campaigning import finish, guard
from cskh.engine.environment import Environment
from cskh.engine.lanes import Lane, count, settlement
from cskh.engine.permitting import Door
from cskh.engine.routing import hindrance, lacking
from cskh.engine.stopping import note_stops, stopped_pages
from cskh.language import _
from cskh.model.clock import Clock, from_text, to_text
from cskh.model.message import Channel, Message, State
from cskh.policy.rates import bucket
from cskh.store.values import Claimed, Queue, Settlement

log = logging.getLogger("cskh")

_Waiting = Sequence[Mapping[str, Any]]
# How many messages policy may hold back in one transaction, a lane.
_HELD_AT_ONCE = 1000
# How long a claim holds without its process being heard of.
LEASE = dt.timedelta(minutes=2)


class Later(NamedTuple):
    """How many messages a provider could not take now, why, and when the first is tried again."""

    n: int
    why: str
    due_at: dt.datetime


@dataclass(slots=True)
class Delivered:
    """What a delivery came to; `stopped` says by provider why nothing more goes through it.

    `unprovided` has a sentence for messages that no provider of the project could send, and
    `foreseen` one for those that none could if their time had come; `busy` has by provider what is
    put off.
    """

    counts: Counter[str] = field(default_factory=Counter)
    stopped: dict[str, str] = field(default_factory=dict)
    unprovided: list[str] = field(default_factory=list)
    foreseen: list[str] = field(default_factory=list)
    busy: dict[str, Later] = field(default_factory=dict)

    @property
    def is_partial(self) -> bool:
        """Say whether something failed, is unknown, or waits for a provider that is down."""
        bad = (State.FAILED, State.UNKNOWN, "retried")
        return any(self.counts[name] for name in bad) or bool(self.stopped or self.unprovided)


def undelivered(environment: Environment) -> Delivered:
    """Return what there is to say when nothing is sent: how many messages wait."""
    delivered = Delivered()
    _note_waiting(environment, delivered)
    delivered.foreseen += delivered.unprovided
    delivered.unprovided.clear()
    return delivered


def deliver(environment: Environment, progress: Callable[[int], None]) -> Delivered:
    """Send what is due, through all providers at once, until nothing is left that may go.

    What becomes due meanwhile goes too, but for what was tried before: a retry is for a later one.
    `progress` is told how many messages were settled each time. An interrupt waits for the
    answers to what is on the way, and lets nothing more leave.
    """
    outbox = environment.store.outbox
    delivered = Delivered()
    guard(environment)
    unknown = outbox.recover(is_gone, _("The process that was sending it ended."))
    delivered.counts[State.UNKNOWN] += unknown
    with Interrupts() as interrupts, ExitStack() as pools:
        lanes = list(_lanes(environment, delivered, pools))
        try:
            while _turn(environment, lanes, delivered, progress):
                with interrupts.welcome():
                    _rest(lanes)
        finally:
            _land(environment, lanes, delivered)
            outbox.release()
    finish(environment)
    _note_waiting(environment, delivered)
    if any(delivered.counts.values()):
        log.info("delivered", extra={"counts": dict(delivered.counts)})
    return delivered


def _lanes(environment: Environment, delivered: Delivered, pools: ExitStack) -> Iterator[Lane]:
    """Yield a lane for each provider that has something to send, or may have before the end."""
    rows = environment.store.outbox.waiting(environment.clock.stamp)
    resting = environment.store.outbox.resting(environment.time().stamp)
    _note_troubles(environment, rows, resting, delivered)
    stops = environment.store.outbox.stops()
    for id_, queues in _queues(environment, rows).items():
        account = environment.project.settings.providers.get(id_)
        if account is not None and account.settings is not None and id_ not in resting:
            pool = pools.enter_context(ThreadPoolExecutor(account.parallel))
            mute = frozenset(stopped_pages(id_, stops))
            yield Lane(account, queues, pool, None, was_stopped=id_ in stops, mute=mute)


def _queues(environment: Environment, rows: _Waiting) -> dict[str, tuple[Queue, ...]]:
    """Return by provider what it may have to send: on its channels, and as their active one."""
    active = environment.project.settings.active
    pairs = {(row["provider"], Channel(row["channel"])) for row in rows if row["provider"]}
    queues: dict[str, tuple[Queue, ...]] = {}
    for id_, channel in sorted(pairs | {(id_, channel) for channel, id_ in active.items()}):
        queue = Queue(provider=id_, channel=channel, is_active=active.get(channel) == id_)
        queues[id_] = (*queues.get(id_, ()), queue)
    return queues


def _note_troubles(
    environment: Environment, rows: _Waiting, resting: Mapping[str, str], delivered: Delivered
) -> None:
    """Say what keeps messages from leaving before anything is tried."""
    settings = environment.project.settings
    for row in rows:
        account = settings.account(row["channel"], row["provider"])
        if account is not None and row["due"]:
            why = lacking(account) or resting.get(account.id)
            delivered.stopped |= {account.id: why} if why else {}


def _note_waiting(environment: Environment, delivered: Delivered) -> None:
    """Say how many messages still wait, and for which of them there is no provider.

    This is known at the end only: an SMS to fall back to is planned by the delivery itself.
    """
    rows = environment.store.outbox.waiting(environment.time().stamp)
    delivered.counts[State.QUEUED] = sum(row["n"] for row in rows)
    for row in rows:
        found = hindrance(environment.project.settings, {}, row["channel"], row["provider"])
        if found and found.reason == "no_provider":
            told = delivered.unprovided if row["due"] else delivered.foreseen
            told.append(found.why)


def _turn(
    environment: Environment,
    lanes: Sequence[Lane],
    delivered: Delivered,
    progress: Callable[[int], None],
) -> bool:
    """Settle what has arrived and let as many leave; return whether there is more to do."""
    settled = [done for lane in lanes for done in _arrivals(environment, lane, delivered)]
    leaving = _let_out(environment, lanes, settled)
    busy = any(lane.on_the_way or lane.pause() is not None for lane in lanes)
    if not (settled or leaving or busy):
        return False
    for lane, message in leaving:
        lane.start(message, environment.converse)
    for settlement_ in settled:
        count(settlement_, delivered.counts)
    progress(len(settled))
    note_stops(environment, lanes, delivered.stopped)
    return True


def _rest(lanes: Sequence[Lane]) -> None:
    """Wait until something arrives, or a provider's rate lets something leave."""
    on_the_way = [future for lane in lanes for future in lane.on_the_way]
    pause = min((seconds for lane in lanes if (seconds := lane.pause()) is not None), default=None)
    if on_the_way:
        wait(on_the_way, timeout=pause, return_when=FIRST_COMPLETED)
    elif pause:
        sleep(pause)


def _arrivals(environment: Environment, lane: Lane, delivered: Delivered) -> Iterator[Settlement]:
    for message, receipt in lane.arrived():
        clock = environment.time()
        settled = settlement(message, receipt, clock)
        if settled.state is State.QUEUED and not (lane.stopped or receipt.of_page):
            _put_off(delivered.busy, lane.account.id, settled, clock.zone)
        yield replace(settled, ask_at=ask_at(lane.account, settled.state, clock))


def _put_off(busy: dict[str, Later], id_: str, settled: Settlement, zone: dt.tzinfo) -> None:
    due_at = from_text(settled.due_at, zone)
    before = busy.get(id_, Later(0, "", due_at))
    busy[id_] = Later(before.n + 1, settled.error or before.why, min(before.due_at, due_at))


def _let_out(
    environment: Environment, lanes: Sequence[Lane], settled: list[Settlement]
) -> list[tuple[Lane, Message]]:
    """Record what has arrived, and that the next ones leave, all in one transaction.

    A cap that somebody else's messages use up meanwhile would not hold.
    """
    outbox, arrived = environment.store.outbox, len(settled)
    with environment.store.writing():
        outbox.settle(settled, [], environment.time().stamp)
        door = Door(environment)
        next_ones = [(lane, each) for lane in lanes for each in _next(door, lane, settled)]
        ids = [message.id for _lane, message in next_ones]
        may_leave = set(outbox.settle(settled[arrived:], ids, environment.time().stamp))
        leaving = [(lane, message) for lane, message in next_ones if message.id in may_leave]
        _take_tokens(environment, [lane for lane, _message in leaving])
    return leaving


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


def _next(door: Door, lane: Lane, settled: list[Settlement]) -> Iterator[Message]:
    """Yield the messages that may leave now; those that policy holds back are settled.

    In the quiet hours that may be a whole campaign: it is done in parts, so that no transaction
    is without an end.
    """
    room, most = _room(door.environment, lane), len(settled) + _HELD_AT_ONCE
    while room > 0 and len(settled) < most:
        if not lane.waiting:
            lane.waiting.extend(_claim(door.environment, lane))
        lane.drained = not lane.waiting
        if lane.drained:
            return
        batch = [lane.waiting.popleft() for _place in range(min(room, len(lane.waiting)))]
        batch = _without_stopped_pages(door.environment.time(), lane, batch, settled)
        for claimed, held in door.judged(batch):
            if held is None:
                room -= 1
                yield claimed.message
            else:
                settled.append(held)


def _without_stopped_pages(
    clock: Clock, lane: Lane, batch: Sequence[Claimed], settled: list[Settlement]
) -> list[Claimed]:
    """Return the messages whose page works, or isn't known not to; the others are put off."""
    put_off = [lane.put_off(claimed.message, clock) for claimed in batch]
    settled += filter(None, put_off)
    return [claimed for claimed, held in zip(batch, put_off, strict=True) if held is None]


def _claim(environment: Environment, lane: Lane) -> list[Claimed]:
    """Take messages that are due; workflows take turns, so that none waits for a big one."""
    until, limit = to_text(real_now() + LEASE), 2 * lane.account.parallel
    now, began = environment.time().stamp, environment.clock.stamp
    for queue in lane.queues:
        if claimed := environment.store.outbox.claim(queue, limit, now, until, began):
            return claimed
    return []


def _land(environment: Environment, lanes: Sequence[Lane], delivered: Delivered) -> None:
    """Wait for what is on the way and settle it, also when the delivery is interrupted."""
    wait([future for lane in lanes for future in lane.on_the_way])
    settled = [done for lane in lanes for done in _arrivals(environment, lane, delivered)]
    environment.store.outbox.settle(settled, [], environment.time().stamp)
    for settlement_ in settled:
        count(settlement_, delivered.counts)
    note_stops(environment, lanes, delivered.stopped)
