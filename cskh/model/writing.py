"""What an action writes to its customer, as far as that is known before it happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from cskh.model.folding import fold


class Unforeseen(Enum):
    """The one value of `ANYTHING`."""

    ANYTHING = "anything"


ANYTHING: Final = Unforeseen.ANYTHING
"""Stands for a value that depends on the customer, such as that of a template."""


@dataclass(frozen=True, slots=True)
class TagsWritten:
    """What happens to the tags: those that are neither added nor removed stay as they are."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return what the added and the removed tags are compared by."""
        return frozenset(map(fold, self.added)), frozenset(map(fold, self.removed))


Writes = Mapping[str, Any]
"""Field -> the value it gets (None: it is cleared), ANYTHING, or TagsWritten for `tags`."""
