"""Runs in SQLite: what a plan does, written in the transaction that holds the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from cskh.model.clock import to_text
from cskh.model.effects import Add, Chain, Change, Send, Skip, Step
from cskh.model.fields import FAMILIES, PIPELINE
from cskh.model.message import State
from cskh.store.sqlite.adding import insert_into, json_of
from cskh.store.sqlite.connection import writing
from cskh.store.sqlite.customers import SqliteCustomers
from cskh.store.sqlite.queries import queries
from cskh.store.sqlite.records import SqliteRecords
from cskh.store.values import Edit, RunKey, Stamp


class SqliteRuns:
    """Which workflows ran on which occasions, and what they did."""

    def __init__(self, write: Database, customers: SqliteCustomers, records: SqliteRecords) -> None:
        self._db = write
        self._customers = customers
        self._records = records

    def seen(self) -> Mapping[str, str]:
        """Return since when each workflow is known to a run."""
        return dict(self._db.conn.execute(queries()["seen"]).fetchall())

    def see(self, enabled: Iterable[str], disabled: Iterable[str], at: str) -> None:
        """Remember the enabled workflows as seen, forget the disabled ones."""
        known = self.seen()
        new = [{"workflow": id_, "since": at} for id_ in enabled if id_ not in known]
        gone = [{"workflow": id_} for id_ in disabled if id_ in known]
        if new or gone:
            with writing(self._db):
                self._db.conn.executemany(queries()["see"], new)
                self._db.conn.executemany(queries()["forget_seen"], gone)

    def is_done(self, workflow: str, occasion: str) -> bool:
        """Say whether a workflow has run on an occasion."""
        key = {"workflow": workflow, "occasion": occasion}
        return self._db.conn.execute(queries()["is_done"], key).fetchone() is not None

    def acted(self, workflow: str, object_id: int) -> list[tuple[str, str]]:
        """Return the occasions on which a workflow did something for an object, and when."""
        key = {"workflow": workflow, "object_id": object_id}
        return self._db.conn.execute(queries()["acted"], key).fetchall()

    def start(self, workflow: str, occasion: str, at: str, slot_at: str) -> RunKey:
        """Begin the record of a run."""
        row = {"workflow": workflow, "occasion": occasion, "at": at}
        number = self._db.conn.execute(queries()["start_run"], row).lastrowid
        return RunKey(id=int(number or 0), slot_at=slot_at, **row)

    def add(self, run: RunKey, steps: Sequence[Step], stamp: Stamp) -> None:
        """Write what steps do: messages to the outbox, changes, executions, skips."""
        self.queue(run, steps)
        execute = self._db.conn.executemany
        execute(queries()["add_execution"], _executions(run, steps))
        execute(queries()["add_skip"], _skips(run, steps))
        changes = [
            Edit(step.customer, outcome.what.fields, step.chain)
            for step in steps
            for outcome in step.outcomes
            if isinstance(outcome.what, Change)
        ]
        self._add_work(steps, stamp)
        if changes:
            self._customers.change(_plain(changes), stamp)
            # A card may be new in the same step.
            self._records.stages(_staged(changes), stamp)

    def queue(self, run: RunKey, steps: Sequence[Step]) -> None:
        """Write the messages of steps, also those that are not sent; nothing else of them."""
        execute = self._db.conn.executemany
        execute(insert_into("outbox", _QUEUED), _queued(run, steps))
        execute(queries()["add_skipped_message"], _skipped(run, steps))

    def _add_work(self, steps: Sequence[Step], stamp: Stamp) -> None:
        """Write tasks, tickets and cards, and put customers on call lists."""
        found: dict[str, list[tuple[dict[str, Any], Chain]]] = {}
        for step in steps:
            for outcome in step.outcomes:
                if isinstance(add := outcome.what, Add):
                    row = {"customer_id": step.customer, **add.values}
                    found.setdefault(add.family, []).append((row, step.chain))
        for row, _chain in found.pop("telesales", ()):
            names = tuple(row)
            sql = insert_into("telesales", [*names, "added_at"])
            self._db.conn.execute(sql, (*row.values(), stamp.at))
        for family in FAMILIES:
            if pairs := found.get(family):
                rows, chains = zip(*pairs, strict=True)
                self._records.create(family, rows, stamp, chains)

    def finish(self, run: RunKey, digest: str, matched: int, acted: int) -> None:
        """Complete the record of a run."""
        row = {"id": run.id, "digest": digest, "matched": matched, "acted": acted}
        self._db.conn.execute(queries()["finish_run"], row)

    def refused(self, workflow: str, occasion: str, digest: str, matched: int, at: str) -> bool:
        """Record that a plan was refused, and return whether it is for the first time."""
        row = {"workflow": workflow, "occasion": occasion, "digest": digest}
        with writing(self._db):
            added = self._db.conn.execute(
                queries()["add_refused_run"], row | {"matched": matched, "at": at}
            )
            return added.rowcount == 1


def _plain(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Yield what changes of the customers themselves."""
    for edit in edits:
        own = {name: pair for name, pair in edit.fields.items() if not name.startswith(PIPELINE)}
        if own:
            yield Edit(edit.id, own, edit.chain)


def _staged(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Yield what changes of their cards: the stages, by pipeline."""
    for edit in edits:
        stages = {name: pair for name, pair in edit.fields.items() if name.startswith(PIPELINE)}
        if stages:
            yield Edit(edit.id, stages, edit.chain)


def _executions(run: RunKey, steps: Iterable[Step]) -> Iterator[dict[str, Any]]:
    same = {"workflow": run.workflow, "run_id": run.id, "at": run.slot_at}
    for step in steps:
        if step.acts:
            yield {"object_id": step.acted_on, "occasion": _occasion(run, step), **same}


def _occasion(run: RunKey, step: Step) -> str:
    """Return the firing's name: many events are dealt with in one run."""
    return run.occasion if step.event_id is None else f"event:{step.event_id}"


def _skips(run: RunKey, steps: Iterable[Step]) -> Iterator[dict[str, Any]]:
    for step in steps:
        for outcome in step.outcomes:
            if isinstance(outcome.what, Skip) and outcome.what.channel is None:
                reason = outcome.what.reason
                yield {
                    "run_id": run.id,
                    "customer_id": step.customer,
                    "action": outcome.index,
                    "reason": reason,
                }


# Positional, as in adding.py: a plan may have a million of them.
_QUEUED = (
    "workflow",
    "occasion",
    "run_id",
    "object_id",
    "customer_id",
    "pid",
    "action",
    "channel",
    "provider",
    "purpose",
    "recipient",
    "to_staff",
    "page",
    "subject",
    "content",
    "data",
    "parts",
    "price",
    "state",
    "send_at",
    "leave_by",
    "due_at",
    "created_at",
)


def _queued(run: RunKey, steps: Iterable[Step]) -> Iterator[tuple[Any, ...]]:
    """Yield the messages to send, in the order of `_QUEUED`."""
    for step in steps:
        for outcome in step.outcomes:
            if not isinstance(send := outcome.what, Send):
                continue
            send_at = to_text(send.send_at) if send.send_at else None
            yield (
                run.workflow,
                _occasion(run, step),
                run.id,
                step.acted_on,
                step.customer,
                step.pid,
                outcome.index,
                send.channel,
                send.provider,
                send.purpose,
                send.recipient,
                send.to_staff,
                send.page,
                send.subject,
                send.content,
                json_of(send.data) if send.data else "{}",
                send.parts,
                send.price,
                State.QUEUED,
                send_at,
                to_text(send.leave_by) if send.leave_by else None,
                send_at or run.at,
                run.at,
            )


def _skipped(run: RunKey, steps: Iterable[Step]) -> Iterator[dict[str, Any]]:
    for step in steps:
        for outcome in step.outcomes:
            if isinstance(skip := outcome.what, Skip) and skip.channel is not None:
                yield {
                    "workflow": run.workflow,
                    "occasion": _occasion(run, step),
                    "run_id": run.id,
                    "object_id": step.acted_on,
                    "customer_id": step.customer,
                    "pid": step.pid,
                    "action": outcome.index,
                    "channel": skip.channel,
                    "purpose": skip.purpose,
                    "recipient": skip.to_staff or "",
                    "to_staff": skip.to_staff,
                    "skip_reason": skip.reason,
                    "at": run.at,
                }
