"""Markdown for comments on pull requests: what comes from data stands in code, and is only text.

Code is the one place where GitHub and GitLab make nothing of names, links, mentions and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from cskh.model.masking import masked_within

# GitHub takes comments of 65,536 characters.
MOST = 65_000
_LONGEST_CODE = 60
_LONGEST_TEXT = 500
_TICKS = re.compile("`+")


def code(text: str, most: int = _LONGEST_CODE) -> str:
    """Return a text as code inside a line; phones are masked, and it is cut if it is long."""
    said = _cut(_plain(masked_within(text)).replace("\n", " "), most)
    fence = "`" * (_longest_run(said) + 1)
    # One space on each side is taken off again.
    is_odd = not said or said[0] in "` " or said[-1] in "` "
    return f"{fence} {said} {fence}" if is_odd else f"{fence}{said}{fence}"


def block(lines: Iterable[str], language: str = "") -> str:
    """Return lines as a block of code; phones are masked, and long lines are cut."""
    texts = (_plain(masked_within(line)) for line in lines)
    said = [_cut(part, _LONGEST_TEXT) for text in texts for part in text.split("\n")]
    fence = "`" * max(3, *(_longest_run(line) + 1 for line in said), 3)
    return "\n".join((f"{fence}{language}", *said, fence))


def difference(before: Iterable[str], after: Iterable[str]) -> str:
    """Return lines that go and lines that come as a block that is coloured like a diff."""
    signed = [("-", line) for line in before] + [("+", line) for line in after]
    lines = [f"{sign} {part}" for sign, line in signed for part in line.split("\n")]
    return block(lines, "diff")


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], more: Callable[[int], str]) -> str:
    """Return rows as a table that leaves room for something else; the others are only counted.

    Cells are Markdown already; those of the first column stand to the left.
    """
    aligned = [":--", *["--:" for _column in columns[1:]]]
    lines = [_row(cells) for cells in (columns, aligned, *rows)]
    sizes = accumulate(len(line) + 1 for line in lines)
    kept = [line for line, size in zip(lines, sizes, strict=True) if size < MOST // 2]
    left = len(lines) - len(kept)
    return "\n".join(kept) + (f"\n\n{more(left)}" if left else "")


def joined(sections: Sequence[str], more: Callable[[int], str]) -> str:
    """Put sections below each other; those for which there is no room are only counted."""
    kept: list[str] = []
    room = MOST
    for place, section in enumerate(sections):
        last = more(len(sections) - place)
        if len(section) + 2 + len(last) + 2 > room:
            return "\n\n".join((*kept, last)) + "\n"
        kept.append(section)
        room -= len(section) + 2
    return "\n\n".join(kept) + "\n"


def _row(cells: Sequence[str]) -> str:
    # A bar ends a cell, in code as well.
    return f"| {' | '.join(cell.replace('|', '¦') for cell in cells)} |"


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() or char == "\n" else "·" for char in text)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _longest_run(text: str) -> int:
    return max(map(len, _TICKS.findall(text)), default=0)
