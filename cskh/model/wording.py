"""Values as people read them, in the language in use."""

from __future__ import annotations

from collections.abc import Mapping

from cskh.language import N_, _, ngettext
from cskh.model.clock import Span

# What the store's own words are called; a word of the project's settings is its own name.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": {"lead": N_("lead"), "contact": N_("contact"), "account": N_("account")},
    "type": {"individual": N_("individual"), "business": N_("business")},
    "gender": {"male": N_("male"), "female": N_("female")},
    "purpose": {"care": N_("care"), "advertising": N_("advertising")},
    "priority": {
        "low": N_("low"),
        "normal": N_("normal"),
        "high": N_("high"),
        "urgent": N_("urgent"),
    },
    "work": {
        "open": N_("open"),
        "done": N_("done"),
        "responded": N_("responded"),
        "resolved": N_("resolved"),
        "cancelled": N_("cancelled"),
        "won": N_("won"),
        "lost": N_("lost"),
    },
    "call": {
        "waiting": N_("without an agent"),
        "distributed": N_("distributed"),
        "called": N_("called"),
        "answered": N_("answered"),
        "no_answer": N_("no answer"),
        "callback": N_("to be called back"),
        "refused": N_("refused"),
        "bought": N_("bought"),
    },
}


def word(of: str, value: str) -> str:
    """Return one of the store's words (of kind, type, gender, purpose, …) as people read it."""
    known = _WORDS.get(of, {})
    return _(known[value]) if value in known else value


def scope_words(channel: str | None, purpose: str | None) -> tuple[str, str]:
    """Return what a refusal or consent is about; None stands for all."""
    which = word("purpose", purpose) if purpose else _("every purpose")
    return channel or _("every channel"), which


def span_words(span: Span) -> str:
    """Return a length of time: 15 days."""
    n = span.amount
    units = {
        "seconds": ngettext("{n} second", "{n} seconds", n),
        "minutes": ngettext("{n} minute", "{n} minutes", n),
        "hours": ngettext("{n} hour", "{n} hours", n),
        "days": ngettext("{n} day", "{n} days", n),
        "weeks": ngettext("{n} week", "{n} weeks", n),
        "months": ngettext("{n} month", "{n} months", n),
        "years": ngettext("{n} year", "{n} years", n),
    }
    return units[span.unit].format(n=n)
