"""Keeps cskh/locale in step with the code: `python -m tools.catalogues` extracts and compiles.

Messages are every `_("…")`, `N_("…")` and `ngettext(…)`, and the docstrings that --help shows.
English says what the code says; Vietnamese is written into cskh/locale/vi/LC_MESSAGES/cskh.po.
"""

from __future__ import annotations

import datetime as dt
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import cskh.cli

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "cskh" / "locale"
_NAMES = {"vi": "Vietnamese", "en": "English"}
# A date of the extraction would change the files each time.
_NO_DATE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}


def messages() -> Catalog:
    """Return every message of the code."""
    catalogue = Catalog(project="cskh", version="1", fuzzy=False)
    for file, _line, message, _comments, _context in extract_from_dir(
        ROOT / "cskh", method_map=[("**.py", "python")], keywords=_KEYWORDS
    ):
        catalogue.add(message, locations=[(f"cskh/{file}", 0)])
    for name, docstring in docstrings():
        catalogue.add(docstring, locations=[(name, 0)])
    return catalogue


def docstrings() -> Iterator[tuple[str, str]]:
    """Yield where the docstrings of commands and groups stand, and what they say."""
    for found in pkgutil.iter_modules(cskh.cli.__path__):
        if found.name.startswith("_"):
            continue
        module = import_module(f"cskh.cli.{found.name}")
        group = getattr(module, "COMMANDS", None)
        owners = [module, *group.values()] if group else [module.command]
        for owner in owners:
            yield f"cskh/cli/{found.name}.py", inspect.cleandoc(owner.__doc__ or "")


def catalogue(language: str) -> Catalog:
    """Return a language's catalogue as it is committed."""
    path = LOCALE / language / "LC_MESSAGES" / "cskh.po"
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str, template: Catalog) -> None:
    """Bring a language's catalogue up to date and compile it."""
    found = catalogue(language)
    found.update(template, no_fuzzy_matching=True)
    found.obsolete.clear()
    found.fuzzy, found.project, found.version = False, "cskh", "1"
    found.msgid_bugs_address = found.last_translator = found.language_team = "cskh"
    found.header_comment = f"# {_NAMES[language]} messages of cskh (tools/catalogues.py)."
    found.creation_date = found.revision_date = _NO_DATE
    if language == "en":
        for message in found:
            if message.id:
                message.string = message.id
    folder = LOCALE / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "cskh.po").open("wb") as file:
        write_po(file, found, width=100, sort_output=True, omit_header=False, no_location=False)
    with (folder / "cskh.mo").open("wb") as file:
        write_mo(file, found)


if __name__ == "__main__":
    for name in ("vi", "en"):
        update(name, messages())
