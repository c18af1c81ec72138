from typing import Any

import pytest

from cskh.model.conditions import Test as Leaf
from cskh.rules.operators import OPERATORS, sentence
from tests.sample import FIELDS


@pytest.mark.parametrize(
    ("field", "operator", "raw", "said"),
    [
        ("status", "is", "Mới", "Status is Mới"),
        ("status", "in", ["Mới", "Lost"], "Status is one of Mới, Lost"),
        ("so_con", "between", [1, 5], "so_con is between 1 – 5"),
        ("pinned", "is", True, "Pinned is yes"),
        ("email", "empty", True, "Email is empty"),
        ("email", "empty", False, "Email is not empty"),
        ("last_contacted_at", "older_than", "15d", "Last contact is 15 days ago or longer"),
        ("last_contacted_at", "older_than", "1 day", "Last contact is 1 day ago or longer"),
        ("birthday", "anniversary", "in 3 days", "Birthday has its anniversary in 3 days"),
        ("created_at", "on", "yesterday", "Created is on yesterday"),
        ("created_at", "before", "today-3", "Created is before 3 days before today"),
        ("created_at", "after", "today+1", "Created is after tomorrow"),
        ("birthday", "anniversary", "this month", "Birthday has its anniversary this month"),
        ("tags", "has", "VIP", "Tags include VIP"),
    ],
)
def test_a_test_reads_as_a_sentence(
    field: str, operator: str, raw: Any, said: str, english: None
) -> None:
    want = OPERATORS[operator].parse(FIELDS[field].kind, raw)
    assert sentence(Leaf(field, operator, want), FIELDS[field]) == said
