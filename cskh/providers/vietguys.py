"""The provider `vietguys`: SMS under a brand name, by Vietguys' CSKH interface."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from cskh.language import N_, _
from cskh.model.message import Channel, Message, Outcome, Receipt, is_gsm
from cskh.model.secret import Secret
from cskh.model.shape import Pattern, Says, Text
from cskh.providers._answers import HOUR, identifier, quoted, rejected, unsettled, whole
from cskh.providers._base import Flow, Request, Response, Words, provider

# Three independent clients agree on the codes to -19, two to -22; the vendor publishes no list.
CODES: Mapping[int, tuple[Outcome, str]] = MappingProxyType(
    {
        -1: (Outcome.FAILED, N_("Vietguys misses a parameter.")),
        -2: (Outcome.RETRY, N_("Vietguys is too busy.")),
        -3: (Outcome.STOPPED, N_("Vietguys doesn't know the account.")),
        -4: (Outcome.STOPPED, N_("The account at Vietguys is locked.")),
        -5: (Outcome.STOPPED, N_("Vietguys refuses the account or its passcode.")),
        -6: (Outcome.STOPPED, N_("The account at Vietguys may not send by API.")),
        -7: (Outcome.STOPPED, N_("Vietguys doesn't allow this machine's IP address.")),
        -8: (Outcome.STOPPED, N_("The brand name isn't registered with Vietguys.")),
        -9: (Outcome.STOPPED, N_("The account at Vietguys has no credit left.")),
        -10: (Outcome.FAILED, N_("Vietguys says that the phone number is wrong.")),
        -11: (Outcome.FAILED, N_("The phone number is on Vietguys' refusal list.")),
        -12: (Outcome.STOPPED, N_("The account at Vietguys has too little credit left.")),
        -13: (Outcome.STOPPED, N_("The brand name may not be used with Vietguys.")),
        -14: (Outcome.FAILED, N_("The text is too long for Vietguys.")),
        -16: (Outcome.DUPLICATE, N_("Vietguys had the same text for this number a minute ago.")),
        -17: (Outcome.STOPPED, N_("The account has reached its daily cap at Vietguys.")),
        -18: (Outcome.FAILED, N_("Vietguys takes the text for advertising or spam.")),
        -19: (Outcome.LATER, N_("The phone number has reached its daily cap at Vietguys.")),
        -20: (Outcome.FAILED, N_("The text fits no template registered with Vietguys.")),
        -21: (Outcome.FAILED, N_("Vietguys takes only one-time passwords here.")),
        -22: (Outcome.FAILED, N_("The brand name isn't open for this number's network.")),
        -23: (Outcome.STOPPED, N_("Vietguys has set no price for the account.")),
    }
)
# The account's cap is tried again every hour, a number's in steps that reach the next day.
_ACCOUNTS_CAP, _NUMBERS_CAP = -17, -19
_STEPS = (HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR)


@provider("vietguys", Channel.SMS)
class Vietguys:
    """SMS brandname by Vietguys; the machine's IP address must be registered with them.

    ```yaml
    providers:
      vietguys-chinh:
        type: vietguys
        account: "${VIETGUYS_ACCOUNT}"
        service_id: MYBRAND
        passcode: "${VIETGUYS_PASSCODE}"
        rate: 20/s
        price: 350
    ```
    """

    account: Annotated[Text, Says("The user name at Vietguys")]
    service_id: Annotated[Text, Says("The brand name that people see as the sender")]
    passcode: Annotated[Secret, Says("The passcode or access token of the account")]
    url: Annotated[
        str,
        Pattern(r"https?://[^/?#@\s]+/?", "https://cloudsms.vietguys.biz:4438"),
        Says("Another host, as scheme, host and port"),
    ] = "https://cloudsms.vietguys.biz:4438"

    def flow(self, message: Message) -> Flow:
        """Send one SMS."""
        phone = re.fullmatch(r"(?:0|\+?84)(\d{9})", message.recipient, re.ASCII)
        if phone is None:
            return Receipt(outcome=Outcome.FAILED, error=_("This isn't a Vietnamese number."))
        response = yield self._request(message, "84" + phone[1])
        return self._receipt(response, message.attempts)

    def _request(self, message: Message, phone: str) -> Request:
        plain = message.content.isascii() and is_gsm(message.content)
        form: Words = {
            "u": self.account,
            "pwd": self.passcode,
            "from": self.service_id,
            "phone": phone,
            "sms": message.content,
            "bid": str(message.id),
            "type": "0" if plain else "8",
            "json": "1",
        }
        return Request(method="POST", url=self.url.rstrip("/") + "/api/index.php", form=form)

    def _receipt(self, response: Response, attempts: int) -> Receipt:
        """Return what an answer means; the body says it, and the status only if it doesn't."""
        if receipt := unsettled(response):
            return receipt
        answer = _answer(response)
        code, known = _code(answer), identifier(answer.get("msgid"))
        if code is None:
            error = _("Vietguys' answer can't be read.")
            unread = Receipt(outcome=Outcome.UNKNOWN, provider_id=known, error=error)
            return rejected(response) or unread
        if code == 0:
            return rejected(response) or Receipt(outcome=Outcome.ACCEPTED, provider_id=known)
        if code not in CODES and (rejection := rejected(response)):
            return rejection
        outcome, why = CODES.get(code, (Outcome.FAILED, N_("Vietguys rejects the message.")))
        said = quoted(answer.get("log") or answer.get("message") or "", self.passcode)
        error = f"{_(why)} (Vietguys {code})" + (f": {said}" if said else "")
        later = {_ACCOUNTS_CAP: HOUR, _NUMBERS_CAP: _STEPS[min(attempts, len(_STEPS) - 1)]}
        return Receipt(outcome=outcome, provider_id=known, error=error, retry_after=later.get(code))


def _answer(response: Response) -> Mapping[str, Any]:
    """Return an answer as an object, whichever of its shapes it has; empty if it has none."""
    try:
        said = response.json()
    except ValueError:
        return {}
    if isinstance(said, list) and len(said) == 1:
        said = said[0]
    if isinstance(said, dict):
        return said
    number = whole(said)  # what the interface answers to those who don't ask for JSON
    if number is None:
        return {}
    return {"error": 0, "msgid": number} if number > 0 else {"error": number}


def _code(answer: Mapping[str, Any]) -> int | None:
    """Return 0 or the code of the refusal; None if there is none, or two that disagree."""
    error, code = whole(answer.get("error")), whole(answer.get("error_code"))
    if error is None or code is None:
        return code if error is None else error
    return None if (error == 0) != (code == 0) else code
