"""A stand-in for eSMS: JSON in and out, and each RequestId once."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.providers.fakes.vendor import Asked, Reply, Vendor

BASE = "/MainService.svc/json/"
KEYS = {"ApiKey", "SecretKey"}
FIELDS = KEYS | {"Phone", "Content", "Brandname", "SmsType", "IsUnicode", "RequestId"}


class Esms(Vendor):
    """One account with one brand; `codes` has what a number is refused with.

    It knows the RequestIds of what it took until it is told to forget them.
    """

    def __init__(self) -> None:
        super().__init__(self._answered)
        self.sent: list[dict[str, str]] = []
        self.known: set[str] = set()
        self.codes: dict[str, str] = {}
        self.fates: dict[str, tuple[bool, bool]] = {}
        self.balance = 36_693

    def forget(self) -> None:
        """Do as at the end of its day."""
        self.known.clear()

    def _answered(self, asked: Asked) -> Reply:
        match asked.method, asked.path.removeprefix(BASE):
            case "POST", "SendMultipleMessage_V4_post_json/":
                said = self._sent(asked.json())
            case "POST", "GetBalance_json":
                said = self._balance(asked.json())
            case "GET", "GetSmsReceiverStatus_get":
                said = self._status(asked.words())
            case _:
                raise AssertionError("address")
        return Reply(json.dumps(said), headers={"Content-Type": "application/json"})

    def _sent(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given.keys() == FIELDS, "fields"
        assert all(isinstance(each, str) for each in given.values()), "texts"
        assert len(given["RequestId"]) <= 50, "RequestId"
        if code := self._code(given):
            return {"CodeResult": code, "ErrorMessage": f"refused with {code}"}
        self.sent.append(given)
        self.known.add(given["RequestId"])
        return {"CodeResult": "100", "CountRegenerate": 0, "SMSID": f"id-{len(self.sent)}"}

    def _code(self, given: dict[str, str]) -> str | None:
        if not right(given):
            return "101"
        if given["Brandname"] != "MYBRAND":
            return "104"
        if not re.fullmatch("0[35789][0-9]{8}", given["Phone"]):
            return "108"
        if given["RequestId"] in self.known:
            return "124"
        assert given["IsUnicode"] == ("0" if given["Content"].isascii() else "1"), "IsUnicode"
        return "107" if given["SmsType"] == "1" else self.codes.get(given["Phone"])

    def _balance(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given.keys() == KEYS, "fields"
        if not right(given):
            return {"Balance": 0, "CodeResponse": "101", "ErrorMessage": "Authorize Failed"}
        return {"Balance": self.balance, "CodeResponse": "100", "UserID": 9999}

    def _status(self, given: dict[str, str]) -> dict[str, Any]:
        assert given.keys() == KEYS | {"RefId"}, "fields"
        if not right(given):
            return {"CodeResult": "101", "ErrorMessage": "Authorize Failed"}
        if given["RefId"] not in self.fates:
            return {"CodeResult": "105", "ErrorMessage": "SMSID not found"}
        sent, arrived = self.fates[given["RefId"]]
        one = {"IsSent": sent, "NetworkName": "Viettel", "Phone": "0900000041", "Retry": 0}
        return {"CodeResult": "100", "ReceiverList": [{**one, "SentResult": arrived}]}


def right(given: dict[str, Any]) -> bool:
    return (given["ApiKey"], given["SecretKey"]) == ("khoa+demo", "bí mật/demo")
