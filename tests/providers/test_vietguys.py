"""Vietguys: every code, every shape of an answer, and what is asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from cskh.model.message import Channel, Message, Outcome, Receipt
from cskh.model.secret import Secret
from cskh.providers import Request, Response, converse
from cskh.providers.vietguys import CODES, Vietguys

ACCOUNT = Vietguys(account="demo", service_id="MYBRAND", passcode=Secret("mat-khau-demo"))

pytestmark = pytest.mark.usefixtures("english")


def message(content: str = "Cam on anh An", recipient: str = "0900000101") -> Message:
    return Message(id=41, channel=Channel.SMS, recipient=recipient, content=content)


def receipt(body: str | bytes | dict[str, Any] | list[Any], status: int = 200) -> Receipt:
    text = json.dumps(body) if isinstance(body, dict | list) else body
    answer = Response(status=status, body=text.encode() if isinstance(text, str) else text)
    return converse(ACCOUNT.flow(message()), lambda step: answer)


def request(sent: Message) -> Request:
    step = next(ACCOUNT.flow(sent))
    assert isinstance(step, Request)
    return step


# As three clients have it; written down here a second time so that no row moves by accident.
TABLE = {
    -1: Outcome.FAILED,
    -2: Outcome.RETRY,
    -3: Outcome.STOPPED,
    -4: Outcome.STOPPED,
    -5: Outcome.STOPPED,
    -6: Outcome.STOPPED,
    -7: Outcome.STOPPED,
    -8: Outcome.STOPPED,
    -9: Outcome.STOPPED,
    -10: Outcome.FAILED,
    -11: Outcome.FAILED,
    -12: Outcome.STOPPED,
    -13: Outcome.STOPPED,
    -14: Outcome.FAILED,
    -16: Outcome.DUPLICATE,
    -17: Outcome.STOPPED,
    -18: Outcome.FAILED,
    -19: Outcome.LATER,
    -20: Outcome.FAILED,
    -21: Outcome.FAILED,
    -22: Outcome.FAILED,
    -23: Outcome.STOPPED,
}


@pytest.mark.parametrize(("code", "outcome"), TABLE.items())
def test_a_code_means_the_same_in_every_shape(code: int, outcome: Outcome) -> None:
    shapes: list[Any] = [
        {"error": 1, "error_code": code},
        {"error": "1", "error_code": str(code), "msgid": ""},
        {"error": code},
        {"error": True, "error_code": code},
        [{"error": 1, "error_code": code}],
        str(code),
        f"\ufeff {code}\r\n",
        json.dumps(str(code)),
    ]
    receipts = [receipt(shape) for shape in shapes]
    assert {found.outcome for found in receipts} == {outcome}
    assert {found.error for found in receipts} == {f"{CODES[code][1]} (Vietguys {code})"}


def test_the_table_has_every_known_code() -> None:
    assert CODES.keys() == TABLE.keys()


@pytest.mark.parametrize("code", TABLE)
def test_only_the_daily_caps_wait_an_hour(code: int) -> None:
    wanted = 3600 if code in (-17, -19) else None
    assert receipt(str(code)).retry_after == wanted


@pytest.mark.parametrize(
    ("body", "provider_id"),
    [
        ({"error": 0, "msgid": "70012", "carrier": "VIETTEL", "log": ""}, "70012"),
        ({"error": "0", "msgid": 70012}, "70012"),
        ({"error": 0, "error_code": 0, "msgid": "a-b-c"}, "a-b-c"),
        ({"error": 0, "error_code": None}, None),
        ({"error": 0, "msgid": {"id": 1}}, None),
        ([{"error": 0, "msgid": "70012"}], "70012"),
        ("70012", "70012"),
        (" 70012\n", "70012"),
        ("0", None),
    ],
)
def test_a_message_that_is_taken_keeps_its_id(body: Any, provider_id: str | None) -> None:
    assert receipt(body) == Receipt(outcome=Outcome.ACCEPTED, provider_id=provider_id)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "   ",
        "<html>Bao tri he thong</html>",
        '{"error":0,"msgid":"70',
        "null",
        "true",
        '"OK"',
        "-7.0",
        "1e3",
        "9" * 5000,
        "[]",
        "{}",
        [{"error": 0}, {"error": 0}],
        [[{"error": 0}]],
        {"msgid": "70012"},
        {"error": None},
        {"error": "none", "msgid": "70012"},
        {"error": False, "msgid": "70012"},
        {"error": 0.0},
        {"error": 0, "error_code": -7},
        {"error": 1, "error_code": 0},
        b"\xff\xfe\x00",
        "[" * 60_000,
    ],
)
def test_an_answer_that_cant_be_read_is_unknown(body: Any) -> None:
    found = receipt(body)
    assert found.outcome is Outcome.UNKNOWN
    assert found.error == "Vietguys' answer can't be read."


@pytest.mark.parametrize("body", [{"error": 1}, {"error": 1, "error_code": -99}, "-99"])
def test_a_refusal_nobody_knows_is_final(body: Any) -> None:
    assert receipt(body).outcome is Outcome.FAILED


def test_the_vendors_words_are_kept_readable() -> None:
    log = "Khong hop le:\n\x1b[31m mat-khau-demo \u202e 0900 000 101" + "!" * 500
    error = receipt({"error": 1, "error_code": -10, "log": log}).error or ""
    assert error.startswith(
        "Vietguys says that the phone number is wrong. (Vietguys -10): "
        "Khong hop le: [31m ••• 0900•••101!!!"
    )
    assert error.isprintable()
    assert len(error) < 300


@pytest.mark.parametrize(
    ("content", "type_"),
    [
        ("Cam on anh An, uu dai 20% tai https://example.com", "0"),
        ("Cảm ơn anh Ân", "8"),
        ("Caffè", "8"),  # in GSM-7, and a diacritic all the same
        ("100 €", "8"),
        ("`ma`", "8"),  # ASCII, and not in GSM-7
    ],
)
def test_only_a_plain_text_goes_as_type_0(content: str, type_: str) -> None:
    assert request(message(content)).form["type"] == type_


@pytest.mark.parametrize("recipient", ["0900000101", "84900000101", "+84900000101"])
def test_the_phone_goes_as_84(recipient: str) -> None:
    assert request(message(recipient=recipient)).form["phone"] == "84900000101"


@pytest.mark.parametrize("recipient", ["", "900000101", "09000001011", "+1202555010", "٠900000101"])
def test_what_isnt_a_phone_is_never_sent(recipient: str) -> None:
    found = converse(ACCOUNT.flow(message(recipient=recipient)), lambda step: pytest.fail("sent"))
    assert found.outcome is Outcome.FAILED


def test_it_goes_to_the_vendor_unless_another_host_is_set() -> None:
    assert request(message()).url == "https://cloudsms.vietguys.biz:4438/api/index.php"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (403, "-2", Outcome.RETRY),
        (400, {"error": 1, "error_code": -7}, Outcome.STOPPED),
        (503, {"error": 1, "error_code": -10}, Outcome.FAILED),
        (403, {"error": 0, "msgid": "1"}, Outcome.STOPPED),
        (429, {"error": 1, "error_code": -999}, Outcome.RETRY),
        (500, "-2", Outcome.UNKNOWN),
        (502, {"error": 1, "error_code": -7}, Outcome.UNKNOWN),
    ],
)
def test_the_body_says_what_it_is_unless_the_server_broke_down(
    status: int, body: Any, outcome: Outcome
) -> None:
    assert receipt(body, status).outcome is outcome


@pytest.mark.parametrize(("attempts", "hours"), [(0, 1), (1, 4), (2, 8), (3, 12), (4, 12)])
def test_a_numbers_daily_cap_waits_in_steps_that_reach_the_next_day(
    attempts: int, hours: int
) -> None:
    answer = Response(status=200, body=b"-19")
    tried = replace(message(), attempts=attempts)
    found = converse(ACCOUNT.flow(tried), lambda step: answer)
    assert (found.outcome, found.retry_after) == (Outcome.LATER, hours * 3600)
