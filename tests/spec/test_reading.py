"""Strict YAML: what is typed, what is refused and where, and that nothing is ever raised."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cskh.spec.document import Document
from cskh.spec.reading import LARGEST, read


def found(raw: bytes | str) -> list[tuple[str, int, int]]:
    return [(each.code, each.line, each.column) for each in read(raw, "a.yaml").problems]


@pytest.mark.parametrize(
    "written, value",
    [
        ("0367123456", "0367123456"),
        ("0912345678", "0912345678"),
        ("+84912345678", "+84912345678"),
        ("010", "010"),
        ("0", 0),
        ("-5", -5),
        ("15", 15),
        ("123456789012345678", 123456789012345678),
        ("1234567890123456789", "1234567890123456789"),
        ("1.50", 1.5),
        ("-0.25", -0.25),
        (".5", ".5"),
        ("1.", "1."),
        ("1e5", "1e5"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("12:30", "12:30"),
        ("2026-12-01", "2026-12-01"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("FALSE", "FALSE"),
        ("null", None),
        ("~", None),
        ("", None),
        ("NULL", "NULL"),
        ("'15'", "15"),
        ('"true"', "true"),
        ("٣", "٣"),
        ("<<", "<<"),
    ],
)
def test_only_plain_words_and_decimals_are_typed(written: str, value: Any) -> None:
    data = read(f"key: {written}", "a.yaml").data
    assert data == {"key": value} and type(data["key"]) is type(value)


def test_keys_that_other_tools_take_for_true_stay_texts() -> None:
    assert read("on: 1\nyes: 2\nno: 3", "a.yaml").data == {"on": 1, "yes": 2, "no": 3}


def test_texts_are_composed_whatever_form_the_editor_wrote() -> None:
    assert read("name: Hue\u0302\u0301", "a.yaml").data == {"name": "Huế"}


@pytest.mark.parametrize("raw", [b"", b"# only a comment\n", b"---\n", b"\xef\xbb\xbf"])
def test_a_file_with_nothing_in_it_is_nothing(raw: bytes) -> None:
    document = read(raw, "a.yaml")
    assert (document.data, document.problems, document.whole) == (None, (), True)


def test_a_byte_order_mark_and_windows_line_ends_are_no_problem() -> None:
    document = read(b"\xef\xbb\xbfa: 1\r\nb:\r\n  - x\r\n", "a.yaml")
    assert document.data == {"a": 1, "b": ["x"]} and document.place(("b", 0)) == (3, 5)


@pytest.mark.parametrize(
    "raw, expected",
    [
        pytest.param(b"a: 1\nb: \xff", [("CK101", 2, 4)], id="not UTF-8"),
        pytest.param("name: xin chào".encode("cp1258"), [("CK101", 1, 13)], id="legacy bytes"),
        pytest.param("a: \ud800", [("CK101", 1, 4)], id="half a surrogate pair"),
        pytest.param("a: 1\nb: x\x00y", [("CK103", 2, 5)], id="NUL"),
        pytest.param("a: \x1b[31m", [("CK103", 1, 4)], id="escape"),
        pytest.param("a: x\x85y", [("CK103", 1, 5)], id="NEL"),
        pytest.param("a: x\u2028y", [("CK103", 1, 5)], id="line separator"),
        pytest.param('a: 1\nb: "x\\0y"', [("CK103", 2, 4)], id="NUL by an escape"),
        pytest.param("a:\n\tb: 1", [("CK104", 2, 1)], id="tab"),
        pytest.param("a: [1, 2", [("CK104", 2, 1)], id="open bracket"),
        pytest.param('a: "x', [("CK104", 1, 6)], id="open quote"),
        pytest.param("a: b: c", [("CK104", 1, 5)], id="colon in a text"),
        pytest.param("a: @x", [("CK104", 1, 4)], id="reserved character"),
        pytest.param('a: "\\q"', [("CK104", 1, 5)], id="unknown escape"),
        pytest.param("a: *x", [("CK104", 1, 4)], id="unknown anchor"),
        pytest.param("a: 1\nb: 2\na: 3", [("CK105", 3, 1)], id="duplicate key"),
        pytest.param("a: {b: 1, b: 2}", [("CK105", 1, 11)], id="duplicate key in braces"),
        pytest.param('"a": 1\na: 2', [("CK105", 2, 1)], id="duplicate key in quotes"),
        pytest.param("ế: 1\ne\u0302\u0301: 2", [("CK105", 2, 1)], id="duplicate key in NFD"),
        pytest.param("1: a", [("CK106", 1, 1)], id="number as a key"),
        pytest.param("~: a", [("CK106", 1, 1)], id="null as a key"),
        pytest.param("[a]: b", [("CK106", 1, 1)], id="list as a key"),
        pytest.param("a: {{ b }}", [("CK106", 1, 5)], id="braces without quotes"),
        pytest.param("a: !!python/name:os.system x", [("CK107", 1, 4)], id="python tag"),
        pytest.param("a: !!int '5'", [("CK107", 1, 4)], id="even a harmless tag"),
        pytest.param("a: 1\n---\nb: 2", [("CK108", 2, 1)], id="two documents"),
        pytest.param("a: &a [*a]", [("CK109", 1, 8)], id="an anchor in itself"),
        pytest.param("[" * 51 + "]" * 51, [("CK110", 1, 51)], id="51 levels"),
        pytest.param("a: " * 3, [("CK104", 1, 5)], id="keys in a row"),
    ],
)
def test_what_is_refused_and_where(raw: bytes | str, expected: list[tuple[str, int, int]]) -> None:
    assert found(raw) == expected


def test_several_problems_are_all_told() -> None:
    assert found("a: !x 1\na: 2\n3: 4\n") == [("CK107", 1, 4), ("CK105", 2, 1), ("CK106", 3, 1)]


def test_nobody_reads_more_than_a_hundred_problems() -> None:
    assert len(found("a: 1\n" * 1000)) == 100


def test_50_levels_are_allowed() -> None:
    assert found("[" * 50 + "]" * 50) == []


def test_a_file_may_have_one_mebibyte_and_not_a_byte_more() -> None:
    assert found(b"#" * LARGEST) == []
    assert found(b"#" * (LARGEST + 1)) == [("CK102", 1, 1)]


def bomb(levels: int, width: int) -> str:
    lines = ["a0: &a0 [x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines)


def test_an_alias_bomb_is_refused_at_once() -> None:
    started = time.perf_counter()
    codes = [code for code, _line, _column in found(bomb(levels=40, width=10))]
    assert codes == ["CK109"] and time.perf_counter() - started < 5


def test_aliases_may_repeat_ten_thousand_values() -> None:
    block = "a: &a [" + ", ".join(["x"] * 99) + "]\n"
    assert found(block + f"b: [{', '.join(['*a'] * 100)}]") == []
    assert found(block + f"b: [{', '.join(['*a'] * 101)}]") == [("CK109", 2, 405)]


def test_aliases_can_not_nest_deeper_than_the_text_may() -> None:
    deep = "a: &a " + "[" * 30 + "]" * 30 + "\nb: " + "[" * 25 + "*a" + "]" * 25
    assert [code for code, _line, _column in found(deep)] == ["CK110"]


def test_an_alias_stands_for_the_same_values() -> None:
    assert read("a: &x {b: 1}\nc: *x", "a.yaml").data == {"a": {"b": 1}, "c": {"b": 1}}


TEXT = """\
name: Một
list:
  - first
  - {inner: [1, two]}
text: |
  Dòng một
  dòng hai
"""


@pytest.mark.parametrize(
    "path, value, key",
    [
        ((), (1, 1), (1, 1)),
        (("name",), (1, 7), (1, 1)),
        (("list",), (3, 3), (2, 1)),
        (("list", 0), (3, 5), (3, 5)),
        (("list", 1, "inner"), (4, 13), (4, 6)),
        (("list", 1, "inner", 1), (4, 17), (4, 17)),
        (("text",), (5, 7), (5, 1)),
        (("list", 1, "missing"), (4, 5), (4, 5)),
        (("list", 9), (3, 3), (3, 3)),
    ],
)
def test_every_value_and_key_has_its_place(
    path: tuple[str | int, ...], value: tuple[int, int], key: tuple[int, int]
) -> None:
    document = read(TEXT, "a.yaml")
    assert document.place(path) == value
    assert document.place(path, key=True) == key


def test_the_source_of_a_value_is_what_the_file_has_there() -> None:
    document = read("a: \"x\\ty\"\nb: {c: 'd'}", "a.yaml")
    start, source = document.source(("a",))
    assert source == '"x\\ty"' and document.line_column(start) == (1, 4)
    assert document.source(("b", "c"))[1] == "'d'"


@given(st.binary(max_size=300))
def test_no_bytes_raise(raw: bytes) -> None:
    _check(read(raw, "a.yaml"))


PIECES = st.sampled_from(
    ["a", ": ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "'", '"', "&a ", "*a", "!t ", "|", ">"]
    + ["#", "---", "...", "%", "@", "\t", "\\", "? ", "é", "\x00", "0", "true", "~", "<<", "\ud800"]
)


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_text_raises(text: str) -> None:
    _check(read(text, "a.yaml"))


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["[", "{", "- ", "? ", "a: ", "&a [", "'", "{a: ", "!a ", "# ", "a: {b: 1}\n"])
)
def test_no_text_takes_long(piece: str) -> None:
    started = time.perf_counter()
    read(piece * (LARGEST // len(piece)), "a.yaml")
    assert time.perf_counter() - started < 30


CODES = {f"CK{number}" for number in range(101, 111)}


def _check(document: Document) -> None:
    lines = document.text.split("\n") if document.text else []
    for problem in document.problems:
        assert problem.code in CODES and problem.column >= 1
        assert 1 <= problem.line <= len(lines) + 1 or problem.code == "CK101"
    assert document.whole or document.problems
