"""Texts with variables in them: jinja2, cut down so that no template can eat memory or time.

Only text, variables, `{% if %}`, comparisons and the filters below are allowed: no loops, no
calls, no arithmetic, no attributes beyond `customer.name`. A variable without a value is an
error with its name unless `default` catches it; it never becomes a blank.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, cast

from jinja2 import TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from cskh.language import _
from cskh.model.folding import unaccent

LONGEST_TEMPLATE = 20_000
LONGEST_TEXT = 20_000
# Gmail shows no more of an email.
LONGEST_HTML = 100_000
ROOTS = ("customer", "staff", "event", "task", "ticket", "opportunity")

_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Filter,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
)


class BadTemplate(ValueError):
    """A text that can't be used; `line` counts from 1 within it.

    `about` is the word that is wrong, if it is one, and `known` what it might have been.
    """

    def __init__(
        self, message: str, line: int = 1, about: str | None = None, known: Iterable[str] = ()
    ) -> None:
        super().__init__(message)
        self.line = line
        self.about = about
        self.known = tuple(known)


class Missing(Exception):
    """A text can't be made for somebody; `reason` is what the skip says."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Blank(Undefined):
    """A variable without a value: `default` and `if` see it, anything else fails with its name."""

    def __str__(self) -> str:
        return self._fail_with_undefined_error()

    @property
    def _undefined_message(self) -> str:
        return f"missing {self._undefined_name}"


def _date(value: Any, form: str = "%d/%m/%Y") -> str:
    parsed = value if isinstance(value, dt.date) else _parsed_date(str(value))
    return parsed.strftime(form) if parsed else str(value)


def _parsed_date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def _money(value: Any) -> str:
    return f"{round(float(value)):,}".replace(",", ".")


FILTERS: Mapping[str, Callable[..., Any]] = {
    "date": _date,
    "money": _money,
    "unaccent": unaccent,
}
# Control characters and halves of characters: no SMS and no store can carry them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# What a filter may raise about a value that it wasn't made for, or about its own arguments.
_FILTER_ERRORS = (TypeError, ValueError, ArithmeticError, AssertionError)
_JINJA_FILTERS = ("default", "d", "upper", "lower", "title", "capitalize", "trim", "truncate")


def _is_unset(value: Any) -> bool:
    return isinstance(value, Undefined)


@cache
def _environment(*, is_html: bool = False) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=Blank, autoescape=is_html)
    kept = {name: environment.filters[name] for name in _JINJA_FILTERS}
    environment.filters = {**kept, **FILTERS}
    environment.globals = {}
    environment.policies["truncate.leeway"] = 0
    environment.tests = {"defined": environment.tests["defined"], "none": _is_unset}
    return environment


@dataclass(frozen=True)
class Compiled:
    """A text ready to be rendered; `lines` says where each variable first stands."""

    lines: Mapping[str, int]
    _render: Callable[[Mapping[str, Any]], str]
    is_html: bool = False

    @cached_property
    def parts(self) -> tuple[tuple[str, str, str], ...]:
        """Return the variables, each with its root and what stands behind the dot."""
        split = ((name, *name.partition(".")) for name in self.lines)
        return tuple((name, root, field) for name, root, _dot, field in split)

    @property
    def variables(self) -> Iterable[str]:
        """Return the full names of the variables, as `customer.name`."""
        return self.lines.keys()

    def render(self, values: Mapping[str, Any]) -> str:
        """Return the text for somebody, in NFC; `values` has each variable by its full name.

        Raises Missing when a variable that has no value would be printed.
        """
        try:
            text = self._render(_seen(values))
        except UndefinedError as error:
            raise Missing(str(error)) from error
        except _FILTER_ERRORS as error:
            raise Missing(f"template: {error}") from error
        if len(text) > (LONGEST_HTML if self.is_html else LONGEST_TEXT):
            raise Missing("text_too_long")
        if _UNPRINTABLE.search(text):
            raise Missing("unprintable")
        # In HTML a mark that a value begins with would become one with the > before it.
        return text if self.is_html else unicodedata.normalize("NFC", text)


def _is_blank(value: Any) -> bool:
    return value is None or value == () or (isinstance(value, str) and not value.strip())


def _flat(name: str) -> str:
    """Return a variable's name as jinja2 sees it: one word, so that no attribute is ever read."""
    return name.replace(".", "__")


def _seen(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        _flat(name): Blank(name=name) if _is_blank(value) else _shown(value)
        for name, value in values.items()
    }


def _shown(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


@lru_cache(maxsize=4096)
def compiled(text: str) -> Compiled:
    """Compile a text once; raises BadTemplate with the line and a sentence."""
    return _compiled(text, LONGEST_TEMPLATE, is_html=False)


@lru_cache(maxsize=256)
def compiled_html(text: str) -> Compiled:
    """Compile HTML once: what its variables have is escaped, so that data never becomes markup."""
    return _compiled(text, LONGEST_HTML, is_html=True)


def _compiled(text: str, longest: int, *, is_html: bool) -> Compiled:
    if len(text) > longest:
        raise BadTemplate(_("The text is longer than {n} characters.").format(n=longest))
    environment = _environment(is_html=is_html)
    try:
        tree = environment.parse(text)
        _check(tree)
        places = _places(tree)
        template = environment.from_string(_Flat().visit(tree))
    except BadTemplate:
        raise
    except ValueError as error:
        raise BadTemplate(_("A number in the text is too long.")) from error
    except TemplateSyntaxError as error:
        raise BadTemplate(_why(error.message or ""), error.lineno) from error
    except (RecursionError, SyntaxError, MemoryError) as error:
        # jinja2 makes Python of it, which has limits of its own.
        raise BadTemplate(_("The text is nested too deeply.")) from error
    return Compiled(places, template.render, is_html)


def _why(said: str) -> str:
    """Return what jinja2 says of a text in words that help."""
    if "end of print statement" in said:
        return _("Something between {{ and }} is wrong, or they are not closed.")
    if "endif" in said:
        return _("Here is an {% if %} without its {% endif %}, or the other way round.")
    return _("The text can't be read: {why}").format(why=said)


class _Flat(NodeTransformer):
    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Name:
        root = cast(nodes.Name, node.node)
        return nodes.Name(_flat(f"{root.name}.{node.attr}"), "load", lineno=node.lineno)


def _check(tree: nodes.Template) -> None:
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, (*_ALLOWED, nodes.Keyword, nodes.Test)):
            what = type(node).__name__.lower()
            raise BadTemplate(_("A text may not use “{what}”.").format(what=what), node.lineno)
        if isinstance(node, nodes.Getattr) and not isinstance(node.node, nodes.Name):
            raise BadTemplate(_("A variable has two parts: customer.name."), node.lineno)
        if isinstance(node, nodes.Filter) and node.name not in _environment().filters:
            message = _("There is no filter “{name}”.").format(name=node.name)
            raise BadTemplate(message, node.lineno, node.name, _environment().filters)
        _check_blank(node)
    _check_names(tree)


def _check_blank(node: nodes.Node) -> None:
    """Refuse what would print nothing, or nothing that anybody can read, in place of a value."""
    if isinstance(node, nodes.Test) and node.name not in _environment().tests:
        message = _("There is no test “{name}”.").format(name=node.name)
        raise BadTemplate(message, node.lineno)
    if isinstance(node, nodes.Filter) and node.name in ("default", "d") and not _says(node.args):
        raise BadTemplate(
            _("default needs a text: without one a blank would be sent."), node.lineno
        )
    if isinstance(node, nodes.Filter) and node.name == "trim" and (node.args or node.kwargs):
        raise BadTemplate(_("trim takes nothing."), node.lineno)
    if isinstance(node, nodes.Const) and not _can_be_sent(node.value):
        raise BadTemplate(_("The text has something in it that can't be sent."), node.lineno)


def _says(arguments: Sequence[nodes.Expr]) -> bool:
    if not arguments:
        return False
    first = arguments[0]
    return not isinstance(first, nodes.Const) or bool(str(first.value or "").strip())


def _can_be_sent(constant: Any) -> bool:
    if isinstance(constant, float):
        return math.isfinite(constant)
    return constant is not None and not (
        isinstance(constant, str) and _UNPRINTABLE.search(constant)
    )


def _check_names(tree: nodes.Template) -> None:
    owned = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    for node in tree.find_all(nodes.Name):
        if id(node) not in owned or node.name not in ROOTS:
            message = _("There is no variable “{name}”: it begins with one of {roots}.")
            roots = ", ".join(f"{root}." for root in ROOTS)
            text = message.format(name=node.name, roots=roots)
            raise BadTemplate(text, node.lineno, node.name, ROOTS)


def _places(tree: nodes.Node) -> dict[str, int]:
    """Return the line where each variable first stands."""
    places: dict[str, int] = {}
    for node in tree.find_all(nodes.Getattr):
        name = f"{cast(nodes.Name, node.node).name}.{node.attr}"
        places[name] = min(node.lineno, places.get(name, node.lineno))
    return places
