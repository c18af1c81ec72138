from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cskh.edge.crashes import record


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder where the system's temporary files are."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield tmp_path


def crashed(text: str) -> Exception:
    try:
        try:
            raise KeyError(text)
        except KeyError as first:
            raise ZeroDivisionError(text) from first
    except ZeroDivisionError as second:
        return second


def test_a_crash_log_says_where_it_happened_and_what_led_to_it(temporary: Path) -> None:
    path = record(crashed("Nguyễn An"), ["report", "messages"])
    text = path.read_text(encoding="utf-8")
    assert path.parent == temporary
    assert text.index("KeyError") < text.index("ZeroDivisionError")
    assert text.count('test_crashes.py", line') == 2
    assert text.startswith("cskh ")


def test_a_crash_log_has_nobodys_data(temporary: Path) -> None:
    argv = ["report", "Nguyễn An", "--customer", "0900000101", "--project=/home/an", "-x"]
    text = record(crashed("Nguyễn An 0900000101"), argv).read_text(encoding="utf-8")
    assert "command: report --customer --project\n" in text
    assert not any(data in text for data in ("Nguy", "0900000101", "/home/an"))


def test_only_its_owner_reads_a_crash_log(temporary: Path) -> None:
    assert record(crashed(""), []).stat().st_mode & 0o777 == 0o600


def test_an_argument_that_is_no_text_is_no_second_crash(temporary: Path) -> None:
    assert "command: \\udcff" in record(crashed(""), ["\udcff"]).read_text(encoding="utf-8")
