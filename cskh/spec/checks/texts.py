"""The texts of messages and notes: whether they can be read, and whether their variables exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cskh.errors import did_you_mean, nearest
from cskh.language import _
from cskh.model.events import TELLS
from cskh.model.fields import Kind
from cskh.model.settings import MessageTemplate
from cskh.model.shape import Template
from cskh.spec.checks.draft import Draft, World
from cskh.spec.checks.finding import Checks, Finding, check
from cskh.spec.document import Document
from cskh.spec.paths import Path, quoted
from cskh.spec.templates import BadTemplate, Compiled, Missing, compiled
from cskh.spec.walking import walk

CHECKS: Checks = []

TEMPLATE_CHECKS: Checks = []
STAFF = ("id", "name", "email", "phone")
_SAMPLES: Mapping[Kind, Any] = {
    Kind.NUMBER: 1,
    Kind.MONEY: 1,
    Kind.BOOLEAN: True,
    Kind.DATE: "2026-12-31",
    Kind.DATETIME: "2026-12-31T10:00:00",
}


@dataclass(frozen=True, slots=True)
class Text:
    """A text in a file, and what of an event it may name."""

    document: Document
    world: World
    path: Path
    text: str
    event: tuple[str, ...] = ()

    def where(self, about: str | None, line: int = 1) -> tuple[int, int]:
        """Return line and column of a word within the braces, else of a line of the text."""
        start, source = self.document.source(self.path)
        if about and (place := _within_braces(about, source)) is not None:
            return self.document.line_column(start + place)
        first, column = self.document.place(self.path)
        if source[:1] not in ("|", ">") or self.document.text.count("\n") < first + line - 1:
            return first, column
        shown = self.document.text.split("\n")[first + line - 1]
        return first + line, len(shown) - len(shown.lstrip(" ")) + 1

    @property
    def compiled(self) -> Compiled | None:
        """Return the text ready for use, if it can be read."""
        try:
            return compiled(self.text)
        except BadTemplate:
            return None


def _within_braces(about: str, source: str) -> int | None:
    word = r"\s*\.\s*".join(map(re.escape, about.split(".")))
    for found in re.finditer(rf"(?<![\w.]){word}(?!\w)", source):
        before = source[: found.start()]
        if max(before.rfind("{{"), before.rfind("{%")) > max(
            before.rfind("}}"), before.rfind("%}")
        ):
            return found.start()
    return None


def texts(draft: Draft) -> Iterator[Text]:
    """Yield the texts that stand in a workflow itself."""
    event = tuple(draft.fields) if draft.moment == "event" else ()
    for part in draft.parts:
        if part.shape.mark(Template) and isinstance(part.value, str):
            yield Text(draft.document, draft.world, part.path, part.value, event)


@dataclass(frozen=True)
class TemplateDraft:
    """One message template on its way to a value."""

    document: Document
    world: World

    def texts(self) -> Iterator[Text]:
        """Yield the texts of the template; whatever an event tells may be named."""
        event = tuple(f"event.{name}" for names in TELLS.values() for name in names)
        for part in walk(MessageTemplate, self.document.data):
            if part.shape.mark(Template) and isinstance(part.value, str):
                yield Text(self.document, self.world, part.path, part.value, event)


def bad_text(found: Iterator[Text]) -> Iterator[Finding]:
    """Yield what keeps texts from being read, or from being made for anybody."""
    for text in found:
        try:
            ready = compiled(text.text)
        except BadTemplate as error:
            hint = did_you_mean(error.about, error.known) if error.about else None
            yield Finding(text.path, str(error), hint, text.where(error.about, error.line))
            continue
        if _is_never_made(text, ready):
            message = _("A filter or a comparison doesn't fit its value here.")
            yield Finding(text.path, message, _("date is for dates, money for numbers."))


def _is_never_made(text: Text, ready: Compiled) -> bool:
    """Say whether a text can't be made even for somebody of whom everything is known."""
    fields = text.world.words.fields
    samples = {
        name: _SAMPLES.get(field.kind, name) if (field := fields.get(_bare(name))) else name
        for name in ready.variables
    }
    try:
        ready.render(samples)
    except Missing as missing:
        return missing.reason.startswith("template: ")
    return False


def _bare(variable: str) -> str:
    return variable.partition(".")[2]


def unknown_variables(found: Iterator[Text]) -> Iterator[Finding]:
    """Yield the variables of texts that don't exist."""
    for text in found:
        for name in text.compiled.variables if text.compiled else ():
            known = _known(name, text)
            if known is not None and name not in known:
                message = _("There is no variable {name}.").format(name=quoted(name))
                yield Finding(text.path, message, _meant(name, known), text.where(name))


def _meant(name: str, known: list[str]) -> str | None:
    """Return a hint; names are compared without what they all begin with."""
    best = nearest(_bare(name), map(_bare, known))
    near = [each for each in known if _bare(each) == best]
    return did_you_mean(near[0], near) if near else did_you_mean("", known)


def _known(name: str, text: Text) -> list[str] | None:
    """Return the variables that may stand for this one; None if any may."""
    words = text.world.words
    root = name.partition(".")[0]
    if root == "customer":
        derived = text.world.registries.derived
        return (
            [f"customer.{field}" for field in (*words.fields, *derived)] if words.closed else None
        )
    if root == "staff":
        return [f"staff.{field}" for field in STAFF]
    return [name for name in text.event if name.startswith("event.")] or None


@check("CK220", CHECKS)
def bad_text_of_workflow(draft: Draft) -> Iterator[Finding]:
    """A text can't be read: its braces are wrong, or it uses what texts may not use.

    Texts know variables, `{% if %}`, comparisons and a few filters: no loops and no arithmetic.
    """
    return bad_text(texts(draft))


@check("CK221", CHECKS)
def unknown_variable(draft: Draft) -> Iterator[Finding]:
    """A text has a variable that doesn't exist.

    There are `customer.<field>`, `customer.salutation`, `customer.given_name`, `staff.name`,
    `staff.email`, `staff.phone`, `staff.id`, and what the event tells as `event.…`.
    """
    return unknown_variables(texts(draft))


TEMPLATE_CHECKS.append(("CK220", lambda draft: bad_text(draft.texts())))
TEMPLATE_CHECKS.append(("CK221", lambda draft: unknown_variables(draft.texts())))


@check("CK222", CHECKS)
def event_of_elsewhere(draft: Draft) -> Iterator[Finding]:
    """A text names something of an event where there is none, so it would never be sent.

    `event.…` needs `moment: event`. Texts from templates/ are looked at too.
    """
    if draft.moment == "event":
        return
    for text, where in _used(draft):
        for name in text.compiled.variables if text.compiled else ():
            if name.startswith("event."):
                message = _("{name}: this workflow doesn't answer an event.")
                place = None if where else text.where(name)
                yield Finding(where or text.path, message.format(name=quoted(name)), None, place)


def _used(draft: Draft) -> Iterator[tuple[Text, Path | None]]:
    """Yield a workflow's texts, and those of its templates with where it names them."""
    for text in texts(draft):
        yield text, None
    for step in draft.steps:
        name = step.data.get("template")
        used = draft.world.templates.get(name) if isinstance(name, str) else None
        if used is not None:
            text = Text(draft.document, draft.world, (), used.content)
            yield text, (*step.path, "template")
