"""The stand-in for Vietguys is stricter than they are."""

from __future__ import annotations

import datetime as dt
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cskh.edge import moods
from cskh.edge.stand_in import StandIn
from cskh.edge.wire import perform
from cskh.providers import Failure, Request, Response

FORM = {
    "u": "demo",
    "pwd": "demo-passcode",
    "from": "MYBRAND",
    "phone": "84900000101",
    "sms": "Cam on anh An",
    "bid": "41",
    "type": "0",
    "json": "1",
}


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vietguys(clock: Clock) -> Iterator[StandIn]:
    with StandIn(clock=clock) as stand_in:
        yield stand_in


def ask(stand_in: StandIn, path: str = "/api/index.php", **parts: Any) -> Response:
    request = Request(**{"method": "POST", "url": stand_in.url + path, "form": FORM, **parts})
    answer = perform(request, timeout=5, now=dt.datetime.now(dt.UTC), folder=Path())
    assert not isinstance(answer, Failure), answer
    return answer


def code(stand_in: StandIn, **changed: str) -> int:
    answer = ask(stand_in, form={**FORM, **changed}).json()
    return int(answer.get("error_code", 0))


def test_a_message_that_is_taken_is_remembered(vietguys: StandIn) -> None:
    answer = ask(vietguys).json()
    assert answer == {"error": 0, "msgid": "1000001", "carrier": "VIETTEL", "log": ""}
    (message,) = vietguys.accepted
    assert (message.id, message.phone, message.text) == ("1000001", "84900000101", "Cam on anh An")
    assert (message.bid, message.type) == ("41", "0")


@pytest.mark.parametrize("name", FORM)
def test_every_field_is_needed(vietguys: StandIn, name: str) -> None:
    assert code(vietguys, **{name: ""}) == -1
    without = {key: value for key, value in FORM.items() if key != name}
    assert ask(vietguys, form=without).json()["error_code"] == -1
    assert vietguys.accepted == []


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"json": "yes"}, -1),
        ({"type": "1"}, -1),
        ({"sms": "Cảm ơn anh Ân"}, -1),  # type 0 says that there are no diacritics
        ({"bid": "x" * 51}, -1),
        ({"u": "nobody"}, -5),
        ({"pwd": "wrong"}, -5),
        ({"from": "OTHER"}, -8),
        ({"phone": "0900000101"}, -10),
        ({"phone": "+84900000101"}, -10),
        ({"phone": "8490000010"}, -10),
        ({"phone": "84200000101"}, -10),
        ({"sms": "x" * 460}, -14),
        ({"sms": "x" * 459}, 0),
        ({"sms": "Cảm ơn anh Ân", "type": "8"}, 0),
        ({"pid": "7"}, 0),
    ],
)
def test_a_field_is_judged(vietguys: StandIn, changed: dict[str, str], wanted: int) -> None:
    assert code(vietguys, **changed) == wanted
    assert len(vietguys.accepted) == (wanted == 0)


def test_the_same_text_for_a_number_waits_a_minute(vietguys: StandIn, clock: Clock) -> None:
    assert code(vietguys) == 0
    clock.seconds += 59
    assert code(vietguys, bid="42") == -16
    assert code(vietguys, sms="Cam on chi Dao") == 0
    assert code(vietguys, phone="84900000102") == 0
    clock.seconds += 1
    assert code(vietguys) == 0
    assert len(vietguys.accepted) == 4


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ({"path": "/api/"}, 404),
        ({"path": "/api/index.php?u=demo"}, 404),
        ({"method": "GET", "form": {}}, 501),
        ({"json": FORM}, 415),
        ({"headers": {"Content-Type": "multipart/form-data"}}, 415),
        ({"form": {**FORM, "colour": "red"}}, 400),
        ({"form": {"sms": "x" * 70_000}}, 413),
    ],
)
def test_what_isnt_the_protocol_is_no_message(
    vietguys: StandIn, parts: dict[str, Any], status: int
) -> None:
    assert ask(vietguys, **parts).status == status
    assert vietguys.accepted == []


@pytest.mark.parametrize("body", ["u=1&u=2", "u=%FF", "u", "u=é"])
def test_a_form_is_in_utf8_and_says_everything_once(vietguys: StandIn, body: str) -> None:
    length = len(body.encode())
    raw = (
        "POST /api/index.php HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    assert raw_status(vietguys, raw.encode()) == b"400"


def raw_status(stand_in: StandIn, request: bytes) -> bytes:
    port = int(stand_in.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request)
        return connection.recv(65536).split()[1]


@pytest.mark.parametrize(
    ("mood", "body"),
    [
        (moods.busy, {"error": 1, "error_code": -2, "msgid": "", "log": "refused with -2"}),
        (moods.array, [{"error": 0, "msgid": "1000001", "carrier": "VIETTEL", "log": ""}]),
        (moods.number, 1000001),
        (moods.says("7"), 7),
    ],
)
def test_a_mood_is_for_one_request(vietguys: StandIn, mood: Any, body: Any) -> None:
    vietguys.next(mood)
    assert json.loads(ask(vietguys).text) == body
    assert code(vietguys, sms="Cam on chi Dao") == 0


def test_a_bare_number_is_also_a_refusal(vietguys: StandIn) -> None:
    vietguys.next(moods.number)
    assert ask(vietguys, form={**FORM, "from": "OTHER"}).text == "-8"


def test_a_status_comes_with_its_headers(vietguys: StandIn) -> None:
    vietguys.next(moods.status(503, Retry_After="5"))
    answer = ask(vietguys)
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")


def test_a_message_that_was_cut_off_is_taken_or_not(vietguys: StandIn) -> None:
    vietguys.next(moods.cut_unread, moods.cut_read)
    request = Request(method="POST", url=vietguys.url + "/api/index.php", form=FORM)
    for taken in (0, 1):
        answer = perform(request, timeout=5, now=dt.datetime.now(dt.UTC), folder=Path())
        assert isinstance(answer, Failure)
        assert len(vietguys.accepted) == taken
