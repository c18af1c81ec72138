"""Stand-ins for SIM gateways and Kannel, as strict as the vendors' pages and clients are."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
import threading
from collections.abc import Mapping
from html import escape
from typing import Any

from cskh.model.message import is_gsm
from tests.providers.fakes.vendor import Asked, Reply, Vendor

ACCOUNT, PASSWORD = "admin", "mật+khẩu & 1"
PAGE = "<html><body>SMS</body></html>"


class Gateway(Vendor):
    """A device on which one user may send; `sent` has number, text and port of each SMS."""

    def __init__(self) -> None:
        super().__init__(self.answered)
        self.sent: list[tuple[str, str, str]] = []

    def answered(self, asked: Asked) -> Reply:
        raise NotImplementedError

    def take(self, number: str, text: str, port: object) -> None:
        assert re.fullmatch("0[35789][0-9]{8}", number), "number"
        self.sent.append((number, text, str(port)))


class Dinstar(Gateway):
    """Asks for Digest (or Basic), and counts its ports from 0.

    `other` is the status with which it answers all but a POST, None if it asks first who that is.
    With `fresh` each nonce is good for one call.
    """

    def __init__(self, basic: bool = False, other: int | None = None, fresh: bool = False) -> None:
        super().__init__()
        self.basic, self.other, self.fresh = basic, other, fresh
        self.nonce = "n1"
        self._nonces = itertools.count(2)
        self.code = 202
        self.results: list[dict[str, Any]] = []

    def answered(self, asked: Asked) -> Reply:
        if self.other is not None and asked.method != "POST":
            return Reply(status=self.other)
        if not self._let_in(asked):
            if self.fresh:
                self.nonce = f"n{next(self._nonces)}"
            digest = f'Digest realm="gw", qop="auth", nonce="{self.nonce}"'
            challenge = 'Basic realm="gw"' if self.basic else digest
            return Reply(status=401, headers={"WWW-Authenticate": challenge})
        assert asked.method == "POST", "method"
        given = asked.json()
        if asked.path == "/api/send_sms":
            return self._send(given)
        assert asked.path == "/api/query_sms_result", "address"
        assert given.keys() == {"user_id"}, "fields"
        found = [each for each in self.results if each["user_id"] in given["user_id"]]
        return Reply(json.dumps({"error_code": 200, "sn": "db00", "result": found}))

    def _let_in(self, asked: Asked) -> bool:
        kind, _, said = asked.headers.get("authorization", "").partition(" ")
        if self.basic:
            return (kind, said) == ("Basic", pair())
        words = dict(re.findall(r'(\w+)="?([^",]*)"?', said.encode("latin-1").decode()))
        wanted, nonce = digested(asked, words, self.nonce), self.nonce
        if self.fresh:
            self.nonce = ""  # used up
        return kind == "Digest" and bool(nonce) and words.get("response") == wanted

    def _send(self, given: dict[str, Any]) -> Reply:
        keys = {"text", "port", "param", "encoding", "request_status_report"}
        assert given.keys() == keys, "fields"
        (port,), (whom,) = given["port"], given["param"]
        assert type(port) is int and 0 <= port <= 31, "port"
        assert type(whom["user_id"]) is int and 0 <= whom["user_id"] < 2**31, "user_id"
        text = given["text"]
        if "#param#" in text:
            text = text.replace("#param#", whom["text_param"][0], 1)
        assert given["encoding"] == ("gsm-7bit" if is_gsm(text) else "unicode"), "encoding"
        if self.code != 202:
            return Reply(json.dumps({"error_code": self.code, "sn": "db00"}))
        self.take(whom["number"], text, port)
        one = {"port": port, "user_id": whom["user_id"], "number": whom["number"], "count": 1}
        self.results.append({**one, "status": "SENDING", "succ_count": 0, "ref_id": 1})
        said = {"error_code": 202, "sn": "db00", "sms_in_queue": 1, "task_id": len(self.sent)}
        return Reply(json.dumps(said))


def pair() -> str:
    return base64.b64encode(f"{ACCOUNT}:{PASSWORD}".encode()).decode()


def digested(asked: Asked, words: Mapping[str, str], nonce: str) -> str:
    """Return what RFC 7616 wants as response of who knows the password."""

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    who, what = md5(f"{ACCOUNT}:gw:{PASSWORD}"), md5(f"{asked.method}:{asked.path}")
    return md5(f"{who}:{nonce}:{words.get('nc')}:{words.get('cnonce')}:auth:{what}")


class Goip(Gateway):
    """Asks for Basic; a line that is at work loses what comes. Its lines begin with 1.

    A line is at work until it was looked at `looks` times; then it ends with the error of the
    number that it dialled, if `errors` has one. What was lost stands in `lost`.
    """

    def __init__(self, lines: int = 4, looks: int = 0) -> None:
        super().__init__()
        self.lines = dict.fromkeys(range(1, lines + 1), ("", "", ""))
        self.looks = looks
        self.errors: dict[str, str] = {}
        self.lost: list[str] = []
        self.left: dict[int, tuple[int, str]] = {}  # looks at a line, and how it will end
        self._one = threading.Lock()

    def answered(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Basic {pair()}":
            return Reply(status=401, headers={"WWW-Authenticate": 'Basic realm="goip"'})
        with self._one:
            match asked.method, asked.path:
                case "GET", "/default/en_US/send_sms_status.xml":
                    assert asked.query == "line=", "line"
                    return Reply(self._status(), headers={"Content-Type": "text/xml"})
                case "POST", "/default/en_US/sms_info.html":
                    assert asked.words() == {"type": "sms"}, "type"
                    return self._send(asked.form())
        raise AssertionError("address")

    def _status(self) -> str:
        for line, (looks, end) in list(self.left.items()):
            self.left[line] = (looks - 1, end)
            if looks <= 0:
                del self.left[line]
                self.lines[line] = (self.lines[line][0], "DONE", end)
        tags = "".join(
            f"<smskey{line}>{key}</smskey{line}><status{line}>{status}</status{line}>"
            f"<error{line}>{escape(error)}</error{line}>"
            for line, (key, status, error) in self.lines.items()
        )
        return f'<?xml version="1.0" encoding="utf-8"?><send-sms-status>{tags}</send-sms-status>'

    def _send(self, form: dict[str, str]) -> Reply:
        (line,) = (int(name[4:]) for name in form if re.fullmatch("line[0-9]+", name))
        assert form.keys() == {f"line{line}", "smskey", "action", "telnum", "smscontent", "send"}
        assert (form[f"line{line}"], form["action"], form["send"]) == ("1", "SMS", "Send")
        assert re.fullmatch("[0-9a-f]{8}", form["smskey"]), "smskey"
        if self.lines[line][1] == "STARTED":
            self.lost.append(form["telnum"])
            return Reply(PAGE)
        self.take(form["telnum"], form["smscontent"], line)
        self.lines[line] = (form["smskey"], "STARTED", "")
        self.left[line] = (self.looks, self.errors.get(form["telnum"], ""))
        return Reply(PAGE)


class OpenVox(Gateway):
    """Takes all in the address, and reports in JSON."""

    def __init__(self) -> None:
        super().__init__()
        self.result, self.place = "sending", "0"

    def answered(self, asked: Asked) -> Reply:
        assert (asked.method, asked.path) == ("GET", "/sendsms"), "address"
        assert "+" not in asked.query, "a space is %20"
        given = asked.words()
        known = {"username", "password", "phonenumber", "message", "port", "report", "id"}
        assert given.keys() == known, "fields"
        assert given["report"] == "JSON", "report"
        if (given["username"], given["password"]) != (ACCOUNT, PASSWORD):
            return Reply(status=401)
        assert re.fullmatch(r"[1-9][0-9]*|gsm-[0-9.]+", given["port"]), "port"
        self.take(given["phonenumber"], given["message"], given["port"])
        one = {key: given[key] for key in ("port", "phonenumber", "id")}
        report = {**one, "time": "2026-12-01 10:00:00", "result": self.result}
        return Reply(json.dumps({"message": given["message"], "report": [{self.place: [report]}]}))


class Yeastar(Gateway):
    """Wants the first two signs of equality bare, and answers in lines."""

    def __init__(self) -> None:
        super().__init__()
        self.answer_text = "Response: Success\r\nMessage: Commit successfully!\r\n\r\n"

    def answered(self, asked: Asked) -> Reply:
        assert (asked.method, asked.path) == ("GET", "/cgi/WebCGI"), "address"
        assert "+" not in asked.query, "a space is %20"
        command, is_one, rest = asked.query.partition("=")
        assert (command, is_one) == ("1500101", "="), "command"
        given = asked.words(rest)
        order = ["account", "password", "port", "destination", "content"]
        assert list(given) == order, "fields"
        if (given["account"], given["password"]) != (ACCOUNT, PASSWORD):
            return Reply("Response: Error\r\nMessage: Authentication failed\r\n\r\n")
        assert re.fullmatch("[1-9][0-9]*", given["port"]), "port"
        if "Success" in self.answer_text:
            self.take(given["destination"], given["content"], given["port"])
        return Reply(self.answer_text)


class Kannel(Gateway):
    """Answers as Kannel 1.4.5 was seen to."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = "0: Accepted for delivery"
        self.has_sender = False  # of its own

    def answered(self, asked: Asked) -> Reply:
        assert asked.path == "/cgi-bin/sendsms", "address"
        if asked.method != "GET":
            return Reply("Invalid content-type", 400)
        given = asked.words()
        if (given["username"], given["password"]) != (ACCOUNT, PASSWORD):
            return Reply("Authorization failed for sendsms", 403)
        if "to" not in given:
            return Reply("Missing receiver number, rejected", 400)
        fields = {"username", "password", "to", "text", "charset", "coding"}
        assert given.keys() - {"from"} == fields, "fields"
        if "from" not in given and not self.has_sender:
            return Reply("Sender missing and no global set, rejected", 400)
        coding = "0" if is_gsm(given["text"]) else "2"
        assert (given["charset"], given["coding"]) == ("UTF-8", coding), "coding"
        assert re.fullmatch("84[35789][0-9]{8}", given["to"]), "number"
        if given["to"].startswith("8499"):
            return Reply("Not routable. Do not try again.", 403)
        self.sent.append((given["to"], given["text"], given.get("from", "")))
        return Reply(self.taken, 202)
