from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.spec.document import Document
from cskh.spec.editing import encoded, with_entry, with_value, yaml_scalar
from cskh.spec.reading import read

NAMES = [
    "Gọi lại",
    "'Gọi: lại'",
    '"Gọi #1"',
    "Gọi # ai",
    "&ten Gọi",
    ">-\n    Gọi\n    lại",
    "|\n    Gọi\n",
    "'Gọi\n    lại' # hai dòng",
    "",
]
COMMENTS = ["", "# lời dặn\n", "\n", "  # thụt vào\n\n"]
OTHERS = [
    "object: lead\n",
    "trigger: {moment: daily, at: '10:00'} # mỗi sáng\n",
    "actions:\n- update: {status: Lost}\n# xong\n- pin\n",
    "actions:\n  - send_sms:\n      content: |-\n        enabled: false\n        chào\n",
    "description: >\n  enabled: true\n  là bật\n\n",
    '"enabled ": yes\n',
    "tests: [&a {enabled: true}, *a]\n",
]


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str | None]:
    """A workflow's text, and what it says after `enabled:`, None if it doesn't say it."""
    kept = draw(st.lists(st.sampled_from(OTHERS), unique_by=lambda each: each.partition(":")[0]))
    said = draw(st.sampled_from([None, "true", "false", "&on true", '"true"', "off", "*n", ""]))
    parts = [f"name: {draw(st.sampled_from(NAMES))}\n", *kept]
    if said is not None:
        parts.append(f"enabled: {said}{draw(st.sampled_from(['', ' # vì sao', ' ']))}\n")
    parts = draw(st.permutations(parts))
    if said == "*n":
        parts = ["khac: &n true\n", *parts]
    comments = st.sampled_from(COMMENTS)
    text = "".join(draw(comments) + part for part in parts)
    if draw(st.booleans()):
        text = text.rstrip("\n")
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))), said


def switched(document: Document, *, on: bool) -> Document:
    edited = with_value(document, ("enabled",), on, after="name")
    assert edited is not None
    return edited


@given(files())
def test_disabled_and_enabled_again_a_file_is_the_same_but_for_that_word(
    made: tuple[str, str | None],
) -> None:
    text, said = made
    before = read(text, "a.yaml")
    assert before.whole
    off = switched(before, on=False)
    assert off.data == {**before.data, "enabled": False}
    on = switched(off, on=True)
    assert on.data == {**before.data, "enabled": True}
    if said is None:
        lines = on.text.splitlines(keepends=True)
        added = [line for line in lines if line.rstrip("\r\n") == "enabled: true"]
        lines.remove(*added)
        if added[0] != "enabled: true" and "\n" in text:
            assert added[0].endswith("\r\n") is ("\r\n" in text)
        assert "".join(lines).rstrip("\r\n") == text.rstrip("\r\n")
    else:
        anchor = "&on " if said.startswith("&") else ""
        start = text.index("\nenabled:") + 1 if not text.startswith("enabled:") else 0
        head, tail = text[: start + 8], text[start + 8 :]
        assert on.text == f"{head} {anchor}true{tail.removeprefix(f' {said}'.rstrip())}"


@given(files(), st.booleans())
def test_what_stands_first_in_a_file_stays(made: tuple[str, str | None], bom: bool) -> None:
    raw = (("\ufeff" if bom else "") + made[0]).encode()
    edited = encoded(switched(read(raw, "a.yaml"), on=False), raw)
    assert edited.startswith("\ufeff".encode()) is bom
    assert read(edited, "a.yaml").data["enabled"] is False


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("name: X\nobject: lead\n", "name: X\nenabled: false\nobject: lead\n"),
        ("name: X", "name: X\nenabled: false"),
        ("name: X # ai\r\nobject: l\r\n", "name: X # ai\r\nenabled: false\r\nobject: l\r\n"),
        ("  name: X\n  object: l\n", "  name: X\n  enabled: false\n  object: l\n"),
        ("object: l\n", "enabled: false\nobject: l\n"),
        ("object: l\r\n", "enabled: false\r\nobject: l\r\n"),
        ("object: l\r\nname: X", "object: l\r\nname: X\r\nenabled: false"),
        (
            "name: |\r\n  X\r\nobject: l\r\n",
            "name: |\r\n  X\r\nenabled: false\r\nobject: l\r\n",
        ),
        ("{name: X, object: l}", "{name: X, enabled: false, object: l}"),
        ('{"name": "X"}\n', '{"name": "X", "enabled": false}\n'),
        ('{"object": "l"}\n', '{"enabled": false, "object": "l"}\n'),
        ("enabled: !!bool true\n", "enabled: !!bool false\n"),
        ("name: X\n...\n", "name: X\nenabled: false\n...\n"),
    ],
)
def test_where_nothing_is_said_a_line_comes_behind_the_name(before: str, after: str) -> None:
    assert switched(read(before, "a.yaml"), on=False).text == after


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "- a\n",
        "just words\n",
        "name: [\n",
        "enabled: [true]\nname: X\n",
        "enabled:\n  a: b\n",
        "? name\n: X\n",
        "enabled: &a true\nname: X\nother: *a\n",
    ],
)
def test_what_cannot_be_changed_alone_is_not_changed(text: str) -> None:
    assert with_value(read(text, "a.yaml"), ("enabled",), False, after="name") is None


def test_a_value_further_in_is_changed_where_it_stands() -> None:
    text = "active: {sms: a, email: b} # ai gửi\npages: []\n"
    edited = with_value(read(text, "cskh.yaml"), ("active", "sms"), "vietguys")
    assert edited is not None
    assert edited.text == text.replace("sms: a", "sms: vietguys")
    assert with_value(read(text, "cskh.yaml"), ("pages", "sms"), "vietguys") is None
    assert with_value(read(text, "cskh.yaml"), ("gone", "sms"), "vietguys") is None


@given(st.one_of(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])),
                 st.sampled_from(["no", "true", "12", "a: b", "a #b", "- a", "{a}", "x\ny", "*a"]),
                 st.integers(-99, 99), st.booleans(), st.none()))  # fmt: skip
def test_a_value_is_written_so_that_it_is_read_again(value: Any) -> None:
    written = yaml_scalar(value)
    found = read(f"{{a: {written}}}", "a.yaml")
    if not found.problems:  # what no YAML can hold is a problem, and no edit
        wanted = unicodedata.normalize("NFC", value) if isinstance(value, str) else value
        assert found.data == read(f"a: {written}", "a.yaml").data == {"a": wanted}


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        ("a: 1\n", "a: 1\nactive: {sms: thu}\n"),
        ("a: 1 # hết", "a: 1 # hết\nactive: {sms: thu}\n"),
        ("a: 1\r\n", "a: 1\r\nactive: {sms: thu}\r\n"),
        ("active: {}  # chưa có\na: 1\n", "active: {sms: thu}  # chưa có\na: 1\n"),
        ("active: # chưa có\na: 1\n", "active: {sms: thu} # chưa có\na: 1\n"),
        ("active:\n  sms: phu # cũ\n", "active:\n  sms: thu # cũ\n"),
        ("active: {email: mail}\n", "active: {sms: thu, email: mail}\n"),
        ("{a: 1}\n", "{a: 1, active: {sms: thu}}\n"),
    ],
)
def test_a_mapping_that_isnt_there_is_added(text: str, edited: str) -> None:
    document = with_entry(read(text.encode(), "f"), "active", "sms", "thu")
    assert document is not None
    assert document.text == edited


@pytest.mark.parametrize("text", ["- a\n", "active: [sms]\n", "a: [\n", "active: thu\n"])
def test_a_text_that_can_take_no_mapping_stays_as_it_is(text: str) -> None:
    assert with_entry(read(text.encode(), "f"), "active", "sms", "thu") is None
