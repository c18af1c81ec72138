"""How advertising is marked: the label first, how to refuse it last (Decree 91/2020/ND-CP)."""

from __future__ import annotations

import html as markup

from cskh.model.folding import fold, unmark
from cskh.model.markup import plain_text
from cskh.model.message import Purpose
from cskh.model.settings import Policy

# Either is a label by article 15, whichever of them the settings add.
_LABELS = ("[qc]", "[ad]")
# What a sentence ends with, or a line that goes on by itself.
_ENDS = tuple('.!?…:;,)"”»')


def sms_words(text: str, purpose: Purpose, policy: Policy) -> str:
    """Return a text message as it goes to a customer; care has nothing to be marked."""
    if purpose is not Purpose.ADVERTISING or not text:
        return text
    said = labelled(text, policy.label.sms)
    between = " " if said.rstrip().endswith(_ENDS) else ". "
    return _ended(said.rstrip(), policy.opt_out_text.sms, between)


def email_subject(subject: str, purpose: Purpose, policy: Policy) -> str:
    """Return an email's subject as it goes to a customer."""
    if purpose is not Purpose.ADVERTISING or not subject:
        return subject
    return labelled(subject, policy.label.email)


def email_words(text: str, purpose: Purpose, policy: Policy) -> str:
    """Return an email's text as it goes to a customer."""
    if purpose is not Purpose.ADVERTISING or not text:
        return text
    return _ended(text, policy.opt_out_text.email, "\n\n")


def email_html(page: str, purpose: Purpose, policy: Policy) -> str:
    """Return an email's HTML as it goes to a customer; the way out stands in its body."""
    way_out = policy.opt_out_text.email
    if purpose is not Purpose.ADVERTISING or not way_out or _ends(plain_text(page), way_out):
        return page
    added = f"<p>{markup.escape(way_out)}</p>"
    end = page.lower().rfind("</body>")
    return page + added if end < 0 else page[:end] + added + page[end:]


def labelled(text: str, label: str) -> str:
    """Return a text with its label first, unless one is there."""
    return text if fold(text).startswith((fold(label), *_LABELS)) else f"{label} {text}"


def _ended(text: str, way_out: str | None, between: str) -> str:
    return text if not way_out or _ends(text, way_out) else f"{text}{between}{way_out.strip()}"


def _ends(text: str, way_out: str) -> bool:
    """Say whether a text says last how to refuse, with or without diacritics."""
    return _key(text).endswith(_key(way_out))


def _key(text: str) -> str:
    return " ".join(unmark(fold(text)).split())
