"""The catalogues of both languages are complete, and what people read comes out of them."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo

from tools.catalogues import LANGUAGES, committed, file_of, messages

pytestmark = pytest.mark.usefixtures("english")
each_language = pytest.mark.parametrize("language", LANGUAGES)

# What `format` fills in, and every other brace: {{ customer.name }}, {% if %}.
_BRACES = re.compile(r"(?<!\{)\{[^{} ]*\}(?!\})|[{}]+")
_WORD = re.compile(r"[^\W\d_]{2,}")
# Texts of several words that are the same in both languages; there are none so far.
_THE_SAME = frozenset[str]()

Text = str | tuple[str, ...]


@cache
def template() -> Catalog:
    return messages()


@cache
def edited(language: str) -> Catalog:
    return committed(language)


def texts(catalogue: Catalog) -> dict[Text, Text]:
    found = ((message.id, message.string) for message in catalogue if message.id)
    return {_frozen(said): _frozen(told) for said, told in found}


def _frozen(text: str | Sequence[str] | None) -> Text:
    return text if isinstance(text, str) else tuple(text or ())


def forms(text: Text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


@each_language
def test_the_catalogue_has_the_messages_of_the_code_and_no_others(language: str) -> None:
    catalogue = edited(language)
    assert texts(catalogue).keys() == texts(template()).keys(), "run: make locale"
    assert not catalogue.obsolete


@each_language
def test_every_message_is_translated(language: str) -> None:
    found = texts(edited(language))
    assert [said for said, told in found.items() if not all(forms(told))] == []
    assert all(len(forms(told)) == edited(language).num_plurals for said, told in found.items()
               if isinstance(said, tuple))  # fmt: skip


@each_language
def test_what_is_compiled_is_what_people_edit(language: str) -> None:
    with file_of(language, "mo").open("rb") as file:
        assert texts(read_mo(file)) == texts(edited(language)), "run: make locale"


@each_language
def test_a_translation_fills_in_what_the_message_fills_in(language: str) -> None:
    lost = {
        told: said
        for said, translation in texts(edited(language)).items()
        for told in forms(translation)
        if sorted(_BRACES.findall(told)) != sorted(_BRACES.findall(forms(said)[-1]))
    }
    assert lost == {}


@each_language
def test_a_translation_begins_and_ends_as_the_message_does(language: str) -> None:
    """Spaces and paragraphs are the code's; a sentence stays one and a label stays one."""
    odd = {
        told: said
        for said, translation in texts(edited(language)).items()
        for told in forms(translation)
        if _frame(told) != _frame(forms(said)[-1])
    }
    assert odd == {}


def _frame(text: str) -> tuple[str, str, bool, int]:
    bare = text.strip()
    is_sentence = bare.endswith(".") and bare != "No."
    return text[: text.index(bare)], text[len(text.rstrip()) :], is_sentence, bare.count("\n\n")


def test_vietnamese_is_not_english() -> None:
    same = {
        said
        for said, told in texts(edited("vi")).items()
        if said == told and len(_WORD.findall(_BRACES.sub("", forms(said)[0]))) > 1
    }
    assert same == _THE_SAME


HELP = [
    ("vi", (), ("Cách dùng: cskh [TÙY CHỌN] LỆNH", "Tùy chọn", "Lệnh", "Hiện hướng dẫn này")),
    ("vi", ("import", "customers"), ("Cách dùng: cskh import", "Tham số", "[bắt buộc]",
                                     "[mặc định: contact]", "Dùng cho mọi lệnh", "Ví dụ:")),
    ("en", (), ("Usage: cskh [OPTIONS] COMMAND", "Options", "Commands", "Show this message")),
    ("en", ("import", "customers"), ("Usage: cskh import", "Arguments", "[required]",
                                     "[default: contact]", "Everywhere", "Example:")),
]  # fmt: skip


@pytest.mark.parametrize(("language", "command", "titles"), HELP)
def test_help_speaks_the_language(
    language: str, command: tuple[str, ...], titles: tuple[str, ...], tmp_path: Path
) -> None:
    said = _help(language, command, tmp_path)
    other = {title for lang, asked, found in HELP if lang != language and asked == command
             for title in found}  # fmt: skip
    assert [title for title in titles if title not in said] == []
    assert [title for title in other if title in said] == []


def _help(language: str, command: tuple[str, ...], folder: Path) -> str:
    """Return a page of help from a process of its own: typer keeps the words it found first."""
    environ = os.environ | {"CSKH_LANG": language, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    program = "from cskh.cli import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", program, *command, "--help"],
        env=environ, cwd=folder, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return done.stdout
