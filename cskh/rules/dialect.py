"""What SQL engines and schemas disagree about: how a field, a fold and a tag are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from cskh.model.fields import Catalogue, Family, Field


class Dialect(Protocol):
    """Writes expressions over one object of the store; every method returns SQL text.

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

    def changed(self, name: str, test: str | None) -> str:
        """Write that the event changed the field whose name is the expression, as `test` says."""
        ...

    def side(self, side: Literal["old", "new"]) -> Dialect:
        """Return how values are written that a change had before or after it, for its `test`."""
        ...

    def cost(self, field: Field) -> int:
        """Say how dear it is to look at a field: cheap ones are tested first."""
        ...

    def source(self, family: Family, heard: bool) -> str:
        """Write the tables: an object, its customer, and the event if one is answered."""
        ...

    def numbers(self, family: Family, heard: bool) -> Sequence[str]:
        """Write the customer's number, the object's and the event's, and the event's chain.

        What there isn't is NULL; the object is there only if it isn't the customer.
        """
        ...

    def order(self, family: Family, heard: bool) -> str:
        """Write by what rows are ordered: by event, else by object."""
        ...

    def selected(self, name: str, fields: Catalogue) -> str:
        """Write the column of a field to be read, named as the field."""
        ...

    def of_kinds(self, kinds: tuple[str, ...]) -> str:
        """Write that the customer is of one of the kinds."""
        ...

    def answers(self, family: str, kinds: tuple[str, ...], after: str, upto: str) -> str:
        """Write that the event is of a kind, about the family, and between two numbers."""
        ...

    def touches(self, kind: str, names: tuple[str, ...]) -> str:
        """Write that the event, if it is of this kind, changed one of the fields."""
        ...

    def on_pages(self, pages: tuple[str, ...]) -> str:
        """Write that the event happened on one of the pages."""
        ...

    def not_caused_by(self, firing: str) -> str:
        """Write that no firing whose name begins so, on this very object, led to the event."""
        ...

    def not_acted(
        self, family: Family, workflow: str, occasion: str | None, since: str | None
    ) -> str:
        """Write that the workflow did nothing for the object on the occasion or since then."""
        ...

    def on_lists(self, keys: tuple[str, ...]) -> str:
        """Write that the customer is on one of the lists, whose names are folded."""
        ...

    def is_recipient(self, campaign: str) -> str:
        """Write that the customer is a recipient of the campaign who has no message of it yet."""
        ...

    def among(self, text: str, values: str) -> str:
        """Write that a text is in a list, however long, that is one JSON value."""
        ...
