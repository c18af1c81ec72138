"""An email as bytes: what is read back is what was written, whatever stands in it."""

from __future__ import annotations

import datetime as dt
import email
import re
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cskh.providers import Mail, written

AT = dt.datetime(2026, 12, 1, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\r\n\t"))


def mail(**parts: Any) -> Mail:
    headers = {
        "From": "Chăm sóc <cskh@example.com>",
        "To": "an@example.com",
        "Subject": "Cảm ơn",
        **parts.pop("headers", {}),
    }
    common = {"host": "smtp.example.com", "port": 587, "security": "tls"}
    return Mail(**common, sender="cskh@example.com", headers=headers, **{"text": "Chào", **parts})


def read(raw: bytes) -> EmailMessage:
    """Read an email as strictly as the standard library can."""
    read_back = email.message_from_bytes(raw, policy=SMTP.clone(raise_on_defect=True))
    assert isinstance(read_back, EmailMessage)
    return read_back


def body(read_back: EmailMessage, kind: str = "plain") -> str:
    part = read_back.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


def lines_of(text: str) -> list[str]:
    return re.sub(r"\r\n?", "\n", text).rstrip("\n").split("\n")


def check_lines(raw: bytes) -> None:
    """Every line ends in CR LF, is no longer than servers take, and has nothing but ASCII."""
    raw.decode("ascii")
    assert raw.endswith(b"\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\0", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_an_email_has_its_date_its_headers_and_its_text() -> None:
    read_back = read(written(mail(text="Kính gửi anh Ân,\ncảm ơn anh."), AT))
    assert read_back["Date"] == "Tue, 01 Dec 2026 10:00:00 +0700"
    assert read_back["From"] == "Chăm sóc <cskh@example.com>"
    assert read_back["From"].addresses[0].addr_spec == "cskh@example.com"
    assert read_back["Subject"] == "Cảm ơn"
    assert read_back["MIME-Version"] == "1.0"
    assert body(read_back) == "Kính gửi anh Ân,\ncảm ơn anh.\n"


@given(TEXTS, TEXTS, TEXTS | st.none())
@example("a" * 2000, ".\r\n..\n.a\rFrom here", "<p>\r.</p>")
@example("=?utf-8?b?eA==?=", "x" * 2000, None)
@example("word " * 300, "", "")
def test_whatever_is_written_is_read_back(subject: str, text: str, html: str | None) -> None:
    raw = written(mail(headers={"Subject": subject}, text=text, html=html), AT)
    check_lines(raw)
    read_back = read(raw)
    assert read_back["Subject"] == " ".join(subject.split())
    assert lines_of(body(read_back)) == lines_of(text)
    if html is not None:
        assert lines_of(body(read_back, "html")) == lines_of(html)


@given(TEXTS)
@example("An\r\nBcc: so@example.com")
@example('Công ty "An, Bình" \\ Đào')
@example('"CSKH, Hà Nội"')
def test_a_name_adds_no_header_and_no_address(name: str) -> None:
    bare = re.sub(r'[<>"]', "", name)
    raw = written(mail(headers={"From": f"{bare} <cskh@example.com>"}), AT)
    check_lines(raw)
    (address,) = read(raw)["From"].addresses
    assert address.addr_spec == "cskh@example.com"
    # Python's own reader puts a space between two encoded words of a name, against RFC 2047.
    assert address.display_name.replace(" ", "") == "".join(bare.split())
    assert raw.split(b"\r\n\r\n")[0].count(b"\r\nBcc:") == 0


@pytest.mark.parametrize("header", ["Subject", "To", "Cc", "List-Unsubscribe", "Message-ID"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\r\n\r\n"])
def test_no_header_grows_another_one(header: str, end: str) -> None:
    raw = written(mail(headers={header: f"a@example.com{end}Bcc: b@example.com"}), AT)
    check_lines(raw)
    assert read(raw)["Bcc"] is None


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.binary())
@example('bảng "giá"; 2026.pdf', b"\0\r\n.\r\n")
@example("🎉" * 200 + ".pdf", b"")
def test_a_file_arrives_as_it_is(name: str, content: bytes) -> None:
    raw = written(mail(html="<p>Chào</p>"), AT, [(name, content)])
    check_lines(raw)
    read_back = email.message_from_bytes(raw, policy=SMTP)
    (part,) = read_back.iter_attachments()
    assert part.get_payload(decode=True) == content
    assert part.get_content_disposition() == "attachment"
    assert body(read_back, "html") == "<p>Chào</p>\n"


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("Bảng giá.PDF", "application/pdf"),
        ("khach.csv", "text/csv"),
        ("a.tar.zz", "application/octet-stream"),
        ("khong-duoi", "application/octet-stream"),
    ],
)
def test_a_file_has_its_name_and_its_type(name: str, type_: str) -> None:
    (part,) = read(written(mail(), AT, [(name, b"x")])).iter_attachments()
    assert (part.get_filename(), part.get_content_type()) == (name, type_)


def test_what_people_could_read_in_the_source_stays_readable() -> None:
    raw = written(mail(headers={"Subject": "Hello"}, text="Hello An,\nthanks."), AT)
    assert b"\r\nSubject: Hello\r\n" in raw
    assert raw.endswith(b"\r\n\r\nHello An,\r\nthanks.\r\n")


@pytest.mark.parametrize("name", ["giá.pdf", f"{'giá ' * 200}.pdf", f"{'🎉' * 200}.pdf"])
def test_a_file_keeps_its_name_however_long(name: str) -> None:
    raw = written(mail(), AT, [(name, b"")])
    check_lines(raw)
    (part,) = email.message_from_bytes(raw, policy=SMTP).iter_attachments()
    assert part.get_filename() == name
