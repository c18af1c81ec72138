"""Texts with variables: what they may use, what they become, and what they can never do."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cskh.spec.templates import (
    LONGEST_HTML,
    LONGEST_TEMPLATE,
    BadTemplate,
    Missing,
    compiled,
    compiled_html,
)

HOA: dict[str, Any] = {
    "customer.name": "Nguyễn Thị Hoa",
    "customer.salutation": "chị",
    "customer.birthday": "1990-05-03",
    "customer.last_order_at": "2026-11-30T14:05:00+07:00",
    "customer.revenue": 3500000.0,
    "customer.order_count": 0,
    "customer.tags": ("Sỉ", "VIP"),
    "customer.pinned": True,
    "staff.name": "Lan",
    "event.text": "giá?",
}


def render(text: str, **missing: Any) -> str:
    ready = compiled(text)
    return ready.render({name: HOA.get(name) for name in ready.variables})


@pytest.mark.parametrize(
    "text, shown",
    [
        ("Chào bạn", "Chào bạn"),
        ("Chào {{ customer.salutation }} {{ customer.name }}", "Chào chị Nguyễn Thị Hoa"),
        ("{{customer.name}}", "Nguyễn Thị Hoa"),
        ("{{ customer.name | upper }}", "NGUYỄN THỊ HOA"),
        ("{{ customer.salutation | capitalize }}", "Chị"),
        ("{{ customer.name | unaccent }}", "Nguyen Thi Hoa"),
        ("{{ customer.name | truncate(9) }}", "Nguyễn..."),
        ("{{ customer.revenue }}", "3500000"),
        ("{{ customer.revenue | money }}", "3.500.000"),
        ("{{ customer.order_count }}", "0"),
        ("{{ customer.tags }}", "Sỉ, VIP"),
        ("{{ customer.birthday | date }}", "03/05/1990"),
        ("{{ customer.birthday | date('%d/%m') }}", "03/05"),
        ("{{ customer.last_order_at | date('%H:%M') }}", "14:05"),
        ("{{ staff.name }} {{ event.text }}", "Lan giá?"),
        ("{{ customer.note | default('quý khách') }}", "quý khách"),
        ("{{ customer.note | d(customer.name) }}", "Nguyễn Thị Hoa"),
        ("{% if customer.note %}có{% else %}không{% endif %}", "không"),
        ("{% if customer.note is defined %}có{% else %}không{% endif %}", "không"),
        ("{% if customer.revenue > 3000000 and not customer.note %}VIP{% endif %}", "VIP"),
        ("{% if customer.order_count == 0 %}mới{% elif customer.pinned %}ghim{% endif %}", "mới"),
        ("{{ customer.name if customer.pinned else 'bạn' }}", "Nguyễn Thị Hoa"),
        ("{# ghi chú #}a{% raw %}{{ b }}{% endraw %}", "a{{ b }}"),
        ("dòng một\ndòng hai\n", "dòng một\ndòng hai"),
        ("Hue\u0302\u0301", "Huế"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_a_text_becomes(text: str, shown: str) -> None:
    assert render(text) == shown


@pytest.mark.parametrize("value", [None, "", "   ", ()])
@pytest.mark.parametrize(
    "text",
    ["{{ customer.x }}", "{{ customer.x | upper }}", "{{ customer.x | date }}",
     "{{ customer.x | money }}", "{{ customer.x | unaccent }}", "{{ customer.x | truncate(5) }}",
     "{% if customer.x > 3 %}{% endif %}"],
)  # fmt: skip
def test_what_is_not_known_is_never_a_blank(text: str, value: Any) -> None:
    with pytest.raises(Missing) as raised:
        compiled(text).render({"customer.x": value})
    assert raised.value.reason == "missing customer.x"


@pytest.mark.parametrize("name", ["items", "keys", "values", "get", "update", "copy", "format"])
def test_a_field_may_be_called_like_a_method(name: str) -> None:
    text = f"{{{{ customer.{name} }}}}"
    assert compiled(text).render({f"customer.{name}": "của khách"}) == "của khách"


@pytest.mark.parametrize(
    "text, line, about",
    [
        ("{{ customer.name", 1, None),
        ("a\nb {{ }}", 2, None),
        ("a\n{% if customer.name %}", 2, None),
        ("{{ name }}", 1, "name"),
        ("a\n\n{{ khach.name }}", 3, "khach"),
        ("{{ customer }}", 1, "customer"),
        ("{{ customer.name | mony }}", 1, "mony"),
        ("{{ customer.name.first }}", 1, None),
        ("{{ customer['name'] }}", 1, None),
        ("{{ customer.name() }}", 1, None),
        ("{{ customer.name is upper }}", 1, None),
        ("{% for x in customer.tags %}{% endfor %}", 1, None),
        ("{% set x = 1 %}", 1, None),
        ("{% include 'x' %}", 1, None),
        ("{% extends 'x' %}", 1, None),
        ("{% import 'x' as y %}", 1, None),
        ("{% macro a() %}{% endmacro %}", 1, None),
        ("{% filter upper %}a{% endfilter %}", 1, None),
        ("{{ 'a' * 1000000000 }}", 1, None),
        ("{{ 9 ** 99999999 }}", 1, None),
        ("{{ 'a' ~ customer.name }}", 1, None),
        ("{{ 'a' + customer.name }}", 1, None),
        ("{{ [1, 2] }}", 1, None),
        ("{{ {'a': 1} }}", 1, None),
        ("{{ lipsum(1000) }}", 1, None),
        ("{{ range(10) }}", 1, None),
        ("{{ self }}", 1, "self"),
        ("{{ customer.name | attr('x') }}", 1, "attr"),
        ("{{ customer.name | format }}", 1, "format"),
        ("a" * (LONGEST_TEMPLATE + 1), 1, None),
        ("{{ " + "(" * 5000 + "customer.name" + ")" * 5000 + " }}", 1, None),
        ("{% if customer.name %}" * 150 + "{% endif %}" * 150, 1, None),
        ("{{ " + "not " * 4000 + "customer.name }}", 1, None),
    ],
)
def test_what_a_text_may_not_use(text: str, line: int, about: str | None) -> None:
    with pytest.raises(BadTemplate) as raised:
        compiled(text)
    assert (raised.value.line, raised.value.about) == (line, about)


@pytest.mark.parametrize(
    "text",
    [
        "{{ customer.name | money }}",
        "{{ customer.name | truncate(1) }}",
        "{{ customer.name | truncate('x') }}",
        "{{ customer.name | upper(1, 2) }}",
        "{% if customer.name > 3 %}{% endif %}",
    ],
)
def test_a_filter_that_does_not_fit_is_a_skip_and_no_traceback(text: str) -> None:
    with pytest.raises(Missing, match="template: "):
        render(text)


@pytest.mark.parametrize("value", [float("inf"), float("nan"), "1e999", "x" * 100])
def test_no_value_breaks_a_filter(value: Any) -> None:
    with pytest.raises(Missing, match="template: "):
        compiled("{{ customer.x | money }}").render({"customer.x": value})


def test_a_text_never_becomes_longer_than_an_email_may() -> None:
    text = "{{ customer.note }}" * 900
    with pytest.raises(Missing, match="text_too_long"):
        compiled(text).render({"customer.note": "x" * 1000})


def test_a_format_of_dates_can_not_eat_memory() -> None:
    started = time.perf_counter()
    shown = render("{{ customer.birthday | date('%999999999d') }}")
    assert len(shown) < 100_000 and time.perf_counter() - started < 5


def test_what_customers_wrote_is_no_template() -> None:
    text = compiled("{{ customer.name }}")
    assert text.render({"customer.name": "{{ 7 * 7 }} {% for %}"}) == "{{ 7 * 7 }} {% for %}"


def test_the_places_of_variables_are_lines_of_the_text() -> None:
    ready = compiled("{{ customer.name }}\n{% if staff.name %}{{ customer.name }}{% endif %}")
    assert dict(ready.lines) == {"customer.name": 1, "staff.name": 2}


PIECES = st.sampled_from(
    ["{{", "}}", "{%", "%}", "{#", "#}", " ", "\n", "if", "endif", "else", "customer", ".", "name"]
    + [
        "|",
        "upper",
        "default",
        "(",
        ")",
        "'",
        '"',
        "1",
        ">",
        "==",
        "is",
        "not",
        "and",
        ",",
        "[",
        "x",
    ]
    + ["-", "%", "é", "\x00", "~", "*", "{{ customer.name }}", "{% if customer.x %}", "{% endif %}"]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join), st.none() | st.text(max_size=5) | st.integers())
def test_no_text_raises_anything_else(text: str, value: Any) -> None:
    try:
        ready = compiled(text)
        assert isinstance(ready.render(dict.fromkeys(ready.variables, value)), str)
    except (BadTemplate, Missing) as said:
        assert str(said)


@pytest.mark.parametrize(
    "text",
    [
        '{{ customer.name | default("") }}',
        "{{ customer.name | default }}",
        '{{ customer.name | d(" ") }}',
        "{{ customer.name | default(none) }}",
        "{{ none }}",
        '{{ customer.name | trim("abc") }}',
        '{{ "\\ud800" }}',
        '{{ "a\\x1b[31m" }}',
        "{{ 1e999 | money }}",
        "{{ " + "9" * 5000 + " }}",
        "{% if customer.name is odd %}a{% endif %}",
    ],
)
def test_what_could_only_send_a_blank_or_rubbish_is_no_text(text: str) -> None:
    with pytest.raises(BadTemplate):
        compiled(text)


def test_whether_something_is_none_can_be_asked() -> None:
    text = compiled("{% if customer.name is none %}ban{% else %}{{ customer.name }}{% endif %}")
    assert text.render({"customer.name": None}) == "ban"
    assert text.render({"customer.name": "An"}) == "An"


def test_in_html_values_are_escaped_and_the_file_is_not() -> None:
    ready = compiled_html('<a title="{{ customer.name | upper }}">{{ customer.tags }}</a>')
    values = {"customer.name": "\"><i>'", "customer.tags": ("a<b", "c&d")}
    shown = '<a title="&#34;&gt;&lt;I&gt;&#39;">a&lt;b, c&amp;d</a>'
    assert ready.render(values) == shown


@pytest.mark.parametrize(
    "text", ["{{ customer.name | safe }}", "{% autoescape false %}x{% endautoescape %}"]
)
def test_html_has_no_way_around_escaping(text: str) -> None:
    with pytest.raises(BadTemplate):
        compiled_html(text)


def test_a_blank_is_no_better_in_html() -> None:
    ready = compiled_html("<p>{{ customer.name }}</p>")
    with pytest.raises(Missing, match=r"missing customer\.name"):
        ready.render({"customer.name": None})


def test_html_may_be_longer_than_a_text_but_not_endless() -> None:
    assert compiled_html("x" * LONGEST_HTML).render({}) == "x" * LONGEST_HTML
    with pytest.raises(BadTemplate, match=str(LONGEST_HTML)):
        compiled_html("x" * (LONGEST_HTML + 1))
    with pytest.raises(Missing, match="text_too_long"):
        compiled_html("{{ customer.name }}").render({"customer.name": "<" * LONGEST_HTML})
