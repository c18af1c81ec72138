"""The action `update`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from cskh.actions._base import action
from cskh.actions._messages import Missing, fields_named, words
from cskh.language import _
from cskh.model.acting import Context, Customer
from cskh.model.effects import Change, Effect, Skip
from cskh.model.folding import fold
from cskh.model.shape import Names, Says, Size, Template, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What becomes of the note: a line is appended, or all of it is replaced."""

    append: Annotated[Text | None, Template()] = None
    replace: Annotated[Text | None, Template()] = None


Tags = Annotated[tuple[Text, ...], Size(least=1)]


@action("update")
class Update:
    """Change fields of the customer; what is already so is left alone.

    ```yaml
    actions:
      - update:
          status: Lost
          add_tags: [Chăm sóc lại]
          note: {append: "Chuyển Lost tự động"}
    ```
    """

    status: Annotated[str | None, Names("statuses")] = None
    assignee: Annotated[str | None, Names("staff")] = None
    source: Annotated[str | None, Names("sources")] = None
    industry: Annotated[str | None, Names("industries")] = None
    pinned: Annotated[bool | None, Says("On top of every list")] = None
    add_tags: Tags | None = None
    remove_tags: Tags | None = None
    note: Note | None = None
    fields: Annotated[Mapping[str, Any], Says("Custom fields"), Names("fields")] = field(
        default_factory=dict
    )

    def effects(self, customer: Customer, context: Context) -> Iterator[Effect | Skip]:
        """Return the change, nothing if all is already so, or the reason why it can't be."""
        try:
            wanted = self._wanted(customer)
        except Missing as missing:
            yield Skip(reason=missing.reason)
            return
        changed = {
            name: (customer.values[name], value)
            for name, value in wanted.items()
            if customer.values[name] != value
        }
        if changed:
            yield Change(fields=changed)

    def _wanted(self, customer: Customer) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in self._plain()}
        wanted = {name: value for name, value in plain.items() if value is not None}
        if self.add_tags or self.remove_tags:
            wanted["tags"] = self._tags(customer.values["tags"])
        if self.note:
            wanted["note"] = _noted(self.note, customer)
        return wanted | dict(self.fields)

    @staticmethod
    def _plain() -> tuple[str, ...]:
        return ("status", "assignee", "source", "industry", "pinned")

    def _tags(self, have: tuple[str, ...]) -> tuple[str, ...]:
        by_key = {fold(tag): tag for tag in have}
        for tag in self.remove_tags or ():
            by_key.pop(fold(tag), None)
        for tag in self.add_tags or ():
            by_key.setdefault(fold(tag), tag)
        return tuple(sorted(by_key.values()))

    def reads(self, context: Context) -> frozenset[str]:
        """Return the fields that are compared before they are changed, and those of the note."""
        note = self.note or Note()
        texts = fields_named(note.append or "") | fields_named(note.replace or "")
        noted = {"note"} if self.note else set()
        return texts | noted | self.fields.keys() | {"tags", *self._plain()}

    def says(self) -> str:
        """Return the action as a sentence."""
        return _("update the customer")


def _noted(note: Note, customer: Customer) -> str:
    text = words(note.append or note.replace or "", customer, None)
    have = customer.values["note"]
    return f"{have}\n{text}" if note.append and have else text
