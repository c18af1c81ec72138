"""Delivery: claim, mark `sending` before the first byte, converse, settle.

One thread talks to the store; at any moment only messages that are in somebody's hands on the
wire are `sending`, so a crash leaves at most as many unknown as there are parallel calls.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from cskh.edge.processes import Interrupts, is_gone, is_silent
from cskh.engine.campaigning import finish, guard
from cskh.engine.delivered import Delivered
from cskh.engine.environment import Environment
from cskh.engine.lanes import Lane
from cskh.engine.routing import hindrance, lacking
from cskh.engine.sending import Sending
from cskh.engine.stopping import stopped_pages
from cskh.language import _
from cskh.model.message import Channel, State
from cskh.store.values import Queue

log = logging.getLogger("cskh")

_Waiting = Sequence[Mapping[str, Any]]


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
    _send(environment, delivered, progress)
    if finish(environment):  # people are told by email, too
        _send(environment, delivered, progress)
    _note_waiting(environment, delivered)
    if any(delivered.counts.values()):
        log.info("delivered", extra={"counts": dict(delivered.counts)})
    return delivered


def _send(environment: Environment, delivered: Delivered, progress: Callable[[int], None]) -> None:
    with Interrupts() as interrupts, ExitStack() as pools:
        lanes = list(_lanes(environment, delivered, pools))
        sending = Sending(environment, lanes, delivered, progress)
        try:
            while sending.turn():
                with interrupts.welcome():
                    sending.rest()
        finally:
            sending.land()
            environment.store.outbox.release()


def is_any_hanging(environment: Environment) -> bool:
    """Say whether a process has messages in its hands and isn't heard of any more."""
    return any(is_silent(until) for _holder, until in environment.store.outbox.holders())


def _lanes(environment: Environment, delivered: Delivered, pools: ExitStack) -> Iterator[Lane]:
    """Yield a lane for each provider that has something to send, or may have before the end."""
    rows = environment.store.outbox.waiting(environment.clock.stamp)
    resting = environment.store.outbox.resting(environment.time().stamp)
    _note_troubles(environment, rows, resting, delivered)
    stops, failures = environment.store.outbox.stops(), environment.store.outbox.failures()
    for id_, queues in _queues(environment, rows).items():
        account = environment.project.settings.providers.get(id_)
        if account is not None and account.settings is not None and id_ not in resting:
            pool = pools.enter_context(ThreadPoolExecutor(account.parallel))
            mute = frozenset(stopped_pages(id_, stops))
            n = failures.get(id_, 0)
            was_stopped = id_ in stops
            yield Lane(
                account,
                queues,
                pool,
                None,
                was_stopped=was_stopped,
                mute=mute,
                failures=n,
                noted=n,
            )


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
