"""Stopping: providers that fail as a whole, or one of their pages, wait for a try that succeeds."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence

from cskh.engine.environment import Environment
from cskh.engine.lanes import Lane
from cskh.engine.notifying import notify_stop
from cskh.model.clock import from_text
from cskh.policy.retries import rest_after

log = logging.getLogger("cskh")


def stopped_pages(provider: str, stops: Mapping[str, str]) -> Mapping[str, str]:
    """Return why pages of a provider are stopped, of all that is."""
    begins = _of_page(provider, "")
    return {id_.removeprefix(begins): why for id_, why in stops.items() if id_.startswith(begins)}


def _of_page(provider: str, page: str) -> str:
    return f"{provider}/{page}"


def note_stops(environment: Environment, lanes: Sequence[Lane], stopped: dict[str, str]) -> None:
    """Remember what is stopped by now and what works again; `stopped` has this delivery's stops."""
    for lane in lanes:
        id_ = lane.account.id
        if lane.failures != lane.noted:
            environment.store.outbox.note_failures(id_, lane.failures)
            lane.noted = lane.failures
        if lane.stopped:
            rest = lane.rest or (_rest(environment, id_) if lane.has_lost else None)
            _note_stop(environment, stopped, id_, lane.stopped, rest=rest)
        elif lane.was_stopped and lane.has_answered:
            environment.store.outbox.resume(id_)
            lane.was_stopped = False
        for page, receipt in lane.pages.items():
            _note_stop(environment, stopped, id_, receipt.error or "", page)
        for page in (lane.spoken & lane.mute) - lane.pages.keys():
            environment.store.outbox.resume(_of_page(id_, page))
            lane.mute -= {page}


def _note_stop(
    environment: Environment,
    stopped: dict[str, str],
    provider: str,
    why: str,
    page: str | None = None,
    rest: int | None = None,
) -> None:
    """Remember that a provider or one of its pages is stopped, and tell people if that is news."""
    id_ = _of_page(provider, page) if page else provider
    if id_ in stopped:
        return
    stopped[id_] = why
    clock, outbox = environment.time(), environment.store.outbox
    until = clock.stored(clock.now + dt.timedelta(seconds=rest)) if rest else None
    with environment.store.writing():
        is_news = outbox.stopped_since(id_) is None
        outbox.stop(id_, why, clock.stamp, until)
        if is_news:
            notify_stop(environment, provider, why, clock.stamp, page)
    log.warning("provider_stopped", extra={"provider": id_, "why": why})


def _rest(environment: Environment, provider: str) -> int | None:
    """Return the seconds for which a provider is left alone whose trials cost messages."""
    since, clock = environment.store.outbox.stopped_since(provider), environment.time()
    return rest_after(clock.now - from_text(since, clock.zone)) if since else None
