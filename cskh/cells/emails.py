"""Email addresses: plain ones by a regular expression, the rest by the email-validator library."""

from __future__ import annotations

import re

from cskh.cells.reading import NOTHING, Cell, Reading, shown, unreadable
from cskh.cells.texts import is_error, means_nothing, tidy
from cskh.language import _

_LABEL = r"[a-z0-9](?:(?!.?.?--)[a-z0-9-]{0,61}[a-z0-9])?"
# A subset of what the library takes as it stands; names that are no mail hosts are left to it.
is_plain_email = re.compile(
    r"[A-Za-z0-9_+-]{1,32}(?:\.[A-Za-z0-9_+-]{1,15}){0,2}@"
    rf"(?:{_LABEL}\.){{1,3}}(?!test$|invalid$|local$|localhost$|arpa$|onion$|phone$)[a-z]{{2,20}}"
).fullmatch
# Haravan invents 0912345678@84.phone for customers without an address.
_INVENTED = re.compile(r"([^@]*)@(?:[^@]*\.)?phone", re.IGNORECASE)
_WRAPPED = re.compile(r"(?:mailto:)?[^<@]*<([^<>]+)>|mailto:(.+)", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;/|]+")
_MOST = 500  # characters of a cell that can hold addresses


def invented_phone(cell: Cell) -> str | None:
    """Return the phone number that a shop system wrote as an email address, if it is one."""
    match = _INVENTED.fullmatch(cell.strip()) if isinstance(cell, str) else None
    return match[1] if match else None


def read_email(cell: Cell) -> Reading:
    """Read the first email address of a cell; addresses that a shop system invented are empty."""
    if isinstance(cell, str) and is_plain_email(cell):
        return Reading(cell)
    text = tidy(shown(cell))
    if means_nothing(text) or invented_phone(text) is not None:
        return NOTHING
    if len(text) > _MOST or is_error(text):
        return unreadable(_("It is no email address."))
    address, *others = _addresses(text)
    checked = _checked(address)
    if checked.value is None:
        return checked
    left = _("{numbers} was left out.").format(numbers=", ".join(others)) if others else None
    repairs = ("email",) if checked.value != (text if not others else address) else ()
    return Reading(checked.value, repairs, left)


def _addresses(text: str) -> list[str]:
    if wrapped := _WRAPPED.fullmatch(text):
        return [(wrapped[1] or wrapped[2]).strip()]
    parts = [part for part in _BETWEEN.split(text) if part]
    return parts if parts and all("@" in part for part in parts) else [text]


def _checked(address: str) -> Reading:
    from email_validator import EmailNotValidError, validate_email

    try:
        # A letter like ễ before the @ is a slip: hardly any server would take it.
        found = validate_email(
            address, check_deliverability=False, strict=True, allow_smtputf8=False
        )
    except EmailNotValidError:
        return unreadable(_("It is no email address."))
    return Reading(found.normalized)
