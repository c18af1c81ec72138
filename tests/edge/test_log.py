from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from cskh.edge.log import logging_to

log = logging.getLogger("cskh")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_says_when_what_and_its_numbers(tmp_path: Path) -> None:
    with logging_to(tmp_path / "cskh.log"):
        log.info("done", extra={"workflow": "sinh-nhật", "matched": 3, "acted": 0})
    (line,) = lines(tmp_path / "cskh.log")
    assert line.pop("at").startswith("20")
    assert line == {
        "level": "info",
        "event": "done",
        "workflow": "sinh-nhật",
        "matched": 3,
        "acted": 0,
    }


def test_what_nobody_meant_for_the_log_stays_out_of_it(tmp_path: Path) -> None:
    with logging_to(tmp_path / "cskh.log"):
        log.info("done", extra={"customer": "Nguyễn An", "content": "Hello"})
    (line,) = lines(tmp_path / "cskh.log")
    assert set(line) == {"at", "level", "event"}


def test_phones_in_a_reason_are_masked_and_digests_are_whole(tmp_path: Path) -> None:
    with logging_to(tmp_path / "cskh.log"):
        log.info("stopped", extra={"why": "0900000101 is wrong", "digest": "0912345678abcdef"})
    (line,) = lines(tmp_path / "cskh.log")
    assert line["why"] == "0900•••101 is wrong"
    assert line["digest"] == "0912345678abcdef"


def test_of_an_exception_its_type_and_place_are_kept_and_not_its_text(tmp_path: Path) -> None:
    with logging_to(tmp_path / "cskh.log"):
        try:
            raise KeyError("Nguyễn An")
        except KeyError as bug:
            log.error("provider_bug", exc_info=bug, extra={"message_id": 7})
    (line,) = lines(tmp_path / "cskh.log")
    assert (line["exception"], line["message_id"]) == ("KeyError", 7)
    assert "test_log.py:" in line["where"]
    assert "Nguy" not in json.dumps(line, ensure_ascii=False)


def test_an_exception_that_was_never_raised_is_told_too(tmp_path: Path) -> None:
    with logging_to(tmp_path / "cskh.log"):
        log.error("provider_bug", exc_info=KeyError())
    assert lines(tmp_path / "cskh.log")[0]["exception"] == "KeyError"


def test_only_its_owner_reads_the_log_and_only_a_line_makes_it(tmp_path: Path) -> None:
    with logging_to(tmp_path / "cskh.log"):
        assert not (tmp_path / "cskh.log").exists()
        log.info("done")
    assert (tmp_path / "cskh.log").stat().st_mode & 0o777 == 0o600


def test_lines_are_added_to_those_that_are_there(tmp_path: Path) -> None:
    for event in ("one", "two"):
        with logging_to(tmp_path / "cskh.log"):
            log.info(event)
    assert [line["event"] for line in lines(tmp_path / "cskh.log")] == ["one", "two"]


def test_a_log_that_can_not_be_written_keeps_nobody_from_working(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with logging_to(tmp_path / "nowhere" / "cskh.log"):
        log.info("done")
    assert capfd.readouterr() == ("", "")


def test_after_the_block_the_log_is_as_it_was(tmp_path: Path) -> None:
    before = (log.handlers[:], log.level, log.propagate)
    with logging_to(tmp_path / "cskh.log"):
        pass
    assert (log.handlers, log.level, log.propagate) == before
