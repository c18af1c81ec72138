"""Lines that the wire appends to real files."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cskh.model.secret import Secret
from cskh.providers import Append, Failure, Response
from tests.edge.loopback import do

pytestmark = pytest.mark.usefixtures("english")


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_line_says_when_and_what(tmp_path: Path) -> None:
    record = {"content": "Cảm ơn\nanh Ân", "key": Secret("mat-khau")}
    assert do(Append(file="sent.jsonl", record=record), folder=tmp_path) == Response(status=200)
    assert (tmp_path / "sent.jsonl").read_text("utf-8") == (
        '{"at": "2026-12-01T10:00:00+07:00", "content": "Cảm ơn\\nanh Ân", "key": "•••"}\n'
    )


def test_a_file_is_for_its_owner_only(tmp_path: Path) -> None:
    do(Append(file="sent.jsonl", record={}), folder=tmp_path)
    assert stat.S_IMODE((tmp_path / "sent.jsonl").stat().st_mode) == 0o600


def test_a_path_from_the_root_stays(tmp_path: Path) -> None:
    do(Append(file=str(tmp_path / "a.jsonl"), record={}), folder=Path("/elsewhere"))
    assert len(lines(tmp_path / "a.jsonl")) == 1


def test_a_line_that_a_crash_has_torn_stands_alone(tmp_path: Path) -> None:
    file = tmp_path / "sent.jsonl"
    file.write_text('{"at": "2026-12-01T09:5')
    for number in range(2):
        do(Append(file="sent.jsonl", record={"message": number}), folder=tmp_path)
    torn, *whole = file.read_text().splitlines()
    assert torn == '{"at": "2026-12-01T09:5'
    assert [json.loads(line)["message"] for line in whole] == [0, 1]


def test_threads_write_whole_lines(tmp_path: Path) -> None:
    def one(number: int) -> None:
        do(Append(file="a.jsonl", record={"message": number, "text": "x" * 9000}), folder=tmp_path)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(40)))
    assert sorted(line["message"] for line in lines(tmp_path / "a.jsonl")) == list(range(40))


def test_half_a_character_is_kept_as_json_has_it(tmp_path: Path) -> None:
    do(Append(file="sent.jsonl", record={"content": "\ud83d"}), folder=tmp_path)
    assert lines(tmp_path / "sent.jsonl")[0]["content"] == "\ud83d"


@pytest.mark.parametrize("file", ["no/such/folder/sent.jsonl", "."])
def test_a_file_that_cant_be_opened_has_got_nothing(tmp_path: Path, file: str) -> None:
    answer = do(Append(file=file, record={}), folder=tmp_path)
    assert isinstance(answer, Failure)
    assert answer.refused
    assert "can't be written: " in answer.error


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that Linux has")
def test_a_full_disk_is_told() -> None:
    answer = do(Append(file="/dev/full", record={}))
    assert answer == Failure(
        refused=False, error="/dev/full can't be written: No space left on device."
    )
