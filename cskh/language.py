"""The language of everything people read: gettext catalogues, Vietnamese by default.

Messages are written in English in the code, as `_("…")`, and looked up when they are shown.
"""

from __future__ import annotations

import gettext
import os
from contextvars import ContextVar
from pathlib import Path

LANGUAGES = ("vi", "en")
DEFAULT = "vi"
_LOCALE = Path(__file__).parent / "locale"
_current: ContextVar[str] = ContextVar("language", default=DEFAULT)
_catalogues: dict[str, gettext.NullTranslations] = {}


def speak(language: str) -> None:
    """Use `language` (`vi` or `en`) for all messages from here on.

    Libraries that look their words up by gettext's global functions find ours too.
    """
    _current.set(language)
    gettext.bindtextdomain("cskh", str(_LOCALE))
    gettext.textdomain("cskh")
    os.environ["LANGUAGE"] = language


def spoken() -> str:
    """Return the language in use."""
    return _current.get()


def _catalogue() -> gettext.NullTranslations:
    language = _current.get()
    if language not in _catalogues:
        _catalogues[language] = gettext.translation(
            "cskh", _LOCALE, languages=[language], fallback=True
        )
    return _catalogues[language]


def _(message: str) -> str:
    """Translate `message` into the language in use."""
    return _catalogue().gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Translate the form of a message that fits `count`."""
    return _catalogue().ngettext(one, many, count)


def N_(message: str) -> str:  # gettext calls it so
    """Mark `message` for the catalogues; whoever shows it translates it."""
    return message
