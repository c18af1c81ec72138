"""What Zalo's providers share: an app's tokens, of which each refresh token works once.

The refresh token is marked as spent before the first byte of the refresh leaves, and the new pair
is kept before anything is sent with it: whatever is killed, no refresh token is used twice blindly.
One that was spent in vain is tried again by a later run, alone and ever more seldom: there is
nothing left to lose, as the next one is nowhere else, and perhaps it wasn't used.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from cskh.language import _
from cskh.model.message import Outcome, Receipt
from cskh.model.secret import Secret
from cskh.providers._answers import as_object, identifier, quoted, rejected, whole
from cskh.providers._base import (
    Alone,
    Errand,
    Failure,
    NotTaken,
    Recall,
    Remember,
    Request,
    Response,
    Step,
)

# What a code means; a third part is after how many seconds it is tried again.
Codes = Mapping[int, tuple[Outcome, str] | tuple[Outcome, str, int]]
NIGHT = 2 * 3600  # five tries last until the morning
DAY = 6 * 3600  # and here until the next day
HOST = r"https?://[^/?#@\s]+/?"
_SOON = 300  # an access token that ends in so many seconds is renewed beforehand
_LONGEST = 7 * 24 * 3600
_USUAL = 3600  # what an answer without a time is trusted for
# After so many seconds a refresh token that was spent in vain is tried again, by how often it was.
_PAUSES = (45, 240, 900, 3600)


@dataclass(frozen=True, slots=True)
class App:
    """An app at Zalo; `refresh_token` is the one in the settings, the first of its line."""

    id: str
    secret: Secret
    refresh_token: Secret
    oauth_url: str

    @property
    def seed(self) -> str:
        """Return the fingerprint of the refresh token in the settings."""
        return hashlib.sha256(self.refresh_token.reveal().encode()).hexdigest()[:16]

    def headers(self, token: Secret) -> Mapping[str, str | Secret]:
        """Return what a call with an access token is signed with."""
        key, text = self.secret.reveal().encode(), token.reveal().encode()
        proof = hmac.new(key, text, hashlib.sha256).hexdigest()
        return {"access_token": token, "appsecret_proof": Secret(proof)}

    def recall(self) -> Recall:
        """Ask for the tokens that are kept."""
        return Recall(app=self.id, seed=self.seed)

    def keep(
        self, refresh: Secret, access: Secret | None = None, seconds: int = 0, spent: int = 0
    ) -> Remember:
        """Keep tokens."""
        return Remember(
            app=self.id,
            seed=self.seed,
            refresh_token=refresh,
            access_token=access,
            seconds=seconds,
            spent=spent,
        )

    def refresh(self, token: Secret) -> Request:
        """Exchange a refresh token for the next pair."""
        return Request(
            method="POST",
            url=self.oauth_url.rstrip("/") + "/v4/oa/access_token",
            headers={"secret_key": self.secret},
            form={"app_id": self.id, "refresh_token": token, "grant_type": "refresh_token"},
            delivers=False,
        )


def called(
    app: App, call: Callable[[Secret], Request], expired: frozenset[int]
) -> Generator[Step | NotTaken, Response, Response | Receipt]:
    """Make a call with the app's access token, which is renewed once if it doesn't work."""
    token = yield from _token(app, None)
    if isinstance(token, Receipt):
        return token
    response = yield call(token)
    if whole(as_object(response).get("error")) not in expired:
        return response
    yield NotTaken()
    token = yield from _token(app, token)
    if isinstance(token, Receipt):
        return token
    return (yield call(token))


def _token(app: App, stale: Secret | None) -> Generator[Step, Response, Secret | Receipt]:
    """Return an access token that works and isn't the stale one, or why there is none."""
    held = as_object((yield app.recall()))
    if not _works(held, stale):
        errand = partial(_renewal, app, stale)
        held = as_object((yield Alone(name=f"zalo-{app.id}", errand=errand)))
    if _works(held, stale):
        return Secret(held["access_token"])
    why = held["why"] if isinstance(held.get("why"), str) else _lost()
    return Receipt(outcome=Outcome.STOPPED, error=why)


def _works(held: Mapping[str, Any], stale: Secret | None) -> bool:
    token, seconds = held.get("access_token"), whole(held.get("seconds"))
    if not isinstance(token, str) or not token or seconds is None:
        return False
    return seconds > _SOON and (stale is None or token != stale.reveal())


def _renewal(app: App, stale: Secret | None) -> Errand:
    """Renew the tokens unless somebody else just did; nobody else does it meanwhile."""
    kept = yield app.recall()
    if isinstance(kept, Failure):
        return kept
    held = as_object(kept)
    spent = whole(held.get("spent")) or 0
    if _works(held, stale) or _rests(held, spent):
        return kept
    token = Secret(held["refresh_token"]) if held.get("refresh_token") else app.refresh_token
    marked = yield app.keep(token, spent=spent + 1)
    if isinstance(marked, Failure):
        return marked
    return (yield from _exchange(app, token, spent))


def _rests(held: Mapping[str, Any], spent: int) -> bool:
    """Say whether it is too soon to try a refresh token again that was spent in vain."""
    pause = _PAUSES[min(spent, len(_PAUSES)) - 1] if spent else 0
    age = whole(held.get("age")) or 0
    # Who waited for his turn began before it was kept; but a clock that was put back must not
    # keep it for ever.
    return -_PAUSES[-1] < age < pause


def _exchange(app: App, token: Secret, before: int) -> Errand:
    """Use a refresh token that is marked as spent; the mark goes if it certainly wasn't used.

    That it was spent in vain `before` stays: only an answer says what became of that.
    """
    answer = yield app.refresh(token)
    if isinstance(answer, Failure):
        if not answer.refused:
            return _told(_lost())
        unmarked = yield app.keep(token, spent=before)
        return unmarked if isinstance(unmarked, Failure) else answer
    pair = as_object(answer)
    refresh, access = pair.get("refresh_token"), pair.get("access_token")
    if isinstance(access, str) and access and isinstance(refresh, str) and refresh:
        seconds = max(0, min(whole(pair.get("expires_in")) or _USUAL, _LONGEST))
        kept = yield app.keep(Secret(refresh), Secret(access), seconds)
        return _told(_lost()) if isinstance(kept, Failure) else _pair(access, seconds)
    why = _refusal(app, token, answer)
    if why is None:
        return _told(_lost())
    yield app.keep(token, spent=before if isinstance(why, Failure) else 0)
    return why


def _refusal(app: App, token: Secret, answer: Response) -> Response | Failure | None:
    """Return what a refusal of a refresh comes to; None if it isn't certainly one."""
    said, receipt = as_object(answer), rejected(answer)
    if receipt is not None and receipt.outcome is Outcome.RETRY:
        return Failure(refused=True, error=receipt.error or "")
    code = whole(said.get("error"))
    if (receipt is None or receipt.outcome is not Outcome.UNKNOWN) and code:
        text = said.get("error_description") or said.get("message") or said.get("error_name") or ""
        words = quoted(text, app.secret, token)
        message = _("Zalo refuses the refresh token.")
        return _told(f"{message} (Zalo {code}){': ' if words else ''}{words} {_again()}")
    if receipt is not None and receipt.outcome is not Outcome.UNKNOWN:
        return _told(receipt.error or "")
    return None


def _lost() -> str:
    message = _("Zalo's refresh token was used, and the next one never came.")
    return f"{message} {_('A later run tries it again. If Zalo refuses it then:')} {_again()}"


def _again() -> str:
    return _("Let an admin of the OA grant access again, and set the new refresh_token.")


def _told(why: str) -> Response:
    return Response(status=200, body=json.dumps({"why": why}).encode())


def _pair(access: str, seconds: int) -> Response:
    return Response(
        status=200, body=json.dumps({"access_token": access, "seconds": seconds}).encode()
    )


def of(codes: Iterable[int], outcome: Outcome, why: str, later: int | None = None) -> Codes:
    """Return rows of a table for codes that mean the same."""
    row = (outcome, why) if later is None else (outcome, why, later)
    return dict.fromkeys(codes, row)


def judged(response: Response, key: str, codes: Codes, app: App) -> Receipt:
    """Return what an answer means; `key` is what a message's number is called in it."""
    answer = as_object(response)
    code, data = whole(answer.get("error")), answer.get("data")
    if code is None:
        unread = Receipt(outcome=Outcome.UNKNOWN, error=_("Zalo's answer can't be read."))
        return rejected(response) or unread
    if code == 0:
        known = identifier(data.get(key)) if isinstance(data, dict) else None
        return rejected(response) or Receipt(outcome=Outcome.ACCEPTED, provider_id=known)
    # What nobody knows says less than the status of the answer: a full server has codes too.
    unlisted = rejected(response) or Receipt(
        outcome=Outcome.FAILED, error=_("Zalo rejects the message.")
    )
    receipt = _listed(codes[code]) if code in codes else unlisted
    said = quoted(answer.get("message") or "", app.secret, app.refresh_token)
    return replace(receipt, error=f"{receipt.error} (Zalo {code})" + (f": {said}" if said else ""))


def _listed(row: tuple[Outcome, str] | tuple[Outcome, str, int]) -> Receipt:
    outcome, why, *later = row
    return Receipt(outcome=outcome, error=_(why), retry_after=later[0] if later else None)
