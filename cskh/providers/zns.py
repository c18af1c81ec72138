"""The provider `zns`: Zalo notifications from a template to a phone number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Annotated

from cskh.language import N_, _
from cskh.model.message import Channel, Message, Outcome, Receipt
from cskh.model.secret import Secret
from cskh.model.shape import Pattern, Says, Text
from cskh.providers._answers import as_object, whole
from cskh.providers._base import Flow, Request, Response, provider
from cskh.providers._zalo import DAY, HOST, NIGHT, App, Codes, called, judged, of

EXPIRED = frozenset({-124})

# Zalo's own page has the codes to -112, the rest is from two public clients that agree.
CODES: Codes = MappingProxyType(
    {
        -32: (Outcome.RETRY, N_("Zalo is too busy.")),
        -100: (Outcome.UNKNOWN, N_("Zalo didn't say whether it took the message.")),
        **of(
            (-101, -102, -103, -104, -105, -138, -1381),
            Outcome.STOPPED,
            N_("Zalo refuses the app, its secret or its rights."),
        ),
        **of((-106, -121, -122), Outcome.FAILED, N_("Zalo doesn't understand the request.")),
        -108: (Outcome.FAILED, N_("Zalo says that the phone number is wrong.")),
        **of(
            (-109, -1091, -117, -131, -145, -146),
            Outcome.STOPPED,
            N_("Zalo doesn't let the OA use this template."),
        ),
        **of(
            (-110, -114, -118, -119),
            Outcome.UNREACHABLE,
            N_("The customer can't be reached on Zalo."),
        ),
        **of(
            (-111, -112, -1121, -1122, -1123, -1124, -113, -1131, -116, -130, -132),
            Outcome.FAILED,
            N_("The data doesn't fit the Zalo template."),
        ),
        -115: (Outcome.STOPPED, N_("The account at Zalo has no credit left.")),
        **of(
            (-120, -1201, -1202, -125, -135, -1351),
            Outcome.STOPPED,
            N_("Zalo doesn't let the OA send notifications."),
        ),
        **of((-123, -128, -129, -142, -143), Outcome.STOPPED, N_("Zalo refuses the RSA key.")),
        -124: (Outcome.STOPPED, N_("Zalo refuses the access token, also a new one.")),
        -1241: (Outcome.STOPPED, N_("Zalo refuses the proof: app_secret is wrong.")),
        **of((-126, -127), Outcome.STOPPED, N_("The OA or the template is still being tested.")),
        -133: (Outcome.LATER, N_("Zalo sends no notifications at night."), NIGHT),
        -134: (Outcome.FAILED, N_("The customer has not agreed to get notifications.")),
        **of((-136, -137), Outcome.STOPPED, N_("The OA has no account that Zalo can charge.")),
        **of(
            (-139, -140, -141), Outcome.DECLINED, N_("The customer refuses notifications on Zalo.")
        ),
        **of((-144, -1441), Outcome.STOPPED, N_("The OA's quota at Zalo is used up.")),
        **of((-147, -1471, -1472), Outcome.LATER, N_("The template's quota is used up."), DAY),
        **of(
            (-148, -149, -1491, -150, -151, -152, -153),
            Outcome.FAILED,
            N_("The Zalo template wants what this version doesn't send."),
        ),
        -249: (Outcome.FAILED, N_("The Zalo template isn't for this kind of sending.")),
    }
)


@provider("zns", Channel.ZNS)
class Zns:
    """Zalo notifications (ZNS, ZBS) from approved templates, to people's phone numbers.

    ```yaml
    providers:
      zns-chinh:
        type: zns
        app_id: "1234567890123456789"
        app_secret: "${ZALO_APP_SECRET}"
        refresh_token: "${ZALO_REFRESH_TOKEN}"
        templates:
          "358203": {customer_name: 30, order_code: 20}
        price: 300
    ```
    """

    app_id: Annotated[Text, Says("The app's id at developers.zalo.me")]
    app_secret: Annotated[Secret, Says("The app's secret key")]
    refresh_token: Annotated[
        Secret, Says("The first refresh token; those that follow are kept in the store")
    ]
    templates: Annotated[
        Mapping[str, Mapping[str, int]],
        Says("What is known of templates: by id, the most characters of each parameter"),
    ] = field(default_factory=dict)
    url: Annotated[
        str,
        Pattern(HOST, "https://business.openapi.zalo.me"),
        Says("Another host, as scheme, host and port"),
    ] = "https://business.openapi.zalo.me"
    oauth_url: Annotated[
        str,
        Pattern(HOST, "https://oauth.zaloapp.com"),
        Says("Another host for tokens, as scheme, host and port"),
    ] = "https://oauth.zaloapp.com"

    def flow(self, message: Message) -> Flow:
        """Send one notification."""
        phone = _phone(message)
        if phone is None:
            return Receipt(outcome=Outcome.FAILED, error=_("This isn't a Vietnamese number."))
        body = {
            "phone": phone,
            "template_id": message.data.get("template_id"),
            "template_data": message.data.get("template_data"),
            "tracking_id": str(message.id),
        }
        response = yield from called(self._app, lambda token: self._send(token, body), EXPIRED)
        return response if isinstance(response, Receipt) else self._receipt(response)

    def ask(self, message: Message) -> Flow:
        """Ask what became of a notification that Zalo gave a number."""
        known, phone = message.provider_id, _phone(message)
        if known is None or phone is None:
            return _unsure(_("Zalo tells only about messages that it gave a number."))
        words = {"message_id": known, "phone": phone}
        response = yield from called(
            self._app, lambda token: self._get("/message/status", token, words), EXPIRED
        )
        if isinstance(response, Receipt):
            return _unsure(response.error or "")
        return self._status(response, known)

    def check(self) -> Flow:
        """Ask for the quota, which takes tokens that work."""
        response = yield from called(
            self._app, lambda token: self._get("/message/quota", token, {}), EXPIRED
        )
        if isinstance(response, Receipt):
            return response
        receipt, quota = self._receipt(response), as_object(response).get("data")
        left = whole(quota.get("remainingQuota")) if isinstance(quota, dict) else None
        if receipt.outcome is Outcome.ACCEPTED and left == 0:
            return Receipt(outcome=Outcome.LATER, error=_(CODES[-144][1]))
        return receipt

    @property
    def _app(self) -> App:
        return App(self.app_id, self.app_secret, self.refresh_token, self.oauth_url)

    def _send(self, token: Secret, body: Mapping[str, object]) -> Request:
        url = self.url.rstrip("/") + "/message/template"
        return Request(method="POST", url=url, headers=self._app.headers(token), json=body)

    def _get(self, path: str, token: Secret, words: Mapping[str, str]) -> Request:
        return Request(
            method="GET",
            url=self.url.rstrip("/") + path,
            headers=self._app.headers(token),
            params=words,
            delivers=False,
        )

    def _status(self, response: Response, known: str) -> Receipt:
        receipt, data = self._receipt(response), as_object(response).get("data")
        status = whole(data.get("status")) if isinstance(data, dict) else None
        if receipt.outcome is not Outcome.ACCEPTED:
            return _unsure(receipt.error or "")
        outcome = {0: Outcome.ACCEPTED, 1: Outcome.DELIVERED}.get(-1 if status is None else status)
        if outcome is None:
            return _unsure(_("Zalo can't tell what became of it."))
        return Receipt(outcome=outcome, provider_id=known)

    def _receipt(self, response: Response) -> Receipt:
        return judged(response, "msg_id", CODES, self._app)


def _phone(message: Message) -> str | None:
    """Return a phone as Zalo wants it."""
    found = re.fullmatch(r"(?:0|\+?84)(\d{9})", message.recipient, re.ASCII)
    return "84" + found[1] if found else None


def _unsure(why: str) -> Receipt:
    return Receipt(outcome=Outcome.UNKNOWN, error=why)
