"""Four actions each: 100,000 customers updated, tagged, given a task and an SMS, and committed."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks._customers import CLOCK, FIELDS, SETTINGS, filled
from benchmarks._measuring import Result, seconds
from benchmarks.plan import TEXT, UNGUARDED
from cskh.actions.create_task import CreateTask
from cskh.actions.send_sms import SendSms
from cskh.actions.update import Update
from cskh.engine.environment import Environment
from cskh.engine.project import Project
from cskh.engine.running import commit, nobody, shown_plans
from cskh.model.settings import Group, Staff
from cskh.model.workflow import Moment, Trigger, Workflow
from cskh.store.sqlite import SqliteStore

COUNT = 100_000
MEMBERS = ("lan", "minh", "thao")
TABLES = ("outbox", "tasks", "tags", "changes", "events", "executions")


def _environment(store: SqliteStore, root: Path) -> Environment:
    staff = tuple(Staff(id=id_, name=id_, role="agent") for id_ in MEMBERS)
    groups = {"cskh": Group(name="CSKH", members=MEMBERS)}
    settings = replace(SETTINGS, policy=UNGUARDED, staff=staff, groups=groups)
    project = Project(root=root, settings=settings, templates={}, workflows={}, words=None)
    return Environment(project, store, CLOCK, lambda: CLOCK, FIELDS)


WORKFLOW = Workflow(
    id="four",
    name="four",
    object="customer",
    trigger=Trigger(moment=Moment.DAILY, at="10:00"),
    actions=(
        Update(source="Zalo"),
        Update(add_tags=("Đã chăm sóc",)),
        CreateTask(content="Gọi {{ customer.name }}", group="cskh"),
        SendSms(content=TEXT),
    ),
)


def _bare(path: Path) -> float:
    """Copy what was written into tables without anything, and return the seconds."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous = FULL")
    rows = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES}
    customers = db.execute("SELECT source, source_key, updated_at, id FROM customers").fetchall()
    for name in TABLES:
        db.execute(f"CREATE TABLE bare_{name} AS SELECT * FROM {name} LIMIT 0")

    def work() -> None:
        db.execute("BEGIN IMMEDIATE")
        for name, listed in rows.items():
            marks = ", ".join("?" * len(listed[0]))
            db.executemany(f"INSERT INTO bare_{name} VALUES ({marks})", listed)
        sql = "UPDATE customers SET source = ?, source_key = ?, updated_at = ? WHERE id = ?"
        db.executemany(sql, customers)
        db.execute("COMMIT")

    took = seconds(work)
    db.close()
    return took


def measure() -> Iterator[Result]:
    """Yield the customers a second, and the ratio to inserting the same rows bare."""
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder) / "actions.db", COUNT)
        environment = _environment(store, Path(folder))
        (plan,) = shown_plans(environment, [WORKFLOW])
        took = seconds(lambda: commit(environment, plan, nobody))
        counted = "SELECT assignee, count(*) FROM tasks GROUP BY assignee"
        shares = sorted(n for _who, n in store._read.conn.execute(counted))
        store.close()
        bare = _bare(Path(folder) / "actions.db")
    detail = f"{took / bare:.1f} × inserting the same rows bare ({bare:.1f} s); shares {shares}"
    yield Result("four actions", COUNT / took, 8_000, "customers/s", detail, more_is_better=True)
