"""What an action says it writes is what it changes: lint's graph of workflows goes by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cskh.model.effects import Change
from cskh.model.folding import fold
from cskh.model.writing import ANYTHING, TagsWritten
from tests.contracts.test_actions import ACTIONS, EMPTY, FULL, effects, example


@pytest.mark.parametrize("name", sorted(ACTIONS))
@pytest.mark.parametrize("values", [FULL, EMPTY], ids=["full", "empty"])
def test_an_action_changes_nothing_but_what_it_says_it_writes(
    name: str, values: Mapping[str, Any]
) -> None:
    action = example(name)
    writes = action.writes()
    for what in effects(action, values):
        for field, (_old, new) in what.fields.items() if isinstance(what, Change) else ():
            expected = writes[field]
            if isinstance(expected, TagsWritten):
                added, removed = expected.keys
                keys = set(map(fold, new))
                assert added <= keys and removed.isdisjoint(keys)
            else:
                assert expected in (ANYTHING, new)
