"""What arrives, what is kept and what is left undone, on real sockets of the loopback."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from cskh.edge.stand_in import StandIn
from cskh.model.message import Outcome, Receipt
from cskh.model.secret import Secret
from cskh.providers import Request, Response
from tests.edge.loopback import EMPTY, OK, answering, do, listening, post, send

pytestmark = pytest.mark.usefixtures("english")


def test_a_form_arrives_as_it_was_meant(vietguys: StandIn) -> None:
    assert send(vietguys) == Receipt(outcome=Outcome.ACCEPTED, provider_id="1000001")
    assert vietguys.accepted[0].text == "Chào anh Ân & chị Đào, ưu đãi 20% + quà"
    assert (vietguys.accepted[0].phone, vietguys.accepted[0].bid) == ("84900000001", "1")


def test_secrets_are_revealed_wherever_they_stand() -> None:
    key = Secret("khoa bi mat")
    with listening(answering(EMPTY)) as server:
        post(server.url, form={"pwd": key}, params={"key": key}, headers={"Token": key})
        post(server.url, json={"in": {"key": key}})
    form, body = (said.decode() for said in server.said)
    assert "POST /?key=khoa%20bi%20mat HTTP/1.1" in form
    assert "Token: khoa bi mat" in form
    assert form.endswith("\r\n\r\npwd=khoa+bi+mat")
    assert "Content-Type: application/json" in body
    assert body.endswith('\r\n\r\n{"in": {"key": "khoa bi mat"}}')


def test_no_secret_comes_into_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with listening(answering(OK + b"no header at all\r\n\r\n")) as server:
        post(server.url, params={"key": Secret("khoa-bi-mat")})
    assert b"khoa-bi-mat" in server.said[0]
    assert "khoa-bi-mat" not in caplog.text


def test_an_answer_comes_with_lower_case_headers() -> None:
    with listening(answering(b"HTTP/1.1 503 Busy\r\nRetry-After: 5\r\n\r\nlater")) as server:
        answer = post(server.url)
    assert answer == Response(status=503, body=b"later", headers={"retry-after": "5"})


def test_a_connection_is_kept(vietguys: StandIn) -> None:
    for number in range(5):
        send(vietguys, number)
    assert (len(vietguys.accepted), vietguys.connections) == (5, 1)


def test_each_thread_has_its_own_connection(vietguys: StandIn) -> None:
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda number: send(vietguys, number), range(40)))
    assert {receipt.outcome for receipt in receipts} == {Outcome.ACCEPTED}
    assert sorted(int(message.bid) for message in vietguys.accepted) == list(range(40))
    assert vietguys.connections <= 4


def test_a_connection_that_was_idle_is_given_up(
    vietguys: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cskh.edge.wire.IDLE", -1.0)
    for number in range(3):
        send(vietguys, number)
    assert vietguys.connections == 3


def test_a_connection_that_the_server_has_closed_is_opened_again() -> None:
    unannounced = OK + b"Content-Length: 0\r\n\r\n"
    with listening(answering(unannounced)) as server:
        for _ in range(3):
            assert post(server.url) == Response(status=200, headers={"content-length": "0"})
            assert server.ended.acquire(timeout=5)
    assert len(server.said) == 3


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "reply", [b"", b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"]
)
def test_nothing_is_sent_twice(method: str, reply: bytes) -> None:
    with listening(answering(reply)) as server:
        do(Request(method=method, url=server.url))
    assert len(server.said) == 1


def test_a_redirect_is_not_followed(vietguys: StandIn) -> None:
    moved = b"HTTP/1.1 307 Moved\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n"
    with listening(answering(moved % vietguys.url.encode())) as server:
        answer = post(server.url)
    assert isinstance(answer, Response)
    assert (answer.status, vietguys.calls, vietguys.connections) == (307, 0, 0)


def test_the_environment_names_no_proxy(vietguys: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with listening(answering(EMPTY)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert send(vietguys).outcome is Outcome.ACCEPTED
    assert proxy.said == []


def test_a_cookie_is_not_kept() -> None:
    with listening(answering(EMPTY.replace(b"\r\n", b"\r\nSet-Cookie: id=1\r\n", 1))) as server:
        post(server.url)
        post(server.url)
    assert b"cookie" not in server.said[1].lower()
