from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.actions._messages import ToGroup, ToStaff
from cskh.actions.send_email import SendEmail
from cskh.model.acting import Context
from cskh.model.effects import Send, Skip
from cskh.model.markup import plain_text
from cskh.model.message import Channel, Purpose
from cskh.model.settings import Account, Group, MessageTemplate, Settings, Staff
from tests.actions.worlds import NOW, customer
from tests.sample import at

STAFF = (
    Staff(id="lan", name="Lan", role="owner", email="lan@example.com"),
    Staff(id="minh", name="Minh", role="admin", email="minh@example.com"),
    Staff(id="chung", name="Chung", role="agent", email="LAN@example.com"),
    Staff(id="ha", name="Hà", role="agent"),
)
TEMPLATES = {
    "thu": MessageTemplate(
        name="Thư",
        channel=Channel.EMAIL,
        subject="Thư gửi {{ customer.name }}",
        content="Chào {{ customer.name }}",
        html="<p>Chào <b>{{ customer.name }}</b></p>",
    ),
    "tron": MessageTemplate(name="Trơn", channel=Channel.EMAIL, content="Chào bạn"),
}
SETTINGS = Settings(
    version=1,
    staff=STAFF,
    groups={"tat-ca": Group(name="Tất cả", members=("lan", "minh", "chung", "ha"))},
    providers={
        "mail": Account(id="mail", type="sandbox", settings=None, price=10),
        "khac": Account(id="khac", type="sandbox", settings=None, price=20),
    },
    active={Channel.EMAIL: "mail"},
)
WORLD = Context(settings=SETTINGS, clock=NOW, templates=TEMPLATES)


def outcomes(values: dict[str, Any] | None = None, **parameters: Any) -> list[Send | Skip]:
    texts = {} if parameters.keys() & {"template", "html"} else {"content": "Chào"}
    subject = {} if "template" in parameters else {"subject": "Thư"}
    action = SendEmail(**{**subject, **texts, **parameters})
    return list(action.effects(customer(**(values or {})), WORLD))


def sent(values: dict[str, Any] | None = None, **parameters: Any) -> Send:
    (what,) = outcomes(values, **parameters)
    assert isinstance(what, Send)
    return what


def reason(values: dict[str, Any] | None = None, **parameters: Any) -> str:
    (what,) = outcomes(values, **parameters)
    assert isinstance(what, Skip)
    assert what.channel is Channel.EMAIL
    return what.reason


def test_an_email_says_to_whom_what_and_for_how_much() -> None:
    assert sent(subject="Gửi {{ customer.name }}", content="Chào {{ customer.name }}\n") == Send(
        channel=Channel.EMAIL,
        recipient="anh@example.com",
        subject="Gửi Nguyễn Thị Ánh",
        content="Chào Nguyễn Thị Ánh",
        provider="mail",
        price=10,
    )


@pytest.mark.parametrize("email", [None, ""])
def test_without_an_address_there_is_no_email(email: str | None) -> None:
    assert reason({"email": email}) == "no_email"


@pytest.mark.parametrize("part", ["subject", "content", "html"])
def test_a_blank_is_never_sent_wherever_it_stands(part: str) -> None:
    assert reason({"name": None}, **{part: "Chào {{ customer.name }}"}) == "missing customer.name"


def test_an_email_of_nothing_is_not_sent() -> None:
    nothing = "{% if customer.source %}Hi{% endif %}"
    assert reason(subject=nothing) == "empty_subject"
    assert reason(content=nothing) == "empty_text"
    assert reason(html="<p> </p>") == "empty_text"


def test_only_what_is_set_goes_along() -> None:
    assert sent().data == {}
    full = sent(
        cc=("a@example.com",),
        bcc=("b@example.com", "c@example.com"),
        attachments=("files/gia.pdf",),
        html="<p>Chào</p>",
        content="Chào",
    )
    assert full.data == {
        "cc": ["a@example.com"],
        "bcc": ["b@example.com", "c@example.com"],
        "attachments": ["files/gia.pdf"],
        "html": "<p>Chào</p>",
    }


def test_the_text_is_made_from_the_html_if_there_is_none() -> None:
    made = sent(html="<h1>Chào</h1><p>{{ customer.name }}<br>Hẹn gặp</p>")
    assert made.content == "Chào\n\nNguyễn Thị Ánh\nHẹn gặp"
    assert sent(html="<p>Chào</p>", content="Khác").content == "Khác"


def test_what_a_customer_is_called_never_becomes_markup() -> None:
    name = '"><script>alert(1)</script>&'
    made = sent({"name": name}, html='<p title="{{ customer.name }}">{{ customer.name }}</p>')
    shown = "&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;"
    assert made.data["html"] == f'<p title="{shown}">{shown}</p>'
    assert made.content == name


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_the_tags_are_those_of_the_file_whatever_the_data(name: str) -> None:
    made = sent({"name": name}, html="<p>{{ customer.name }}</p>")
    html = made.data["html"]
    assert (html[:3], html[-4:]) == ("<p>", "</p>")
    assert not set(html[3:-4]) & set("<>\"'")
    assert plain_text(html) == name


def test_a_mark_that_a_name_begins_with_does_not_eat_the_end_of_a_tag() -> None:
    html = sent({"name": "\u0338 onclick=x"}, html="<b>{{ customer.name }}</b>").data["html"]
    assert html.startswith("<b>")


def test_a_subject_is_one_line_whatever_the_data() -> None:
    values = {"name": "An\nBcc: all@example.com"}
    assert sent(values, subject="Gửi {{ customer.name }}").subject == "Gửi An Bcc: all@example.com"


def test_a_template_has_subject_text_and_html() -> None:
    made = sent(template="thu")
    assert (made.subject, made.content) == ("Thư gửi Nguyễn Thị Ánh", "Chào Nguyễn Thị Ánh")
    assert made.data == {"html": "<p>Chào <b>Nguyễn Thị Ánh</b></p>"}


def test_an_action_has_the_last_word_on_its_templates_subject() -> None:
    assert sent(template="thu", subject="Khác").subject == "Khác"
    assert sent(template="tron", subject="Khác").data == {}
    assert reason(template="tron") == "empty_subject"


def test_an_email_goes_through_the_provider_that_is_named() -> None:
    other = sent(from_="khac")
    assert (other.provider, other.price) == ("khac", 20)


def test_without_an_active_provider_an_email_waits_for_one() -> None:
    world = replace(WORLD, settings=replace(SETTINGS, active={}))
    (what,) = SendEmail(subject="A", content="B").effects(customer(), world)
    assert isinstance(what, Send)
    assert (what.provider, what.price) == (None, 0)


def told(what: Send | Skip) -> tuple[str | None, str]:
    return what.to_staff, what.recipient if isinstance(what, Send) else what.reason


def test_staff_are_written_to_once_an_address() -> None:
    assert [told(what) for what in outcomes(to=ToGroup(group="tat-ca"))] == [
        ("lan", "lan@example.com"),
        ("minh", "minh@example.com"),
        ("ha", "no_email"),
    ]
    assert told(sent(to=ToStaff(staff="lan"))) == ("lan", "lan@example.com")
    assert told(sent({"email": None}, to="assignee")) == ("minh", "minh@example.com")


@pytest.mark.parametrize("assignee", [None, "somebody who left"])
def test_an_email_to_nobody_is_skipped(assignee: str | None) -> None:
    assert reason({"assignee": assignee}, to="assignee") == "nobody"


def test_what_the_one_in_charge_is_called_stands_in_every_part() -> None:
    made = sent(subject="{{ staff.name }}", html="<i>{{ staff.name }}</i>")
    assert (made.subject, made.content, made.data["html"]) == ("Minh", "Minh", "<i>Minh</i>")


def test_time_and_purpose_go_along() -> None:
    made = sent(send_at="+2h", purpose=Purpose.ADVERTISING)
    assert (made.when, made.purpose) == ("+2h", Purpose.ADVERTISING)
    assert made.send_at == at("2026-12-01T12:00").now


def test_an_email_reads_what_its_texts_and_its_template_name() -> None:
    action = SendEmail(
        subject="{{ customer.source }}", html="{{ customer.pid }}", template="thu", cc=()
    )
    assert action.reads(WORLD) == {"source", "pid", "name", "email"}
    by_assignee = SendEmail(subject="A", content="{{ staff.name }}", to="assignee")
    assert by_assignee.reads(WORLD) == {"assignee"}
