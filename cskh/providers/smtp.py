"""The provider `smtp`: email through any mail server."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal
from urllib.parse import quote

from cskh.language import N_, _
from cskh.model.markup import plain_text
from cskh.model.message import Channel, Message, Outcome, Purpose, Receipt
from cskh.model.secret import Secret
from cskh.model.shape import Pattern, Says, Size, Text
from cskh.providers._answers import HOUR, quoted
from cskh.providers._base import Flow, Mail, Response, provider

_ADDRESS = "{0}@{0}".format(r"[!#-'*+\-./-9=?A-Z\[\]^-~]+")  # RFC 5321, without its quotes
_PORTS: Mapping[str, int] = MappingProxyType({"tls": 465, "starttls": 587, "none": 25})

# The replies that are about the account or the whole server, not about this message: RFC 4954 has
# 530 to 538, and before there is a message nobody can mean one.
_OF_ACCOUNT = frozenset({530, 534, 535, 538})
_OF_RECIPIENT = (450, 451, 452)
_DAILY_LIMIT = "5.4.5"  # the account's, as Google says it: it is tried again every hour
_BEFORE_ANY_MESSAGE = frozenset({"connect", "tls", "auth", "mail"})
_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "file": N_("An attachment can't be sent."),
        "connect": N_("The mail server doesn't want to talk to this machine."),
        "tls": N_("There is no secure connection to the mail server."),
        "auth": N_("The mail server refuses the user name or the password."),
        "mail": N_("The mail server refuses the sender."),
        "rcpt": N_("The mail server refuses the recipient."),
        "data": N_("The mail server refuses the message."),
        "end": N_("The mail server refuses the message."),
    }
)


@provider("smtp", Channel.EMAIL)
class Smtp:
    """Email through any mail server that speaks SMTP, encrypted unless said otherwise.

    ```yaml
    providers:
      mail:
        type: smtp
        host: smtp.example.com
        port: 587
        security: starttls
        username: cskh@example.com
        password: "${SMTP_PASSWORD}"
        from: "CSKH <cskh@example.com>"
        rate: 10/s
    ```
    """

    host: Annotated[
        str, Pattern(r"[^\s/@:]+|\[?[0-9A-Fa-f:.]+\]?", "smtp.example.com"), Says("The mail server")
    ]
    from_: Annotated[
        str,
        Pattern(rf"{_ADDRESS}|[^<>\r\n]*<{_ADDRESS}>", "CSKH <cskh@example.com>"),
        Says("Who the emails are from, an address or a name and an address"),
    ]
    security: Annotated[
        Literal["tls", "starttls", "none"],
        Says("tls from the first byte, starttls before anything is said, or none"),
    ] = "starttls"
    port: Annotated[
        int | None,
        Size(least=1, most=65535),
        Says("Left out: 465 for tls, 587 for starttls, 25 for none"),
    ] = None
    username: Annotated[Text | None, Says("Left out, nobody logs in")] = None
    password: Annotated[Secret | None, Says("The password of the account")] = None

    def flow(self, message: Message) -> Flow:
        """Send one email."""
        people = [message.recipient, *_listed(message, "cc"), *_listed(message, "bcc")]
        addresses = [_mailbox(each) for each in people]
        if None in addresses:
            return Receipt(outcome=Outcome.FAILED, error=_unreachable(people, addresses))
        answer = yield self._mail(message, list(filter(None, addresses)))
        return self._receipt(answer)

    def check(self) -> Flow:
        """Log in and out again."""
        answer = yield self._server(delivers=False)
        return self._receipt(answer)

    def _server(self, **parts: Any) -> Mail:
        return Mail(
            host=self.host.strip("[]"),
            port=self.port or _PORTS[self.security],
            security=self.security,
            username=self.username,
            password=self.password,
            sender=self._address,
            **parts,
        )

    @property
    def _address(self) -> str:
        bare = re.search(r"<([^<>]*)>", self.from_)
        return bare[1] if bare else self.from_

    def _mail(self, message: Message, addresses: list[str]) -> Mail:
        html = message.data.get("html")
        return self._server(
            recipients=tuple(dict.fromkeys(addresses)),
            headers=dict(self._headers(message, addresses)),
            text=message.content or plain_text(html or ""),
            html=html,
            attachments=tuple(_listed(message, "attachments")),
        )

    def _headers(self, message: Message, addresses: list[str]) -> Iterator[tuple[str, str]]:
        yield "From", self.from_
        yield "To", addresses[0]
        if copies := addresses[1 : 1 + len(_listed(message, "cc"))]:
            yield "Cc", ", ".join(copies)
        yield "Subject", message.subject or ""
        yield "Message-ID", _message_id(message, self._address)
        yield "Auto-Submitted", "auto-generated"
        if message.purpose is Purpose.ADVERTISING:
            yield from _ways_out(message, self._address)

    def _receipt(self, answer: Response) -> Receipt:
        at, status = answer.headers.get("at"), answer.status
        said = self._quoted(answer.text)
        if at == "end" and 200 <= status <= 299:
            copies = self._quoted(answer.headers.get("refused", ""))
            note = _("Copies were refused: {why}").format(why=copies) if copies else None
            return Receipt(outcome=Outcome.ACCEPTED, provider_id=_queue_id(answer.text), error=note)
        if at == "knock" and 200 <= status <= 299:
            return Receipt(outcome=Outcome.ACCEPTED)
        outcome = _outcome(at, status, answer.text)
        is_over = outcome is Outcome.STOPPED and _DAILY_LIMIT in answer.text
        later = HOUR if is_over or outcome is Outcome.MISSING else None
        return Receipt(outcome=outcome, error=_why(at, status, said), retry_after=later)

    def _quoted(self, said: str) -> str:
        return quoted(said, *_forms(self.username or "", self.password))


def _forms(username: str, password: Secret | None) -> Iterator[Secret]:
    """Yield a password as it goes over the wire, which a server's complaint may quote."""
    if password:
        bare = password.reveal().encode()
        for spoken in (bare, b"\0%s\0%s" % (username.encode(), bare)):
            yield Secret(b64encode(spoken).decode("ascii"))
        yield password


def _listed(message: Message, key: str) -> list[str]:
    return list(message.data.get(key) or ())


def _mailbox(address: str) -> str | None:
    """Return an address in ASCII; None if it isn't one, or only few servers would take it."""
    local, at, domain = address.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    whole = f"{local}{at}{ascii_domain}"
    return whole if re.fullmatch(_ADDRESS, whole) and len(whole) <= 254 else None


def _unreachable(people: list[str], addresses: list[str | None]) -> str:
    if addresses[0] is None:
        return _("This isn't an address that an email can be sent to.")
    wrong = next(each for each, address in zip(people, addresses, strict=True) if address is None)
    message = _("A copy is for {address}, and that isn't an address.")
    return message.format(address=quoted(wrong))


def _message_id(message: Message, sender: str) -> str:
    """Return the same id for the same row of an outbox, whoever tries to send it how often."""
    whole = "\0".join((message.recipient, message.subject or "", message.content))
    digest = hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:16]
    return f"<cskh.{message.id}.{digest}@{sender.rpartition('@')[2]}>"


def _ways_out(message: Message, sender: str) -> Iterator[tuple[str, str]]:
    """Yield how a mail program unsubscribes: by mail, and by one click if `serve` is reachable."""
    url = str(message.data.get("unsubscribe_url") or "")
    by_mail = f"<mailto:{quote(sender, safe='@')}?subject=unsubscribe>"
    if re.fullmatch(r"https://[!-;=?-~]{1,500}", url):
        yield "List-Unsubscribe", f"<{url}>, {by_mail}"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    else:
        yield "List-Unsubscribe", by_mail


def _queue_id(said: str) -> str | None:
    """Return what most servers call a message they took: `Ok: queued as 4Ft2z`."""
    named = re.search(r"queued as <?([!-;=?-~]{1,100})", said)
    return named[1] if named else None


def _outcome(at: str | None, status: int, said: str) -> Outcome:
    if at is None or (at == "end" and not 400 <= status <= 599):
        return Outcome.UNKNOWN
    if at == "file":
        return Outcome.MISSING
    if 400 <= status <= 499:
        # Greylisting and full mailboxes are the recipient's: they say nothing of the account.
        return Outcome.LATER if at == "rcpt" and status in _OF_RECIPIENT else Outcome.RETRY
    if at in ("tls", "auth") or status in _OF_ACCOUNT:
        return Outcome.STOPPED
    if not 500 <= status <= 599:
        return Outcome.RETRY
    if _DAILY_LIMIT in said:
        return Outcome.STOPPED
    if at in _BEFORE_ANY_MESSAGE and status != 552:
        return Outcome.STOPPED
    # Who may not relay hears so at every recipient: the login is missing, not the recipient.
    return Outcome.STOPPED if at == "rcpt" and "relay" in said.lower() else Outcome.FAILED


def _why(at: str | None, status: int, said: str) -> str:
    if at is None or at not in _SENTENCES:
        return _("The mail server's answer can't be read.")
    if 400 <= status <= 499:
        sentence = _("The mail server asks to try again later.")
    elif status and not 500 <= status <= 599:
        sentence = _("The mail server's answer can't be read.")
    else:
        sentence = _(_SENTENCES[at])
    if status:
        sentence = f"{sentence} (SMTP {status})"
    return f"{sentence.removesuffix('.')}: {said}" if said else sentence
