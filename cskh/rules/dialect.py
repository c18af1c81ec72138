"""What SQL engines and schemas disagree about: how a field, a fold and a tag are written."""

from __future__ import annotations

from typing import Protocol

from cskh.model.fields import Catalogue, Field


class Dialect(Protocol):
    """Writes expressions over one row of customers; every method returns SQL text.

    Every statement has the parameters `:year` (a number) and `:month_day` (`MM-DD`) of today.
    """

    def column(self, field: Field) -> str:
        """Write the stored value, NULL when it isn't set."""
        ...

    def folded(self, field: Field) -> str:
        """Write the text folded for comparison (case and Unicode form)."""
        ...

    def unmarked(self, text: str) -> str:
        """Write a text expression without its diacritics."""
        ...

    def full_date(self, field: Field) -> str:
        """Write a date that has a year, a month and a day; NULL when a part is missing."""
        ...

    def month_day(self, field: Field) -> str:
        """Write a date's `MM-DD`; NULL when they are missing."""
        ...

    def position(self, text: str, part: str) -> str:
        """Write where `part` begins in `text`, from 1; 0 when it doesn't."""
        ...

    def has_tag(self, keys: tuple[str, ...]) -> str:
        """Write that the customer has one of the tags whose folded names are the expressions."""
        ...

    def has_no_tags(self) -> str:
        """Write that the customer has no tag at all."""
        ...

    def cost(self, field: Field) -> int:
        """Say how dear it is to look at a field: cheap ones are tested first."""
        ...

    def customers(self) -> str:
        """Write the table of customers, named `c`."""
        ...

    def selected(self, name: str, fields: Catalogue) -> str:
        """Write the column of a field to be read, named as the field."""
        ...

    def of_kinds(self, kinds: tuple[str, ...]) -> str:
        """Write that the customer is of one of the kinds."""
        ...

    def not_acted(self, workflow: str, occasion: str, since: str | None) -> str:
        """Write that the workflow did nothing for the customer on the occasion or since then."""
        ...
