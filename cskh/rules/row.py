"""What an operator is: one row that owns its SQL, its Python meaning and its sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cskh.model.clock import Clock
from cskh.model.fields import Field, Kind
from cskh.model.folding import fold, unmark
from cskh.rules.dialect import Dialect
from cskh.rules.values import Shape, parse

Bind = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A test on its field at a time: all that an operator needs to know."""

    field: Field
    want: Any
    clock: Clock
    marks: bool = True

    def key(self, text: str) -> str:
        """Fold a text as this test compares it."""
        folded = fold(text)
        return folded if self.marks else unmark(folded)

    def text(self, dialect: Dialect) -> str:
        """Write the stored text as this test compares it."""
        folded = dialect.folded(self.field)
        return folded if self.marks else dialect.unmarked(folded)


Holds = Callable[[Any, Asked], bool]
Sql = Callable[[Dialect, Asked, Bind], str]
Sees = Callable[[str, Mapping[str, Any]], Any]


def stored(name: str, values: Mapping[str, Any]) -> Any:
    """Return the stored value of a field, None if it isn't set."""
    return values.get(name)


@dataclass(frozen=True, slots=True)
class Operator:
    """One row: `kinds` are the fields it applies to, `says` the sentence people read.

    `holds` gets what `sees` finds among an object's values, mostly the stored value, None if it
    isn't set; `sql` writes the same over a row of the store. Both must agree on every value,
    missing ones included. `says_no` is the sentence of a flag that is false.
    """

    name: str
    shape: Shape
    kinds: frozenset[Kind]
    says: str
    holds: Holds
    sql: Sql
    sees: Sees = stored
    says_no: str = ""

    def parse(self, kind: Kind, raw: Any) -> Any:
        """Read what YAML says the operator compares with; raises ValueError with a sentence."""
        return parse(self.shape, kind, raw)


def listed(values: Iterable[Any], bind: Bind) -> str:
    """Write the parameters of a list."""
    return ", ".join(bind(value) for value in values)
