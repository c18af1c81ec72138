"""A stand-in for Zalo: OAuth, notifications and the OA, strict in what the docs are strict in."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from tests.providers.fakes.vendor import Asked, HangUp, Reply, Vendor

SECRET = "app-secret"
APP = "1234567"
FIRST = "refresh-0"
WINDOW = dt.timedelta(days=7)
BAD_ZNS_TOKEN, BAD_OA_TOKEN = -124, -216


class Zalo(Vendor):
    """One app with one OA; each refresh token works once, each call proves that it is ours."""

    def __init__(self) -> None:
        super().__init__(self._answered)
        self.refresh_token = FIRST
        self.access_token: str | None = None
        self.used: list[str] = []  # refresh tokens, in the order in which they came
        self.again: list[str] = []  # those that a test lets come more than once
        self.sent: list[dict[str, Any]] = []
        self.codes: dict[str, int] = {}  # what a phone or a user is refused with
        self.quota = 500
        self.heard: dict[str, dt.datetime] = {}  # when a user wrote last
        self.now = dt.datetime.min.replace(tzinfo=dt.UTC)
        self.statuses: dict[str, int] = {}
        self.hang_up_after_refresh = 0
        self.before_refresh: Callable[[], None] = lambda: None
        self.oauth_errors: deque[Reply] = deque()
        self._lock = threading.Lock()

    @property
    def twice(self) -> list[str]:
        """Return the refresh tokens that came more than once."""
        return sorted({token for token in self.used if self.used.count(token) > 1})

    def _answered(self, asked: Asked) -> Reply:
        if (asked.method, asked.path) == ("POST", "/v4/oa/access_token"):
            return self._refresh(asked)
        with self._lock:
            return Reply(json.dumps(self._called(asked)))

    def _refresh(self, asked: Asked) -> Reply:
        form = asked.form()
        assert asked.headers["secret_key"] == SECRET, "secret_key"
        assert form.keys() == {"app_id", "refresh_token", "grant_type"}, "fields"
        assert form["grant_type"] == "refresh_token", "grant_type"
        assert form["app_id"] == APP, "app_id"
        self.used.append(form["refresh_token"])
        self.before_refresh()
        if self.oauth_errors:
            return self.oauth_errors.popleft()
        with self._lock:
            if form["refresh_token"] != self.refresh_token:
                said = {"error_name": "Invalid refresh token", "error_description": "Invalid"}
                return Reply(json.dumps({"error": -14014, **said}))
            number = len(self.used)
            self.refresh_token, self.access_token = f"refresh-{number}", f"access-{number}"
            if self.hang_up_after_refresh:
                self.hang_up_after_refresh -= 1
                raise HangUp
            tokens = {"access_token": self.access_token, "refresh_token": self.refresh_token}
            return Reply(json.dumps({**tokens, "expires_in": "90000"}))

    def _called(self, asked: Asked) -> dict[str, Any]:
        is_oa = asked.path.startswith(("/v2.0/", "/v3.0/"))
        token = asked.headers.get("access_token", "")
        if self.access_token is None or token != self.access_token:
            return refusal(BAD_OA_TOKEN if is_oa else BAD_ZNS_TOKEN)
        proof = hmac.new(SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        if asked.headers.get("appsecret_proof") != proof:
            return refusal(-242 if is_oa else -1241)
        match asked.method, asked.path:
            case "POST", "/message/template":
                return self._notify(asked.json())
            case "POST", "/v3.0/oa/message/cs":
                return self._say(asked.json())
            case "GET", "/v2.0/oa/getoa":
                return {"error": 0, "message": "Success", "data": {"oa_id": "42", "name": "OA"}}
            case "GET", "/message/quota":
                left = {"dailyQuota": "500", "remainingQuota": str(self.quota)}
                return {"error": 0, "message": "Success", "data": left}
            case "GET", "/message/status":
                given = asked.words()
                assert re.fullmatch("84[0-9]{9}", given["phone"]), "phone"
                status = self.statuses.get(given["message_id"], -1)
                return {"error": 0, "message": "Success", "data": {"status": status}}
        raise AssertionError(f"no such address: {asked.method} {asked.path}")

    def _notify(self, body: dict[str, Any]) -> dict[str, Any]:
        assert body.keys() == {"phone", "template_id", "template_data", "tracking_id"}, "keys"
        assert re.fullmatch("84[0-9]{9}", body["phone"]), "phone"
        assert all(isinstance(each, str) for each in body["template_data"].values()), "data"
        assert len(body["tracking_id"]) <= 48, "tracking_id"
        if code := self.codes.get(body["phone"], 0 if self.quota else -144):
            return refusal(code)
        self.quota -= 1
        self.sent.append(body)
        quota = {"dailyQuota": "500", "remainingQuota": str(self.quota)}
        data = {"msg_id": f"zns-{len(self.sent)}", "sent_time": "1600000000000", "quota": quota}
        return {"error": 0, "message": "Success", "data": data}

    def _say(self, body: dict[str, Any]) -> dict[str, Any]:
        assert body.keys() == {"recipient", "message"}, "keys"
        assert 0 < len(body["message"]["text"]) <= 2000, "text"
        user = body["recipient"]["user_id"]
        if code := self.codes.get(user):
            return refusal(code)
        if user in self.heard and self.now - self.heard[user] > WINDOW:
            return refusal(-230)
        self.sent.append(body)
        return {"error": 0, "message": "Success", "data": {"message_id": f"oa-{len(self.sent)}"}}


def refusal(code: int) -> dict[str, Any]:
    """Return the answer that refuses with a code."""
    return {"error": code, "message": f"refused with {code}"}
