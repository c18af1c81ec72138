"""The store's file: who may read it, what is written whole, and errors people understand."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from cskh.errors import Busy, CskhError, NotFound
from cskh.rules.sql import Statement
from cskh.store.sqlite import SqliteStore, open_store
from cskh.store.sqlite.connection import explained
from tests.sample import FIELDS, lead, stamp
from tests.store.worlds import all_of, read, rows

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def path(store: SqliteStore, tmp_path: Path) -> Path:
    return tmp_path / "cskh.db"


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.glob("cskh.db*")}


def opened_and_closed(path: Path) -> None:
    with open_store(path, FIELDS, "here:1:1"):
        pass


def test_nobody_else_may_read_the_store_nor_the_files_beside_it(
    store: SqliteStore, path: Path
) -> None:
    store.customers.create([lead("A")], stamp())
    assert modes(path.parent) == dict.fromkeys(("cskh.db", "cskh.db-wal", "cskh.db-shm"), 0o600)


def test_what_was_written_is_there_when_the_store_is_opened_again(tmp_path: Path) -> None:
    for pid in ("A", "B"):
        with open_store(tmp_path / "cskh.db", FIELDS, "here:1:1") as store:
            store.customers.create([lead(pid)], stamp())
            assert len(read(store, "pid")) == (1 if pid == "A" else 2)


def test_programs_that_open_a_new_store_together_all_get_it(tmp_path: Path) -> None:
    together, failures = threading.Barrier(6), []

    def open_it() -> None:
        together.wait()
        try:
            with open_store(tmp_path / "cskh.db", FIELDS, "here:1:1") as store:
                store.customers.count(["lead"])
        except (CskhError, sqlite3.Error) as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_store_that_somebody_is_making_is_waited_for(tmp_path: Path) -> None:
    path, opened = tmp_path / "cskh.db", []

    def open_it() -> None:
        with open_store(path, FIELDS, "here:1:1") as store:
            opened.append(store.customers.count(["lead"]))

    with closing(sqlite3.connect(path, isolation_level=None)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        thread = threading.Thread(target=open_it)
        thread.start()
        thread.join(timeout=0.1)
        assert thread.is_alive()
        somebody.execute("COMMIT")
    thread.join()
    assert opened == [0]


class Interrupted(Exception):
    """Something that goes wrong in the middle."""


def test_a_transaction_is_there_as_a_whole_or_not_at_all(store: SqliteStore, path: Path) -> None:
    with pytest.raises(Interrupted), store.writing():
        store.customers.create([lead("A", tags=("VIP",))], stamp())
        store.customers.create([lead("B")], stamp())
        raise Interrupted
    assert read(store, "pid") == []
    assert rows(path, "SELECT count(*) FROM changes") == [(0,)]
    with store.writing():
        store.customers.create([lead("A")], stamp())
    assert read(store, "pid") == [{"pid": "A"}]


def test_a_part_of_a_transaction_can_fail_alone(store: SqliteStore) -> None:
    with store.writing():
        store.customers.create([lead("A")], stamp())
        with pytest.raises(sqlite3.IntegrityError), store.writing():
            store.customers.create([lead("B")], stamp())
            store.customers.create([lead("A")], stamp())
        store.customers.create([lead("C")], stamp())
    assert read(store, "pid") == [{"pid": "A"}, {"pid": "C"}]


def test_a_second_writer_waits_for_the_first(store: SqliteStore, path: Path) -> None:
    written: list[str] = []

    def write() -> None:
        with open_store(path, FIELDS, "there:2:2") as other, other.writing():
            written.append("other")

    thread = threading.Thread(target=write)
    with store.writing():
        thread.start()
        store.customers.create([lead("A")], stamp())
        written.append("store")
    thread.join()
    assert written == ["store", "other"]


def test_a_snapshot_stays_as_it_was_while_others_write(store: SqliteStore, path: Path) -> None:
    store.customers.create([lead("A")], stamp())
    with store.snapshot():
        with open_store(path, FIELDS, "there:2:2") as other:
            other.customers.create([lead("B")], stamp())
        assert read(store, "pid") == [{"pid": "A"}]
    assert read(store, "pid") == [{"pid": "A"}, {"pid": "B"}]


def test_what_is_being_written_is_not_in_the_snapshot_it_comes_from(store: SqliteStore) -> None:
    ids = store.customers.create([lead(pid, status="Mới") for pid in "ABC"], stamp())
    with store.writing(), store.snapshot():
        for customer in store.customers.matching(all_of(["status"]), ["status"]):
            change = {"status": (customer.values["status"], "Lost")}
            store.customers.change([(ids[-1], change)], stamp())
            assert customer.values["status"] == "Mới"
    assert [row["status"] for row in read(store, "status")] == ["Mới", "Mới", "Lost"]


def test_what_is_read_cant_be_written_through(store: SqliteStore) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        list(store.customers.matching(Statement("DELETE FROM customers", {}), []))


def test_a_store_that_somebody_is_writing_is_busy(store: SqliteStore, path: Path) -> None:
    message = f"{path} is being written by another program."
    with (
        store.writing(),
        closing(sqlite3.connect(path, timeout=0)) as other,
        pytest.raises(Busy, match=message),
        explained(path),
    ):
        other.execute("BEGIN IMMEDIATE")


@pytest.mark.parametrize(
    "content", [b"pid,name\nA,An\n" * 500, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_another_kind_of_file_is_no_store_and_stays_as_it_is(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "cskh.db"
    path.write_bytes(content)
    with pytest.raises(NotFound, match=f"{path} is not a store, or it is damaged."):
        opened_and_closed(path)
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "cskh.db"
    with pytest.raises(NotFound, match=f"{path} can't be opened for writing."):
        opened_and_closed(path)


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="can't be opened for writing"):
        opened_and_closed(tmp_path)


def test_a_slip_in_our_own_sql_is_no_message_for_people(tmp_path: Path) -> None:
    slip = pytest.raises(sqlite3.OperationalError, match="no such table")
    with closing(sqlite3.connect(":memory:")) as db, slip, explained(tmp_path):
        db.execute("SELECT a FROM nowhere")


def test_a_store_that_may_not_grow_is_on_a_full_disk(store: SqliteStore, path: Path) -> None:
    said = pytest.raises(NotFound, match=f"The disk of {path} is full; nothing was half-written.")
    with closing(sqlite3.connect(path)) as db, said, explained(path):
        db.execute("PRAGMA max_page_count = 1")
        db.execute("CREATE TABLE more AS SELECT zeroblob(99999)")


FULL = """
import resource, sys
from pathlib import Path
from cskh.errors import CskhError
from cskh.language import speak
from cskh.store.sqlite import open_store
from tests.sample import FIELDS, lead, stamp

speak("en")
try:
    with open_store(Path(sys.argv[1]), FIELDS, "here:1:1") as store:
        store.customers.create([lead("A")], stamp())
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
        with store.writing():
            store.customers.create((lead(f"B{n}", note="x" * 999) for n in range(9999)), stamp())
except CskhError as error:
    print(error.message)
"""


def test_a_write_that_is_cut_short_leaves_nothing_half_written(tmp_path: Path) -> None:
    path = tmp_path / "cskh.db"
    command = [sys.executable, "-c", FULL, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"The disk of {path} is full")
    with open_store(path, FIELDS, "here:1:1") as store:
        assert read(store, "pid") == [{"pid": "A"}]
