from typing import Any

import pytest

from tests.rules.asking import is_so

NFD_HUE = "Hue\u0302\u0301"


@pytest.mark.parametrize(
    ("operator", "raw", "have", "wanted"),
    [
        ("is", "Huế", "HUẾ", True),
        ("is", "Huế", NFD_HUE, True),
        ("is", NFD_HUE, "huế", True),
        ("is", "Hue", "Huế", False),
        ("is", "Huế", "Huế ", False),
        ("is", 5, "5", True),
        ("is_not", "Huế", "HUẾ", False),
        ("is_not", "Huế", "Huệ", True),
        ("in", ["Vinh", "huế"], "HUẾ", True),
        ("in", ["Vinh"], "Huế", False),
        ("not_in", ["Vinh", "huế"], "HUẾ", False),
        ("not_in", ["Vinh"], "Huế", True),
        ("contains", "ĐỨC", "Nguyễn Đức An", True),
        ("contains", "duc", "Nguyễn Đức An", False),
        ("contains", "%", "Nguyễn", False),
        ("contains", "_", "Nguyễn", False),
        ("not_contains", "đức", "Nguyễn Đức An", False),
        ("not_contains", "lan", "Nguyễn Đức An", True),
        ("starts_with", "nguyễn", "Nguyễn An", True),
        ("starts_with", "An", "Nguyễn An", False),
        ("ends_with", "AN", "Nguyễn An", True),
        ("ends_with", "Nguyễn An", "An", False),
    ],
)
def test_texts_compare_without_regard_to_case_and_form(
    operator: str, raw: Any, have: str, *, wanted: bool
) -> None:
    assert is_so("name", have, operator, raw) is wanted


@pytest.mark.parametrize(
    ("operator", "raw", "have"),
    [
        ("is", "nguyen duc", "Nguyễn Đức"),
        ("is", "Nguyễn Đức", "NGUYEN DUC"),
        ("in", ["hue"], NFD_HUE),
        ("contains", "duc", "Nguyễn Đức An"),
        ("starts_with", "Đà", "da nang"),
        ("ends_with", "nang", "ĐÀ NẴNG"),
    ],
)
def test_marks_may_be_ignored_on_either_side(operator: str, raw: Any, have: str) -> None:
    assert is_so("name", have, operator, raw, marks=False)
    assert not is_so("name", have, operator, raw)


@pytest.mark.parametrize(
    ("operator", "raw", "have", "wanted"),
    [
        ("is", 3, 3.0, True),
        ("is_not", 3, 3.0, False),
        ("in", [1, 2.5], 2.5, True),
        ("not_in", [1, 2.5], 2, True),
        ("gt", 3_000_000, 3_000_000, False),
        ("gt", 3_000_000, 3_000_001, True),
        ("gte", 3_000_000, 3_000_000, True),
        ("lt", 0, -1, True),
        ("lt", 0, 0, False),
        ("lte", 0, 0, True),
        ("between", [1, 5], 1, True),
        ("between", [1, 5], 5, True),
        ("between", [1, 5], 5.5, False),
        ("between", [5, 1], 3, False),
    ],
)
def test_numbers_compare_as_numbers(operator: str, raw: Any, have: float, *, wanted: bool) -> None:
    assert is_so("han_muc", have, operator, raw) is wanted


@pytest.mark.parametrize(("have", "raw", "wanted"), [(True, True, True), (False, True, False),
                                                     (False, False, True)])  # fmt: skip
def test_yes_or_no_is_compared(*, have: bool, raw: bool, wanted: bool) -> None:
    assert is_so("dong_y", have, "is", raw) is wanted


RAW: dict[str, Any] = {
    "is": "A",
    "is_not": "A",
    "in": ["A"],
    "not_in": ["A"],
    "contains": "A",
    "not_contains": "A",
    "starts_with": "A",
    "ends_with": "A",
}


@pytest.mark.parametrize("operator", RAW)
def test_without_a_text_only_the_negative_operators_hold(operator: str) -> None:
    assert is_so("name", None, operator, RAW[operator]) is ("not" in operator)


@pytest.mark.parametrize(
    ("operator", "raw", "wanted"),
    [
        ("is", 0, False),
        ("is_not", 0, True),
        ("in", [0], False),
        ("not_in", [0], True),
        ("gt", -1, False),
        ("gte", 0, False),
        ("lt", 1, False),
        ("lte", 0, False),
        ("between", [-1, 1], False),
    ],
)
def test_a_missing_number_is_not_zero(operator: str, raw: Any, *, wanted: bool) -> None:
    assert is_so("so_con", None, operator, raw) is wanted


def test_a_missing_answer_is_neither_yes_nor_no() -> None:
    assert not is_so("dong_y", None, "is", raw=True)
    assert not is_so("dong_y", None, "is", raw=False)


@pytest.mark.parametrize(
    ("field", "empty", "full"),
    [
        ("name", None, "A"),
        ("so_con", None, 0),
        ("dong_y", None, False),
        ("birthday", None, "1990"),
        ("tags", (), ("A",)),
    ],
)
def test_empty_is_what_is_not_set(field: str, empty: Any, full: Any) -> None:
    assert is_so(field, empty, "empty", raw=True)
    assert not is_so(field, full, "empty", raw=True)
    assert is_so(field, full, "empty", raw=False)
    assert not is_so(field, empty, "empty", raw=False)
