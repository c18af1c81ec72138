"""The schema that is read first, the migrations, and the named statements all agree."""

import re
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest
from sqlite_utils import Database

from cskh.store.sqlite import SqliteStore, open_store
from cskh.store.sqlite.migrating import migrations
from cskh.store.sqlite.queries import queries
from tests.sample import FIELDS
from tests.store.worlds import rows

SOURCES = Path(str(files("cskh.store.sqlite")))
SCHEMA = (SOURCES / "schema.sql").read_text(encoding="utf-8")
NAMES = re.findall(r"^-- name: (\w+)$", (SOURCES / "queries.sql").read_text("utf-8"), re.MULTILINE)


FIRST = (SOURCES / "migrations" / "m001_start.sql").read_text(encoding="utf-8")
AT = "2026-12-01T03:00:00Z"
# What the first version left behind, its record of migrations included.
FILLED = f"""
CREATE TABLE _sqlite_migrations (
    id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT);
CREATE UNIQUE INDEX idx__sqlite_migrations_migration_set_name
    ON _sqlite_migrations(migration_set, name);
INSERT INTO _sqlite_migrations (migration_set, name, applied_at)
    VALUES ('cskh', 'm001_start', '{AT}');
INSERT INTO customers (id, pid, pid_key, kind, type, created_at, updated_at)
    VALUES (7, 'A7', 'a7', 'lead', 'individual', '{AT}', '{AT}');
INSERT INTO changes (customer_id, field, new, cause, at)
    VALUES (7, 'status', '"Mới"', 'import:1', '{AT}');
INSERT INTO seen VALUES ('w', '{AT}');
INSERT INTO runs VALUES (1, 'w', 'o', 'd', 'done', 1, 1, '{AT}');
INSERT INTO executions VALUES ('w', 7, 'o', 1, '{AT}');
INSERT INTO outbox (id, workflow, occasion, run_id, customer_id, pid, action, channel, purpose,
    recipient, content, parts, price, state, due_at, created_at)
    VALUES (5, 'w', 'o', 1, 7, 'A7', 0, 'sms', 'care', '0900000101', 'x', 1, 0, 'accepted',
            '{AT}', '{AT}');
"""


def normal(sql: str | None) -> str:
    """Take comments and spacing out of a statement."""
    words = " ".join(re.sub(r"--.*", "", sql or "").split())
    return re.sub(r" ?([(),]) ?", r"\1", words)


def objects(db: sqlite3.Connection) -> dict[str, str]:
    own = "SELECT name, sql FROM sqlite_master WHERE name NOT GLOB '*sqlite_*'"
    return {name: normal(sql) for name, sql in db.execute(own)}


def described() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.executescript(SCHEMA)
    return db


def test_the_migrations_make_what_schema_sql_describes() -> None:
    with closing(described()) as wanted, closing(sqlite3.connect(":memory:")) as made:
        made.isolation_level = None
        migrations.apply(Database(made))
        assert objects(made) == objects(wanted)


def test_a_new_store_is_what_schema_sql_describes(store: SqliteStore, tmp_path: Path) -> None:
    with closing(described()) as wanted, closing(sqlite3.connect(tmp_path / "cskh.db")) as made:
        assert objects(made) == objects(wanted)


def test_a_store_that_is_up_to_date_is_left_alone(store: SqliteStore, tmp_path: Path) -> None:
    once = rows(tmp_path / "cskh.db", "SELECT name FROM _sqlite_migrations")
    assert [name for (name,) in once] == [
        "m001_start",
        "m002_events",
        "m003_work",
        "m004_channels",
        "m005_outbox",
        "m006_lists",
        "m007_campaigns",
        "m008_resending",
        "m009_windows",
        "m010_failures",
        "m011_counts",
    ]


def test_a_store_of_the_first_version_keeps_what_is_in_it(tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as db:
        db.executescript(FIRST + FILLED)
    with open_store(old, FIELDS, "here:1:1"):
        pass
    assert rows(old, "SELECT object, object_id, event_id, field, new FROM changes") == [
        ("customer", 7, None, "status", '"Mới"')
    ]
    assert rows(old, "SELECT workflow, object_id, occasion FROM executions") == [("w", 7, "o")]
    assert rows(old, "SELECT workflow, event_id FROM seen") == [("w", 0)]
    assert rows(old, "SELECT id, object_id, customer_id, state FROM outbox") == [
        (5, 7, 7, "accepted")
    ]


def test_every_table_says_what_a_row_of_it_is() -> None:
    before_tables = re.findall(r"^(.*)\nCREATE TABLE (\w+)", SCHEMA, re.MULTILINE)
    assert len(before_tables) == SCHEMA.count("CREATE TABLE")
    assert [name for comment, name in before_tables if not comment.startswith("-- ")] == []


def test_every_statement_that_is_used_exists_and_the_other_way_round() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py"))
    used = set(re.findall(r"queries\(\)\[\"(\w+)\"\]|_(?:rows|done)\(\"(\w+)\"", code))
    assert {one or other for one, other in used} == set(NAMES) == queries().keys()
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_can_be_asked_with_its_parameters_by_name(name: str) -> None:
    sql = queries()[name]
    assert "?" not in sql
    with closing(described()) as db:
        named = dict.fromkeys(re.findall(r":(\w+)", sql))
        db.execute(f"EXPLAIN {sql}", named)


BY_INDEX = ["claim", "to_ask", "answer", "decide", "message", "held", "give_back",
            "leave_unknown", "start_sending", "settle", "is_done", "find_customer",
            "open_slas"]  # fmt: skip


@pytest.mark.parametrize("name", BY_INDEX)
def test_what_runs_again_and_again_never_walks_through_a_whole_table(name: str) -> None:
    sql = queries()[name]
    with closing(described()) as db:
        named = dict.fromkeys(re.findall(r":(\w+)", sql))
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", named)]
    assert any("SEARCH" in line for line in plan)
    assert [line for line in plan if line.startswith("SCAN") or "TEMP B-TREE" in line] == []
