"""The `field=value` words of a command, before anybody knows what the fields are."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping

from cskh.cells.texts import tidy
from cskh.errors import UsageProblem, did_you_mean
from cskh.language import _
from cskh.model.folding import fold


def assignments(words: Iterable[str]) -> dict[str, str]:
    """Return the values by field, trimmed; raises UsageProblem."""
    said: dict[str, str] = {}
    for word in words:
        check_text(word)
        name, equals, value = word.partition("=")
        name = name.strip()
        if not (equals and name):
            message = _("{word} is not written field=value.").format(word=word)
            raise UsageProblem(message, _('Write it as name="Nguyễn An" status=Mới.'))
        if name in said:
            raise UsageProblem(_("{field} is said twice.").format(field=name))
        said[name] = value.strip()
    return said


def check_text(word: str) -> None:
    """Raise UsageProblem at a word that came as bytes which are no text."""
    try:
        word.encode()
    except UnicodeEncodeError:
        raise UsageProblem(_("{word} is not UTF-8.").format(word=ascii(word))) from None


def check_names(said: Mapping[str, str], known: Collection[str]) -> None:
    """Raise UsageProblem at a field that isn't known, with the nearest one."""
    for name in said:
        if name not in known:
            message = _("There is no field {name}.").format(name=name)
            raise UsageProblem(message, did_you_mean(name, known))


def items(text: str) -> tuple[str, ...]:
    """Return a list that is written like a CSV line, `VIP,"a,b"`, each item once, in order."""
    try:
        (cells,) = csv.reader([" ".join(text.splitlines())], skipinitialspace=True, strict=True)
    except (csv.Error, ValueError):
        message = _("{value} is no list.").format(value=text)
        raise UsageProblem(message, _('Write it like a CSV line: VIP,"a,b".')) from None
    return distinct(cells)


def distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts on one line each, without empty ones and those that differ only by case."""
    kept: dict[str, str] = {}
    for text in map(tidy, texts):
        if text:
            kept.setdefault(fold(text), text)
    return tuple(kept.values())
