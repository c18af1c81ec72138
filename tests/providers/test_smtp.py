"""SMTP: what every reply means at every step, who gets the mail, and how they get out of it."""

from __future__ import annotations

from typing import Any

import pytest

from cskh.model.message import Channel, Message, Outcome, Purpose, Receipt
from cskh.model.secret import Secret
from cskh.providers import Failure, Mail, Response, converse
from cskh.providers.smtp import Smtp

ACCOUNT = Smtp(
    host="smtp.example.com",
    username="cskh",
    password=Secret("mat-khau-demo"),
    from_="CSKH <cskh@example.com>",
)

pytestmark = pytest.mark.usefixtures("english")


def message(**parts: Any) -> Message:
    common = {"id": 41, "channel": Channel.EMAIL, "recipient": "an@example.com"}
    return Message(**{**common, "subject": "Cảm ơn", "content": "Kính gửi", **parts})


def mail(account: Smtp = ACCOUNT, **parts: Any) -> Mail:
    step = next(account.flow(message(**parts)))
    assert isinstance(step, Mail)
    return step


def receipt(at: str | None, status: int, said: str = "", **headers: str) -> Receipt:
    if at is not None:
        headers["at"] = at
    answer = Response(status=status, body=said.encode(), headers=headers)
    return converse(ACCOUNT.flow(message()), lambda step: answer)


# Written down a second time, so that no cell moves by accident.
TABLE = {
    ("file", 0): Outcome.MISSING,
    ("connect", 421): Outcome.RETRY,
    ("connect", 450): Outcome.RETRY,
    ("connect", 554): Outcome.STOPPED,
    ("connect", 521): Outcome.STOPPED,
    ("tls", 0): Outcome.STOPPED,
    ("auth", 0): Outcome.STOPPED,
    ("auth", 454): Outcome.RETRY,
    ("auth", 421): Outcome.RETRY,
    ("auth", 500): Outcome.STOPPED,
    ("auth", 530): Outcome.STOPPED,
    ("auth", 534): Outcome.STOPPED,
    ("auth", 535): Outcome.STOPPED,
    ("auth", 538): Outcome.STOPPED,
    ("mail", 421): Outcome.RETRY,
    ("mail", 451): Outcome.RETRY,
    ("mail", 530): Outcome.STOPPED,
    ("mail", 550): Outcome.STOPPED,
    ("mail", 552): Outcome.FAILED,
    ("mail", 553): Outcome.STOPPED,
    ("mail", 354): Outcome.RETRY,
    ("rcpt", 421): Outcome.RETRY,
    ("rcpt", 450): Outcome.LATER,
    ("rcpt", 452): Outcome.LATER,
    ("rcpt", 530): Outcome.STOPPED,
    ("rcpt", 550): Outcome.FAILED,
    ("rcpt", 551): Outcome.FAILED,
    ("rcpt", 552): Outcome.FAILED,
    ("rcpt", 553): Outcome.FAILED,
    ("rcpt", 554): Outcome.FAILED,
    ("rcpt", 252): Outcome.RETRY,
    ("data", 421): Outcome.RETRY,
    ("data", 451): Outcome.RETRY,
    ("data", 554): Outcome.FAILED,
    ("data", 250): Outcome.RETRY,
    ("end", 250): Outcome.ACCEPTED,
    ("end", 421): Outcome.RETRY,
    ("end", 451): Outcome.RETRY,
    ("end", 552): Outcome.FAILED,
    ("end", 554): Outcome.FAILED,
    ("end", 354): Outcome.UNKNOWN,
    ("end", 999): Outcome.UNKNOWN,
    (None, 250): Outcome.UNKNOWN,
}


@pytest.mark.parametrize(("reply", "outcome"), TABLE.items())
def test_a_reply_means_what_it_means_where_it_comes(
    reply: tuple[str | None, int], outcome: Outcome
) -> None:
    found = receipt(*reply)
    assert found.outcome is outcome
    assert (found.error is None) is (outcome is Outcome.ACCEPTED)


def test_who_may_not_relay_hears_it_at_every_recipient() -> None:
    said = "5.7.1 <an@example.com>: Relay access denied"
    assert receipt("rcpt", 554, said).outcome is Outcome.STOPPED
    assert receipt("rcpt", 550, "5.1.1 No such user").outcome is Outcome.FAILED


@pytest.mark.parametrize("at", ["mail", "rcpt", "end"])
def test_a_daily_limit_is_the_accounts_and_tried_again_after_an_hour(at: str) -> None:
    found = receipt(at, 550, "5.4.5 Daily user sending limit exceeded")
    assert (found.outcome, found.retry_after) == (Outcome.STOPPED, 3600)


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("2.0.0 Ok: queued as 4Ft2zQ1x", "4Ft2zQ1x"),
        ("OK id queued as <1234.5678@mx>", "1234.5678@mx"),
        ("OK", None),
        ("queued as \u202e", None),
    ],
)
def test_a_server_may_have_its_own_name_for_the_mail(said: str, known: str | None) -> None:
    assert receipt("end", 250, said).provider_id == known


def test_refused_copies_are_a_note_on_a_mail_that_was_taken() -> None:
    found = receipt("end", 250, refused="lan@example.com: 550 No such user")
    assert found.outcome is Outcome.ACCEPTED
    assert found.error == "Copies were refused: lan@example.com: 550 No such user"


@pytest.mark.parametrize("form", ["mat-khau-demo", "bWF0LWtoYXUtZGVtbw==",
                                  "AGNza2gAbWF0LWtoYXUtZGVtbw=="])  # fmt: skip
def test_a_server_that_quotes_the_login_gives_nothing_away(form: str) -> None:
    told = receipt("auth", 535, f"what is {form}?").error or ""
    assert (form in told, "•••?" in told) == (False, True)


@pytest.mark.parametrize(
    "recipient",
    ["an", "an@", "@example.com", "an@example.com\r\nDATA", "a b@example.com", "<an@example.com>",
     "a@b@example.com", "an@example.com>", "ân@example.com", "an@a..b", "an@" + "a" * 64 + ".vn",
     "a" * 250 + "@example.com", "an@example.com,so@example.com", "\0@example.com"],
)  # fmt: skip
def test_what_isnt_an_address_is_asked_of_nobody(recipient: str) -> None:
    def nobody(step: object) -> Response:
        raise AssertionError(step)

    for parts in ({"recipient": recipient}, {"data": {"cc": [recipient]}},
                  {"data": {"bcc": [recipient]}}):  # fmt: skip
        found = converse(ACCOUNT.flow(message(**parts)), nobody)
        assert found.outcome is Outcome.FAILED
        assert (found.error or "").isprintable()


def test_a_domain_with_diacritics_goes_as_servers_write_it() -> None:
    assert mail(recipient="an@cửahàng.example").recipients == ("an@xn--cahng-tqa2694c.example",)


def test_nobody_gets_a_mail_twice_however_often_they_are_named() -> None:
    data = {"cc": ["lan@example.com", "an@example.com"], "bcc": ["lan@example.com"]}
    sent = mail(data=data)
    assert sent.recipients == ("an@example.com", "lan@example.com")


def test_blind_copies_are_in_the_envelope_only() -> None:
    sent = mail(data={"cc": ["lan@example.com"], "bcc": ["so@example.com"]})
    assert "so@example.com" in sent.recipients
    assert "so@example.com" not in repr(sent.headers)
    assert sent.headers["Cc"] == "lan@example.com"


def test_a_row_of_the_outbox_has_one_message_id() -> None:
    names = [mail(**parts).headers["Message-ID"] for parts in (
        {}, {"attempts": 3}, {"id": 42}, {"recipient": "binh@example.com"})]  # fmt: skip
    assert names[0] == names[1]
    assert len(set(names)) == 3
    assert all(name.endswith("@example.com>") for name in names)


def test_only_advertising_says_how_to_get_out() -> None:
    assert "List-Unsubscribe" not in mail().headers
    headers = mail(purpose=Purpose.ADVERTISING).headers
    assert headers["List-Unsubscribe"] == "<mailto:cskh@example.com?subject=unsubscribe>"
    assert "List-Unsubscribe-Post" not in headers


@pytest.mark.parametrize(
    ("url", "one_click"),
    [
        ("https://cskh.example.com/unsubscribe/abc", True),
        ("http://cskh.example.com/unsubscribe/abc", False),
        ("https://cskh.example.com/a>, <mailto:so@example.com", False),
        ("https://cskh.example.com/a b", False),
        ("https://" + "a" * 600, False),
    ],
)
def test_one_click_needs_https(url: str, one_click: bool) -> None:
    headers = mail(purpose=Purpose.ADVERTISING, data={"unsubscribe_url": url}).headers
    assert (headers.get("List-Unsubscribe-Post") is not None) is one_click
    assert (url in headers["List-Unsubscribe"]) is one_click


def test_a_mail_without_a_text_has_what_its_html_says() -> None:
    assert mail(content="", data={"html": "<p>Kính gửi</p>"}).text == "Kính gửi"
    assert mail(content="Chào", data={"html": "<p>Kính gửi</p>"}).text == "Chào"


@pytest.mark.parametrize(("security", "port"), [("tls", 465), ("starttls", 587), ("none", 25)])
def test_a_port_need_not_be_said(security: Any, port: int) -> None:
    account = Smtp(host="a", from_="cskh@example.com", security=security)
    assert (mail(account).port, mail(account).sender) == (port, "cskh@example.com")


def test_a_check_delivers_nothing() -> None:
    step = next(ACCOUNT.check())
    assert isinstance(step, Mail)
    assert (step.delivers, step.recipients) == (False, ())


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Response(status=250, headers={"at": "knock"}), Outcome.ACCEPTED),
        (Response(status=535, headers={"at": "auth"}), Outcome.STOPPED),
        (Failure(refused=False, error="cut"), Outcome.RETRY),
    ],
)
def test_a_check_says_whether_the_account_works(
    answer: Response | Failure, outcome: Outcome
) -> None:
    assert converse(ACCOUNT.check(), lambda step: answer).outcome is outcome
