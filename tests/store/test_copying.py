from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from cskh.errors import CskhError, NotFound
from cskh.store.sqlite import SqliteStore, open_store
from cskh.store.sqlite.copying import copy_store, is_current, read_stores
from tests.repository import fingerprints
from tests.sample import FIELDS, lead, stamp


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with one customer that nobody has open, alone in its folder."""
    made = tmp_path / "store" / "cskh.db"
    made.parent.mkdir()
    with open_store(made, FIELDS, "here:1:1") as store:
        store.customers.create([lead("A1")], stamp())
    return made


def pids(store: SqliteStore) -> list[str]:
    return [pid for name in ("A1", "A2") for _id, pid in store.customers.find(name)]


def test_reading_leaves_the_file_and_its_folder_as_they_are(path: Path) -> None:
    before = fingerprints(path.parent)
    with read_stores(path, [FIELDS, FIELDS]) as (one, other):
        assert pids(one) == pids(other) == ["A1"]
    assert fingerprints(path.parent) == before


def test_reading_leaves_what_a_killed_process_did_not_write_back(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE customers SET pid = 'A2', pid_key = 'a2'")
        db.commit()
        files = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    for name, content in files.items():
        (path.parent / name).write_bytes(content)
    assert "cskh.db-wal" in files
    with read_stores(path, [FIELDS]) as (store,):
        assert pids(store) == ["A2"]
    left = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    assert (left["cskh.db"], left["cskh.db-wal"]) == (files["cskh.db"], files["cskh.db-wal"])


def test_both_see_what_stood_there_when_they_were_opened(path: Path) -> None:
    with read_stores(path, [FIELDS, FIELDS]) as (one, other):
        with open_store(path, FIELDS, "there:2:2") as store:
            store.customers.create([lead("A2")], stamp())
        with one.snapshot(), other.snapshot():
            assert pids(one) == pids(other) == ["A1"]
    with open_store(path, FIELDS, "here:1:1") as store:
        assert pids(store) == ["A1", "A2"]


def test_a_store_that_is_only_read_can_not_be_written(path: Path) -> None:
    with pytest.raises(CskhError), read_stores(path, [FIELDS]) as (store,):
        store.customers.create([lead("A2")], stamp())
    with open_store(path, FIELDS, "here:1:1") as store:
        assert pids(store) == ["A1"]


def test_a_copy_has_everything_also_while_others_have_it_open(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with open_store(path, FIELDS, "there:2:2") as store:
        store.customers.create([lead("A2")], stamp())
        before = fingerprints(path.parent)
        copy_store(path, copy)
        after = fingerprints(path.parent)
    # The third file of the three is memory that all share, not content.
    assert (after["cskh.db"], after["cskh.db-wal"]) == (before["cskh.db"], before["cskh.db-wal"])
    assert after.keys() == before.keys()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with open_store(copy, FIELDS, "here:1:1") as store:
        assert pids(store) == ["A1", "A2"]


def test_an_older_store_is_not_current_and_its_copy_is(path: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    assert (is_current(path), is_current(empty)) == (True, False)
    copy_store(empty, tmp_path / "copy.db")
    assert is_current(tmp_path / "copy.db")
    assert empty.stat().st_size == 0


def test_what_is_no_store_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cskh.db"
    path.write_text("this is no store, but a text that somebody saved under its name" * 20)
    with pytest.raises(NotFound):
        is_current(path)
