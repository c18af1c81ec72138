from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from cskh.renderers.markdown import MOST, block, code, difference, joined, table

TEXTS = st.text(st.sampled_from("a `|\n\\<>@#[]()*_~\t\x1b\u202e0"), max_size=80)
SPAN = re.compile(r"(`+)(.+?)\1")


def more(n: int) -> str:
    return f"and {n} more"


@given(TEXTS)
def test_code_ends_nowhere_but_at_its_end(text: str) -> None:
    said = code(text)
    found = re.match(r"`+", said)
    assert found is not None
    fence = found[0]
    inner = said[len(fence) : -len(fence)]
    assert fence not in re.findall("`+", inner)
    assert not inner.startswith("`") and not inner.endswith("`")
    assert "\n" not in said and said.isprintable()


@given(st.lists(TEXTS, max_size=5), st.lists(TEXTS, max_size=5))
def test_a_block_ends_nowhere_but_at_its_end(before: list[str], after: list[str]) -> None:
    for said in (difference(before, after), block(before)):
        first, *lines, last = said.split("\n")
        fence = first.removesuffix("diff")
        assert fence == last
        assert all(not line.strip().startswith(fence) for line in lines)


def test_phones_are_masked_in_code() -> None:
    assert code("gọi 0900 000 123") == "`gọi 0900•••123`"
    assert "0900000123" not in block(["0900000123"])


def test_what_is_long_is_cut() -> None:
    assert code("x" * 100) == f"`{'x' * 59}…`"
    assert max(map(len, block(["x" * 1000]).split("\n"))) == 500


@given(st.lists(st.lists(TEXTS.map(code), min_size=3, max_size=3), max_size=5))
def test_a_cell_never_makes_more_cells(rows: list[list[str]]) -> None:
    lines = table(("a", "b", "c"), rows, more).split("\n")
    assert len(lines) == len(rows) + 2
    assert all(line.count("|") == 4 for line in lines)


def test_a_table_leaves_room_for_something_else() -> None:
    said = table(("a", "b"), [("x" * 50, str(n)) for n in range(2000)], more)
    assert len(said) <= MOST // 2 + 20
    shown = said.count("\n| x")
    assert said.endswith(f"\n\nand {2000 - shown} more")


@given(st.lists(st.integers(1, 40_000), max_size=8))
def test_sections_fit_and_those_without_room_are_counted(sizes: list[int]) -> None:
    said = joined(["x" * size for size in sizes], more)
    assert len(said) <= MOST
    kept = (
        len([part for part in said.split("\n\n") if part.strip("\n").strip("x") == ""])
        if sizes
        else 0
    )
    left = len(sizes) - kept
    assert (f"and {left} more" in said) is (left > 0)
