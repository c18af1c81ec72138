"""Phones and addresses as tables and logs show them: enough to recognise, too little to misuse."""

from __future__ import annotations

import re

_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .-]?\d){8,10}(?!\d)")


def masked(recipient: str | None) -> str:
    """Return `0912•••678` for a phone, `a•••@example.com` for an address, `a•••` if it is short."""
    if not recipient:
        return ""
    name, at, host = recipient.partition("@")
    if at:
        return f"{name[:1]}•••@{host}"
    return f"{recipient[:4]}•••{recipient[-3:]}" if len(recipient) > 8 else f"{recipient[:1]}•••"


def masked_within(text: str) -> str:
    """Mask every phone number that stands in a text."""
    return _PHONE.sub(lambda found: masked(found[0]), text)
