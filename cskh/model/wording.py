"""Values as people read them, in the language in use."""

from __future__ import annotations

from cskh.language import ngettext
from cskh.model.clock import Span


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
