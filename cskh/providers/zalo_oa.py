"""The provider `zalo_oa`: messages from an official account to people who wrote to it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from cskh.language import N_, _
from cskh.model.message import Channel, Message, Outcome, Receipt
from cskh.model.secret import Secret
from cskh.model.shape import Pattern, Says, Text
from cskh.providers._base import Flow, Request, provider
from cskh.providers._zalo import DAY, HOST, NIGHT, App, Codes, called, judged, of

LONGEST_TEXT = 2000
EXPIRED = frozenset({-216, -220})

# From one public client that copied Zalo's page; -230 and -232 were also seen by others.
CODES: Codes = MappingProxyType(
    {
        -32: (Outcome.RETRY, N_("Zalo is too busy.")),
        -100: (Outcome.UNKNOWN, N_("Zalo didn't say whether it took the message.")),
        **of((-200, -201, -210), Outcome.FAILED, N_("Zalo doesn't understand the request.")),
        **of(
            (-204, -205, -209, -212, -219, -221, -223, -224, -235, -320, -321),
            Outcome.STOPPED,
            N_("Zalo refuses the OA, its package or the app's rights."),
        ),
        -211: (Outcome.STOPPED, N_("The OA's quota at Zalo is used up.")),
        -218: (Outcome.LATER, N_("The customer's quota of messages is used up."), DAY),
        -213: (Outcome.FAILED, N_("The customer doesn't follow the OA.")),
        **of((-216, -220), Outcome.STOPPED, N_("Zalo refuses the access token, also a new one.")),
        **of((-217, -227, -244), Outcome.FAILED, N_("The customer doesn't take messages on Zalo.")),
        **of(
            (-230, -232),
            Outcome.TOO_LATE,
            N_("The customer hasn't written to the OA in the last 7 days."),
        ),
        -233: (Outcome.FAILED, N_("Zalo doesn't take this kind of message.")),
        -234: (Outcome.LATER, N_("Zalo sends no such messages at night."), NIGHT),
        -240: (Outcome.STOPPED, N_("Zalo has closed this interface.")),
        -242: (Outcome.STOPPED, N_("Zalo refuses the proof: app_secret is wrong.")),
        -248: (Outcome.FAILED, N_("The message is against Zalo's rules.")),
    }
)


@provider("zalo_oa", Channel.ZALO)
class ZaloOa:
    """Messages of a Zalo official account to people who wrote to it in the last 7 days.

    ```yaml
    providers:
      oa-chinh:
        type: zalo_oa
        app_id: "1234567890123456789"
        app_secret: "${ZALO_APP_SECRET}"
        refresh_token: "${ZALO_REFRESH_TOKEN}"
        oa_secret: "${ZALO_OA_SECRET}"
    ```
    """

    app_id: Annotated[Text, Says("The app's id at developers.zalo.me")]
    app_secret: Annotated[Secret, Says("The app's secret key")]
    refresh_token: Annotated[
        Secret, Says("The first refresh token; those that follow are kept in the store")
    ]
    oa_secret: Annotated[Secret | None, Says("The key that the OA's webhooks are signed with")] = (
        None
    )
    url: Annotated[
        str,
        Pattern(HOST, "https://openapi.zalo.me"),
        Says("Another host, as scheme, host and port"),
    ] = "https://openapi.zalo.me"
    oauth_url: Annotated[
        str,
        Pattern(HOST, "https://oauth.zaloapp.com"),
        Says("Another host for tokens, as scheme, host and port"),
    ] = "https://oauth.zaloapp.com"

    def flow(self, message: Message) -> Flow:
        """Send one message."""
        if len(message.content) > LONGEST_TEXT:
            return Receipt(outcome=Outcome.FAILED, error=_("The text is too long for Zalo."))
        body = {
            "recipient": {"user_id": message.recipient},
            "message": {"text": message.content},
        }
        return (yield from self._ask("POST", "/v3.0/oa/message/cs", "message_id", body))

    def check(self) -> Flow:
        """Ask who the OA is, which takes tokens that work."""
        return (yield from self._ask("GET", "/v2.0/oa/getoa", "oa_id"))

    def _ask(self, method: str, path: str, key: str, body: Mapping[str, Any] | None = None) -> Flow:
        """Ask Zalo with a token that works; what has no body delivers nothing."""
        app, url = self._app, self.url.rstrip("/") + path
        response = yield from called(
            app,
            lambda token: Request(
                method=method,
                url=url,
                headers=app.headers(token),
                json=body,
                delivers=body is not None,
            ),
            EXPIRED,
        )
        return response if isinstance(response, Receipt) else judged(response, key, CODES, app)

    @property
    def _app(self) -> App:
        return App(self.app_id, self.app_secret, self.refresh_token, self.oauth_url)
