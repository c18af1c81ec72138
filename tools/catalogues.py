"""Keeps cskh/locale in step with the code: `python -m tools.catalogues` extracts and compiles.

Messages are every `_("…")`, `N_("…")`, `ngettext(…)` and `Says("…")`, the docstrings that --help
shows, and those that describe things in the JSON Schemas. English says what the code says;
Vietnamese is written into cskh/locale/vi/LC_MESSAGES/cskh.po.
"""

from __future__ import annotations

import ast
import datetime as dt
import inspect
import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import cskh.cli
from cskh.engine.publishing import schemas
from cskh.language import speak
from cskh.spec.vocabulary import anybodys

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "cskh" / "locale"
LANGUAGES = {"vi": "Vietnamese", "en": "English"}
# A date of the extraction would change the files each time.
_NO_DATE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_CALLS = {"_": 1, "N_": 1, "Says": 1, "ngettext": 2}

Message = str | tuple[str, ...]


def messages() -> Catalog:
    """Return every message of the code."""
    catalogue = Catalog(project="cskh", version="1", fuzzy=False)
    for find in (calls, docstrings, descriptions):
        for file, message in find():
            catalogue.add(message, locations=[(file, 0)])
    return catalogue


def calls() -> Iterator[tuple[str, Message]]:
    """Yield the messages that the code marks, and the file each stands in.

    Not by babel's own extractor, which overlooks what stands within an f-string.
    """
    for path in sorted((ROOT / "cskh").rglob("*.py")):
        file = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                forms = _texts(node.args[: _CALLS.get(node.func.id, 0)])
                if forms:
                    yield file, forms[0] if len(forms) == 1 else forms


def _texts(arguments: list[ast.expr]) -> tuple[str, ...]:
    constants = (each.value for each in arguments if isinstance(each, ast.Constant))
    return tuple(text for text in constants if isinstance(text, str))


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


def descriptions() -> Iterator[tuple[str, str]]:
    """Yield what editors show about keys and values, and the schema each stands in."""
    speak("en")
    for kind, text in schemas(anybodys()).items():
        for description in _described(json.loads(text)):
            yield f"schemas/{kind}.schema.json", description


def _described(schema: Any) -> Iterator[str]:
    parts = schema.items() if isinstance(schema, dict) else enumerate(schema)
    for key, part in parts:
        if key == "description" and isinstance(part, str):
            yield part
        elif isinstance(part, dict | list):
            yield from _described(part)


def committed(language: str) -> Catalog:
    """Return a language's catalogue as it is committed."""
    path = file_of(language, "po")
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def file_of(language: str, ending: str) -> Path:
    """Return where a language's catalogue stands, as text (`po`) or compiled (`mo`)."""
    return LOCALE / language / "LC_MESSAGES" / f"cskh.{ending}"


def update(language: str, template: Catalog) -> None:
    """Bring a language's catalogue up to date and compile it."""
    found = committed(language)
    found.update(template, no_fuzzy_matching=True)
    found.obsolete.clear()
    found.fuzzy, found.project, found.version = False, "cskh", "1"
    found.msgid_bugs_address = found.last_translator = found.language_team = "cskh"
    found.header_comment = f"# {LANGUAGES[language]} messages of cskh (tools/catalogues.py)."
    found.creation_date = found.revision_date = _NO_DATE
    if language == "en":
        for message in found:
            if message.id:
                message.string = message.id
    file_of(language, "po").parent.mkdir(parents=True, exist_ok=True)
    with file_of(language, "po").open("wb") as file:
        write_po(file, found, width=100, sort_output=True)
    with file_of(language, "mo").open("wb") as file:
        write_mo(file, found)


if __name__ == "__main__":
    for name in LANGUAGES:
        update(name, messages())
