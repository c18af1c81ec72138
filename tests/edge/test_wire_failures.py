"""What is certain about a call that failed: whether anything of it may have left."""

from __future__ import annotations

import datetime as dt
import os
import socket
import ssl
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cskh.edge import moods
from cskh.edge.stand_in import Call, StandIn
from cskh.edge.wire import BODY, perform
from cskh.model.message import Outcome
from cskh.model.secret import Secret
from cskh.providers import Failure, Request, Response
from tests.edge.loopback import EMPTY, OK, Listener, answering, listening, post, read_request, send

TLS = Path(__file__).parents[2] / "fixtures" / "wire" / "tls"

pytestmark = pytest.mark.usefixtures("english")


# What certainly didn't leave


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://lan:mat-khau@127.0.0.1:1/x?key=mat-khau", "127.0.0.1:1 can't be reached."),
        (
            "http://lan:mat-khau@khong-co.invalid/",
            "The address of khong-co.invalid can't be found.",
        ),
        ("http://lan:mat/khau@127.0.0.1:1/", "127.0.0.1:1 can't be reached."),
        (f"http://{'a' * 70}.example.com/", "can't be reached"),
        ("http://[::1:bad/", "can't be reached"),
        ("khong-phai-url", "khong-phai-url can't be reached."),
        ("ftp://127.0.0.1/", "can't be reached"),
    ],
)
def test_who_isnt_there_has_got_nothing(url: str, error: str) -> None:
    answer = post(url)
    assert isinstance(answer, Failure)
    assert answer.refused
    assert error in answer.error
    assert "mat" not in answer.error


def test_who_doesnt_answer_the_knock_has_got_nothing() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        waiting = [socket.socket() for _ in range(4)]  # more than fit: the next one waits outside
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        answer = post(f"http://127.0.0.1:{server.getsockname()[1]}/", timeout=0.2)
        for one in waiting:
            one.close()
    assert isinstance(answer, Failure)
    assert answer.refused


def tls_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "cert.pem", TLS / "key.pem")
    return context


def test_who_has_no_certificate_we_trust_has_got_nothing() -> None:
    with listening(answering(EMPTY), tls_context()) as server:
        answer = post(server.secure_url)
    assert answer == Failure(
        refused=True, error=f"There is no secure connection to localhost:{server.port}."
    )
    assert server.said == []


def say(words: bytes) -> Any:
    def serve(connection: socket.socket, listener: Listener) -> None:
        connection.recv(1)  # of the greeting, which holds nothing of the request
        connection.sendall(words)

    return serve


@pytest.mark.parametrize("words", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"\x16\x03\x03"])
def test_who_doesnt_speak_tls_has_got_nothing(words: bytes) -> None:
    with listening(say(words)) as server:
        answer = post(server.secure_url)
    assert isinstance(answer, Failure)
    assert answer.refused


def silent(until: threading.Event) -> Any:
    def serve(connection: socket.socket, listener: Listener) -> None:
        until.wait(10)

    return serve


def test_who_is_silent_on_tls_has_got_nothing() -> None:
    done = threading.Event()
    with listening(silent(done)) as server:
        answer = post(server.secure_url, timeout=0.2)
        done.set()
    assert isinstance(answer, Failure)
    assert answer.refused


# What may have left


@pytest.mark.parametrize("mood", [moods.cut_unread, moods.cut_read])
def test_who_cuts_the_connection_may_have_taken_it(vietguys: StandIn, mood: Any) -> None:
    vietguys.next(mood)
    receipt = send(vietguys)
    assert receipt.outcome is Outcome.UNKNOWN
    assert "cut the connection before it answered" in (receipt.error or "")
    assert vietguys.calls == 1


def test_who_is_slow_may_have_taken_it(vietguys: StandIn) -> None:
    until = threading.Event()
    vietguys.next(moods.slow(until))
    receipt = send(vietguys, timeout=0.2)
    until.set()
    assert receipt.outcome is Outcome.UNKNOWN
    assert "didn't answer in time" in (receipt.error or "")
    assert len(vietguys.accepted) == 1


def test_who_answers_a_byte_at_a_time_is_late_all_the_same(vietguys: StandIn) -> None:
    vietguys.next(moods.drip)
    receipt = send(vietguys, timeout=0.3)
    assert receipt.outcome is Outcome.UNKNOWN
    assert "didn't answer in time" in (receipt.error or "")


def test_who_begins_to_answer_again_and_again_is_late_all_the_same() -> None:
    enough = threading.Event()

    def serve(connection: socket.socket, listener: Listener) -> None:
        read_request(connection, listener)
        while not enough.wait(0.01):
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    with listening(serve) as server:
        answer = post(server.url, timeout=0.3)
        enough.set()
    assert answer == Failure(refused=False, error=f"127.0.0.1:{server.port} didn't answer in time.")


def hang_up_after(count: int) -> Any:
    def serve(connection: socket.socket, listener: Listener) -> None:
        connection.recv(1, socket.MSG_PEEK)  # it has come, whether it is read or not
        received = 0
        while received < count:
            received += len(connection.recv(1))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    return serve


@pytest.mark.parametrize("count", [0, 1, 4, 100, 200])
def test_however_little_was_read_it_may_have_left(count: int) -> None:
    with listening(hang_up_after(count)) as server:
        answer = post(server.url, form={"sms": "Cam on anh An " * 20})
    assert isinstance(answer, Failure)
    assert not answer.refused


def test_half_a_request_may_be_a_message() -> None:
    done = threading.Event()
    with listening(silent(done)) as server:
        answer = post(server.url, timeout=0.2, headers={"X": "x" * 16_000_000})
        done.set()
    assert isinstance(answer, Failure)
    assert not answer.refused


def test_what_another_thread_is_refused_changes_nothing(vietguys: StandIn) -> None:
    arrived, go = threading.Event(), threading.Event()

    def held(call: Call) -> None:
        call.judge()
        arrived.set()
        go.wait(10)
        call.hang_up()

    vietguys.next(held)
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send, vietguys)
        assert arrived.wait(10)
        refused = post("http://127.0.0.1:1/")
        go.set()
    assert isinstance(refused, Failure)
    assert refused.refused
    assert sending.result().outcome is Outcome.UNKNOWN


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(TLS / "cert.pem"))
    return tls_context()


def test_a_secure_connection_carries_the_request(trusted: ssl.SSLContext) -> None:
    with listening(answering(EMPTY), trusted) as server:
        assert isinstance(post(server.secure_url), Response)
    assert server.said[0].endswith(b"\r\n\r\na=1")


def test_a_broken_secure_connection_may_have_carried_it(trusted: ssl.SSLContext) -> None:
    def serve(connection: socket.socket, listener: Listener) -> None:
        read_request(connection, listener)
        with socket.socket(fileno=os.dup(connection.fileno())) as below:
            below.sendall(b"not a TLS record, and an SSLError like that of a bad certificate")

    with listening(serve, trusted) as server:
        answer = post(server.secure_url)
    assert server.said[0].endswith(b"\r\n\r\na=1")
    assert isinstance(answer, Failure)
    assert not answer.refused


STRANGE = {
    "no HTTP": answering(b"hello"),
    "zeros": answering(bytes(1000)),
    "a strange status": answering(b"HTTP/1.1 99999 Strange\r\n\r\n"),
    "a body that is cut": answering(OK + b"Content-Length: 500\r\n\r\n0"),
    "a chunk that is cut": answering(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n0"),
    "a chunk of no size": answering(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n0"),
    "a negative chunk": answering(OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n0"),
    "two lengths": answering(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n0"),
    "endless headers": answering(OK, endless=b"A: b\r\n" * 1000),
    "an endless header": answering(OK, endless=b"a" * 65536),
    "endless patience": answering(endless=b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "an endless negative chunk": answering(
        OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", endless=b" " * 65536
    ),
}


@pytest.mark.parametrize("serve", STRANGE.values(), ids=STRANGE.keys())
def test_a_strange_answer_is_no_answer(serve: Any) -> None:
    tracemalloc.start()
    with listening(serve) as server:
        answer = post(server.url)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(answer, Failure)
    assert not answer.refused
    assert peak < 4_000_000


@pytest.mark.parametrize(
    "head",
    [
        OK + b"\r\n",
        OK + b"Content-Length: 999999999\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[::1:bad\r\n\r\n",
    ],
    ids=["no length", "a long one", "chunks", "a redirect"],
)
def test_an_endless_answer_is_read_up_to_a_limit(head: bytes) -> None:
    with listening(answering(head, endless=b" " * 65536)) as server:
        answer = post(server.url)
    assert isinstance(answer, Response)
    assert answer.body == b" " * BODY


def test_a_packed_answer_is_left_packed() -> None:
    packed = OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"
    with listening(answering(packed)) as server:
        answer = post(server.url)
    assert b"accept-encoding: identity" in server.said[0].lower()
    assert isinstance(answer, Response)
    assert answer.body == b"hello"


@pytest.mark.parametrize("value", ["Bearer “token”", "tok\nen", "mật"], ids=ascii)
def test_a_header_that_cant_be_written_is_refused_before_anything_leaves(value: str) -> None:
    with listening(answering(OK + b"Content-Length: 0\r\n\r\n")) as server:
        step = Request(method="POST", url=server.url, headers={"Authorization": Secret(value)})
        answer = perform(step, timeout=5, now=dt.datetime.now(dt.UTC), folder=Path())
        assert isinstance(answer, Failure)
        assert (answer.refused, answer.of_account) == (True, True)
        assert "can't be sent in a header" in answer.error
        assert value not in answer.error
        assert server.said == []
        assert isinstance(post(server.url), Response)  # the next call is none the worse for it
