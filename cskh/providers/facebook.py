"""The provider `facebook`: messages from fanpages to people who wrote to them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Annotated, Any

from cskh.language import N_, _
from cskh.model.message import Channel, Message, Outcome, Receipt
from cskh.model.secret import Secret
from cskh.model.shape import Pattern, Says
from cskh.providers._answers import as_object, identifier, quoted, rejected, whole
from cskh.providers._base import Flow, Pages, Request, Response, provider

LONGEST_TEXT = 2000
_WINDOW = N_("The customer hasn't written to the page in the last 24 hours.")
_BUSY = N_("Facebook is too busy.")
_UNSURE = N_("Facebook didn't say whether it took the message.")
_NOT_THERE = N_("The customer can't be reached on Facebook.")

# A page is tried again so many seconds after it was stopped, its other messages not before.
_PAGE_RESTS = 15 * 60
# What is about the page that speaks, not about the app: the others go on.
_OF_PAGE = frozenset({(190, None), (10, None), (200, None), (368, None), (10, 1893063)})

# By code and subcode first, then by code; from public clients and threads of their maintainers.
CODES: Mapping[tuple[int, int | None], tuple[Outcome, str]] = MappingProxyType(
    {
        (190, None): (Outcome.STOPPED, N_("Facebook refuses the page's token.")),
        (10, 2018278): (Outcome.TOO_LATE, _WINDOW),
        (10, 2534022): (Outcome.TOO_LATE, _WINDOW),
        (10, 1893063): (Outcome.STOPPED, N_("Facebook doesn't let the page send for a while.")),
        (10, None): (Outcome.STOPPED, N_("The app lacks a permission at Facebook.")),
        (200, None): (Outcome.STOPPED, N_("The app lacks a permission at Facebook.")),
        (100, 2018001): (Outcome.FAILED, N_("Facebook doesn't know the customer.")),
        (100, None): (Outcome.FAILED, N_("Facebook doesn't understand the request.")),
        (551, None): (Outcome.FAILED, _NOT_THERE),
        (1545041, None): (Outcome.FAILED, _NOT_THERE),
        (2018108, None): (Outcome.STOPPED, N_("The app at Facebook is still being tested.")),
        (368, None): (Outcome.STOPPED, N_("Facebook has blocked the page for a while.")),
        **dict.fromkeys(
            ((613, None), (4, None), (32, None), (80004, None), (80006, None)),
            (Outcome.RETRY, _BUSY),
        ),
        **dict.fromkeys(((1, None), (2, None), (1200, None)), (Outcome.UNKNOWN, _UNSURE)),
    }
)


@provider("facebook", Channel.FACEBOOK)
class Facebook:
    """Messages of fanpages to people who wrote to them in the last 24 hours.

    The pages and their tokens stand in `pages:`.

    ```yaml
    providers:
      facebook:
        type: facebook
        app_secret: "${FB_APP_SECRET}"
        verify_token: "${FB_VERIFY_TOKEN}"
    ```
    """

    app_secret: Annotated[Secret | None, Says("The app's secret, which calls are proved with")] = (
        None
    )
    verify_token: Annotated[Secret | None, Says("The word that the webhook is verified with")] = (
        None
    )
    version: Annotated[
        str, Pattern(r"v\d{1,3}\.\d", "v25.0"), Says("The version of the Graph API")
    ] = "v25.0"
    url: Annotated[
        str,
        Pattern(r"https?://[^/?#@\s]+/?", "https://graph.facebook.com"),
        Says("Another host, as scheme, host and port"),
    ] = "https://graph.facebook.com"

    def flow(self, message: Message) -> Flow:
        """Send one message from its page."""
        if len(message.content) > LONGEST_TEXT:
            return Receipt(outcome=Outcome.FAILED, error=_("The text is too long for Facebook."))
        token = _token((yield Pages()), message.page or "")
        if isinstance(token, Receipt):
            return token
        body = {
            "recipient": {"id": message.recipient},
            "messaging_type": "RESPONSE",
            "message": {"text": message.content},
            **self._proof(token),
        }
        url = f"{self._base}/{message.page}/messages"
        response = yield Request(method="POST", url=url, headers=_bearer(token), json=body)
        return self._receipt(response, message.page or "", token, "message_id")

    def check(self) -> Flow:
        """Ask who each page is, which takes a token that works; tell of all that don't."""
        pages = as_object((yield Pages()))
        if not pages:
            return Receipt(outcome=Outcome.STOPPED, error=_("No page is connected (pages:)."))
        refused: list[Receipt] = []
        for page, bare in pages.items():
            receipt = yield from self._checked(page, bare)
            refused += [receipt] if receipt.outcome is not Outcome.ACCEPTED else []
        if not refused:
            return Receipt(outcome=Outcome.ACCEPTED)
        # A page that is surely refused tells more than one that gave no answer.
        sure = [each for each in refused if each.outcome is not Outcome.UNKNOWN] or refused
        return replace(sure[0], error=" ".join(each.error or "" for each in sure))

    def _checked(self, page: str, bare: object) -> Flow:
        token = _usable(page, bare)
        if isinstance(token, Receipt):
            return token
        response = yield Request(
            method="GET",
            url=f"{self._base}/{page}",
            headers=_bearer(token),
            params={"fields": "id", **self._proof(token)},
            delivers=False,
        )
        return self._receipt(response, page, token, "id")

    @property
    def _base(self) -> str:
        return f"{self.url.rstrip('/')}/{self.version}"

    def _proof(self, token: Secret) -> dict[str, Secret]:
        if self.app_secret is None:
            return {}
        key, text = self.app_secret.reveal().encode(), token.reveal().encode()
        return {"appsecret_proof": Secret(hmac.new(key, text, hashlib.sha256).hexdigest())}

    def _receipt(self, response: Response, page: str, token: Secret, key: str) -> Receipt:
        answer = as_object(response)
        error = answer.get("error")
        code = whole(error.get("code")) if isinstance(error, dict) else None
        if isinstance(error, dict) and code is not None:
            return self._refusal(response, error, (code, page), token)
        known = identifier(answer.get(key))
        if known is None:
            unread = Receipt(outcome=Outcome.UNKNOWN, error=_("Facebook's answer can't be read."))
            return rejected(response) or unread
        return rejected(response) or Receipt(outcome=Outcome.ACCEPTED, provider_id=known)

    def _refusal(
        self, response: Response, error: Mapping[str, Any], of: tuple[int, str], token: Secret
    ) -> Receipt:
        (code, page), sub = of, whole(error.get("error_subcode"))
        named = [each for each in ((code, sub), (sub or 0, None)) if each in CODES]
        key = named[0] if named else (code, None)
        is_sure = response.status < 500
        unlisted = (Outcome.FAILED, N_("Facebook rejects the message."))
        outcome, why = CODES.get(key, unlisted if is_sure else (Outcome.UNKNOWN, _UNSURE))
        secrets = (token, *((self.app_secret,) if self.app_secret else ()))
        said = quoted(error.get("message") or "", *secrets)
        number = f"{code}/{sub}" if sub else f"{code}"
        shown = f"{_(why)} (Facebook {number})" + (f": {said}" if said else "")
        if key in _OF_PAGE:
            return _stopped(page, shown)
        return Receipt(outcome=outcome, error=shown)


def _token(pages: Response, page: str) -> Secret | Receipt:
    """Return a page's token, or why it has none."""
    known = as_object(pages)
    if page not in known:
        error = _("The page {page} is no longer in cskh.yaml.").format(page=page)
        return Receipt(outcome=Outcome.FAILED, error=error)
    return _usable(page, known[page])


def _usable(page: str, token: object) -> Secret | Receipt:
    """Return a token that can be sent at all, or why the page has none."""
    if not isinstance(token, str) or not token:
        return _stopped(page, _("It has no token (pages: in cskh.yaml)."))
    if not token.isascii() or not token.isprintable():
        return _stopped(page, _("Its token has characters that no token has, such as “."))
    return Secret(token)


def _stopped(page: str, why: str) -> Receipt:
    """Return that a page can't speak: its messages wait, those of the other pages go."""
    error = _("The page {page}: {why}").format(page=page, why=why)
    return Receipt(outcome=Outcome.STOPPED, error=error, retry_after=_PAGE_RESTS, of_page=True)


def _bearer(token: Secret) -> Mapping[str, Secret]:
    return {"Authorization": Secret(f"Bearer {token.reveal()}")}
