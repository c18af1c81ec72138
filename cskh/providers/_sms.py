"""What providers of SMS share: forms of phone numbers, plain texts, our name for a message."""

from __future__ import annotations

import hashlib
import re

from cskh.language import _
from cskh.model.message import Message, Outcome, Receipt, is_gsm
from cskh.model.secret import Secret
from cskh.providers._answers import HOUR, quoted

HOST = r"https?://[^/?#@\s]+/?"


def national(phone: str) -> str | None:
    """Return the nine digits of a Vietnamese number behind its 0 or 84; None if it isn't one."""
    found = re.fullmatch(r"(?:0|\+?84)(\d{9})", phone, re.ASCII)
    return found[1] if found else None


def no_phone() -> Receipt:
    """Return what becomes of a message to something that isn't a phone number."""
    return Receipt(outcome=Outcome.FAILED, error=_("This isn't a Vietnamese number."))


def is_plain(text: str) -> bool:
    """Say whether a text has no diacritics, and nothing else that needs Unicode."""
    return text.isascii() and is_gsm(text)


def fingerprint(message: Message) -> str:
    """Return 16 hexadecimal digits that are the same for every try to send a message.

    The number alone would not do: in a store that was begun anew somebody else's message has it.
    """
    whole = "\0".join((str(message.id), message.recipient, message.content))
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:16]


def unsure(why: str) -> Receipt:
    """Return the receipt of a message of which nobody can tell what became."""
    return Receipt(outcome=Outcome.UNKNOWN, error=why)


def told(why: str, said: object, *secrets: Secret) -> str:
    """Return what a provider's answer means, and in its own words what it said."""
    words = quoted(said, *secrets)
    return f"{why.removesuffix('.')}: {words}" if words else why


def is_fresh(message: Message) -> bool:
    """Say whether a message left so lately that nobody can have forgotten it meanwhile.

    Providers remember for a day at most, and devices until they are switched off: what they don't
    know an hour later may have been sent.
    """
    return message.age is not None and 0 <= message.age <= HOUR
