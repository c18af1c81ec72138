"""What ran, on which occasions, and what it did; a second time is impossible."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from cskh.model.conditions import AllOf
from cskh.model.effects import Change, Outcome, Skip, Step
from cskh.model.message import Channel, Purpose
from cskh.rules.query import Query
from cskh.rules.sql import statement
from cskh.store.sqlite import SqliteStore
from tests.sample import FIELDS, at, lead, stamp
from tests.store.worlds import NOW, read, rows, sms, step

OCCASION = "daily:2026-12-01"


@pytest.fixture
def path(store: SqliteStore, tmp_path: Path) -> Path:
    store.customers.create([lead(f"KH{n}", status="Mới") for n in (1, 2, 3)], stamp())
    return tmp_path / "cskh.db"


def run(store: SqliteStore, *steps: Any, workflow: str = "w", occasion: str = OCCASION) -> None:
    with store.writing():
        key = store.runs.start(workflow, occasion, NOW, NOW)
        store.runs.add(key, steps, stamp(cause=f"workflow:{workflow}"))
        store.runs.finish(key, "d1d2", matched=len(steps), acted=sum(each.acts for each in steps))


def test_a_run_leaves_messages_changes_executions_and_a_record(
    store: SqliteStore, path: Path
) -> None:
    run(
        store,
        step(1, sms(), Change(fields={"status": ("Mới", "Lost")})),
        step(2, sms("0900000104")),
    )
    assert rows(
        path, "SELECT workflow, occasion, digest, outcome, matched, acted, at FROM runs"
    ) == [("w", OCCASION, "d1d2", "done", 2, 2, NOW)]
    assert rows(path, "SELECT workflow, object_id, occasion, at FROM executions") == [
        ("w", 1, OCCASION, NOW),
        ("w", 2, OCCASION, NOW),
    ]
    assert [row["status"] for row in read(store, "status")] == ["Lost", "Mới", "Mới"]
    changes = rows(path, "SELECT object_id, field, cause FROM changes WHERE field IS NOT NULL")
    assert changes == [(1, "status", "workflow:w")]


COLUMNS = (
    "workflow, occasion, customer_id, pid, action, channel, provider, purpose, recipient, to_staff,"
    " content, parts, price, state, skip_reason, send_at, due_at, attempts, created_at"
)


def test_a_message_is_queued_with_all_that_is_known_of_it(store: SqliteStore, path: Path) -> None:
    later = dt.datetime(2026, 12, 1, 15, 0, tzinfo=at(NOW).zone)
    made = sms(parts=2, price=700, send_at=later, to_staff="lan", data={"a": "ế"})
    run(store, step(1, sms("0900000104")), step(2, made))
    assert rows(path, f"SELECT {COLUMNS} FROM outbox ORDER BY id") == [
        ("w", OCCASION, 1, "KH1", 0, "sms", "chinh", "care", "0900000104", None, "Hi", 1, 0,
         "queued", None, None, NOW, 0, NOW),
        ("w", OCCASION, 2, "KH2", 0, "sms", "chinh", "care", "0900000103", "lan", "Hi", 2, 700,
         "queued", None, "2026-12-01T08:00:00Z", "2026-12-01T08:00:00Z", 0, NOW),
    ]  # fmt: skip
    assert rows(path, "SELECT data FROM outbox ORDER BY id") == [("{}",), ('{"a": "ế"}',)]


def test_a_skipped_message_is_kept_with_its_reason(store: SqliteStore, path: Path) -> None:
    none = Skip(reason="no_phone", channel=Channel.SMS, purpose=Purpose.CARE)
    run(store, step(1, none, sms()))
    found = rows(
        path, "SELECT action, state, skip_reason, recipient, price FROM outbox ORDER BY action"
    )
    assert found == [(0, "skipped", "no_phone", "", 0), (1, "queued", None, "0900000103", 0)]
    assert rows(path, "SELECT count(*) FROM skips") == [(0,)]


def test_other_skips_are_kept_apart_and_are_no_execution(store: SqliteStore, path: Path) -> None:
    run(store, step(1, Skip(reason="missing customer.name")))
    assert rows(path, "SELECT customer_id, action, reason FROM skips") == [
        (1, 0, "missing customer.name")
    ]
    assert rows(path, "SELECT count(*) FROM executions") == [(0,)]


def test_an_occasion_is_done_once(store: SqliteStore, path: Path) -> None:
    assert not store.runs.is_done("w", OCCASION)
    run(store, step(1, sms()))
    assert store.runs.is_done("w", OCCASION)
    assert not store.runs.is_done("w", "daily:2026-12-02")
    assert not store.runs.is_done("v", OCCASION)
    with pytest.raises(sqlite3.IntegrityError, match=r"runs\.workflow, runs\.occasion"):
        run(store, step(2, sms()))
    assert rows(path, "SELECT customer_id FROM outbox") == [(1,)]


def test_a_refused_plan_is_told_once_and_may_still_be_done(store: SqliteStore, path: Path) -> None:
    for digest in ("d1d2", "d1d2", "d3d4"):
        store.runs.refused("w", OCCASION, digest, 9, NOW)
    assert not store.runs.is_done("w", OCCASION)
    run(store, step(1, sms()))
    assert rows(path, "SELECT outcome, digest, matched FROM runs ORDER BY id") == [
        ("refused", "d1d2", 9),
        ("refused", "d3d4", 9),
        ("done", "d1d2", 1),
    ]


def test_a_second_message_of_one_occasion_undoes_everything(store: SqliteStore, path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="outbox"):
        run(
            store,
            step(1, Change(fields={"status": ("Mới", "Lost")})),
            step(2, sms()),
            step(2, sms()),
        )
    for table in ("outbox", "runs", "executions"):
        assert rows(path, f"SELECT count(*) FROM {table}") == [(0,)]
    assert [row["status"] for row in read(store, "status")] == ["Mới"] * 3


def test_one_action_may_write_to_several_people(store: SqliteStore, path: Path) -> None:
    told = (Outcome(0, "send_sms", sms(phone)) for phone in ("0900000104", "0900000105"))
    run(store, Step(1, "KH1", tuple(told)))
    found = rows(path, "SELECT action, recipient FROM outbox ORDER BY id")
    assert found == [(0, "0900000104"), (0, "0900000105")]


def test_what_was_done_for_a_customer_is_told_by_occasion(store: SqliteStore, path: Path) -> None:
    run(store, step(1, sms()))
    run(store, step(1, sms()), occasion="daily:2026-12-02")
    assert store.runs.acted("w", 1) == [(OCCASION, NOW), ("daily:2026-12-02", NOW)]
    assert store.runs.acted("w", 2) == store.runs.acted("v", 1) == []


def matched(store: SqliteStore, since: str | None, occasion: str = "daily:2026-12-02") -> list[int]:
    asked = Query(
        workflow="w",
        occasion=occasion,
        kinds=("lead",),
        condition=AllOf(),
        fields=("pid",),
        clock=at("2026-12-02T10:00"),
        acted_since=since,
    )
    found = store.customers.matching(statement(asked, FIELDS, store.dialect), asked.fields)
    return [customer.id for customer in found]


@pytest.mark.parametrize(
    ("since", "ids"),
    [
        (None, [1, 2, 3]),
        ("", [2, 3]),
        (NOW, [2, 3]),
        ("2026-12-01T03:00:01Z", [1, 2, 3]),
    ],
)
def test_who_was_acted_on_since_then_is_not_asked_again(
    since: str | None, ids: list[int], store: SqliteStore, path: Path
) -> None:
    run(store, step(1, sms()), step(2, Skip(reason="no_phone", channel=Channel.SMS,
                                            purpose=Purpose.CARE)))  # fmt: skip
    run(store, step(3, sms()), workflow="another")
    assert matched(store, since) == ids
    assert matched(store, since, OCCASION) == [2, 3]


def test_workflows_are_known_from_when_they_were_seen_until_they_are_disabled(
    store: SqliteStore,
) -> None:
    store.runs.see(["a", "b"], [], "2026-12-01T03:00:00Z")
    store.runs.see(["a", "c"], ["b", "d"], "2026-12-02T03:00:00Z")
    assert store.runs.seen() == {"a": "2026-12-01T03:00:00Z", "c": "2026-12-02T03:00:00Z"}
    store.runs.see(["b"], [], "2026-12-03T03:00:00Z")
    assert store.runs.seen()["b"] == "2026-12-03T03:00:00Z"
