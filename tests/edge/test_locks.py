from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path

import pytest

from cskh.edge.locks import alone, exclusive
from cskh.errors import Busy, NotFound

HOLDER = """
import sys
from pathlib import Path
from cskh.edge.locks import alone, exclusive
with exclusive(Path(sys.argv[1]), 0):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holding(store: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Have another process hold the lock, until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_another_process_is_told_that_it_can_not_have_the_lock(
    tmp_path: Path, english: None
) -> None:
    with (
        holding(tmp_path / "cskh.db"),
        pytest.raises(Busy) as busy,
        exclusive(tmp_path / "cskh.db", 0),
    ):
        pass
    assert busy.value.message == "Another cskh is running on cskh.db."


def test_whoever_waits_gets_the_lock_when_it_is_free(tmp_path: Path) -> None:
    with holding(tmp_path / "cskh.db") as process:
        assert process.stdin is not None
        threading.Timer(0.1, process.stdin.close).start()
        with exclusive(tmp_path / "cskh.db", 30):
            assert process.wait(timeout=10) == 0


def test_a_process_that_is_killed_lets_go_of_the_lock(tmp_path: Path) -> None:
    with holding(tmp_path / "cskh.db") as process:
        with pytest.raises(Busy), exclusive(tmp_path / "cskh.db", 0):
            pass
        process.kill()
        process.wait()
        with exclusive(tmp_path / "cskh.db", 0):
            pass


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusive(tmp_path / "cskh.db", 0):
        raise ZeroDivisionError
    with exclusive(tmp_path / "cskh.db", 0):
        pass


def test_less_than_no_patience_is_none(tmp_path: Path) -> None:
    store = tmp_path / "cskh.db"
    with holding(store), pytest.raises(Busy), exclusive(store, -1):
        pass


def test_the_locks_file_stands_beside_the_store_for_its_owner_alone(tmp_path: Path) -> None:
    with exclusive(tmp_path / "cskh.db", 0):
        assert (tmp_path / "cskh.db.lock").stat().st_mode & 0o777 == 0o600


def test_a_lock_that_can_not_be_made_is_an_error_people_understand(
    tmp_path: Path, english: None
) -> None:
    (tmp_path / "file").touch()
    store = tmp_path / "file" / "cskh.db"
    with pytest.raises(NotFound, match="can't be opened for writing"), exclusive(store, 0):
        pass


def test_a_name_is_locked_for_the_other_threads_too_and_others_are_not(
    tmp_path: Path, english: None
) -> None:
    store, said = tmp_path / "cskh.db", []

    def try_it() -> None:
        for name in ("zalo-1", "zalo/2"):
            try:
                with alone(store, name, 0):
                    said.append(name)
            except Busy as busy:
                said.append(busy.message)

    with alone(store, "zalo-1", 0):
        thread = threading.Thread(target=copy_context().run, args=(try_it,))
        thread.start()
        thread.join()
    assert said == ["Another cskh works on zalo-1.", "zalo/2"]
    assert (tmp_path / "cskh.db.zalo-1.lock").stat().st_mode & 0o777 == 0o600
