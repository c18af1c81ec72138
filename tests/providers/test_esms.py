"""eSMS: every code, a message that is taken once, and what became of it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest

from cskh.model.message import Message, Outcome, Receipt
from cskh.model.secret import Secret
from cskh.providers.esms import CODES, Esms
from tests.providers.fakes import vendor
from tests.providers.fakes.esms import Esms as StandIn
from tests.providers.wired import asked, hear, said, sms, talk

ACCOUNT = Esms(api_key=Secret("khoa+demo"), secret_key=Secret("bí mật/demo"), brandname="MYBRAND")

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def esms() -> Iterator[StandIn]:
    with StandIn() as stand_in:
        yield stand_in
        assert stand_in.slips == []


def at(stand_in: StandIn, **parts: Any) -> Esms:
    return dataclasses.replace(ACCOUNT, url=stand_in.url, **parts)


# Written down a second time, so that no row moves by accident.
TABLE = {
    99: Outcome.FAILED,
    100: Outcome.ACCEPTED,
    101: Outcome.STOPPED,
    102: Outcome.STOPPED,
    103: Outcome.STOPPED,
    104: Outcome.STOPPED,
    107: Outcome.FAILED,
    108: Outcome.FAILED,
    118: Outcome.STOPPED,
    120: Outcome.FAILED,
    124: Outcome.ACCEPTED,
    140: Outcome.STOPPED,
    143: Outcome.STOPPED,
    146: Outcome.FAILED,
    160: Outcome.RETRY,
    163: Outcome.FAILED,
    177: Outcome.FAILED,
    199: Outcome.UNKNOWN,
    201: Outcome.FAILED,
    300: Outcome.STOPPED,
    301: Outcome.STOPPED,
    687: Outcome.FAILED,
    999: Outcome.FAILED,
}


@pytest.mark.parametrize(("code", "outcome"), TABLE.items())
def test_a_code_means_the_same_as_text_and_as_number(code: int, outcome: Outcome) -> None:
    for shape in (code, str(code)):
        answer = said(json.dumps({"CodeResult": shape}))
        assert hear(ACCOUNT.flow(sms()), answer).outcome is outcome


def test_the_table_has_every_known_code() -> None:
    assert CODES.keys() | {100, 124} == TABLE.keys() - {999}


@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", "{}", "100", '{"CodeResult":null}', '{"CodeResult":"ok"}', "[" * 60_000],
    ids=lambda body: body[:30],
)
def test_an_answer_that_cant_be_read_is_unknown(body: str) -> None:
    assert hear(ACCOUNT.flow(sms()), said(body)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("content", ["Cam on anh An {20%}", "Cảm ơn & tạm biệt", "tên 🎉"])
def test_a_text_arrives_as_it_was_written(esms: StandIn, content: str) -> None:
    receipt = talk(at(esms).flow(sms(content=content)))
    assert receipt == Receipt(outcome=Outcome.ACCEPTED, provider_id="id-1")
    assert (esms.sent[0]["Content"], esms.sent[0]["Phone"]) == (content, "0900000041")


def test_however_often_it_is_sent_it_is_taken_once(esms: StandIn) -> None:
    tries = [talk(at(esms).flow(sms(attempts=count))) for count in range(3)]
    assert [each.outcome for each in tries] == [Outcome.ACCEPTED] * 3
    assert len(esms.sent) == 1


def test_the_answer_is_lost_and_the_next_try_says_so(esms: StandIn) -> None:
    esms.moods.append(vendor.cut_read)
    assert talk(at(esms).flow(sms())).outcome is Outcome.UNKNOWN
    again = Receipt(outcome=Outcome.RETRY, knows_for=3600)
    assert talk(at(esms).ask(sms(age=60))) == again
    assert talk(at(esms).flow(sms())) == Receipt(outcome=Outcome.ACCEPTED)
    assert len(esms.sent) == 1


@pytest.mark.parametrize("age", [None, 3601, -1, 86_400])
def test_what_esms_may_have_forgotten_is_not_sent_again(age: int | None) -> None:
    assert hear(ACCOUNT.ask(sms(age=age))).outcome is Outcome.UNKNOWN


def request_id(message: Message) -> str:
    made: str = asked(ACCOUNT.flow(message)).json["RequestId"]
    return made


def test_a_store_that_begins_anew_doesnt_hide_a_message() -> None:
    ids = {
        request_id(message)
        for message in (
            sms(1),
            sms(2),
            sms(1, recipient="0900000999"),
            sms(1, content="khac"),
        )
    }
    assert len(ids) == 4
    assert request_id(sms(1)) == request_id(sms(1, attempts=3, age=9))
    assert len(request_id(sms(2**63, recipient="0900000101"))) <= 50


@pytest.mark.parametrize(
    ("fate", "outcome"),
    [
        ((True, True), Outcome.DELIVERED),
        ((True, False), Outcome.FAILED),
        ((False, False), Outcome.ACCEPTED),
    ],
)
def test_it_can_be_asked_by_its_number(
    esms: StandIn, fate: tuple[bool, bool], outcome: Outcome
) -> None:
    esms.fates["id-7"] = fate
    receipt = talk(at(esms).ask(sms(provider_id="id-7")))
    assert (receipt.outcome, receipt.provider_id) == (outcome, "id-7")


def test_a_number_that_it_doesnt_know_says_nothing(esms: StandIn) -> None:
    assert talk(at(esms).ask(sms(provider_id="id-8", age=1))).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "answer",
    [
        said(""),
        said("", 503),
        said('{"CodeResult":"101"}'),
        said('{"CodeResult":"100","ReceiverList":[]}'),
        said('{"CodeResult":"100","ReceiverList":[1]}'),
        said('{"CodeResult":"100","ReceiverList":[{},{}]}'),
        said('{"CodeResult":"100","ReceiverList":[{"IsSent":"x"}]}'),
        said('{"CodeResult":"100","ReceiverList":[{"IsSent":true}]}'),
    ],
)
def test_no_answer_about_a_message_is_taken_for_one(answer: Any) -> None:
    assert hear(ACCOUNT.ask(sms(provider_id="id-7")), answer).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("mood", "outcome"),
    [
        (vendor.cut_unread, Outcome.UNKNOWN),
        (vendor.silent, Outcome.UNKNOWN),
        (vendor.says("<html>Bao tri</html>"), Outcome.UNKNOWN),
        (vendor.says('{"CodeResult":"100"}', 500), Outcome.UNKNOWN),
        (vendor.says("", 503), Outcome.RETRY),
        (vendor.says("", 429, Retry_After="60"), Outcome.RETRY),
    ],
    ids=["cut unread", "silent", "garbage", "500", "503", "429"],
)
def test_what_is_not_certain_is_unknown(esms: StandIn, mood: Any, outcome: Outcome) -> None:
    esms.moods.append(mood)
    assert talk(at(esms).flow(sms()), timeout=0.5).outcome is outcome


def test_a_check_asks_for_the_balance(esms: StandIn) -> None:
    assert talk(at(esms).check()) == Receipt(outcome=Outcome.ACCEPTED)
    assert talk(at(esms, api_key=Secret("sai")).check()).outcome is Outcome.STOPPED
    esms.balance = 0
    empty = talk(at(esms).check())
    assert empty.outcome is Outcome.STOPPED
    assert empty.error == "The account at eSMS has too little credit left."
    assert esms.sent == []
