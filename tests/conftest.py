"""What every test may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cskh.language import DEFAULT, speak
from cskh.model.clock import Clock
from cskh.store.sqlite import SqliteStore, open_store
from tests.sample import FIELDS, at
from tests.store.blank import lay


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
    path = tmp_path / "cskh.db"
    lay(path)
    with open_store(path, FIELDS, "here:1:1") as opened:
        yield opened
