"""A stand-in for Viettel's bulkapi: SOAP 1.1, children in the order of the WSDL."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from tests.providers.fakes.vendor import Asked, Reply, Vendor

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
IMPL = "{http://impl.bulkSms.ws/}"
ORDER = ["User", "Password", "CPCode", "RequestID", "UserID", "ReceiverID", "ServiceID",
         "CommandCode", "Content", "ContentType"]  # fmt: skip


class Viettel(Vendor):
    """One account with one brand; `refusals` has the text that a number is refused with."""

    def __init__(self) -> None:
        super().__init__(self._answered)
        self.sent: list[dict[str, str]] = []
        self.refusals: dict[str, str] = {}
        self.failed: dict[tuple[str, str], list[tuple[str, str]]] = {}  # by alias and day
        self.first_page = 1

    def _answered(self, asked: Asked) -> Reply:
        assert (asked.method, asked.path, asked.query) == ("POST", "/bulkapi", ""), "address"
        assert asked.headers["content-type"] == "text/xml; charset=utf-8", "type"
        assert "soapaction" in asked.headers, "SOAPAction"
        operation = _operation(asked.body)
        given = {child.tag: child.text or "" for child in operation}
        name = operation.tag.removeprefix(IMPL)
        if name == "checkBalance":
            assert list(given) == ORDER[:3], "children"
            return _balance(_account(given))
        if name == "getFailSub":
            return self._fail_list(given)
        assert name == "wsCpMt", "operation"
        assert list(given) == ORDER, "children"
        why = _account(given) or self._wrong(given) or self.refusals.get(given["UserID"])
        if why:
            return _said(name, message=why, result="0")
        self.sent.append(given)
        return _said(name, message="Insert MT_QUEUE: OK", result="1")

    def _fail_list(self, given: dict[str, str]) -> Reply:
        keys = ["username", "password", "cpCode", "alias", "date", "pageNumber", "pageSize"]
        assert list(given) == keys, "children"
        account = dict(zip(ORDER[:3], list(given.values())[:3], strict=True))
        if why := _account(account):
            return _said("getFailSub", errorCode="1", message=why)
        size, number = int(given["pageSize"]), int(given["pageNumber"]) - self.first_page
        assert size <= 1000, "pageSize"
        rows = self.failed.get((given["alias"], given["date"]), [])
        if number < 0:
            return _said("getFailSub", errorCode="1", message="PAGE_INVALID")
        return _fail_page(rows[number * size : (number + 1) * size])

    def _wrong(self, given: dict[str, str]) -> str | None:
        if not given["RequestID"].isdecimal():
            return "Check RequestID: REQUEST_ID_NOT_NUMBER"
        if given["UserID"] != given["ReceiverID"]:
            return "UserID_NOT_EQUAL_ReceiverID"
        if not re.fullmatch("84[0-9]{9}", given["ReceiverID"]):
            return "Check ReceiverID: FORMAT_ERROR"
        if given["ServiceID"] != "MYBRAND":
            return "Check ServiceID: ALIAS_INVALID:TELCO=VT"
        if given["CommandCode"] != "bulksms":
            return "Check CommandCode: COMMAND_CODE_ERROR"
        assert given["ContentType"] == ("0" if given["Content"].isascii() else "1"), "ContentType"
        if len(given["Content"].encode()) > 480:
            return "Check Content: MAXLENGTH_LIMIT_480_BYTE"
        before = [(each["UserID"], each["Content"]) for each in self.sent]
        again = (given["UserID"], given["Content"]) in before
        return "Check ServiceID: DUPLICATE MESSAGE" if again else None


def _operation(body: bytes) -> ElementTree.Element:
    envelope = ElementTree.fromstring(body)
    assert envelope.tag == SOAP + "Envelope", "envelope"
    (operation,) = envelope.findall(f"{SOAP}Body/*")
    assert operation.tag.startswith(IMPL), "namespace"
    return operation


def _account(given: dict[str, str]) -> str | None:
    if given["CPCode"] != "MYCOMPANY":
        return "Authenticate: CP_CODE_NOT_FOUND"
    right = (given["User"], given["Password"]) == ("demo", "mật & <khẩu>")
    return None if right else "Authenticate: WRONG_INFORMATION_AUTHENTICATE"


def _fail_page(rows: list[tuple[str, str]]) -> Reply:
    listed = "".join(f"<result receiver={quoteattr(a)} message={quoteattr(b)}/>" for a, b in rows)
    inner = f"<errorCode>0</errorCode><message></message>{listed}"
    return Reply(
        '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
        f'<n:getFailSubResponse xmlns:n="http://impl.bulkSms.ws/"><return>{inner}</return>'
        "</n:getFailSubResponse></S:Body></S:Envelope>"
    )


def _balance(why: str | None) -> Reply:
    if why:
        return _said("checkBalance", errCode="1", errDesc=why)
    return _said("checkBalance", errCode="0", errDesc="", balance="1000000")


def _said(operation: str, **fields: str) -> Reply:
    inner = "".join(f"<{name}>{escape(each)}</{name}>" for name, each in fields.items())
    return Reply(
        '<?xml version="1.0" ?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">'
        f'<S:Body><ns2:{operation}Response xmlns:ns2="http://impl.bulkSms.ws/"><return>{inner}'
        f"</return></ns2:{operation}Response></S:Body></S:Envelope>",
        headers={"Content-Type": "text/xml; charset=utf-8"},
    )
