"""The texts of messages and notes: whether they can be read, and whether their variables exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cskh.errors import did_you_mean, nearest
from cskh.language import _
from cskh.model.catalogues import everything
from cskh.model.fields import Catalogue, Field, Kind
from cskh.model.message import Channel
from cskh.model.settings import MessageTemplate
from cskh.model.shape import Template
from cskh.spec.checks.draft import Draft, World
from cskh.spec.checks.finding import Checks, Finding, check
from cskh.spec.document import Document
from cskh.spec.paths import Path, quoted
from cskh.spec.templates import BadTemplate, Compiled, Missing, compiled, compiled_html
from cskh.spec.walking import Part, walk

CHECKS: Checks = []

TEMPLATE_CHECKS: Checks = []
ROOTS_OF_ALL = ("customer", "staff")
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
    """A text in a file, and the fields that it may name."""

    document: Document
    world: World
    path: Path
    text: str
    readable: Catalogue
    is_html: bool = False

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
            return self.compile()
        except BadTemplate:
            return None

    def compile(self) -> Compiled:
        """Return the text ready for use; raises BadTemplate."""
        return compiled_html(self.text) if self.is_html else compiled(self.text)


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
    return _texts(draft.parts, draft.document, draft.world, draft.readable)


def _texts(
    parts: Iterable[Part], document: Document, world: World, readable: Catalogue
) -> Iterator[Text]:
    for part in parts:
        mark = part.shape.mark(Template)
        if mark is not None and isinstance(part.value, str):
            yield Text(document, world, part.path, part.value, readable, mark.is_html)


@dataclass(frozen=True)
class TemplateDraft:
    """One message template on its way to a value."""

    document: Document
    world: World

    def texts(self) -> Iterator[Text]:
        """Yield the texts of the template; whatever any workflow may name may be named."""
        every = everything(self.world.settings)
        parts = walk(MessageTemplate, self.document.data)
        return _texts(parts, self.document, self.world, every)


def bad_text(found: Iterator[Text]) -> Iterator[Finding]:
    """Yield what keeps texts from being read, or from being made for anybody."""
    for text in found:
        try:
            ready = text.compile()
        except BadTemplate as error:
            hint = did_you_mean(error.about, error.known) if error.about else None
            yield Finding(text.path, str(error), hint, text.where(error.about, error.line))
            continue
        if _is_never_made(text, ready):
            message = _("A filter or a comparison doesn't fit its value here.")
            yield Finding(text.path, message, _("date is for dates, money for numbers."))


def _is_never_made(text: Text, ready: Compiled) -> bool:
    """Say whether a text can't be made even for somebody of whom everything is known."""
    fields = {name: _field(name, text.readable) for name in ready.variables}
    samples = {
        name: _SAMPLES.get(field.kind, name) if field else name for name, field in fields.items()
    }
    try:
        ready.render(samples)
    except Missing as missing:
        return missing.reason.startswith("template: ")
    return False


def _field(variable: str, readable: Catalogue) -> Field | None:
    root, _dot, name = variable.partition(".")
    return readable.get(name if root == "customer" else variable)


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
    known = [name for name in text.readable if name.startswith(f"{root}.")]
    # What workflows of another kind may name has a code of its own.
    return known or None


@check("CK239", TEMPLATE_CHECKS)
def no_text(draft: TemplateDraft) -> Iterator[Finding]:
    """A template has no `content`; an email's may have `html` instead: its text is made of it."""
    data = draft.document.data
    if not isinstance(data, dict) or data.get("content") is not None:
        return
    if data.get("channel") != Channel.EMAIL:
        yield Finding((), _("The key {key} is missing.").format(key=quoted("content")))
    elif data.get("html") is None:
        names = _(" or ").join(map(quoted, ("content", "html")))
        yield Finding((), _("One of these is needed: {names}.").format(names=names))


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
    `staff.email`, `staff.phone`, `staff.id`, what the event tells as `event.…`, and in workflows
    about tasks, tickets and opportunities `task.<field>` and so on.
    """
    return unknown_variables(texts(draft))


TEMPLATE_CHECKS.append(("CK220", lambda draft: bad_text(draft.texts())))
TEMPLATE_CHECKS.append(("CK221", lambda draft: unknown_variables(draft.texts())))


@check("CK222", CHECKS)
def event_of_elsewhere(draft: Draft) -> Iterator[Finding]:
    """A text names something of an event or a task where there is none: it would never be sent.

    `event.…` needs `moment: event` with an event that tells it, `task.…` needs `object: task`.
    Texts from templates/ are looked at too.
    """
    for text, where in _used(draft):
        for name in text.compiled.variables if text.compiled else ():
            root = name.partition(".")[0]
            is_told = where is None and _known(name, text) is not None
            if root in ROOTS_OF_ALL or is_told or name in text.readable:
                continue
            place = None if where else text.where(name)
            yield Finding(where or text.path, _elsewhere(root, name), None, place)


def _elsewhere(root: str, name: str) -> str:
    if root == "event":
        return _("{name}: this workflow doesn't answer an event.").format(name=quoted(name))
    message = _("{name}: this workflow is not about a {object}.")
    return message.format(name=quoted(name), object=root)


def _used(draft: Draft) -> Iterator[tuple[Text, Path | None]]:
    """Yield a workflow's texts, and those of its templates with where it names them."""
    for text in texts(draft):
        yield text, None
    for step in draft.steps:
        name = step.data.get("template")
        used = draft.world.templates.get(name) if isinstance(name, str) else None
        if used is not None:
            for text in _of_template(used, draft):
                yield text, (*step.path, "template")


def _of_template(used: MessageTemplate, draft: Draft) -> Iterator[Text]:
    for text, is_html in ((used.content, False), (used.subject, False), (used.html, True)):
        if text:
            yield Text(draft.document, draft.world, (), text, draft.readable, is_html)
