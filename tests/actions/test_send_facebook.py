"""Which page answers, whom, and until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from cskh.actions.send_facebook import Entry, SendFacebook
from cskh.actions.send_zalo import SendZalo
from cskh.model.acting import Context
from cskh.model.clock import from_text
from cskh.model.effects import Effect, Send, Skip
from cskh.model.message import Channel, Purpose
from cskh.model.settings import Page
from tests.actions.worlds import context, customer

PLAIN = context()
SETTINGS = replace(PLAIN.settings, pages=(Page(id="1", name="Hà Nội"), Page(id="2", name="Huế")))
INTERACTION = replace(PLAIN, settings=SETTINGS, event="page_interaction")
HELLO = SendFacebook(content="Dạ {{ customer.name }}")


def done(action: SendFacebook, world: Context = INTERACTION, **event: Any) -> list[Effect | Skip]:
    told = {"page": "1", "psid": "880001", "zalo_id": None, **event}
    return list(
        action.effects(customer(**{f"event.{name}": each for name, each in told.items()}), world)
    )


def said(effects: list[Effect | Skip]) -> list[tuple[str | None, str, str]]:
    sends = [each for each in effects if isinstance(each, Send)]
    assert len(sends) == len(effects)
    return [(send.page, send.recipient, send.content) for send in sends]


@pytest.mark.parametrize(
    ("pages", "page", "speaks"),
    [
        ((), "1", True),
        ((), "2", True),
        (("1",), "1", True),
        (("2",), "1", False),
        (("1", "2"), "2", True),
        ((), "3", False),  # not connected
        (("3",), "3", False),
    ],
)
def test_the_page_of_the_event_speaks_if_the_action_has_it(
    pages: tuple[str, ...], page: str, *, speaks: bool
) -> None:
    found = said(done(replace(HELLO, pages=pages), page=page))
    assert found == ([(page, "880001", "Dạ Nguyễn Thị Ánh")] if speaks else [])


def test_each_page_has_its_own_text() -> None:
    each = SendFacebook(
        each=(Entry(pages=("1",), content="Hà Nội đây ạ"), Entry(pages=("2",), content="Huế đây ạ"))
    )
    assert said(done(each, page="1")) == [("1", "880001", "Hà Nội đây ạ")]
    assert said(done(each, page="2")) == [("2", "880001", "Huế đây ạ")]


def test_where_two_texts_are_for_a_page_the_first_one_is_sent() -> None:
    each = SendFacebook(each=(Entry(pages=("1",), content="một"), Entry(content="hai")))
    assert said(done(each, page="1")) == [("1", "880001", "một")]
    assert said(done(each, page="2")) == [("2", "880001", "hai")]


@pytest.mark.parametrize(
    ("event", "psid"),
    [("page_interaction", None), ("order_status_changed", "880001"), (None, "880001")],
)
def test_without_a_conversation_it_is_skipped(event: str | None, psid: str | None) -> None:
    found = done(HELLO, replace(INTERACTION, event=event), psid=psid)
    assert found == [Skip(reason="no_conversation", channel=Channel.FACEBOOK, purpose=Purpose.CARE)]


@pytest.mark.parametrize(
    ("send_at", "is_sent"), [("now", True), ("+24h", True), ("+25h", False), ("+2 days", False)]
)
def test_facebook_takes_an_answer_for_24_hours(send_at: str, *, is_sent: bool) -> None:
    (what,) = done(replace(HELLO, send_at=send_at))
    assert isinstance(what, Send) == is_sent
    assert is_sent or what == Skip(
        reason="out_of_window", channel=Channel.FACEBOOK, purpose=Purpose.CARE
    )


@pytest.mark.parametrize(
    ("event_at", "send_at", "is_sent"),
    [
        ("2026-11-30T03:00:00Z", "now", True),
        ("2026-11-30T02:59:59Z", "now", False),
        ("2026-11-30T04:00:00Z", "+1h", True),
        ("2026-11-30T04:00:00Z", "+2h", False),
    ],
)
def test_the_24_hours_begin_when_the_customer_wrote(
    event_at: str, send_at: str, *, is_sent: bool
) -> None:
    told = {"event.page": "1", "event.psid": "880001", "event.zalo_id": None}
    who = replace(customer(**told), event_at=event_at)
    (what,) = replace(HELLO, send_at=send_at).effects(who, INTERACTION)
    assert isinstance(what, Send) == is_sent
    if isinstance(what, Send):
        assert what.leave_by == from_text(event_at) + dt.timedelta(hours=24)
    else:
        assert what.reason == "out_of_window"


def test_what_is_not_known_skips_the_message_alone() -> None:
    (what,) = done(SendFacebook(content="Dạ {{ customer.company }}"), psid="880001")
    assert isinstance(what, Send)
    world = customer(company=None, **{"event.page": "1", "event.psid": "880001"})
    (what,) = SendFacebook(content="{{ customer.company }}").effects(world, INTERACTION)
    assert what == Skip(
        reason="missing customer.company", channel=Channel.FACEBOOK, purpose=Purpose.CARE
    )


@pytest.mark.parametrize(("send_at", "is_sent"), [("now", True), ("+7d", True), ("+8d", False)])
def test_zalo_takes_an_answer_for_7_days(send_at: str, *, is_sent: bool) -> None:
    action = SendZalo(content="Dạ", send_at=send_at)
    values = {"event.page": "42", "event.zalo_id": "777001", "event.psid": None}
    (what,) = action.effects(customer(**values), INTERACTION)
    if is_sent:
        assert isinstance(what, Send)
        assert (what.channel, what.recipient, what.page) == (Channel.ZALO, "777001", "42")
    else:
        assert what == Skip(reason="out_of_window", channel=Channel.ZALO, purpose=Purpose.CARE)


def test_zalo_needs_somebody_who_wrote() -> None:
    (what,) = SendZalo(content="Dạ").effects(customer(), PLAIN)
    assert what == Skip(reason="no_conversation", channel=Channel.ZALO, purpose=Purpose.CARE)
