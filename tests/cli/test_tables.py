"""Tables on narrow terminals: what people read as one piece stays one piece."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console

from cskh.cli._tables import table_of

TITLES = ("No.", "Time", "Recipient", "Workflow", "Parts", "Text")
ROW = ("1201", "26/12/2026 10:30", "0912•••678", "sinh-nhat-khach-vip", 2, "Chúc mừng " * 9)


def printed(width: int, rows: list[tuple[Any, ...]]) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(table_of(TITLES, rows, 4, width))
    return captured.get().splitlines()


@pytest.mark.parametrize("width", range(40, 161, 8))
def test_codes_numbers_and_times_are_never_broken(width: int) -> None:
    lines = printed(width, [ROW, ("7", *ROW[1:4], 12345, "")])
    assert all(len(line) <= width for line in lines)
    for piece in (*ROW[:4], "12.345"):
        assert any(piece in line for line in lines), piece


def test_where_there_is_room_there_is_one_line_a_row() -> None:
    assert sum("1201" in line for line in printed(200, [ROW])) == 1
    assert "Time" in "".join(printed(200, [ROW]))


def test_where_there_is_none_each_row_is_a_block_that_says_what_its_numbers_are() -> None:
    first, second, third, *_rest = printed(60, [ROW])
    assert first == "1201 · 26/12/2026 10:30 · 0912•••678 · sinh-nhat-khach-vip"
    assert second == "  Parts 2"
    assert third.startswith("  Text: Chúc mừng Chúc mừng")


def test_a_cell_that_is_not_set_has_no_line_in_a_block() -> None:
    assert printed(40, [("8", *ROW[1:4], 1, None)])[-1].endswith("Parts 1")
