"""A stand-in for Facebook's Send API: page tokens, proofs, error objects."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from tests.providers.fakes.vendor import Asked, Reply, Vendor

SECRET = "fb-secret"
WINDOW = dt.timedelta(hours=24)


class Facebook(Vendor):
    """Pages by id and their tokens; a psid may be refused with a code and a subcode."""

    def __init__(self, pages: Mapping[str, str], version: str = "v25.0") -> None:
        super().__init__(self._answered)
        self.pages, self.version = pages, version
        self.sent: list[tuple[str, str, str]] = []  # page, psid, text
        self.codes: dict[str, tuple[int, int | None]] = {}
        self.heard: dict[str, dt.datetime] = {}  # when a psid wrote last
        self.now = dt.datetime.min.replace(tzinfo=dt.UTC)
        self.too_late = 0

    def _answered(self, asked: Asked) -> Reply:
        version, page, *rest = asked.path.strip("/").split("/")
        assert version == self.version, "version"
        assert "access_token" not in asked.query, "a token in an address"
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if self.pages.get(page) != token:
            return error(190, None, status=401)
        given = asked.words() if asked.method == "GET" else asked.json()
        proof = hmac.new(SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        if given.get("appsecret_proof") != proof:
            return error(100, None)
        if asked.method == "GET" and not rest:
            return Reply(json.dumps({"id": page}))
        assert (asked.method, rest) == ("POST", ["messages"]), "address"
        return self._say(page, asked.json())

    def _say(self, page: str, body: dict[str, Any]) -> Reply:
        keys = {"recipient", "messaging_type", "message", "appsecret_proof"}
        assert body.keys() == keys, "keys"
        assert body["messaging_type"] == "RESPONSE", "messaging_type"
        assert 0 < len(body["message"]["text"]) <= 2000, "text"
        psid = body["recipient"]["id"]
        if code := self.codes.get(psid):
            return error(*code, status=500 if code[0] in (1, 2) else 400)
        if psid in self.heard and self.now - self.heard[psid] > WINDOW:
            self.too_late += 1
            return error(10, 2018278)
        self.sent.append((page, psid, body["message"]["text"]))
        said = {"recipient_id": psid, "message_id": f"m_{len(self.sent)}"}
        return Reply(json.dumps(said))


def error(code: int, sub: int | None, status: int = 400) -> Reply:
    """Return an error as the Graph API tells it."""
    subcode = {} if sub is None else {"error_subcode": sub}
    told = {"message": f"(#{code}) no", "type": "OAuthException", "code": code, **subcode}
    return Reply(json.dumps({"error": told}), status)
