"""Performing: what each kind of step that providers ask for is done by."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from cskh.edge import wire
from cskh.edge.clock import monotonic, sleep
from cskh.edge.clock import now as real_now
from cskh.edge.locks import alone
from cskh.engine.environment import store_path
from cskh.engine.project import Project
from cskh.errors import Busy, CskhError
from cskh.language import _
from cskh.model.clock import from_text, to_text
from cskh.model.settings import Account, Page
from cskh.providers import (
    HELD,
    Alone,
    Append,
    Failure,
    Mail,
    Pages,
    Perform,
    Recall,
    Remember,
    Request,
    Response,
    Step,
    Wait,
    do,
)
from cskh.store.base import Store
from cskh.store.keeping import Held, Tokens

# How long an errand waits for the same one of others, beyond what their request may take.
_PATIENCE = 30.0


def performer(account: Account, now: dt.datetime, project: Project, store: Store) -> Perform:
    """Return what performs an account's steps.

    `now` (aware) stands in files, whose relative paths begin at the project's folder, and with what
    is remembered. A conversation waits only until the account's time-out, counted from here.
    """
    until = monotonic() + account.timeout

    def perform(step: Step) -> Response | Failure:
        try:
            match step:
                case Recall():
                    return _recalled(step, store.tokens, now)
                case Remember():
                    return _remembered(step, store.tokens, now)
                case Pages():
                    return _connected(project.settings.pages)
                case Wait():
                    return _waited(step.seconds, until)
                case Alone():
                    return _alone(step, store_path(project), account.timeout, perform)
        except CskhError as error:  # the disk is full, somebody keeps the lock: nothing has left
            return Failure(refused=True, error=error.message)
        return _sent(step, account.timeout, now, project.root)

    return perform


def _alone(step: Alone, store: Path, timeout: int, perform: Perform) -> Response | Failure:
    """Do an errand under its name's lock; who has no more patience is told that it is held."""
    patience = timeout + _PATIENCE if step.patience is None else step.patience
    with ExitStack() as lock:
        try:
            lock.enter_context(alone(store, step.name, patience))
        except Busy:
            if step.patience is None:
                raise
            return Response(status=HELD)
        return do(step.errand(), perform)


def _waited(seconds: float, until: float) -> Response | Failure:
    if monotonic() + seconds > until:
        return Failure(refused=True, error=_("It took too long."))
    sleep(seconds)
    return Response(status=200)


def _sent(
    step: Request | Append | Mail, timeout: float, now: dt.datetime, folder: Path
) -> Response | Failure:
    if isinstance(step, Mail):
        from cskh.edge import mail

        return mail.send(step, timeout=timeout, now=now, folder=folder)
    return wire.perform(step, timeout=timeout, now=now, folder=folder)


def _recalled(step: Recall, tokens: Tokens, now: dt.datetime) -> Response:
    held = tokens.held(step.app)
    if held is None or held.seed != step.seed:
        return _answer({})
    seconds = 0
    if held.expires_at:
        # Zalo's clock goes on whatever --now says.
        seconds = int((from_text(held.expires_at, dt.UTC) - real_now()).total_seconds())
    return _answer(
        {
            "refresh_token": held.refresh_token,
            "access_token": held.access_token,
            "seconds": seconds,
            "spent": held.spent,
            "age": int((now - from_text(held.at, dt.UTC)).total_seconds()),
        }
    )


def _remembered(step: Remember, tokens: Tokens, now: dt.datetime) -> Response:
    until = to_text(real_now() + dt.timedelta(seconds=step.seconds))
    access = step.access_token.reveal() if step.access_token else None
    held = Held(
        seed=step.seed,
        refresh_token=step.refresh_token.reveal(),
        access_token=access,
        expires_at=until if access else None,
        spent=step.spent,
        at=to_text(now),
    )
    tokens.keep(step.app, held)
    return _answer({})


def _connected(pages: Iterable[Page]) -> Response:
    return _answer({page.id: page.token.reveal() if page.token else None for page in pages})


def _answer(said: Mapping[str, Any]) -> Response:
    return Response(status=200, body=json.dumps(said).encode())
