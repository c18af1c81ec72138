"""HTML becomes the text of it, whatever it looks like."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.model.markup import plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Chào", "Chào"),
        ("<p>Chào\n  anh</p><p>Cảm ơn</p>", "Chào anh\n\nCảm ơn"),
        ("một<br>hai<BR/>ba", "một\nhai\nba"),
        ("<ul><li>một</li><li>hai</li></ul>", "- một\n- hai"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n\n3"),
        ("a &lt;b&gt; &amp; c&nbsp;d", "a <b> & c d"),
        ("<style>p{color:red}</style><script>if (a<b) x()</script>Chào", "Chào"),
        ("<html><head><title>T</title></head><body>Chào</body></html>", "Chào"),
        ("<!-- <p>không</p> -->Chào<!doctype html><?xml?><![if !mso]>", "Chào"),
        ('<a href="https://example.com/a?b=1&amp;c=2">Xem</a>',
         "Xem (https://example.com/a?b=1&c=2)"),
        ("<a href='mailto:an@example.com'>an@example.com</a>", "an@example.com"),
        ("<a href=https://example.com/>https://example.com</a>", "https://example.com"),
        ('<a href="javascript:x()">Xem</a> <a name="x">đó</a>', "Xem đó"),
        ('<img alt="a > b" src="x">Chào', "Chào"),
        ("3 < 4 và <b>5 > 4", "3 < 4 và 5 > 4"),
    ],
)  # fmt: skip
def test_html_becomes_its_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    "part", ["<!--", '<a "', "<", "<a ", "<a b='", "<style>", "&", "</p", "<li>"]
)
def test_no_html_takes_long(part: str) -> None:
    began = time.perf_counter()
    plain_text(part * 20_000)
    assert time.perf_counter() - began < 5


@given(st.text(alphabet="<>!-?/ \"'=abp&;\n"))
def test_any_html_becomes_some_text(markup: str) -> None:
    text = plain_text(markup)
    assert text == text.strip()
