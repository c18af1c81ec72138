"""What each of Zalo's codes makes of a message."""

from __future__ import annotations

import json

import pytest

from cskh.model.message import Channel, Message, Outcome, Receipt
from cskh.model.secret import Secret
from cskh.providers import Alone, Failure, Recall, Remember, Request, Response, Step, converse, do
from cskh.providers.zalo_oa import ZaloOa
from cskh.providers.zns import Zns

pytestmark = pytest.mark.usefixtures("english")
ZNS = Zns(app_id="1234567", app_secret=Secret("app-secret"), refresh_token=Secret("first"))
OA = ZaloOa(app_id="1234567", app_secret=Secret("app-secret"), refresh_token=Secret("first"))
TOKENS = {"refresh_token": "second", "access_token": "access", "seconds": 9000, "spent": False}

NOTIFICATIONS = {
    Outcome.UNKNOWN: [-100],
    Outcome.RETRY: [-32],
    Outcome.STOPPED: [
        *(-101, -102, -103, -104, -105, -109, -1091, -115, -117, -120, -1201, -1202, -123, -1241),
        *(-125, -126, -127, -128, -129, -131, -135, -1351, -136, -137, -138, -1381, -142, -143),
        *(-144, -1441, -145, -146),
    ],
    Outcome.FAILED: [
        *(-106, -108, -111, -112, -1121, -1122, -1123, -1124, -113, -1131, -116, -121, -122),
        *(-130, -132, -134, -148, -149, -1491, -150, -151, -152, -153, -158, -162, -249, -9999),
    ],
    Outcome.UNREACHABLE: [-110, -114, -118, -119],
    Outcome.DECLINED: [-139, -140, -141],
    Outcome.LATER: [-133, -147, -1471, -1472],
}
OA_MESSAGES = {
    Outcome.RETRY: [-32],
    Outcome.UNKNOWN: [-100],
    Outcome.TOO_LATE: [-230, -232],
    Outcome.STOPPED: [
        *(-204, -205, -209, -211, -212, -219, -221, -223, -224, -235, -240, -242, -320, -321),
    ],
    Outcome.FAILED: [
        *(-200, -201, -210, -213, -217, -227, -233, -244, -248, -9999),
    ],
    Outcome.LATER: [-218, -234],
}


def judged(provider: Zns | ZaloOa, code: int, status: int = 200) -> Receipt:
    channel = Channel.ZNS if isinstance(provider, Zns) else Channel.ZALO
    message = Message(id=1, channel=channel, recipient="0900000101", content="Dạ")

    def perform(step: Step) -> Response:
        if isinstance(step, Recall):
            return Response(status=200, body=json.dumps(TOKENS).encode())
        assert isinstance(step, Request)
        return Response(status=status, body=json.dumps({"error": code}).encode())

    return converse(provider.flow(message), perform)


def rows(table: dict[Outcome, list[int]]) -> list[tuple[int, Outcome]]:
    return [(code, outcome) for outcome, codes in table.items() for code in codes]


@pytest.mark.parametrize(("code", "outcome"), rows(NOTIFICATIONS))
def test_a_code_of_notifications(code: int, outcome: Outcome) -> None:
    receipt = judged(ZNS, code)
    assert receipt.outcome is outcome
    assert f"(Zalo {code})" in (receipt.error or "")
    assert (receipt.retry_after is not None) == (outcome is Outcome.LATER)


@pytest.mark.parametrize(("code", "outcome"), rows(OA_MESSAGES))
def test_a_code_of_the_oa(code: int, outcome: Outcome) -> None:
    receipt = judged(OA, code)
    assert receipt.outcome is outcome
    assert f"(Zalo {code})" in (receipt.error or "")


@pytest.mark.parametrize("provider", [ZNS, OA], ids=["zns", "oa"])
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.FAILED),
        (400, Outcome.FAILED),
        (403, Outcome.STOPPED),
        (429, Outcome.RETRY),
        (500, Outcome.UNKNOWN),
        (502, Outcome.UNKNOWN),
        (503, Outcome.RETRY),
    ],
)
def test_of_a_code_that_nobody_knows_the_status_says_what_it_means(
    provider: Zns | ZaloOa, status: int, outcome: Outcome
) -> None:
    receipt = judged(provider, -9999, status)
    assert receipt.outcome is outcome
    assert "(Zalo -9999)" in (receipt.error or "")


@pytest.mark.parametrize("status", [200, 429, 500])
def test_a_code_that_is_known_counts_whatever_the_status_says(status: int) -> None:
    assert judged(ZNS, -118, status).outcome is Outcome.UNREACHABLE


def test_a_text_over_2000_characters_never_leaves() -> None:
    message = Message(id=1, channel=Channel.ZALO, recipient="777001", content="á" * 2001)
    receipt = converse(OA.flow(message), lambda _step: pytest.fail("sent"))
    assert receipt.outcome is Outcome.FAILED


def test_without_its_number_a_message_cant_be_asked_about() -> None:
    message = Message(id=1, channel=Channel.ZNS, recipient="0900000101", content="")
    receipt = converse(ZNS.ask(message), lambda _step: pytest.fail("asked"))
    assert receipt.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("spent", "age", "is_tried"),
    [
        (0, 0, True),
        (1, -5, False),
        (1, 44, False),
        (1, 45, True),
        (2, 100, False),
        (9, 3599, False),
        (9, 3600, True),
        (1, -4000, True),
    ],
)
def test_a_token_that_was_spent_in_vain_rests_for_a_while(
    spent: int, age: int, *, is_tried: bool
) -> None:
    held = {"refresh_token": "second", "seconds": 0, "spent": spent, "age": age}
    asked = []

    def perform(step: Step) -> Response | Failure:
        if isinstance(step, Alone):
            return do(step.errand(), perform)
        asked.append(step)
        if isinstance(step, Recall):
            return Response(status=200, body=json.dumps(held).encode())
        return (
            Response(status=200) if isinstance(step, Remember) else Failure(refused=False, error="")
        )

    message = Message(id=1, channel=Channel.ZALO, recipient="777001", content="Dạ")
    assert converse(OA.flow(message), perform).outcome is Outcome.STOPPED
    assert any(isinstance(step, Request) for step in asked) is is_tried
    marks = [step.spent for step in asked if isinstance(step, Remember)]
    assert marks == ([spent + 1] if is_tried else [])
