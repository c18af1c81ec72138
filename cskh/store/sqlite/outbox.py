"""The outbox in SQLite: claims, and what became of every message."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from cskh.model.message import Channel, Message, Purpose, State
from cskh.store.sending import Decision, Question
from cskh.store.sqlite.connection import writing
from cskh.store.sqlite.queries import queries
from cskh.store.values import Claimed, Queue, Settlement

# A workflow, and the provider of its messages: NULL where there was none when they were planned.
_Turn = tuple[str, str | None]


class SqliteOutbox:
    """The messages to send."""

    def __init__(self, write: Database, holder: str) -> None:
        self._db = write
        self._holder = holder
        # Whose turn was last, by provider and channel.
        self._last: dict[tuple[str, Channel], _Turn] = {}

    def recover(self, is_gone: Callable[[str, str], bool], error: str) -> int:
        """Settle what processes that are gone had; return how many messages became unknown."""
        unknown = 0
        for holder in [holder for holder, until in self.holders() if is_gone(holder, until)]:
            with writing(self._db):
                self._give_back(holder, None)
                row = {"claimed_by": holder, "error": error}
                unknown += self._db.conn.execute(queries()["leave_unknown"], row).rowcount
        return unknown

    def holders(self) -> list[tuple[str, str]]:
        """Return the processes that have messages in their hands, and until when."""
        return self._rows("held")

    def claim(
        self, queue: Queue, limit: int, now: str, until: str, began: str | None = None
    ) -> list[Claimed]:
        """Take messages that are due: workflows take turns, each with its oldest promise first."""
        due = {"channel": queue.channel, "now": now, "began": began or now}
        ours = {"by": queue.provider, "claimed_by": self._holder, "claimed_until": until}
        rows: list[tuple[Any, ...]] = []
        with writing(self._db):
            turns = self._turns(queue, due)[:limit]
            share = limit // len(turns) if turns else 0
            for workflow, provider in turns:
                turn = {"workflow": workflow, "provider": provider, "limit": share}
                rows += self._db.conn.execute(queries()["claim"], due | ours | turn).fetchall()
        if turns:
            self._last[queue.provider, queue.channel] = turns[-1]
        # RETURNING comes in no order; two rows differ by due_at or id.
        return [_claimed(row) for row in sorted(rows)]

    def _turns(self, queue: Queue, due: Mapping[str, Any]) -> list[_Turn]:
        """Return the workflows with something due, beginning after the one whose turn was last."""
        providers = (queue.provider, None) if queue.is_active else (queue.provider,)
        found = [
            (workflow, provider)
            for provider in providers
            for (workflow,) in self._rows("due_workflows", **due, provider=provider)
        ]
        last = self._last.get((queue.provider, queue.channel))
        place = found.index(last) + 1 if last in found else 0
        return found[place:] + found[:place]

    def settle(
        self, settlements: Iterable[Settlement], sending: Sequence[int], now: str
    ) -> list[int]:
        """In one transaction, record what became of messages and that others now leave."""
        settled = list(settlements)
        ours = {"claimed_by": self._holder, "now": now}
        rows = [asdict(settlement) | ours for settlement in settled]
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

    def is_held_elsewhere(self, provider: str, at: str) -> bool:
        """Say whether another process sends through a provider, and was heard of lately."""
        asked = {"provider": provider, "claimed_by": self._holder, "at": at}
        return bool(self._rows("held_elsewhere", **asked)[0][0])

    def hold(self, until: str) -> None:
        """Keep what we have in our hands for longer."""
        with writing(self._db):
            self._db.conn.execute(queries()["hold"], {"until": until, "claimed_by": self._holder})

    def release(self, provider: str | None = None) -> None:
        """Give back what we claimed and did not send, of one provider or of all."""
        with writing(self._db):
            self._give_back(self._holder, provider)

    def _give_back(self, holder: str, provider: str | None) -> None:
        row = {"claimed_by": holder, "provider": provider}
        self._db.conn.execute(queries()["give_back"], row)

    def waiting(self, now: str) -> list[Mapping[str, Any]]:
        """Count what is still to be sent: channel, provider, n, and due now."""
        return list(self._db.query(queries()["waiting"], {"now": now}))

    def stops(self) -> Mapping[str, str]:
        """Return why each stopped provider is stopped."""
        return {provider: why for provider, why, _since, _until in self._rows("stops")}

    def stopped_since(self, provider: str) -> str | None:
        """Return since when a provider is stopped, None if it isn't."""
        rows = self._rows("stops")
        return next((since for stopped, _why, since, _until in rows if stopped == provider), None)

    def resting(self, now: str) -> Mapping[str, str]:
        """Return why stopped providers are stopped that are not to be tried yet."""
        rows = self._rows("stops")
        return {provider: why for provider, why, _since, until in rows if until and until > now}

    def stop(self, provider: str, why: str, at: str, until: str | None = None) -> None:
        """Remember that a provider fails as a whole, or a page; it isn't tried before `until`."""
        row = {"provider": provider, "why": why, "since": at, "until": until}
        with writing(self._db):
            self._db.conn.execute(queries()["stop_provider"], row)

    def resume(self, provider: str) -> None:
        """Forget that a provider was stopped."""
        with writing(self._db):
            self._db.conn.execute(queries()["resume_provider"], {"provider": provider})
            self.note_failures(provider, 0)

    def failures(self) -> Mapping[str, int]:
        """Return how many times in a row each provider has failed."""
        return dict(self._rows("failures"))

    def note_failures(self, provider: str, n: int) -> None:
        """Remember how many times in a row a provider has failed by now."""
        with writing(self._db):
            self._db.conn.execute(queries()["note_failures"], {"provider": provider, "n": n})

    def bucket(self, provider: str) -> tuple[float, float] | None:
        """Return the tokens of a provider's rate and their instant, None if none were taken."""
        found = self._rows("bucket", provider=provider)
        return found[0] if found else None

    def keep_bucket(self, provider: str, tokens: float, at: float) -> None:
        """Remember for all processes what a provider's rate still allows."""
        row = {"provider": provider, "tokens": tokens, "at": at}
        with writing(self._db):
            self._db.conn.execute(queries()["keep_bucket"], row)

    def to_ask(
        self, provider: str, state: State, now: str, sent_by: str, limit: int
    ) -> list[Question]:
        """Return messages about which a provider is to be asked, those that wait longest first."""
        asked = {"provider": provider, "state": state, "now": now, "sent_by": sent_by}
        return [_question(row) for row in self._rows("to_ask", **asked, limit=limit)]

    def only_ones(
        self, provider: str, recipients: Sequence[str], day: tuple[str, str], about: tuple[str, str]
    ) -> list[Question]:
        """Return accepted messages of a day to recipients who were sent nothing else about it."""
        asked = {"provider": provider, "recipients": json.dumps(list(recipients))}
        asked |= {"since": day[0], "before": day[1], "after": about[0], "until": about[1]}
        return [_question(row) for row in self._rows("only_ones", **asked)]

    def list_read(
        self, provider: str, since: str, before: str, now: str, ask_at: str | None
    ) -> None:
        """Note that a day's list was read, or when it is read again."""
        row = {"provider": provider, "since": since, "before": before, "now": now, "ask_at": ask_at}
        with writing(self._db):
            self._db.conn.execute(queries()["list_read"], row)

    def answered(
        self, answers: Iterable[tuple[Question, Settlement]], now: str
    ) -> list[Settlement]:
        """Record what a provider said; return what nobody else had settled before."""
        with writing(self._db):
            told = [settled for question, settled in answers if self._tell(question, settled, now)]
            self._follow_up(told, now)
        return told

    def _tell(self, question: Question, settled: Settlement, now: str) -> bool:
        asked = {"was": question.state, "asked_for": question.ask_at, "now": now}
        return self._db.conn.execute(queries()["answer"], asdict(settled) | asked).rowcount == 1

    def message(self, id_: int) -> Mapping[str, Any] | None:
        """Return a message with all its facts."""
        return next(iter(self._db.query(queries()["message"], {"id": id_})), None)

    def decisions(self, about: str) -> list[Decision]:
        """Return what people did about something, the oldest first."""
        return [Decision(*row) for row in self._rows("decisions", about=about)]

    def decide(self, id_: int, decision: Decision) -> bool:
        """Let a person settle a message that stands where he thinks; return whether it did."""
        row = decision._asdict() | {"id": id_}
        with writing(self._db):
            if self._db.conn.execute(queries()["decide"], row).rowcount == 0:
                return False
            self.note(f"message:{id_}", decision)
            return True

    def note(self, about: str, decision: Decision) -> None:
        """Remember for good what somebody did."""
        with writing(self._db):
            row = decision._asdict() | {"about": about}
            self._db.conn.execute(queries()["add_decision"], row)

    def move_waiting(
        self, channel: Channel, was: str, new: str, price: int, decision: Decision
    ) -> int:
        """Let what waits for one provider and was never tried go through another."""
        row = {"channel": channel, "was": was, "provider": new, "price": price}
        with writing(self._db):
            self._db.conn.execute(queries()["note_moved"], row | decision._asdict())
            return self._db.conn.execute(queries()["move_waiting"], row).rowcount

    def _rows(self, name: str, **asked: Any) -> list[tuple[Any, ...]]:
        return self._db.conn.execute(queries()[name], asked).fetchall()


def _claimed(row: tuple[Any, ...]) -> Claimed:
    _due_at, id_, channel, purpose, recipient, to_staff, *rest = row
    customer = rest.pop()
    return Claimed(
        message=_message(id_, channel, purpose, recipient, *rest),
        to_staff=to_staff,
        customer=customer or 0,
    )


def _question(row: tuple[Any, ...]) -> Question:
    *message, state, sent_at, ask_at = row
    return Question(_message(*message), State(state), sent_at, ask_at)


def _message(id_: int, channel: str, purpose: str, recipient: str, *rest: Any) -> Message:
    subject, content, data, attempts, page, provider_id, resend_until, leave_by = rest
    return Message(
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
        resend_until=resend_until,
        leave_by=leave_by,
    )
