"""Plan: 100,000 messages rendered and committed, against rendering and inserting them bare."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks._customers import CLOCK, FIELDS, SETTINGS, filled
from benchmarks._measuring import Result, seconds
from cskh.actions.send_sms import SendSms
from cskh.engine.environment import Environment
from cskh.engine.project import Project
from cskh.engine.running import commit, shown_plans
from cskh.model.folding import unaccent
from cskh.model.settings import Guard, Policy
from cskh.model.workflow import Moment, Trigger, Workflow
from cskh.spec.templates import compiled
from cskh.store.sqlite import SqliteStore

COUNT = 100_000
ROUNDS = 3
TEXT = "Chào {{ customer.salutation }} {{ customer.given_name }}, chúc một ngày vui vẻ!"
UNGUARDED = Policy(guard=Guard(max_recipients=10_000_000))
COLUMNS = (
    "workflow, occasion, run_id, object_id, customer_id, pid, action, channel, provider, purpose,"
    " recipient, content, data, parts, price, state, due_at, created_at"
)


def _environment(store: SqliteStore, root: Path) -> Environment:
    import dataclasses

    settings = dataclasses.replace(SETTINGS, policy=UNGUARDED)
    project = Project(root=root, settings=settings, templates={}, workflows={}, words=None)
    return Environment(project, store, CLOCK, lambda: CLOCK, FIELDS)


def _workflow(number: int) -> Workflow:
    return Workflow(
        id=f"plan-{number}",
        name="plan",
        object="customer",
        trigger=Trigger(moment=Moment.DAILY, at="10:00"),
        actions=(SendSms(content=TEXT),),
    )


def _bare(store: SqliteStore, number: int) -> None:
    """Render the same text and insert the same rows, with nothing around it."""
    connection: sqlite3.Connection = store._write.conn
    rows = connection.execute("SELECT id, pid, name, gender, phone FROM customers ORDER BY id")
    template = compiled(TEXT)
    at = CLOCK.stamp
    messages = []
    for id_, pid, name, gender, phone in rows:
        who = "anh" if gender == "male" else "chị"
        values = {"customer.salutation": who, "customer.given_name": name.rsplit(" ", 1)[-1]}
        text = unaccent(template.render(values))
        head = (f"bare-{number}", "daily:2026-12-01", None, id_, id_, pid, 0, "sms", "sms", "care")
        messages.append((*head, phone, text, "{}", 1, 350, "queued", at, at))
    marks = ", ".join("?" * len(messages[0]))
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(f"INSERT INTO outbox ({COLUMNS}) VALUES ({marks})", messages)
    connection.execute("COMMIT")


def measure() -> Iterator[Result]:
    """Yield the messages a second of a plan, and its ratio to the bare work."""
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder) / "plan.db", COUNT)
        environment = _environment(store, Path(folder))
        pairs = []
        for number in range(ROUNDS):
            (plan,) = shown_plans(environment, [_workflow(number)])
            ours = seconds(lambda plan=plan: commit(environment, plan, lambda _plan, _steps: None))
            pairs.append((ours, seconds(lambda number=number: _bare(store, number))))
        store.close()
    best, bare = min(pairs)[0], min(one for _ours, one in pairs)
    detail = f"{best / bare:.1f} × rendering and inserting the same rows bare ({bare:.1f} s)"
    yield Result("plan", COUNT / best, 20_000, "messages/s", detail, more_is_better=True)
