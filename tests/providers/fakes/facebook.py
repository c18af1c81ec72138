"""A stand-in for Facebook's Send API: page tokens, proofs, error objects."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Self

from tests.providers.fakes.serving import Answer, Asked, Server

SECRET = "fb-secret"


class Facebook:
    """Pages by id and their tokens; a psid may be refused with a code and a subcode."""

    def __init__(self, pages: Mapping[str, str], version: str = "v25.0") -> None:
        self.pages, self.version = pages, version
        self.sent: list[tuple[str, str, str]] = []  # page, psid, text
        self.codes: dict[str, tuple[int, int | None]] = {}
        self._server = Server(self.answer)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def slips(self) -> list[str]:
        return self._server.slips

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.__exit__(*exception)

    def answer(self, asked: Asked) -> Answer:
        version, page, *rest = asked.path.strip("/").split("/")
        assert version == self.version, "version"
        assert "access_token" not in asked.query, "a token in an address"
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if self.pages.get(page) != token:
            return 401, error(190, None)
        given = asked.query if asked.method == "GET" else asked.json
        proof = hmac.new(SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        if given.get("appsecret_proof") != proof:
            return 400, error(100, None)
        if asked.method == "GET" and not rest:
            return 200, {"id": page}
        assert (asked.method, rest) == ("POST", ["messages"]), "address"
        return self._say(page, asked.json)

    def _say(self, page: str, body: dict[str, Any]) -> Answer:
        keys = {"recipient", "messaging_type", "message", "appsecret_proof"}
        assert body.keys() == keys, "keys"
        assert body["messaging_type"] == "RESPONSE", "messaging_type"
        assert 0 < len(body["message"]["text"]) <= 2000, "text"
        psid = body["recipient"]["id"]
        if code := self.codes.get(psid):
            return (500 if code[0] in (1, 2) else 400), error(*code)
        self.sent.append((page, psid, body["message"]["text"]))
        return 200, {"recipient_id": psid, "message_id": f"m_{len(self.sent)}"}


def error(code: int, sub: int | None) -> dict[str, Any]:
    """Return an error as the Graph API tells it."""
    subcode = {} if sub is None else {"error_subcode": sub}
    return {
        "error": {"message": f"(#{code}) no", "type": "OAuthException", "code": code, **subcode}
    }
