"""The values that operators compare with, as people read them."""

from __future__ import annotations

from typing import Any

from cskh.language import _, ngettext
from cskh.model.clock import Span
from cskh.model.wording import span_words
from cskh.rules.values import RelativeDay, Window


def said(value: Any, between: str = ", ") -> str:
    """Return a value in the language in use; `between` joins those of a list."""
    match value:
        case tuple():
            return between.join(said(item) for item in value)
        case bool():
            return _("yes") if value else _("no")
        case Span():
            return span_words(value)
        case RelativeDay():
            return _day(value.days)
        case Window():
            return _window(value)
        case _:
            return str(value)


def _day(days: int) -> str:
    if days in (-1, 0, 1):
        return (_("today"), _("tomorrow"), _("yesterday"))[days]
    n = abs(days)
    if days > 0:
        return ngettext("{n} day from today", "{n} days from today", n).format(n=n)
    return ngettext("{n} day before today", "{n} days before today", n).format(n=n)


def _window(window: Window) -> str:
    if window.unit == "week":
        return _("this week")
    if window.unit == "month":
        return _("this month")
    n = window.days
    return ngettext("in {n} day", "in {n} days", n).format(n=n) if n else _("today")
