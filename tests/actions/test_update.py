from typing import Any

import pytest

from cskh.actions.update import Note, Update
from cskh.model.effects import Change, Effect, Skip
from tests.actions.worlds import context, customer


def outcomes(values: dict[str, Any] | None = None, **parameters: Any) -> list[Effect | Skip]:
    return list(Update(**parameters).effects(customer(**(values or {})), context()))


def changed(values: dict[str, Any] | None = None, **parameters: Any) -> dict[str, Any]:
    """Return what is changed, name -> old, new; nothing if there is no effect."""
    made = outcomes(values, **parameters)
    if not made:
        return {}
    (what,) = made
    assert isinstance(what, Change)
    return dict(what.fields)


@pytest.mark.parametrize(
    ("parameters", "fields"),
    [
        ({"status": "Lost"}, {"status": ("Mới", "Lost")}),
        ({"status": "Mới"}, {}),
        ({"status": "Mới", "source": "Website"}, {"source": (None, "Website")}),
        ({"assignee": "lan", "industry": "Bác sĩ"}, {"assignee": ("minh", "lan"),
                                                     "industry": (None, "Bác sĩ")}),
        ({"pinned": True}, {"pinned": (False, True)}),
        ({"pinned": False}, {}),
        ({"fields": {"hang_the": "Vàng", "so_con": 2}}, {"hang_the": (None, "Vàng")}),
        ({"fields": {"so_con": None}}, {"so_con": (2, None)}),
        ({"fields": {"so_con": 0}}, {"so_con": (2, 0)}),
        ({"fields": {"hang_the": ""}}, {}),
        ({"fields": {"hen_goi": "2026-12-24 09:00"}}, {"hen_goi": (None, "2026-12-24T02:00:00Z")}),
        ({"fields": {"hen_goi": "2026-12-24"}}, {"hen_goi": (None, "2026-12-23T17:00:00Z")}),
    ],
)  # fmt: skip
def test_only_what_is_not_so_already_is_changed(
    parameters: dict[str, Any], fields: dict[str, Any]
) -> None:
    assert changed(**parameters) == fields


HAVE = ("Khách sỉ", "VIP")


@pytest.mark.parametrize(
    ("parameters", "tags"),
    [
        ({"add_tags": ("Mới",)}, ("Khách sỉ", "Mới", "VIP")),
        ({"add_tags": ("vip",)}, HAVE),
        ({"add_tags": ("KHÁCH SI\u0309",)}, HAVE),
        ({"add_tags": ("Mới", "MỚI")}, ("Khách sỉ", "Mới", "VIP")),
        ({"remove_tags": ("vip",)}, ("Khách sỉ",)),
        ({"remove_tags": ("vip", "khách sỉ")}, ()),
        ({"remove_tags": ("Lạ",)}, HAVE),
        ({"add_tags": ("Mới",), "remove_tags": ("VIP",)}, ("Khách sỉ", "Mới")),
        ({"add_tags": ("vip",), "remove_tags": ("VIP",)}, HAVE),
    ],
)
def test_tags_are_the_same_whatever_their_case(
    parameters: dict[str, Any], tags: tuple[str, ...]
) -> None:
    assert changed(**parameters) == ({} if tags == HAVE else {"tags": (HAVE, tags)})


@pytest.mark.parametrize(
    ("note", "have", "new"),
    [
        (Note(append="thêm"), None, "thêm"),
        (Note(append="thêm"), "cũ", "cũ\nthêm"),
        (Note(replace="mới"), "cũ", "mới"),
        (Note(replace="Chào {{ customer.given_name }}"), None, "Chào Ánh"),
        (Note(append="{{ staff.name }} đã gọi"), "cũ", "cũ\nTrần Minh đã gọi"),
    ],
)
def test_a_note_gets_a_line_or_is_replaced(note: Note, have: str | None, new: str) -> None:
    assert changed({"note": have}, note=note) == {"note": (have, new)}


def test_a_note_that_says_so_already_is_left_alone() -> None:
    assert changed({"note": "mới"}, note=Note(replace="mới")) == {}


def test_a_note_with_a_hole_in_it_is_not_written() -> None:
    made = outcomes({"name": None}, status="Lost", note=Note(append="{{ customer.name }}"))
    assert made == [Skip(reason="missing customer.name")]


@pytest.mark.parametrize(
    ("parameters", "fields"),
    [
        ({"status": "Lost"}, {"status"}),
        ({"add_tags": ("A",)}, {"tags"}),
        ({"fields": {"so_con": 1}}, {"so_con"}),
        ({"note": Note(append="{{ customer.status }}")}, {"note", "status"}),
        (
            {"note": Note(replace="{{ staff.name }}"), "pinned": False},
            {"note", "assignee", "pinned"},
        ),
    ],
)
def test_only_what_is_needed_is_read(parameters: dict[str, Any], fields: set[str]) -> None:
    assert Update(**parameters).reads(context()) == fields
