"""Changing one value in a YAML text: comments, order, quotes and line ends stay as they are.

The text is edited where the value stands, not written anew. What comes out is read again: it
must say the same as before but for that value, else the edit is not made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from cskh.spec.document import Document, Spot
from cskh.spec.paths import Path
from cskh.spec.reading import read

Scalar = str | bool | int | None

_BREAK = re.compile(r"\r\n|\n|\r")
# What may stand before a value: an anchor or a tag, which stay.
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_BARE = re.compile(r"[^\W\d_](?:[\w ()/+.-]*[\w)])?")


class _Part(NamedTuple):
    """One key of a mapping: where the key and its value begin and end in the text."""

    key: slice
    value: slice
    is_flow: bool


def with_value(
    document: Document, path: Path, value: Scalar, after: str | None = None
) -> Document | None:
    """Return a document with the value at a path changed; None if the text can't take it.

    A key that isn't there yet is put behind the key `after`, else before all others.
    """
    wanted = _replaced(document.data, path, value)
    if not document.whole or wanted is None:
        return None
    return _first_right(document, _candidates(document, path, value, after), wanted)


def with_entry(document: Document, parent: str, key: str, value: Scalar) -> Document | None:
    """Return a document with a value in one of its mappings changed, as `with_value` does.

    A mapping that isn't there yet is put at the end of the text, one that is empty is filled.
    """
    if not isinstance(document.data, dict) or not document.whole:
        return None
    if document.data.get(parent):
        return with_value(document, (parent, key), value)
    wanted = {**document.data, parent: {key: value}}
    made = f"{{{key}: {yaml_scalar(value)}}}"
    return _first_right(document, _filled(document, parent, made), wanted)


def _first_right(document: Document, texts: Iterable[str], wanted: Any) -> Document | None:
    for text in texts:
        edited = read(text, document.file)
        if edited.whole and _same(edited.data, wanted):
            return edited
    return None


def yaml_scalar(value: Scalar) -> str:
    """Return a value as YAML in one line; a text is quoted where it needs to be."""
    if not isinstance(value, str):
        return json.dumps(value)
    if _BARE.fullmatch(value) and read(value, "").data == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def encoded(document: Document, before: bytes) -> bytes:
    """Return a document as the bytes of its file, with the mark that stood first before."""
    mark = "\ufeff" if before.startswith("\ufeff".encode()) else ""
    return (mark + document.text).encode()


def _replaced(data: Any, path: Path, value: Scalar) -> Any:
    """Return data with one value replaced; None where there is no mapping to hold it."""
    if not path:
        return value
    if not isinstance(data, dict):
        return None
    step, *rest = path
    inner = _replaced(data.get(step), tuple(rest), value)
    return None if rest and inner is None else {**data, step: inner}


def _same(have: Any, wanted: Any) -> bool:
    """Compare values and their types: 1 is not true."""
    return repr(_sorted(have)) == repr(_sorted(wanted))


def _sorted(data: Any) -> Any:
    if isinstance(data, dict):
        return sorted((key, _sorted(value)) for key, value in data.items())
    return list(map(_sorted, data)) if isinstance(data, list) else data


def _candidates(document: Document, path: Path, value: Scalar, after: str | None) -> Iterator[str]:
    """Yield the texts to try, the most natural one first."""
    *parents, key = path
    parts = _parts(document.tree(document.text), parents)
    written = yaml_scalar(value)
    if key in parts:
        yield _overwritten(document.text, parts[str(key)].value, written)
    elif parts:
        line = f"{key}: {written}"
        if after is not None and after in parts:
            yield from _behind(document.text, parts[after], line)
        yield from _before(document.text, min(parts.values(), key=_place), line)


def _filled(document: Document, parent: str, made: str) -> Iterator[str]:
    """Yield the texts to try for a mapping that isn't there, or is empty."""
    text, parts = document.text, _parts(document.tree(document.text), [])
    if parent in parts:
        value = parts[parent].value
        yield _overwritten(text, value, made)
        # Of an empty pair of braces the first one is all that is known.
        yield _overwritten(text, slice(value.start, text.find("}", value.start) + 1), made)
        return
    line = f"{parent}: {made}"
    end = "" if not text or text[-1] in "\r\n" else _newline(text, len(text))
    yield text + end + line + _newline(text, len(text))
    if parts:
        yield from _behind(text, max(parts.values(), key=_place), line)


def _parts(spot: Spot | None, parents: list[str | int]) -> Mapping[str, _Part]:
    for step in parents:
        within = spot.parts if spot else None
        spot = within[str(step)][1] if isinstance(within, dict) and step in within else None
    if spot is None or not isinstance(spot.parts, dict):
        return {}
    is_flow = bool(getattr(spot.event, "flow_style", False))
    return {
        name: _Part(_slice(event), _slice(inner.event), is_flow)
        for name, (event, inner) in spot.parts.items()
    }


def _slice(event: Any) -> slice:
    return slice(event.start_mark.index, event.end_mark.index)


def _place(part: _Part) -> int:
    return int(part.key.start)


def _overwritten(text: str, where: slice, written: str) -> str:
    source = text[where]
    kept = _PROPERTIES.match(source)
    properties = kept[0] if kept else ""
    # A block's source reaches to the next line; nothing at all stands right behind the colon.
    rest = source[len(source.rstrip()) :]
    gap = " " if not source and text[: where.start].endswith(":") else ""
    return text[: where.start] + gap + properties + written + rest + text[where.stop :]


def _behind(text: str, part: _Part, line: str) -> Iterator[str]:
    end = part.value.stop
    if part.is_flow:
        yield f"{text[:end]}, {_keyed_like(text, part, line)}{text[end:]}"
        return
    line = _indent(text, part) + line
    found = _BREAK.search(text, end)
    if end and text[end - 1] in "\r\n":
        yield text[:end] + line + _newline(text, end) + text[end:]
    elif found:
        yield text[: found.end()] + line + found[0] + text[found.end() :]
    yield text + _newline(text, end) + line


def _before(text: str, part: _Part, line: str) -> Iterator[str]:
    start = part.key.start
    if part.is_flow:
        yield f"{text[:start]}{_keyed_like(text, part, line)}, {text[start:]}"
        return
    yield text[:start] + line + _newline(text, start) + _indent(text, part) + text[start:]


def _indent(text: str, part: _Part) -> str:
    """Return as many spaces as stand before a key in its line."""
    before = _BREAK.split(text[: part.key.start])[-1]
    return " " * len(before)


def _newline(text: str, place: int) -> str:
    """Return the line end in use around a place."""
    found = _BREAK.search(text, place) or _BREAK.search(text)
    return found[0] if found else "\n"


def _keyed_like(text: str, part: _Part, line: str) -> str:
    """Return a new key in quotes where its neighbours are, as in JSON."""
    key, _colon, written = line.partition(": ")
    return f'"{key}": {written}' if text[part.key].startswith('"') else line
