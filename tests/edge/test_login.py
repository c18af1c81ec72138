"""Logins by HTTP Digest and Basic: the header, and that a question for it is never the message."""

from __future__ import annotations

import base64
import re
import socket

import pytest

from cskh.edge.login import authorization
from cskh.model.secret import Secret
from cskh.providers import Failure, Request, Response
from tests.edge.loopback import Listener, Serve, do, listening, read_request

# The example of RFC 7616, section 3.9.1.
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
MUFASA = ("Mufasa", Secret("Circle of Life"))
BEGIN = 'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
NONCE = 'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny"'
MD5, SHA256 = BEGIN.format("MD5") + NONCE, BEGIN.format("SHA-256") + NONCE
SHOWN = {
    MD5: "8ca523f5e9506fed4657c9700eebdbec",
    SHA256: "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
}
URL = "http://www.example.org/dir/index.html"

pytestmark = pytest.mark.usefixtures("english")


def header(challenge: str, login: tuple[str, Secret] = MUFASA) -> str | None:
    made = authorization(login, "GET", URL, challenge)
    return made.reveal() if made else None


@pytest.mark.parametrize(("challenge", "response"), SHOWN.items(), ids=["MD5", "SHA-256"])
def test_digest_is_what_the_rfc_shows(
    challenge: str, response: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cskh.edge.login._nonce", lambda: CNONCE)
    made = header(challenge) or ""
    assert f'response="{response}"' in made
    assert 'uri="/dir/index.html"' in made
    assert "qop=auth, nc=00000001" in made
    assert 'opaque="FQhe/qaU925kfnzjCev0ciny"' in made


def test_a_device_without_qop_gets_the_old_form() -> None:
    made = header('Digest realm="gw", nonce="abc"') or ""
    assert "cnonce" not in made
    assert re.search('response="[0-9a-f]{32}"', made)


def test_basic_is_the_pair() -> None:
    made = header('Basic realm="gw"', ("lan", Secret("mật khẩu")))
    assert made == "Basic " + base64.b64encode("lan:mật khẩu".encode()).decode()


@pytest.mark.parametrize("challenge", [f'Basic realm="gw", {MD5}', f'{MD5}, Basic realm="gw"'])
def test_who_takes_both_is_not_told_the_password(challenge: str) -> None:
    assert (header(challenge) or "").startswith("Digest ")


@pytest.mark.parametrize(
    "challenge",
    [
        "",
        "Bearer",
        "Digest",
        'Digest realm="gw"',
        BEGIN.format("SHA-512-256") + NONCE,
        'Digest realm="gw", nonce="a", qop="auth-int"',
        "Digest ,,,=,=",
    ],
)
def test_what_asks_for_something_else_gets_nothing(challenge: str) -> None:
    assert header(challenge) is None


def test_a_name_that_isnt_ascii_is_no_trouble() -> None:
    made = header(MD5, ("Nguyễn", Secret("x"))) or ""
    assert "Nguyễn" in made.encode("latin-1").decode()


# On the wire

ASKING = (
    b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n"
    b"WWW-Authenticate: " + MD5.encode() + b"\r\n\r\n"
)
TAKEN = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"


def message(url: str) -> Request:
    return Request(
        method="POST", url=url + "api?a=1", json={"text": "Cam on"}, login=("lan", Secret("mk"))
    )


def in_turn(*answers: bytes) -> Serve:
    left = list(answers)

    def serve(connection: socket.socket, listener: Listener) -> None:
        read_request(connection, listener)
        connection.sendall(left.pop(0))

    return serve


def test_the_message_goes_once_and_with_the_answer_to_the_challenge() -> None:
    with listening(in_turn(ASKING, TAKEN)) as server:
        answer = do(message(server.url))
    assert isinstance(answer, Response)
    assert answer.body == b"ok"
    question, call = server.said
    assert question.startswith(b"GET /api HTTP/1.1")
    assert b"Cam on" not in question
    assert b'Authorization: Digest username="lan"' in call
    assert b'uri="/api?a=1"' in call
    assert call.endswith(b'{"text": "Cam on"}')


def test_who_asks_nothing_gets_no_password() -> None:
    with listening(in_turn(TAKEN, TAKEN)) as server:
        do(message(server.url))
    assert b"authorization" not in b"".join(server.said).lower()


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n"])
def test_what_is_lost_before_the_message_left_may_be_tried_again(answer: bytes) -> None:
    with listening(in_turn(answer)) as server:
        failure = do(message(server.url))
    assert isinstance(failure, Failure)
    assert failure.refused
    assert len(server.said) == 1


def test_what_is_lost_afterwards_is_unknown() -> None:
    with listening(in_turn(ASKING, b"")) as server:
        failure = do(message(server.url))
    assert isinstance(failure, Failure)
    assert not failure.refused


def test_a_password_that_is_refused_is_told() -> None:
    with listening(in_turn(ASKING, ASKING)) as server:
        answer = do(message(server.url))
    assert isinstance(answer, Response)
    assert (answer.status, len(server.said)) == (401, 2)


OTHERWISE = ASKING.replace(b"7ypf", b"8zqg")


@pytest.mark.parametrize("status", [b"200 OK", b"404 Not Found", b"405 Method Not Allowed"])
def test_who_asks_only_when_the_message_comes_is_answered_once(status: bytes) -> None:
    nothing = b"HTTP/1.1 " + status + b"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    with listening(in_turn(nothing, ASKING, TAKEN)) as server:
        answer = do(message(server.url))
    assert isinstance(answer, Response)
    assert (answer.status, len(server.said)) == (200, 3)
    assert b"Authorization" not in server.said[1]
    assert b'nonce="7ypf' in server.said[2]


@pytest.mark.parametrize(("last", "status"), [(TAKEN, 200), (ASKING, 401), (OTHERWISE, 401)])
def test_a_nonce_that_has_become_stale_is_replaced_once(last: bytes, status: int) -> None:
    with listening(in_turn(ASKING, OTHERWISE, last)) as server:
        answer = do(message(server.url))
    assert isinstance(answer, Response)
    assert (answer.status, len(server.said)) == (status, 3)
    assert b'nonce="8zqg' in server.said[2]


def test_what_is_lost_after_the_second_answer_is_unknown() -> None:
    with listening(in_turn(ASKING, OTHERWISE, b"")) as server:
        failure = do(message(server.url))
    assert isinstance(failure, Failure)
    assert not failure.refused


def test_a_challenge_that_nobody_can_answer_is_the_answer() -> None:
    strange = ASKING.replace(b"MD5", b"NONE")
    with listening(in_turn(strange)) as server:
        answer = do(message(server.url))
    assert isinstance(answer, Response)
    assert (answer.status, len(server.said)) == (401, 1)


def test_a_text_goes_as_it_is() -> None:
    with listening(in_turn(TAKEN)) as server:
        text = Secret("<a>Chào &amp; 100%</a>")
        do(Request(method="POST", url=server.url, text=text, headers={"Content-Type": "text/xml"}))
    assert b"Content-Type: text/xml\r\n" in server.said[0]
    assert server.said[0].endswith("\r\n\r\n<a>Chào &amp; 100%</a>".encode())
