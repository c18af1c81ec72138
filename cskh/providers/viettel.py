"""The provider `viettel`: SMS under a brand name, by Viettel's SOAP interface."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Annotated
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from cskh.language import N_, _
from cskh.model.message import Channel, Message, Outcome, Receipt
from cskh.model.secret import Secret
from cskh.model.shape import Pattern, Says, Text
from cskh.providers._answers import rejected, unsettled, whole
from cskh.providers._base import Errand, Failure, Flow, Request, Response, provider
from cskh.providers._sms import HOST, is_plain, national, no_phone, told, unsure

# `result` only says yes or no; why not, only the text does. The first that fits counts: these are
# the texts that three public clients know.
REFUSALS: tuple[tuple[str, Outcome, str], ...] = (
    ("CP_CODE_NOT_FOUND", Outcome.STOPPED, N_("Viettel doesn't know the CP code.")),
    (
        "WRONG_INFORMATION_AUTHENTICATE",
        Outcome.STOPPED,
        N_("Viettel refuses the user name or the password."),
    ),
    ("IP_INVALID", Outcome.STOPPED, N_("Viettel doesn't allow this machine's IP address.")),
    ("Authenticate:", Outcome.STOPPED, N_("Viettel refuses the account.")),
    ("DUPLICATE MESSAGE", Outcome.DUPLICATE, N_("Viettel had the same message just before.")),
    ("ALIAS_INVALID", Outcome.FAILED, N_("The brand name isn't open for this number's network.")),
    ("Check ReceiverID", Outcome.FAILED, N_("Viettel says that the phone number is wrong.")),
    ("Length of ReceiverID", Outcome.FAILED, N_("Viettel says that the phone number is wrong.")),
    ("Unable to check telco", Outcome.FAILED, N_("Viettel says that the phone number is wrong.")),
    ("MAXLENGTH_LIMIT", Outcome.FAILED, N_("The text is too long for Viettel.")),
    ("CONTAIN_BLACKLIST", Outcome.FAILED, N_("The text has a word that Viettel blocks.")),
    ("Check Content", Outcome.FAILED, N_("Viettel doesn't accept the text.")),
    (
        "CONTENT_NOT_MATCH_TEMPLATE",
        Outcome.FAILED,
        N_("The text fits no template registered with Viettel."),
    ),
    ("Check RequestID", Outcome.FAILED, N_("Viettel doesn't understand the request.")),
    ("Check UserID", Outcome.FAILED, N_("Viettel doesn't understand the request.")),
    ("NOT_EQUAL_ReceiverID", Outcome.FAILED, N_("Viettel doesn't understand the request.")),
    ("Check CommandCode", Outcome.FAILED, N_("Viettel doesn't understand the request.")),
)
_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:impl="http://impl.bulkSms.ws/"><soapenv:Header/><soapenv:Body>'
    "<impl:{name}>{fields}</impl:{name}></soapenv:Body></soapenv:Envelope>"
)
# A page of failures must fit what is read of an answer, whatever stands in it.
_PAGE, _MOST_PAGES = 100, 100
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@provider("viettel", Channel.SMS)
class Viettel:
    """SMS under a brand name by Viettel (SOAP, wsCpMt).

    ```yaml
    providers:
      viettel-chinh:
        type: viettel
        username: "${VIETTEL_USERNAME}"
        password: "${VIETTEL_PASSWORD}"
        cp_code: MYCOMPANY
        service_id: MYBRAND
        rate: 20/s
        price: 350
    ```
    """

    username: Annotated[Text, Says("The user name at Viettel")]
    password: Annotated[Secret, Says("The password of the account")]
    service_id: Annotated[Text, Says("The brand name that people see as the sender")]
    cp_code: Annotated[Text, Says("The code that Viettel gave the company")]
    url: Annotated[
        str,
        Pattern(HOST, "http://apismsbrand.viettel.vn:8998"),
        Says("Another host, as scheme, host and port"),
    ] = "http://apismsbrand.viettel.vn:8998"

    def flow(self, message: Message) -> Flow:
        """Send one SMS."""
        digits = national(message.recipient)
        if digits is None:
            return no_phone()
        text = _NOT_XML.sub(" ", message.content)
        fields = {
            **self._login,
            "RequestID": "1",  # of the message that this answers; no key of ours: clients say 1
            "UserID": "84" + digits,
            "ReceiverID": "84" + digits,
            "ServiceID": self.service_id,
            "CommandCode": "bulksms",
            "Content": text,
            "ContentType": "0" if is_plain(text) else "1",
        }
        response = yield self._call("wsCpMt", fields)
        return self._receipt(response)

    def check(self) -> Flow:
        """Ask for the balance, which takes a login that works."""
        response = yield self._call("checkBalance", self._login, delivers=False)
        answer = _answer(response)
        code = whole(answer.get("errCode"))
        if code in (None, 0) and (rejection := rejected(response)):
            return rejection
        if code == 0:
            return Receipt(outcome=Outcome.ACCEPTED)
        if code is None:
            return unsure(_unreadable())
        why = told(_("Viettel refuses the account."), answer.get("errDesc", ""), self.password)
        return Receipt(outcome=Outcome.STOPPED, error=why)

    def failures(self, day: dt.date) -> Errand:
        """Ask which numbers got nothing on a day; ends with JSON, why by phone number.

        Nobody says whether pages count from 0 or from 1: both are asked for.
        """
        found: dict[str, str] = {}
        for number in range(_MOST_PAGES):
            answer = yield self._call("getFailSub", self._page(day, number), delivers=False)
            if isinstance(answer, Failure):
                return answer
            page = _failed(answer, self.password)
            if page is None and number:
                return Failure(refused=False, error=_unreadable())
            listed = page or {}
            is_new = listed.keys() - found.keys()
            found |= listed
            if number and (len(listed) < _PAGE or (number > 1 and not is_new)):
                break
        return Response(status=200, body=json.dumps(found).encode())

    def _page(self, day: dt.date, number: int) -> Mapping[str, str]:
        return {
            "username": self.username,
            "password": self.password.reveal(),
            "cpCode": self.cp_code,
            "alias": self.service_id,
            "date": day.strftime("%d/%m/%Y"),
            "pageNumber": str(number),
            "pageSize": str(_PAGE),
        }

    @property
    def _login(self) -> Mapping[str, str]:
        return {
            "User": self.username,
            "Password": self.password.reveal(),
            "CPCode": self.cp_code,
        }

    def _call(self, name: str, fields: Mapping[str, str], delivers: bool = True) -> Request:
        written = "".join(f"<{key}>{_xml(each)}</{key}>" for key, each in fields.items())
        return Request(
            method="POST",
            url=self.url.rstrip("/") + "/bulkapi",
            headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'},
            text=Secret(_ENVELOPE.format(name=name, fields=written)),
            delivers=delivers,
        )

    def _receipt(self, response: Response) -> Receipt:
        """Return what an answer means; the body says it, and the status only if it doesn't."""
        if receipt := unsettled(response):
            return receipt
        answer = _answer(response)
        result, said = whole(answer.get("result")), answer.get("message", "")
        if result == 1:
            return rejected(response) or Receipt(outcome=Outcome.ACCEPTED)
        if result != 0:
            return rejected(response) or unsure(_unreadable())
        known = _refusal(said)
        if known is None and (rejection := rejected(response)):
            return rejection
        # "Check information error" and whatever nobody has seen yet: certainly not taken.
        unlisted = Outcome.RETRY, N_("Viettel rejects the message without a reason.")
        outcome, why = known or unlisted
        return Receipt(outcome=outcome, error=told(_(why), said, self.password))


def _refusal(said: str) -> tuple[Outcome, str] | None:
    for text, outcome, why in REFUSALS:
        if text.lower() in said.lower():
            return outcome, why
    return None


def _failed(response: Response, password: Secret) -> Mapping[str, str] | None:
    """Return the numbers of a page of failures, and why; None if it isn't such a page.

    What `errorCode` may be is nowhere said: a page without any number must have a 0 there.
    """
    if rejected(response) or (found := _returned(response)) is None:
        return None
    pairs = [
        (each.get("receiver"), each.get("message")) for each in found if _name(each) == "result"
    ]
    why = _("Viettel could not deliver it.")
    known = {
        "0" + digits: told(why, said or "", password)
        for receiver, said in pairs
        if (digits := national((receiver or "").strip())) is not None
    }
    code = next((each.text for each in found if _name(each) == "errorCode"), None)
    return known if pairs or whole(code) == 0 else None


def _xml(text: str) -> str:
    return escape(_NOT_XML.sub(" ", text))


def _unreadable() -> str:
    return _("Viettel's answer can't be read.")


def _answer(response: Response) -> Mapping[str, str]:
    """Return the fields of the one `return` in an answer; empty if it isn't such an answer."""
    found = _returned(response)
    return {} if found is None else {_name(each): (each.text or "").strip() for each in found}


def _returned(response: Response) -> ElementTree.Element | None:
    if b"<!" in response.body:  # a document type, which could make a long text of a short one
        return None
    try:
        root = ElementTree.fromstring(response.body)
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    found = [each for each in root.iter() if _name(each) == "return"]
    return found[0] if len(found) == 1 else None


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
