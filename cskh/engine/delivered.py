"""What a delivery came to, for those who tell of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from cskh.model.clock import from_text
from cskh.model.message import State
from cskh.store.values import Settlement


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

    def put_off(self, provider: str, settled: Settlement, zone: dt.tzinfo) -> None:
        """Note a message that its provider could not take now."""
        due_at = from_text(settled.due_at, zone)
        before = self.busy.get(provider, Later(0, "", due_at))
        why = settled.error or before.why
        self.busy[provider] = Later(before.n + 1, why, min(before.due_at, due_at))
