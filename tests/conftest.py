"""What every test may ask for."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cskh.language import DEFAULT, speak
from cskh.model.clock import Clock
from cskh.store.sqlite import SqliteStore, open_store
from tests.sample import FIELDS, at

MEMORY = Path("/dev/shm")  # Linux has a file system in memory there
ROOM = 2 << 30


def pytest_configure() -> None:
    """Keep temporary folders in memory where there is room: stores wait for their disk a lot."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture
def english() -> Iterator[None]:
    """Let the code speak the language that it is written in."""
    speak("en")
    yield
    speak(DEFAULT)


@pytest.fixture
def clock() -> Clock:
    """Ten o'clock in the morning of 1 December 2026, in Hà Nội."""
    return at("2026-12-01T10:00")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty store with the fields of the sample project."""
    with open_store(tmp_path / "cskh.db", FIELDS, "here:1:1") as opened:
        yield opened
