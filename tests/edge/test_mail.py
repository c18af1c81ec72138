"""Mail handed to real servers, and what is certain when they fail."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from cskh.edge import mail, mail_lines
from cskh.model.message import Channel, Message, Outcome, Receipt
from cskh.model.secret import Secret
from cskh.providers import Failure, Mail, Response, converse
from cskh.providers.smtp import Smtp
from tests.edge.loopback import NOW, Listener, listening
from tests.edge.mail_servers import (
    GOOD,
    HANG_UP,
    PASSWORD,
    TLS,
    USER,
    free_port,
    mail_server,
    saying,
)

SINK = shutil.which("smtp-sink", path="/usr/sbin:/usr/libexec/postfix:/usr/lib/postfix/sbin")
TEXT = "Kính gửi anh Ân,\n\nCảm ơn anh."

pytestmark = pytest.mark.usefixtures("english", "leave")


@pytest.fixture
def leave() -> Iterator[None]:
    yield
    mail_lines.close()


def account(port: int, security: str = "none", **parts: Any) -> Smtp:
    common = {"host": "localhost", "from_": "Chăm sóc <cskh@example.com>"}
    return Smtp(**{**common, "port": port, "security": security, **parts})


def login(password: str = PASSWORD) -> dict[str, Any]:
    return {"username": USER, "password": Secret(password)}


def do(step: Any, timeout: float = 5, folder: Path = Path()) -> Response | Failure:
    assert isinstance(step, Mail)
    return mail.send(step, timeout=timeout, now=NOW, folder=folder)


def send(
    to: Smtp, number: int = 1, timeout: float = 5, folder: Path = Path(), **parts: Any
) -> Receipt:
    person = {"recipient": f"kh{number}@example.com", "subject": f"Cảm ơn {number}"}
    message = Message(
        **{"id": number, "channel": Channel.EMAIL, "content": TEXT, **person, **parts}
    )
    return converse(to.flow(message), lambda step: do(step, timeout, folder))


def said(server: Listener) -> list[str]:
    """Return the first words of what a server heard."""
    return [line[:4].decode().strip() for line in server.said]


# A real server


@pytest.mark.parametrize(("size", "most"), [(1 << 20, 1), (1000, 4)])
def test_mails_with_much_attached_go_one_after_the_other(
    tmp_path: Path, size: int, most: int
) -> None:
    (tmp_path / "a.pdf").write_bytes(bytes(size))
    data = {"attachments": ["a.pdf"]}
    with mail_server() as server, ThreadPoolExecutor(4) as pool:
        to = account(server.port)
        sent = pool.map(lambda number: send(to, number, folder=tmp_path, data=data), range(12))
        assert {receipt.outcome for receipt in sent} == {Outcome.ACCEPTED}
    assert len(server.envelopes) == 12
    assert 1 <= server.most <= most


def test_a_mail_arrives_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "bảng giá.pdf").write_bytes(b"%PDF\r\n.\r\n\0")
    data = {
        "cc": ["lan@example.com"],
        "bcc": ["so@example.com"],
        "html": "<p>Kính gửi anh Ân</p>",
        "attachments": ["bảng giá.pdf"],
    }
    with mail_server() as server:
        receipt = send(account(server.port), folder=tmp_path, data=data)
    assert receipt == Receipt(outcome=Outcome.ACCEPTED, provider_id="Q1")
    (envelope,), (read,) = server.envelopes, server.mails
    assert envelope.mail_from == "cskh@example.com"
    assert envelope.rcpt_tos == ["kh1@example.com", "lan@example.com", "so@example.com"]
    assert b"so@example.com" not in (envelope.content or b"")
    assert (read["Subject"], read["Cc"]) == ("Cảm ơn 1", "lan@example.com")
    assert read["Date"].datetime == NOW
    (attached,) = read.iter_attachments()
    assert attached.get_filename() == "bảng giá.pdf"
    assert attached.get_payload(decode=True) == b"%PDF\r\n.\r\n\0"


def test_lines_that_begin_with_a_dot_are_lines() -> None:
    text = ".\n..\n.hidden\n\n."
    with mail_server() as server:
        send(account(server.port), content=text)
        send(account(server.port), content="after")
    first, second = (read.get_content().replace("\r\n", "\n") for read in server.mails)
    assert (first, second) == (f"{text}\n", "after\n")


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mail_goes_encrypted_to_whom_we_trust(
    security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "cert.pem"))
    with mail_server(security) as server:
        to = account(server.port, security, **login())
        receipts = [send(to, number) for number in range(3)]
    assert [receipt.outcome for receipt in receipts] == [Outcome.ACCEPTED] * 3
    assert (server.encrypted, server.logins, len(server.peers)) == ({True}, [USER], 1)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_nothing_is_said_to_whom_we_dont_trust(security: str) -> None:
    with mail_server(security) as server:
        receipt = send(account(server.port, security, **login()))
    assert receipt.outcome is Outcome.STOPPED
    assert "no secure connection" in (receipt.error or "")
    assert (server.logins, server.envelopes) == ([], [])


def test_a_certificate_is_for_one_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "cert.pem"))
    with mail_server("starttls") as server:
        receipt = send(account(server.port, "starttls", host="127.0.0.2"))
    assert receipt.outcome in (Outcome.STOPPED, Outcome.RETRY)
    assert server.envelopes == []


def test_encryption_that_isnt_offered_is_not_done_without() -> None:
    with mail_server() as server:
        receipt = send(account(server.port, "starttls", **login()))
    assert receipt.outcome is Outcome.STOPPED
    assert (server.logins, server.envelopes) == ([], [])


def test_a_wrong_password_stops_the_provider() -> None:
    with mail_server() as server:
        receipt = send(account(server.port, **login("sai-roi")))
    assert receipt.outcome is Outcome.STOPPED
    assert "user name or the password. (SMTP 535)" in (receipt.error or "")
    assert server.envelopes == []


def test_a_login_that_is_demanded_stops_the_provider() -> None:
    with (
        pytest.warns(UserWarning, match="Requiring AUTH"),
        mail_server(auth_required=True) as server,
    ):
        receipt = send(account(server.port))
    assert receipt.outcome is Outcome.STOPPED
    assert "(SMTP 530)" in (receipt.error or "")


def test_a_login_that_isnt_offered_stops_the_provider() -> None:
    with listening(saying()) as server:
        receipt = send(account(server.port, **login()))
    assert receipt.outcome is Outcome.STOPPED
    assert "MAIL" not in said(server)


def test_who_is_refused_gets_nothing_and_neither_do_the_copies() -> None:
    with mail_server() as server:
        server.replies["kh1@example.com"] = "550 5.1.1 No such user"
        to = account(server.port)
        receipt = send(to, data={"cc": ["lan@example.com"]})
        assert (receipt.outcome, server.envelopes) == (Outcome.FAILED, [])
        assert "5.1.1 No such user" in (receipt.error or "")
        assert send(to, 2).outcome is Outcome.ACCEPTED
    assert server.envelopes[0].rcpt_tos == ["kh2@example.com"]
    assert len(server.peers) == 1


def test_a_refused_copy_is_a_note() -> None:
    with mail_server() as server:
        server.replies["lan@example.com"] = "550 5.1.1 No such user"
        receipt = send(account(server.port), data={"cc": ["lan@example.com", "b@example.com"]})
    assert receipt.outcome is Outcome.ACCEPTED
    assert receipt.error == "Copies were refused: lan@example.com: 550 5.1.1 No such user"
    assert server.envelopes[0].rcpt_tos == ["kh1@example.com", "b@example.com"]


def test_a_mail_that_is_too_large_is_refused_before_it_leaves() -> None:
    with mail_server(data_size_limit=1000) as server:
        receipt = send(account(server.port), content="Chào anh Ân. " * 1000)
    assert receipt.outcome is Outcome.FAILED
    assert "(SMTP 552)" in (receipt.error or "")


def test_a_large_mail_arrives_whole(tmp_path: Path) -> None:
    content = bytes(range(256)) * 16_000
    (tmp_path / "a.bin").write_bytes(content)
    with mail_server() as server:
        receipt = send(account(server.port), folder=tmp_path, data={"attachments": ["a.bin"]})
    assert receipt.outcome is Outcome.ACCEPTED
    (attached,) = server.mails[0].iter_attachments()
    assert attached.get_payload(decode=True) == content


def test_connections_are_kept_and_no_more_than_are_needed() -> None:
    with mail_server() as server:
        to = account(server.port)
        with ThreadPoolExecutor(4) as threads:
            receipts = list(threads.map(lambda number: send(to, number), range(100)))
    assert {receipt.outcome for receipt in receipts} == {Outcome.ACCEPTED}
    assert Counter(envelope.rcpt_tos[0] for envelope in server.envelopes) == Counter(
        f"kh{number}@example.com" for number in range(100)
    )
    assert len(server.peers) <= 4


@pytest.mark.parametrize(
    ("words", "outcome"), [("good", Outcome.ACCEPTED), ("bad", Outcome.STOPPED)]
)
def test_a_check_logs_in_and_sends_nothing(words: str, outcome: Outcome) -> None:
    with mail_server() as server:
        to = account(server.port, **login(PASSWORD if words == "good" else "sai-roi"))
        assert converse(to.check(), do).outcome is outcome
    assert server.envelopes == []


def test_a_check_says_goodbye() -> None:
    with listening(saying()) as server:
        assert converse(account(server.port).check(), do).outcome is Outcome.ACCEPTED
    assert said(server) == ["EHLO", "NOOP", "QUIT"]


@pytest.mark.skipif(SINK is None, reason="Postfix's smtp-sink is not installed")
def test_postfix_takes_what_we_say() -> None:
    with TemporaryDirectory() as folder:
        dumped = _through_sink(Path(folder))
    assert dumped.count(b"\n\n.\n..\nend\n") == 2


def _through_sink(folder: Path) -> bytes:
    """Send two mails through Postfix's sink and return what it wrote down."""
    folder.chmod(0o777)  # root's sink becomes nobody
    port = free_port()
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    argv = [str(SINK), *user, "-D", str(folder / "dump"), f"127.0.0.1:{port}", "10"]
    with subprocess.Popen(argv, stderr=subprocess.PIPE) as sink:
        while sink.poll() is None and not _listens(port):
            continue
        receipts = [send(account(port), number, content=".\n..\nend") for number in (1, 2)]
        mail_lines.close()
        sink.terminate()
    assert {receipt.outcome for receipt in receipts} == {Outcome.ACCEPTED}
    return (folder / "dump").read_bytes()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# Attachments


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("khong-co.pdf", "khong-co.pdf can't be read: No such file or directory."),
        (".", "can't be read: Is a directory."),
        ("../ngoai.pdf", "../ngoai.pdf isn't in the project."),
        ("/etc/hostname", "/etc/hostname isn't in the project."),
        ("a\0b", "can't be read"),
    ],
)
def test_a_mail_whose_file_cant_be_read_waits_with_the_reason(
    tmp_path: Path, name: str, why: str
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "ngoai.pdf").write_text("x")
    with mail_server() as server:
        receipt = send(account(server.port), folder=project, data={"attachments": [name]})
    assert receipt.outcome is Outcome.MISSING
    assert why in (receipt.error or "")
    assert server.envelopes == []


def test_a_link_leads_nowhere_out_of_the_project(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "ngoai.pdf").write_text("x")
    (project / "link.pdf").symlink_to(tmp_path / "ngoai.pdf")
    receipt = send(account(1), folder=project, data={"attachments": ["link.pdf"]})
    assert receipt.outcome is Outcome.MISSING


@pytest.mark.parametrize("name", [".env", ".git/config", "bang-gia.pdf"])
def test_what_is_hidden_is_never_sent(tmp_path: Path, name: str) -> None:
    (tmp_path / ".git").mkdir()
    for hidden in (".env", ".git/config"):
        (tmp_path / hidden).write_text("PASSWORD=x")
    (tmp_path / "bang-gia.pdf").symlink_to(".env")
    with mail_server() as server:
        receipt = send(account(server.port), folder=tmp_path, data={"attachments": [name]})
    assert receipt.outcome is Outcome.MISSING
    assert f"{name} is hidden, and never sent." in (receipt.error or "")
    assert server.envelopes == []


def test_attachments_have_a_limit(tmp_path: Path) -> None:
    with (tmp_path / "a.bin").open("wb") as file:
        file.truncate(13 << 20)
    receipt = send(account(1), folder=tmp_path, data={"attachments": ["a.bin", "a.bin"]})
    assert receipt.outcome is Outcome.MISSING
    assert "more than 25 MB" in (receipt.error or "")


# What certainly didn't leave


@pytest.mark.parametrize(
    ("host", "error"),
    [
        ("127.0.0.1", "127.0.0.1:1 can't be reached."),
        ("khong-co.invalid", "The address of khong-co.invalid:1 can't be found."),
        (f"{'a' * 70}.example.com", "can't be found"),
        (".example.com", "can't be"),
    ],
)
@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_who_isnt_there_has_got_nothing(host: str, error: str, security: str) -> None:
    receipt = send(account(1, security, host=host))
    assert receipt.outcome is Outcome.RETRY
    assert error in (receipt.error or "")


@pytest.mark.parametrize("step", ["HELLO", "EHLO", "MAIL", "RCPT", "DATA"])
def test_who_hangs_up_before_the_mail_has_got_nothing(step: str) -> None:
    with listening(saying({step: HANG_UP})) as server:
        receipt = send(account(server.port))
        mail_lines.close()
    assert receipt.outcome is Outcome.RETRY
    assert receipt.error
    assert "." not in said(server)


@pytest.mark.parametrize("step", ["HELLO", "EHLO", "MAIL", "RCPT", "DATA"])
def test_who_is_silent_before_the_mail_has_got_nothing(step: str) -> None:
    done = threading.Event()
    with listening(saying({step: done})) as server:
        receipt = send(account(server.port), timeout=0.3)
        done.set()
    assert receipt.outcome is Outcome.RETRY
    assert "localhost" in (receipt.error or "")


@pytest.mark.parametrize("words", [b"\xff\xfe\0\r\n", b"what?\r\n", b"25\r\n", b"-1 x\r\n"])
@pytest.mark.parametrize("step", ["HELLO", "EHLO", "MAIL", "RCPT", "DATA"])
def test_who_talks_nonsense_before_the_mail_has_got_nothing(step: str, words: bytes) -> None:
    with listening(saying({step: words, "HELO": words})) as server:
        receipt = send(account(server.port))
        mail_lines.close()
    assert receipt.outcome is Outcome.RETRY
    assert (receipt.error or "").isprintable()
    assert "." not in said(server)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_who_is_silent_on_encryption_has_got_nothing(security: str) -> None:
    done = threading.Event()
    offering = {"EHLO": b"250-localhost\r\n250 STARTTLS\r\n", "HELLO": GOOD["HELLO"]}
    script = {"HELLO": done} if security == "tls" else {**offering, "STAR": done}
    with listening(saying(script)) as server:
        receipt = send(account(server.port, security), timeout=0.3)
        done.set()
    assert receipt.outcome is Outcome.RETRY


def test_who_speaks_no_tls_where_it_should_has_got_nothing() -> None:
    with listening(saying()) as server:
        receipt = send(account(server.port, "tls"))
    assert receipt.outcome is Outcome.STOPPED


def test_a_large_mail_that_is_cut_in_its_middle_was_not_taken(tmp_path: Path) -> None:
    with (tmp_path / "a.bin").open("wb") as file:
        file.truncate(20 << 20)

    def cut(connection: socket.socket) -> None:
        connection.sendall(b"354 Go on\r\n")
        connection.recv(1000)

    with listening(saying({"DATA": cut})) as server:
        receipt = send(account(server.port), folder=tmp_path, data={"attachments": ["a.bin"]})
    assert receipt.outcome is Outcome.RETRY
    assert "cut the connection" in (receipt.error or "")


# What may have left


def test_who_hangs_up_after_the_mail_may_have_taken_it() -> None:
    with listening(saying({".": HANG_UP})) as server:
        receipt = send(account(server.port))
    assert receipt.outcome is Outcome.UNKNOWN
    assert "cut the connection before it answered" in (receipt.error or "")
    assert said(server).count("DATA") == 1


def test_a_kept_connection_that_is_cut_after_the_mail_is_not_tried_again() -> None:
    taken: list[bytes] = []

    def once(connection: socket.socket) -> None:
        """Take one mail and answer; take another one and don't."""
        incoming = connection.makefile("rb")
        connection.sendall(GOOD["."])
        for words in (b"250 OK\r\n", b"250 OK\r\n", b"354 Go on\r\n"):
            taken.append(incoming.readline())
            connection.sendall(words)
        taken.append(incoming.readline())

    with listening(saying({".": once})) as server:
        to = account(server.port)
        first, second = send(to), send(to, 2)
    assert (first.outcome, second.outcome) == (Outcome.ACCEPTED, Outcome.UNKNOWN)
    assert [line[:4] for line in taken[:3]] == [b"MAIL", b"RCPT", b"DATA"]
    assert said(server).count("DATA") == 1


def test_who_is_slow_after_the_mail_may_have_taken_it() -> None:
    done = threading.Event()
    with listening(saying({".": done})) as server:
        receipt = send(account(server.port), timeout=0.3)
        done.set()
    assert receipt.outcome is Outcome.UNKNOWN
    assert "didn't answer in time" in (receipt.error or "")


def test_who_drips_an_answer_is_late_all_the_same() -> None:
    enough = threading.Event()

    def drip(connection: socket.socket) -> None:
        while not enough.wait(0.01):
            connection.sendall(b"250-wait\r\n")

    with listening(saying({".": drip})) as server:
        receipt = send(account(server.port), timeout=0.3)
        enough.set()
    assert receipt.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "words", [b"\xff\xfe\0\r\n", b"what?\r\n", b"25\r\n", b"250-" + b"x" * 100_000 + b"\r\n"]
)
def test_nonsense_after_the_mail_leaves_it_unknown(words: bytes) -> None:
    with listening(saying({".": words})) as server:
        receipt = send(account(server.port))
        mail_lines.close()
    assert receipt.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("step", "words", "outcome"),
    [
        ("HELLO", b"554 No service\r\n", Outcome.STOPPED),
        ("HELLO", b"421 Busy\r\n", Outcome.RETRY),
        ("MAIL", b"421 Busy\r\n", Outcome.RETRY),
        ("MAIL", b"550 Not you\r\n", Outcome.STOPPED),
        ("RCPT", b"450 Later\r\n", Outcome.LATER),
        ("RCPT", b"550-No\r\n550 such user\r\n", Outcome.FAILED),
        ("DATA", b"451 Later\r\n", Outcome.RETRY),
        ("DATA", b"554 No\r\n", Outcome.FAILED),
        (".", b"421 Busy\r\n", Outcome.RETRY),
        (".", b"451 Later\r\n", Outcome.RETRY),
        (".", b"550 Spam\r\n", Outcome.FAILED),
        (".", b"354 What?\r\n", Outcome.UNKNOWN),
    ],
)
def test_every_refusal_is_taken_at_its_word(step: str, words: bytes, outcome: Outcome) -> None:
    with listening(saying({step: words})) as server:
        receipt = send(account(server.port))
        mail_lines.close()
    assert receipt.outcome is outcome


# Connections that are kept


def test_a_server_that_hung_up_meanwhile_is_no_failure() -> None:
    with listening(saying({".": lambda line: line.sendall(GOOD["."])})) as server:
        to = account(server.port)
        first = send(to)
        server.ended.acquire(timeout=5)
        second = send(to, 2)
    assert (first.outcome, second.outcome) == (Outcome.ACCEPTED, Outcome.ACCEPTED)
    assert said(server).count("DATA") == 2


def test_a_server_that_says_it_is_hanging_up_is_no_failure() -> None:
    def tired(connection: socket.socket) -> None:
        connection.sendall(GOOD["."])
        connection.recv(1000)
        connection.sendall(b"421 Idle for too long\r\n")

    with listening(saying({".": tired}, {})) as server:
        to = account(server.port)
        first, second = send(to), send(to, 2)
        mail_lines.close()
    assert (first.outcome, second.outcome) == (Outcome.ACCEPTED, Outcome.ACCEPTED)


def test_a_server_that_came_back_is_a_new_one() -> None:
    port = 0
    for _time in range(2):
        with mail_server() as server:
            port = port or server.port
            assert send(account(server.port)).outcome is Outcome.ACCEPTED
            assert len(server.envelopes) == 1


def test_every_server_is_told_goodbye() -> None:
    with listening(saying()) as server:
        assert send(account(server.port)).outcome is Outcome.ACCEPTED
        mail_lines.close()
    assert said(server)[-1] == "QUIT"
