"""How a file's columns become a customer's fields: what a cleaner is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cskh.cells.choices import Words, words_of
from cskh.cells.days import Order
from cskh.cells.headers import IMPORTABLE, PARTS
from cskh.model.clock import Clock
from cskh.model.fields import Field, customer_fields
from cskh.model.folding import fold
from cskh.model.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What to do with the rows of a file.

    `fields` has each column's field or None, `headers` each column's text; `words` are the
    values of the fields that have only a few (folded text to value).
    """

    headers: tuple[str, ...]
    fields: tuple[str | None, ...]
    clock: Clock
    order: Order = "dmy"
    words: Mapping[str, Words]
    custom: Mapping[str, Field]


def recipe_for(
    headers: Sequence[str],
    fields: Sequence[str | None],
    settings: Settings,
    clock: Clock,
    order: Order = "dmy",
) -> Recipe:
    """Make the recipe of a project for a file's columns; raises ValueError at an unknown field."""
    custom = {name: field for name, field in customer_fields(settings).items() if field.custom}
    known = IMPORTABLE | set(custom) | {"group", *(p for parts in PARTS.values() for p in parts)}
    for field in fields:
        if field is not None and field not in known:
            raise ValueError(field)
    return Recipe(
        headers=tuple(headers),
        fields=tuple(fields),
        clock=clock,
        order=order,
        words=_words(settings) | {name: words_of(field.choices) for name, field in custom.items()},
        custom=custom,
    )


def custom_labels(settings: Settings) -> dict[str, str]:
    """Return the labels of the project's own fields, as headers are compared with them."""
    return {field.label or name: name for name, field in settings.fields.items()}


def _words(settings: Settings) -> dict[str, Words]:
    return {
        "status": words_of(settings.statuses),
        "source": words_of(settings.sources),
        "industry": words_of(settings.industries),
        "channel": words_of(settings.channels),
        "assignee": _staff(settings),
    }


def _staff(settings: Settings) -> Words:
    """Return the words that mean a staff member: id, name, email, login."""
    words: dict[str, str] = {}
    for person in settings.staff:
        for word in (person.name, person.email, person.login, person.id):
            if word:
                words[fold(word)] = person.id
    return words
