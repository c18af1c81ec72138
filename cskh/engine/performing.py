"""Performing: what each kind of step that providers ask for is done by."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cskh.edge import wire
from cskh.model.settings import Account
from cskh.providers import Failure, Perform, Response, Step
from cskh.store.base import Store


def performer(account: Account, now: dt.datetime, folder: Path, store: Store) -> Perform:
    """Return what performs an account's steps.

    `now` (aware) stands in files, whose relative paths begin at `folder`.
    """

    def perform(step: Step) -> Response | Failure:
        return wire.perform(step, timeout=account.timeout, now=now, folder=folder)

    return perform
