"""The exact no: what jsonschema finds, as problems at the wrong value in words for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from cskh.errors import Problem, did_you_mean, nearest
from cskh.language import N_, _, ngettext
from cskh.spec.accepting import Schema, fits, missing
from cskh.spec.codes import coded
from cskh.spec.document import Document
from cskh.spec.paths import Path, quoted
from cskh.spec.reading import MOST_PROBLEMS

if TYPE_CHECKING:
    from jsonschema import ValidationError


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One value that doesn't fit: the keyword it fails by, and that keyword's argument."""

    path: Path
    keyword: str
    limit: Any
    value: Any
    said: str
    schema: Schema


Explain = Callable[[Document, Mismatch], Iterator[Problem]]


def explain(document: Document, schema: Schema) -> tuple[Problem, ...]:
    """Return why a document doesn't fit a schema, at most 100 problems."""
    found = list(islice(_mismatches(document.data, schema), MOST_PROBLEMS))
    wrong = {_meant(mismatch) for mismatch in found}
    problems = (
        problem
        for mismatch in found
        # A key only seems out of place while the key that decides is wrong itself.
        if _decider(mismatch) not in wrong
        for problem in _explained(document, mismatch)
    )
    # A value may fail in several ways by the same rule; the first one says it.
    first = {(problem.code, problem.path): problem for problem in reversed([*problems])}
    return tuple(first.values())[:MOST_PROBLEMS]


def _meant(mismatch: Mismatch) -> Path:
    return (*mismatch.path, mismatch.said) if mismatch.keyword == "required" else mismatch.path


def _decider(mismatch: Mismatch) -> Path | None:
    if mismatch.keyword != "false":
        return None
    return (*mismatch.path[:-1], mismatch.schema["$comment"])


def _mismatches(data: Any, schema: Schema) -> Iterator[Mismatch]:
    for error in _validator_class()(schema).iter_errors(data):
        yield Mismatch(
            path=tuple(error.absolute_path),
            keyword=str(error.validator),
            limit=error.validator_value,
            value=error.instance,
            said=error.message,
            schema=error.schema if isinstance(error.schema, dict) else {},
        )


@cache
def _validator_class() -> Any:
    from jsonschema import Draft202012Validator, ValidationError
    from jsonschema.validators import extend

    def properties(validator: Any, schemas: Any, value: Any, _all: Any) -> Iterator[Any]:
        present = value.items() if validator.is_type(value, "object") else ()
        for key, each in present:
            if each is None or key not in schemas:
                continue
            if schemas[key] is False:
                yield ValidationError(key, path=(key,), validator="false", instance=value)
            else:
                yield from validator.descend(each, schemas[key], path=key, schema_path=key)

    def required(validator: Any, keys: Any, value: Any, _all: Any) -> Iterator[ValidationError]:
        if validator.is_type(value, "object"):
            yield from (ValidationError(key) for key in missing(keys, value))

    def pattern(validator: Any, regex: Any, value: Any, _all: Any) -> Iterator[ValidationError]:
        if validator.is_type(value, "string") and not fits(regex)(value):
            yield ValidationError(regex)

    own: dict[str, Any] = {"properties": properties, "required": required, "pattern": pattern}
    extended: Any = extend
    return extended(Draft202012Validator, own)


def _explained(document: Document, mismatch: Mismatch) -> Iterator[Problem]:
    is_secret = mismatch.schema.get("writeOnly")
    say = _plain_secret if is_secret else _BY_KEYWORD[mismatch.keyword]
    return say(document, mismatch)


def _possible(found: Mismatch) -> list[str]:
    schemas = found.schema.get("properties", {})
    return [key for key, schema in schemas.items() if schema is not False]


@coded("CK120")
def _unknown_key(document: Document, found: Mismatch) -> Iterator[Problem]:
    """A key is not known here.

    Mostly it is misspelt, or indented too far or not far enough.
    """
    known = _possible(found)
    for key in found.value:
        if key not in known:
            path = (*found.path, key)
            message = _("The key {key} is not known here.").format(key=quoted(key))
            where = document.place(path, key=True)
            yield document.problem("CK120", path, message, did_you_mean(key, known), where=where)


@coded("CK121")
def _missing_key(document: Document, found: Mismatch) -> Iterator[Problem]:
    """A key that must be there is missing, or has nothing behind it.

    The problem stands where the key should be.
    """
    path, is_there = (*found.path, found.said), found.said in found.value
    message = _("The key {key} has no value.") if is_there else _("The key {key} is missing.")
    where = document.place(path, key=is_there)
    yield document.problem("CK121", path, message.format(key=quoted(found.said)), where=where)


_TYPES: Mapping[str, str] = {
    "string": N_("a text"),
    "integer": N_("a whole number"),
    "number": N_("a number"),
    "boolean": N_("true or false"),
    "array": N_("a list"),
    "object": N_("keys with values"),
}


@coded("CK122")
def _wrong_type(document: Document, found: Mismatch) -> Iterator[Problem]:
    """A value is of the wrong type: a number where a text is needed, a text instead of a list.

    Numbers that are names, such as phone numbers and page ids, need quotes.
    """
    wanted = found.limit
    types = [wanted] if isinstance(wanted, str) else wanted
    said = _(" or ").join(_(_TYPES[name]) for name in types)
    is_bare = isinstance(found.value, int | float)
    if found.value is None:
        message = _("Here should be {types}, there is nothing.").format(types=said)
    else:
        message = _("Here should be {types}.").format(types=said)
    hint = _("Put it in quotes.") if "string" in types and is_bare else None
    yield document.problem("CK122", found.path, message, _like(found) or hint)


@coded("CK123")
def _not_one_of(document: Document, found: Mismatch) -> Iterator[Problem]:
    """A value is none of the words that are possible here."""
    words = found.limit if found.keyword == "enum" else [found.limit]
    message = _("{value} is not possible here.").format(value=quoted(_shown(found.value)))
    said, known = _shown(found.value), [_shown(word) for word in words]
    to_whom = None if nearest(said, known) else _to_whom(found)
    yield document.problem("CK123", found.path, message, to_whom or did_you_mean(said, known))


def _to_whom(found: Mismatch) -> str | None:
    """Return how a recipient is written: who writes a name means one of the staff, or a group."""
    if found.path[-1:] != ("to",) or "assignee" not in found.limit:
        return None
    hint = _("It is customer, assignee, {{staff: id}} or {{group: id}}.")
    return hint.format()


@coded("CK124")
def _wrong_form(document: Document, found: Mismatch) -> Iterator[Problem]:
    """A text doesn't have the form that is needed here, such as a time of day, 08:30."""
    message = _("{value} doesn't have the right form.").format(value=quoted(found.value))
    yield document.problem("CK124", found.path, message, _like(found))


def _like(found: Mismatch) -> str | None:
    """Return a hint with the examples of a schema."""
    examples = found.schema.get("examples", ())
    if not examples or not all(isinstance(example, str) for example in examples):
        return None
    return _("Write it like this: {examples}.").format(examples=", ".join(examples))


@coded("CK125")
def _too_few_or_many(document: Document, found: Mismatch) -> Iterator[Problem]:
    """There are too few or too many of something, or a number is too small or too large.

    A filter has at most 6 conditions, a workflow 1 to 5 actions; a condition and an action have
    exactly one key each.
    """
    message, hint = _SIZES[found.keyword](found.limit), None
    if found.keyword == "maxProperties":
        hint = _("Start a new item of the list with “- ”.")
    elif found.keyword == "minProperties":
        hint = did_you_mean("", _possible(found))
    yield document.problem("CK125", found.path, message, hint)


_SIZES: Mapping[Any, Callable[[int], str]] = {
    "minItems": lambda n: ngettext(
        "The list needs at least {n} entry.", "The list needs at least {n} entries.", n
    ).format(n=n),
    "maxItems": lambda n: ngettext(
        "The list takes at most {n} entry.", "The list takes at most {n} entries.", n
    ).format(n=n),
    "minLength": lambda _n: _("The text is empty."),
    "minimum": lambda n: _("It must be at least {n}.").format(n=n),
    "maximum": lambda n: _("It must be at most {n}.").format(n=n),
    "minProperties": lambda _n: _("There is a key missing here."),
    "maxProperties": lambda _n: _("There are too many keys here."),
}


@coded("CK126")
def _out_of_place(document: Document, found: Mismatch) -> Iterator[Problem]:
    """A key is known, but not here.

    `weekday` is only for weekly, `day` only for monthly; `at` belongs to daily, weekly and
    monthly, `event` and `pages` to the moment event. Groups of conditions (`all`, `any`) stand
    under `trigger: conditions:`, and go two levels deep.
    """
    decider = found.schema["$comment"]
    if decider in found.value:
        said = quoted(f"{decider}: {found.value[decider]}")
        message = _("The key {key} doesn't go with {said}.")
        text = message.format(key=quoted(found.said), said=said)
    else:
        text = _("A group of conditions can't stand here.")
    where = document.place(found.path, key=True)
    yield document.problem("CK126", found.path, text, where=where)


@coded("CK127")
def _plain_secret(document: Document, found: Mismatch) -> Iterator[Problem]:
    """A password, token or other secret stands in the file itself.

    Put it in .env, which is never in git, and write ${NAME} here. If the file has been in git,
    change the secret.
    """
    hint = _("Put it in .env as NAME=… and write ${{NAME}} here.").format()
    message = _("A secret must not stand in this file.")
    yield document.problem("CK127", found.path, message, hint)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{…}"
    return "[…]" if isinstance(value, list) else str(value)


_BY_KEYWORD: Mapping[str, Explain] = {
    "additionalProperties": _unknown_key,
    "required": _missing_key,
    "type": _wrong_type,
    "enum": _not_one_of,
    "const": _not_one_of,
    "pattern": _wrong_form,
    "false": _out_of_place,
    **dict.fromkeys(_SIZES, _too_few_or_many),
}
