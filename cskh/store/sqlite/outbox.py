"""The outbox in SQLite: claims, and what became of every message."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from cskh.model.message import Channel, Message, Purpose
from cskh.store.sqlite.connection import writing
from cskh.store.sqlite.queries import queries
from cskh.store.values import Claimed, Queue, Settlement


class SqliteOutbox:
    """The messages to send."""

    def __init__(self, write: Database, holder: str) -> None:
        self._db = write
        self._holder = holder

    def recover(self, is_gone: Callable[[str, str], bool], error: str) -> int:
        """Settle what processes that are gone had; return how many messages became unknown."""
        held = self._db.conn.execute(queries()["held"]).fetchall()
        unknown = 0
        for holder in [holder for holder, until in held if is_gone(holder, until)]:
            with writing(self._db):
                self._db.conn.execute(queries()["give_back"], {"claimed_by": holder})
                row = {"claimed_by": holder, "error": error}
                unknown += self._db.conn.execute(queries()["leave_unknown"], row).rowcount
        return unknown

    def claim(self, queue: Queue, limit: int, now: str, until: str) -> list[Claimed]:
        """Take messages whose time has come, the oldest promise first."""
        asked = {**asdict(queue), "limit": limit, "now": now}
        asked |= {"claimed_by": self._holder, "claimed_until": until}
        with writing(self._db):
            if queue.is_active:
                self._db.conn.execute(queries()["adopt"], asked)
            rows = self._db.conn.execute(queries()["claim"], asked).fetchall()
        # RETURNING comes in no order; two rows differ by due_at or id.
        return [_claimed(row) for row in sorted(rows)]

    def settle(
        self, settlements: Iterable[Settlement], sending: Sequence[int], now: str
    ) -> list[int]:
        """In one transaction, record what became of messages and that others now leave."""
        settled = list(settlements)
        rows = [asdict(settlement) | {"claimed_by": self._holder} for settlement in settled]
        with writing(self._db):
            self._db.conn.executemany(queries()["settle"], rows)
            self._follow_up(settled, now)
            return [id_ for id_ in sending if self._start(id_, now)]

    def _follow_up(self, settled: Iterable[Settlement], now: str) -> None:
        for settlement in settled:
            row = {"id": settlement.id, "now": now}
            if settlement.falls_back:
                self._db.conn.execute(queries()["fall_back"], row)
            if settlement.declined:
                self._db.conn.execute(queries()["note_declined"], row)

    def _start(self, id_: int, now: str) -> bool:
        row = {"id": id_, "claimed_by": self._holder, "now": now}
        return self._db.conn.execute(queries()["start_sending"], row).rowcount == 1

    def release(self) -> None:
        """Give back what we claimed and did not send."""
        with writing(self._db):
            self._db.conn.execute(queries()["give_back"], {"claimed_by": self._holder})

    def waiting(self, now: str) -> list[Mapping[str, Any]]:
        """Count what is still to be sent: channel, provider, n, and due now."""
        return list(self._db.query(queries()["waiting"], {"now": now}))

    def stops(self) -> Mapping[str, str]:
        """Return why each stopped provider is stopped."""
        rows = self._db.conn.execute(queries()["stops"]).fetchall()
        return {provider: why for provider, why, _since in rows}

    def stop(self, provider: str, why: str, at: str) -> None:
        """Remember that a provider fails as a whole."""
        row = {"provider": provider, "why": why, "since": at}
        with writing(self._db):
            self._db.conn.execute(queries()["stop_provider"], row)

    def resume(self, provider: str) -> None:
        """Forget that a provider was stopped."""
        with writing(self._db):
            self._db.conn.execute(queries()["resume_provider"], {"provider": provider})


def _claimed(row: tuple[Any, ...]) -> Claimed:
    _due_at, id_, channel, purpose, recipient, to_staff, subject, content, data, *rest = row
    attempts, page, provider_id, customer = rest
    message = Message(
        id=id_,
        channel=Channel(channel),
        recipient=recipient,
        content=content,
        subject=subject,
        data=json.loads(data),
        purpose=Purpose(purpose),
        attempts=attempts,
        page=page,
        provider_id=provider_id,
    )
    return Claimed(message=message, to_staff=to_staff, customer=customer)
