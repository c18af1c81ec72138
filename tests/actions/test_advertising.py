"""Advertising says first what it is and last how to refuse it; other messages stay as they are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.actions._advertising import email_html, email_subject, email_words, sms_words
from cskh.actions._messages import ToStaff
from cskh.actions.send_email import SendEmail
from cskh.actions.send_sms import SendSms
from cskh.model.effects import Send, Skip
from cskh.model.message import Purpose
from cskh.model.settings import Label, OptOutText, Policy
from tests.actions.worlds import context, customer

AD = Purpose.ADVERTISING
POLICY = Policy(opt_out_text=OptOutText(sms="Từ chối: soạn TC", email="Trả lời STOP"))


def sms(**parameters: Any) -> Send:
    (what,) = SendSms(**{"purpose": AD, **parameters}).effects(customer(), context())
    assert isinstance(what, Send)
    return what


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Giam gia", "[QC] Giam gia. Tu choi: soan TC"),
        ("[QC] Giam gia", "[QC] Giam gia. Tu choi: soan TC"),
        ("[qc]Giam gia", "[qc]Giam gia. Tu choi: soan TC"),
        ("[AD] Giam gia", "[AD] Giam gia. Tu choi: soan TC"),
        ("Giam gia [QC]", "[QC] Giam gia [QC]. Tu choi: soan TC"),
        ("Giam gia!", "[QC] Giam gia! Tu choi: soan TC"),
        ("Giam gia.\n", "[QC] Giam gia. Tu choi: soan TC"),
        ("Giam gia. Tu choi: soan TC", "[QC] Giam gia. Tu choi: soan TC"),
        ("Giam gia. TỪ CHỐI: soạn  TC ", "[QC] Giam gia. TU CHOI: soan  TC"),
        ("Tu choi: soan TC. Giam gia", "[QC] Tu choi: soan TC. Giam gia. Tu choi: soan TC"),
    ],
)
def test_an_sms_has_its_label_first_and_the_way_out_last(text: str, sent: str) -> None:
    assert sms(content=text).content == sent


def test_parts_and_price_are_those_of_the_whole_text() -> None:
    assert (sms(content="a" * 155).parts, sms(content="a" * 155).price) == (2, 700)
    assert sms(content="a" * 155, purpose=Purpose.CARE).parts == 1
    assert sms(content="a" * 50, unaccent=False).parts == 2  # the way out has diacritics


@pytest.mark.parametrize("more", [{"purpose": Purpose.CARE}, {"to": ToStaff(staff="lan")}])
def test_care_and_messages_to_colleagues_are_not_marked(more: dict[str, Any]) -> None:
    assert sms(content="Hello", **more).content == "Hello"


def test_an_empty_text_is_skipped_and_not_made_of_marks_alone() -> None:
    values = {"note": "​"}
    action = SendSms(content="{{ customer.note }}", purpose=AD)
    (what,) = action.effects(customer(**values), context())
    assert isinstance(what, Skip)
    assert what.reason == "empty_text"


def test_an_email_has_the_label_in_its_subject_and_the_way_out_in_every_text() -> None:
    action = SendEmail(subject="Tin vui", html="<body><p>Chào</p></body>", purpose=AD)
    (what,) = action.effects(customer(), context())
    assert isinstance(what, Send)
    assert what.subject == "[QC] Tin vui"
    assert what.content == "Chào\n\nTrả lời STOP"
    assert what.data["html"] == "<body><p>Chào</p><p>Trả lời STOP</p></body>"


@pytest.mark.parametrize("page", ["<p>Chào</p><p>Trả lời <b>STOP</b></p>", "Trả lời STOP"])
def test_html_that_ends_with_the_way_out_stays_as_it_is(page: str) -> None:
    assert email_html(page, AD, POLICY) == page


def test_the_way_out_is_no_markup() -> None:
    policy = Policy(opt_out_text=OptOutText(email="<b> & co"))
    assert email_html("<p>Hi</p>", AD, policy) == "<p>Hi</p><p>&lt;b&gt; &amp; co</p>"


def test_the_label_is_a_setting() -> None:
    policy = Policy(label=Label(sms="[AD]", email="[Quảng cáo]"))
    assert sms_words("Sale", AD, policy) == "[AD] Sale"
    assert email_subject("Sale", AD, policy) == "[Quảng cáo] Sale"
    assert email_subject("[QUẢNG CÁO] Sale", AD, policy) == "[QUẢNG CÁO] Sale"


@given(text=st.text(min_size=1), way_out=st.none() | st.text(min_size=1))
def test_marking_twice_is_marking_once(text: str, way_out: str | None) -> None:
    policy = Policy(opt_out_text=OptOutText(sms=way_out, email=way_out))
    for mark in (sms_words, email_subject, email_words, email_html):
        once = mark(text, AD, policy)
        assert mark(once, AD, policy) == once
        assert mark(text, Purpose.CARE, policy) == text
