from typing import Any

import pytest

from tests.rules.asking import is_so

TAGS = ("Khách sỉ", "VIP")


@pytest.mark.parametrize(
    ("operator", "raw", "wanted"),
    [
        ("has", "vip", True),
        ("has", "KHÁCH SỈ", True),
        ("has", "Khách si\u0309", True),
        ("has", "khach si", False),
        ("has", "V", False),
        ("has_any", ["Mới", "vip"], True),
        ("has_any", ["Mới"], False),
        ("has_all", ["vip", "khách sỉ", "VIP"], True),
        ("has_all", ["vip", "Mới"], False),
        ("has_none", ["Mới", "Cũ"], True),
        ("has_none", ["Mới", "vip"], False),
    ],
)
def test_tags_compare_folded(operator: str, raw: Any, *, wanted: bool) -> None:
    assert is_so("tags", TAGS, operator, raw) is wanted


@pytest.mark.parametrize("have", [(), None])
@pytest.mark.parametrize(
    ("operator", "raw", "wanted"),
    [("has", "A", False), ("has_any", ["A"], False), ("has_all", ["A"], False),
     ("has_none", ["A"], True)],
)  # fmt: skip
def test_without_tags_one_has_none_of_them(
    operator: str, raw: Any, have: Any, *, wanted: bool
) -> None:
    assert is_so("tags", have, operator, raw) is wanted
