"""Viettel: every reason it gives, and conversations with a strict stand-in over real sockets."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from cskh.model.message import Outcome, Receipt
from cskh.model.secret import Secret
from cskh.providers.viettel import REFUSALS, Viettel
from tests.providers.fakes import vendor
from tests.providers.fakes.viettel import Viettel as StandIn
from tests.providers.wired import hear, said, sms, talk

ACCOUNT = Viettel(
    username="demo",
    password=Secret("mật & <khẩu>"),
    service_id="MYBRAND",
    cp_code="MYCOMPANY",
)

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def viettel() -> Iterator[StandIn]:
    with StandIn() as stand_in:
        yield stand_in
        assert stand_in.slips == []


def at(stand_in: StandIn, **parts: Any) -> Viettel:
    return dataclasses.replace(ACCOUNT, url=stand_in.url, **parts)


def answer(message: str, result: str = "0") -> Any:
    inner = f"<return><message>{message}</message><result>{result}</result></return>"
    return said(f'<a:b xmlns:a="http://impl.bulkSms.ws/">{inner}</a:b>')


# Every text that public clients know, with what becomes of the message.
TABLE = {
    "Authenticate: Cp_code: NULL_OR_BLANK": Outcome.STOPPED,
    "Authenticate: UserName: NULL_OR_BLANK": Outcome.STOPPED,
    "Authenticate: Password: NULL_OR_BLANK": Outcome.STOPPED,
    "CP_CODE_NOT_FOUND": Outcome.STOPPED,
    "Authenticate: CP_CODE_NOT_FOUND": Outcome.STOPPED,
    "WRONG_INFORMATION_AUTHENTICATE": Outcome.STOPPED,
    "Authenticate: IP_INVALID (YOUR IP: 203.0.113.9)": Outcome.STOPPED,
    "Check RequestID: NULL_OR_BLANK": Outcome.FAILED,
    "Check RequestID: REQUEST_ID_NOT_NUMBER": Outcome.FAILED,
    "Check UserID: NULL_OR_BLANK": Outcome.FAILED,
    "Check ReceiverID: NULL_OR_BLANK": Outcome.FAILED,
    "Check ReceiverID: FORMAT_ERROR": Outcome.FAILED,
    "UserID_NOT_EQUAL_ReceiverID": Outcome.FAILED,
    "Unable to check telco from input receiver": Outcome.FAILED,
    "Length of ReceiverID is invalid.": Outcome.FAILED,
    "Check ServiceID: DUPLICATE MESSAGE": Outcome.DUPLICATE,
    "Check ServiceID: ALIAS_INVALID:TELCO=VT": Outcome.FAILED,
    "Check ServiceID: ALIAS_INVALID:TELCO=MB": Outcome.FAILED,
    "Check ServiceID: ALIAS_INVALID:TELCO=VN": Outcome.FAILED,
    "Check ServiceID: ALIAS_INVALID:TELCO=VM": Outcome.FAILED,
    "Check CommandCode: NULL_OR_BLANK": Outcome.FAILED,
    "Check CommandCode: COMMAND_CODE_ERROR": Outcome.FAILED,
    "Check Content: NULL_OR_BLANK": Outcome.FAILED,
    "Check Content: MAXLENGTH_LIMIT_480_BYTE (YOUR_CONTENT: 500 BYTE)": Outcome.FAILED,
    "Check Content: MSG_ERROR_CONTAIN_BLACKLIST": Outcome.FAILED,
    "Check template: CONTENT_NOT_MATCH_TEMPLATE": Outcome.FAILED,
    "Check information error": Outcome.RETRY,
    "Something that nobody has seen": Outcome.RETRY,
    "": Outcome.RETRY,
}


@pytest.mark.parametrize(("text", "outcome"), TABLE.items())
def test_the_text_says_what_becomes_of_a_message(text: str, outcome: Outcome) -> None:
    assert hear(ACCOUNT.flow(sms()), answer(text)).outcome is outcome


def test_every_row_of_the_table_decides_something() -> None:
    deciding = {
        next((row[0] for row in REFUSALS if row[0].lower() in text.lower()), None) for text in TABLE
    }
    assert {row[0] for row in REFUSALS} <= deciding


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<",
        "Insert MT_QUEUE: OK",
        "<return><result>1</result></return",
        "<a><return><result>1</result></return><return><result>1</result></return></a>",
        "<a><return><result>2</result></return></a>",
        "<a><return><message>Insert MT_QUEUE: OK</message></return></a>",
        "<a><result>1</result></a>",
        '<!DOCTYPE a [<!ENTITY b "1">]><a><return><result>&b;</result></return></a>',
        '<?xml version="1.0" encoding="klingon"?><a/>',
        "<a>" * 20_000,
        "<a>" * 9_000 + "</a>" * 9_000,
    ],
    ids=lambda body: body[:40],
)
def test_an_answer_that_cant_be_read_is_unknown(body: str) -> None:
    found = hear(ACCOUNT.flow(sms()), said(body))
    assert found == Receipt(outcome=Outcome.UNKNOWN, error="Viettel's answer can't be read.")


@pytest.mark.parametrize(
    "content",
    ["Cam on anh An", "Giảm 20% & <miễn phí> ]]> ở Huế", "mot\nhai", "\"'", "tên 🎉"],
)
def test_a_text_arrives_as_it_was_written(viettel: StandIn, content: str) -> None:
    assert talk(at(viettel).flow(sms(content=content))) == Receipt(outcome=Outcome.ACCEPTED)
    assert viettel.sent[0]["Content"] == content
    assert viettel.sent[0]["UserID"] == "84900000041"


def test_what_xml_has_no_room_for_becomes_a_space(viettel: StandIn) -> None:
    talk(at(viettel).flow(sms(content="a\x00b\x0bc\ufffe")))
    assert viettel.sent[0]["Content"] == "a b c "


def test_half_a_character_is_no_trouble(viettel: StandIn) -> None:
    talk(at(viettel).flow(sms(content="a\ud800")))
    assert viettel.sent[0]["Content"] == "a "


def test_the_same_text_again_is_a_duplicate(viettel: StandIn) -> None:
    outcomes = [talk(at(viettel).flow(sms())).outcome for _try in range(2)]
    assert outcomes == [Outcome.ACCEPTED, Outcome.DUPLICATE]


def test_a_wrong_password_stops_the_account_and_is_not_told(viettel: StandIn) -> None:
    found = talk(at(viettel, password=Secret("sai-mat-khau")).flow(sms()))
    assert found.outcome is Outcome.STOPPED
    assert "sai-mat-khau" not in (found.error or "")


@pytest.mark.parametrize(
    ("mood", "outcome"),
    [
        (vendor.cut_unread, Outcome.UNKNOWN),
        (vendor.cut_read, Outcome.UNKNOWN),
        (vendor.silent, Outcome.UNKNOWN),
        (vendor.says("<html>Bao tri</html>"), Outcome.UNKNOWN),
        (vendor.says("", 500), Outcome.UNKNOWN),
        (vendor.says("", 503), Outcome.RETRY),
        (vendor.says("", 429, Retry_After="60"), Outcome.RETRY),
    ],
    ids=["cut unread", "cut read", "silent", "garbage", "500", "503", "429"],
)
def test_what_is_not_certain_is_unknown(viettel: StandIn, mood: Any, outcome: Outcome) -> None:
    viettel.moods.append(mood)
    assert talk(at(viettel).flow(sms()), timeout=0.5).outcome is outcome


def test_nobody_there_is_tried_again() -> None:
    account = dataclasses.replace(ACCOUNT, url="http://127.0.0.1:1")
    assert talk(account.flow(sms())).outcome is Outcome.RETRY


def test_a_check_asks_for_the_balance_and_sends_nothing(viettel: StandIn) -> None:
    assert talk(at(viettel).check()) == Receipt(outcome=Outcome.ACCEPTED)
    wrong = talk(at(viettel, cp_code="KHAC").check())
    assert wrong.outcome is Outcome.STOPPED
    assert wrong.error == "Viettel refuses the account: Authenticate: CP_CODE_NOT_FOUND"
    assert viettel.sent == []


def test_a_check_that_cant_be_read_is_unknown(viettel: StandIn) -> None:
    viettel.moods.extend([vendor.says("{}"), vendor.says("", 503)])
    assert talk(at(viettel).check()).outcome is Outcome.UNKNOWN
    assert talk(at(viettel).check()).outcome is Outcome.RETRY


@pytest.mark.parametrize(
    ("status", "message", "result", "outcome"),
    [
        (403, "Check ReceiverID: FORMAT_ERROR", "0", Outcome.FAILED),
        (400, "Authenticate: CP_CODE_NOT_FOUND", "0", Outcome.STOPPED),
        (403, "something", "0", Outcome.STOPPED),
        (503, "something", "0", Outcome.RETRY),
        (500, "Authenticate: CP_CODE_NOT_FOUND", "0", Outcome.UNKNOWN),
        (500, "Insert MT_QUEUE: OK", "1", Outcome.UNKNOWN),
    ],
)
def test_the_body_says_what_it_is_unless_the_server_broke_down(
    status: int, message: str, result: str, outcome: Outcome
) -> None:
    told = dataclasses.replace(answer(message, result), status=status)
    assert hear(ACCOUNT.flow(sms()), told).outcome is outcome


def test_the_operation_has_viettels_namespace() -> None:
    with StandIn() as stand_in:
        body = stand_in.judged(bare_operation())
        assert body.status == 400
        assert "namespace" in stand_in.slips.pop()


def bare_operation() -> vendor.Asked:
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    body = f'<E:Envelope xmlns:E="{soap}"><E:Body><wsCpMt/></E:Body></E:Envelope>'.encode()
    headers = {"content-type": "text/xml; charset=utf-8", "soapaction": '""'}
    return vendor.Asked("POST", "/bulkapi", "", headers, body)
