"""The action `update`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from cskh.actions._base import action
from cskh.actions._messages import Missing, fields_named, words
from cskh.actions._saying import listed, spoken_value
from cskh.language import _
from cskh.model.acting import Context, Customer
from cskh.model.effects import Change, Effect, Skip
from cskh.model.folding import fold
from cskh.model.settings import CustomField
from cskh.model.shape import Names, Says, Size, Template, Text
from cskh.model.writing import ANYTHING, TagsWritten, Writes


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What becomes of the note: a line is appended, or all of it is replaced."""

    append: Annotated[Text | None, Template()] = None
    replace: Annotated[Text | None, Template()] = None

    @property
    def text(self) -> str:
        """Return the text, whatever becomes of it."""
        return self.append or self.replace or ""


_PLAIN = ("status", "assignee", "source", "industry", "pinned")
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
            wanted = self._wanted(customer, context)
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

    def _wanted(self, customer: Customer, context: Context) -> dict[str, Any]:
        wanted = self._plain()
        if self.add_tags or self.remove_tags:
            wanted["tags"] = self._tags(customer.values["tags"])
        if self.note:
            wanted["note"] = _noted(self.note, customer, context)
        kinds = context.settings.fields
        own = {name: _stored(value, kinds[name], context) for name, value in self.fields.items()}
        return wanted | own

    def _plain(self) -> dict[str, Any]:
        """Return the parameters that name a field and the value it gets."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        return {name: value for name, value in plain.items() if value is not None}

    def _tags(self, have: tuple[str, ...]) -> tuple[str, ...]:
        added = {fold(tag): tag for tag in reversed(self.add_tags or ())}
        removed = {fold(tag) for tag in self.remove_tags or ()}
        kept = {fold(tag): tag for tag in have if fold(tag) not in removed - added.keys()}
        return tuple(sorted((added | kept).values()))

    def reads(self, context: Context) -> frozenset[str]:
        """Return the fields that are compared before they are changed, and those of the note."""
        names = {*self._plain(), *self.fields}
        if self.add_tags or self.remove_tags:
            names.add("tags")
        if self.note:
            names |= {"note", *fields_named(self.note.text, context)}
        return frozenset(names)

    def writes(self) -> Writes:
        """Return the fields it changes; what a note will say is known for each customer only."""
        own = {name: None if value == "" else value for name, value in self.fields.items()}
        known: dict[str, Any] = self._plain() | own
        if self.add_tags or self.remove_tags:
            known["tags"] = TagsWritten(self.add_tags or (), self.remove_tags or ())
        return known | {"note": ANYTHING} if self.note else known

    def says(self) -> str:
        """Return the action as a sentence."""
        return "; ".join(self._said())

    def _said(self) -> Iterator[str]:
        plain = {
            "status": _("set the status to {value}"),
            "assignee": _("make {value} the assignee"),
            "source": _("set the source to {value}"),
            "industry": _("set the industry to {value}"),
            "pinned": _("pin") if self.pinned else _("unpin"),
        }
        for name, value in self._plain().items():
            yield plain[name].format(value=value)
        for name, value in self.fields.items():
            text = _("clear {field}") if value in (None, "") else _("set {field} to {value}")
            yield text.format(field=name, value=spoken_value(value))
        if self.add_tags:
            yield _("add the tags {tags}").format(tags=listed(self.add_tags))
        if self.remove_tags:
            yield _("remove the tags {tags}").format(tags=listed(self.remove_tags))
        if self.note:
            yield _("append to the note") if self.note.append else _("replace the note")


def _stored(value: Any, field: CustomField, context: Context) -> Any:
    """Return a value of a custom field as the store keeps it; an empty text clears the field."""
    if value == "":
        return None
    if field.type == "datetime" and value is not None:
        return context.clock.stored(dt.datetime.fromisoformat(value))
    return value


def _noted(note: Note, customer: Customer, context: Context) -> str:
    text = words(note.text, customer, context).strip()
    if not text:
        raise Missing("empty_text")
    have = customer.values["note"]
    return f"{have}\n{text}" if note.append and have else text
