"""Strict YAML: bytes become a Document, or problems; nothing is raised and time is bounded.

Only `true`, `false`, `null`, decimal integers and decimal fractions are typed; `010`, `12:30`,
`no`, `1e5`, dates and phone numbers stay the texts they look like. Texts are composed (NFC).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

import yaml

from cskh.errors import Problem
from cskh.language import N_, _
from cskh.spec.document import Document, Spot
from cskh.spec.paths import quoted

LARGEST = 1024 * 1024
DEEPEST = 50
MOST_REPEATED = 10_000
MOST_PROBLEMS = 100

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What YAML forbids, and the line breaks of YAML 1.1 that no editor counts as such.
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_FRACTION = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_QUOTES = N_("A text that starts with {{ or [ needs quotes.")

# What libyaml says, in words that help; the first sign that is found counts.
_SAYS: tuple[tuple[str, str, str | None], ...] = (
    (
        "escape",
        N_("A backslash stands before something that can't follow it."),
        N_("Write \\\\ for a backslash, or use single quotes."),
    ),
    (
        "mapping values are not allowed",
        N_("There is a colon too many, or the indentation is off."),
        N_("A text with a colon in it needs quotes."),
    ),
    ("that cannot start", N_("A text can't start with this character."), N_("Put it in quotes.")),
    ("quoted scalar", N_("A quotation mark is opened and not closed."), None),
    ("expected ':'", N_("Here is a key without a colon."), None),
    ("flow", N_("A bracket is not closed, or a comma is missing."), _QUOTES),
    ("expected", N_("The indentation is off here, or a quotation mark."), None),
)


class _Stop(Exception):
    """The rest of the text can't be read."""


class _Node(NamedTuple):
    """A value, where it stands, how many values it holds with itself, and how deep it goes."""

    data: Any
    spot: Spot
    size: int = 1
    height: int = 1


def read(raw: bytes | str, file: str) -> Document:
    """Read one file's content; whatever is wrong with it is among the problems."""
    reader = _Reader(file)
    try:
        reader.decode(raw)
        node = reader.compose()
    except _Stop:
        return Document(file, reader.text, None, tuple(reader.problems), whole=False)
    data = node.data if node else None
    return Document(file, reader.text, data, tuple(reader.problems), tree=_tree)


@lru_cache(maxsize=2)
def _tree(text: str) -> Spot | None:
    """Return where everything stands in a text that could be read."""
    reader = _Reader("")
    reader.text = text
    node = reader.compose()
    return node.spot if node else None


class _Reader:
    """The state of one reading: events to come, anchors, and the problems so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.text = ""
        self.problems: list[Problem] = []
        self.events: Iterator[Any] = iter(())
        self.anchors: dict[str, _Node | None] = {}
        self.repeated = 0

    def decode(self, raw: bytes | str) -> None:
        """Turn bytes into text, and refuse what can't be YAML at all."""
        data = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
        if len(data) > LARGEST:
            self._stop("CK102", (1, 1), _("The file is larger than 1 MiB."))
        try:
            self.text = data.decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            before = data[: error.start].decode("utf-8")
            hint = _("Save it as UTF-8 in your editor.")
            self._stop("CK101", _end(before), _("The file is not UTF-8 from here on."), hint)
        if (found := _FORBIDDEN.search(self.text)) is not None:
            self._stop("CK103", _end(self.text[: found.start()]), _control(found[0]))

    def compose(self) -> _Node | None:
        """Return the one document; None if there is nothing in the file."""
        node = None
        try:
            self.events = yaml.parse(self.text, Loader=_LOADER)
            for event in self.events:
                if not isinstance(event, yaml.DocumentStartEvent):
                    continue
                if node is not None:
                    hint = _("Take the line --- out.")
                    self._stop("CK108", _start(event), _("A file holds one document only."), hint)
                node = self._node(next(self.events), 1)
        except yaml.MarkedYAMLError as error:
            self._syntax(error)
        except yaml.YAMLError:
            self._stop("CK104", (1, 1), _("This is not YAML."))
        return node

    def _syntax(self, error: yaml.MarkedYAMLError) -> NoReturn:
        mark = error.problem_mark or error.context_mark
        where = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if mark and self.text[mark.index : mark.index + 1] == "\t":
            self._stop("CK104", where, _("There is a tab here."), _("Indent with spaces."))
        said = f"{error.context or ''} {error.problem or ''}"
        for sign, message, hint in _SAYS:
            if sign in said:
                self._stop("CK104", where, _(message), hint and _(hint))
        self._stop("CK104", where, _("This is not YAML."), said.strip())

    def _node(self, event: Any, depth: int) -> _Node:
        self._depth(event, depth)
        if type(event) is yaml.AliasEvent:
            return self._alias(event, depth)
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            message = _("The tag {tag} is not allowed.").format(tag=quoted(tag))
            self._add("CK107", _start(event), message, _("Take it out."))
        if event.anchor:
            self.anchors[event.anchor] = None
        node = self._plain(event, depth)
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def _plain(self, event: Any, depth: int) -> _Node:
        if type(event) is yaml.ScalarEvent:
            return _Node(self._scalar(event), Spot(event))
        if type(event) is yaml.MappingStartEvent:
            return self._mapping(event, depth)
        return self._sequence(event, depth)

    def _depth(self, event: Any, depth: int) -> None:
        if depth > DEEPEST:
            message = _("This is nested deeper than {n} levels.").format(n=DEEPEST)
            self._stop("CK110", _start(event), message)

    def _alias(self, event: Any, depth: int) -> _Node:
        if event.anchor not in self.anchors:
            self._stop("CK104", _start(event), _("There is no anchor of this name before it."))
        node = self.anchors[event.anchor]
        if node is None:
            self._stop("CK109", _start(event), _("An anchor can't hold itself."))
        self.repeated += node.size
        if self.repeated > MOST_REPEATED:
            message = _("Anchors repeat more than {n} values.").format(n=MOST_REPEATED)
            self._stop("CK109", _start(event), message)
        self._depth(event, depth + node.height - 1)
        return node._replace(spot=Spot(event, node.spot.parts))

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if not event.style:
            return _typed(text)
        # Only "…" can smuggle a control character in, as \0.
        if event.style == '"' and (found := _FORBIDDEN.search(text)) is not None:
            self._add("CK103", _start(event), _control(found[0]))
        return _composed(text)

    def _sequence(self, event: Any, depth: int) -> _Node:
        items, spots, size, height = [], [], 1, 0
        while type(item := next(self.events)) is not yaml.SequenceEndEvent:
            node = self._node(item, depth + 1)
            items.append(node.data)
            spots.append(node.spot)
            size, height = size + node.size, max(height, node.height)
        return _Node(items, Spot(event, spots), size, height + 1)

    def _mapping(self, event: Any, depth: int) -> _Node:
        values: dict[str, Any] = {}
        spots: dict[str, tuple[Any, Spot]] = {}
        size, height = 1, 0
        while type(key_event := next(self.events)) is not yaml.MappingEndEvent:
            key = self._key(key_event, depth + 1)
            node = self._node(next(self.events), depth + 1)
            size, height = size + node.size + 1, max(height, node.height)
            if key in spots:
                self._duplicate(key_event, key, spots[key][0])
            elif key is not None:
                values[key], spots[key] = node.data, (key_event, node.spot)
        return _Node(values, Spot(event, spots), size, height + 1)

    def _key(self, event: Any, depth: int) -> str | None:
        if type(event) is not yaml.ScalarEvent:
            self._stop("CK106", _start(event), _("A key must be a text."), _(_QUOTES))
        key = self._node(event, depth).data
        if isinstance(key, str):
            return key
        self._add("CK106", _start(event), _("A key must be a text."), _("Put it in quotes."))
        return None

    def _duplicate(self, event: Any, key: str, first: Any) -> None:
        message = _("The key {key} stands here a second time.").format(key=quoted(key))
        hint = _("The first one is in line {line}.").format(line=first.start_mark.line + 1)
        self._add("CK105", _start(event), message, hint)

    def _stop(
        self, code: str, where: tuple[int, int], message: str, hint: str | None = None
    ) -> NoReturn:
        self._add(code, where, message, hint)
        raise _Stop

    def _add(
        self, code: str, where: tuple[int, int], message: str, hint: str | None = None
    ) -> None:
        line, column = where
        problem = Problem(
            code=code, message=message, file=self.file, line=line, column=column, hint=hint
        )
        self.problems.append(problem)
        if len(self.problems) >= MOST_PROBLEMS:
            raise _Stop


def _start(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _end(before: str) -> tuple[int, int]:
    """Return line and column of what follows a text."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _control(char: str) -> str:
    return _("There is a control character here (U+{code:04X}).").format(code=ord(char))


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _typed(text: str) -> Any:
    """Return what a text without quotes means."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "-0123456789":
        if _WHOLE.fullmatch(text):
            return int(text)
        if _FRACTION.fullmatch(text):
            return float(text)
    return _composed(text)
