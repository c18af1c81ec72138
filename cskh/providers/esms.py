"""The provider `esms`: SMS under a brand name, by eSMS.vn (ViHAT)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Any

from cskh.language import N_, _
from cskh.model.message import Channel, Message, Outcome, Purpose, Receipt
from cskh.model.secret import Secret
from cskh.model.shape import Pattern, Says, Text
from cskh.providers._answers import HOUR, as_object, identifier, rejected, whole
from cskh.providers._base import Flow, Request, provider
from cskh.providers._sms import (
    HOST,
    fingerprint,
    is_fresh,
    is_plain,
    national,
    no_phone,
    told,
    unsure,
)

_PATH = "/MainService.svc/json/"
_TAKEN, _AGAIN = 100, 124
_Row = tuple[Outcome, str]


def _all(codes: Iterable[int], outcome: Outcome, why: str) -> Mapping[int, _Row]:
    return dict.fromkeys(codes, (outcome, why))


# The vendor's own pages, but for what 99 is about: clients know it as any fault.
CODES: Mapping[int, _Row] = MappingProxyType(
    {
        99: (Outcome.FAILED, N_("eSMS rejects the message.")),
        101: (Outcome.STOPPED, N_("eSMS refuses the API key or the secret key.")),
        102: (Outcome.STOPPED, N_("eSMS has set no price for the account.")),
        103: (Outcome.STOPPED, N_("The account at eSMS has too little credit left.")),
        104: (Outcome.STOPPED, N_("The brand name isn't registered with eSMS.")),
        107: (Outcome.FAILED, N_("eSMS takes advertising only for 30 numbers and more at once.")),
        108: (Outcome.FAILED, N_("eSMS says that the phone number is wrong.")),
        **_all((118, 300, 301), Outcome.STOPPED, N_("The account at eSMS may not send this kind.")),
        **_all((120, 163, 687), Outcome.FAILED, N_("eSMS finds that these are too many numbers.")),
        140: (Outcome.STOPPED, N_("eSMS doesn't allow this machine's IP address.")),
        143: (Outcome.STOPPED, N_("The account at eSMS is locked.")),
        146: (Outcome.FAILED, N_("The text fits no template registered with eSMS.")),
        160: (Outcome.RETRY, N_("eSMS takes no more messages a second.")),
        177: (Outcome.FAILED, N_("The brand name isn't open for this number's network.")),
        199: (Outcome.UNKNOWN, N_("eSMS is still at work on this message.")),
        201: (Outcome.FAILED, N_("The text has a word that eSMS blocks.")),
    }
)


@provider("esms", Channel.SMS)
class Esms:
    """SMS under a brand name by eSMS.vn, which takes each message once however often it is sent.

    ```yaml
    providers:
      esms-chinh:
        type: esms
        api_key: "${ESMS_API_KEY}"
        secret_key: "${ESMS_SECRET_KEY}"
        brandname: MYBRAND
        rate: 10/s
        price: 400
    ```
    """

    api_key: Annotated[Secret, Says("The account's API key")]
    secret_key: Annotated[Secret, Says("The account's secret key")]
    brandname: Annotated[Text, Says("The brand name that people see as the sender")]
    url: Annotated[
        str,
        Pattern(HOST, "https://rest.esms.vn"),
        Says("Another host, as scheme, host and port"),
    ] = "https://rest.esms.vn"

    def flow(self, message: Message) -> Flow:
        """Send one SMS."""
        digits = national(message.recipient)
        if digits is None:
            return no_phone()
        response = yield self._post(
            "SendMultipleMessage_V4_post_json/",
            Phone="0" + digits,
            Content=message.content,
            Brandname=self.brandname,
            SmsType="1" if message.purpose is Purpose.ADVERTISING else "2",
            IsUnicode="0" if is_plain(message.content) else "1",
            RequestId=_request_id(message),
        )
        return rejected(response) or self._receipt(as_object(response))

    def check(self) -> Flow:
        """Ask for the balance, which takes keys that work."""
        response = yield self._post("GetBalance_json", delivers=False)
        answer = as_object(response)
        receipt = rejected(response) or self._receipt(answer)
        if receipt.outcome is Outcome.ACCEPTED and answer.get("Balance") == 0:
            return Receipt(outcome=Outcome.STOPPED, error=_(CODES[103][1]))
        return receipt

    def ask(self, message: Message) -> Flow:
        """Ask what became of a message that eSMS gave a number.

        One without a number may be sent again while eSMS still knows our RequestId: if it has the
        message it answers 124, and sends nothing.
        """
        if message.provider_id is None:
            if is_fresh(message):
                return Receipt(outcome=Outcome.RETRY, knows_for=HOUR)
            return unsure(_("eSMS tells only about messages that it gave a number."))
        response = yield self._asking(message.provider_id)
        receipt = rejected(response) or self._receipt(as_object(response))
        if receipt.outcome is not Outcome.ACCEPTED:
            return unsure(receipt.error or "")
        outcome = _fate(as_object(response))
        if outcome is None:
            return unsure(_unreadable())
        why = _("eSMS could not deliver it.") if outcome is Outcome.FAILED else None
        return Receipt(outcome=outcome, provider_id=message.provider_id, error=why)

    def _post(self, name: str, *, delivers: bool = True, **words: str) -> Request:
        keys = {"ApiKey": self.api_key, "SecretKey": self.secret_key}
        url = self.url.rstrip("/") + _PATH + name
        return Request(method="POST", url=url, json=keys | words, delivers=delivers)

    def _asking(self, known: str) -> Request:
        return Request(
            method="GET",
            url=self.url.rstrip("/") + _PATH + "GetSmsReceiverStatus_get",
            params={"ApiKey": self.api_key, "SecretKey": self.secret_key, "RefId": known},
            delivers=False,
        )

    def _receipt(self, answer: Mapping[str, Any]) -> Receipt:
        code = whole(answer.get("CodeResult", answer.get("CodeResponse")))
        if code in (_TAKEN, _AGAIN):
            known = identifier(answer.get("SMSID"))
            return Receipt(outcome=Outcome.ACCEPTED, provider_id=known)
        if code is None:
            return unsure(_unreadable())
        outcome, why = CODES.get(code, CODES[99])
        said = answer.get("ErrorMessage") or ""
        error = told(f"{_(why)} (eSMS {code})", said, self.api_key, self.secret_key)
        return Receipt(outcome=outcome, error=error)


def _request_id(message: Message) -> str:
    """Return what eSMS takes once: the same for every try of a message, and nobody else's."""
    return f"cskh-{message.id}-{fingerprint(message)}"


def _fate(answer: Mapping[str, Any]) -> Outcome | None:
    """Return what became of the one number that a message went to; None if it isn't said."""
    listed = answer.get("ReceiverList")
    one = listed[0] if isinstance(listed, list) and len(listed) == 1 else None
    if not isinstance(one, dict):
        return None
    sent, arrived = (str(one.get(name)).lower() for name in ("IsSent", "SentResult"))
    if sent == "true":
        return {"true": Outcome.DELIVERED, "false": Outcome.FAILED}.get(arrived)
    return Outcome.ACCEPTED if sent == "false" else None


def _unreadable() -> str:
    return _("eSMS' answer can't be read.")
