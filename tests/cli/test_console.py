from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from cskh.cli._console import print_json, print_table, shown
from tests.project import Project


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (0, "0"),
        (1234567, "1.234.567"),
        (-1500, "-1.500"),
        (True, "yes"),
        (False, "no"),
        ("Nguyễn An", "Nguyễn An"),
        ("a\x1b[31mb\u202ec\td", "a·[31mb·c·d"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_a_cell_is_shown_as_people_read_it(english: None, cell: Any, text: str) -> None:
    assert shown(cell) == text


def test_a_table_is_cut_where_it_was_asked_to_be(
    english: None, capsys: pytest.CaptureFixture[str]
) -> None:
    print_table(["Name", "Sum"], [("An [b]", 1000), ("Bình", 2), ("Chi", 3)], limit=2)
    said = capsys.readouterr()
    assert "An [b]   1.000" in said.out
    assert "Chi" not in said.out
    assert said.err == "… and 1 more row (--limit)\n"


def test_json_keeps_vietnamese_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"tên": "Đào"})
    assert capsys.readouterr().out == '{\n  "tên": "Đào"\n}\n'


@pytest.mark.parametrize(("no_color", "has_colours"), [(False, True), (True, False)])
def test_a_terminal_has_colours_and_a_progress_bar(
    project: Project, no_color: bool, has_colours: bool
) -> None:
    project.crowd(300)
    said = on_a_terminal(project, "run", "daily", "--now", "2026-12-01T10:00", no_color=no_color)
    assert b"accepted 300" in said
    assert b"sending" in said
    assert (b"\x1b[1m" in said and b"\x1b[36m" in said) == has_colours


def on_a_terminal(project: Project, *argv: str, no_color: bool) -> bytes:
    """Return all that a command says when it speaks to a terminal."""
    ours, theirs = os.openpty()
    environ = {name: value for name, value in project.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        [sys.executable, "-m", "cskh", *argv],
        cwd=project.root,
        env=environ | {"TERM": "xterm-256color"} | ({"NO_COLOR": "1"} if no_color else {}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        said = b""
        while part := _read(ours):
            said += part
        assert process.wait(timeout=60) == 0
    os.close(ours)
    return said


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that nobody writes there any more
        return b""
