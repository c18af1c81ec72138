"""What `field=value` words come to: values as the store keeps them, or a usage error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.engine.assigning import Assigned, Assigner, changes
from cskh.engine.filtering import condition
from cskh.engine.words import assignments, items
from cskh.errors import UsageProblem
from cskh.model import conditions
from cskh.model.settings import Pipeline
from tests.sample import SETTINGS, at

pytestmark = pytest.mark.usefixtures("english")
CLOCK = at("2026-12-01T10:00")
WITH_PIPELINE = replace(
    SETTINGS, pipelines={"ban-moi": Pipeline(name="Bán mới", stages=("Báo giá", "Chốt"))}
)
ASSIGNER = Assigner(WITH_PIPELINE, CLOCK)


def assigned(*words: str) -> Assigned:
    return ASSIGNER.assigned(assignments(words))


def values(*words: str) -> dict[str, Any]:
    return assigned(*words).values


def refusal(*words: str) -> tuple[str, str | None]:
    with pytest.raises(UsageProblem) as caught:
        assigned(*words)
    return caught.value.message, caught.value.hint


@pytest.mark.parametrize(
    ("word", "stored"),
    [
        ("pid= A1 ", {"pid": "A1"}),
        ("name=NGUYỄN  An", {"name": "NGUYỄN An"}),
        ("name=x", {"name": "x"}),
        ("phone=+84 900 000 001", {"phone": "0900000001", "phone_kind": "mobile"}),
        ("phone=900000001", {"phone": "0900000001", "phone_kind": "mobile"}),
        ("phone=024 3825 1234", {"phone": "02438251234", "phone_kind": "landline"}),
        ("phone=", {"phone": None, "phone_kind": None}),
        ("phone_2=0900 000 002", {"phone_2": "0900000002"}),
        ("email= an@example.com", {"email": "an@example.com"}),
        ("birthday=1990-05-03", {"birthday": "1990-05-03"}),
        ("birthday=03/05/1990", {"birthday": "1990-05-03"}),
        ("birthday=--05-03", {"birthday": "--05-03"}),
        ("birthday=1990", {"birthday": "1990"}),
        ("birthday=01/01/2000", {"birthday": "2000-01-01"}),
        ("birthday=03/05 âm lịch", {"lunar_birthday": "--05-03"}),
        ("lunar_birthday=30/02/1990", {"lunar_birthday": "1990-02-30"}),
        ("gender=Nữ", {"gender": "female"}),
        ("gender=khác", {"gender": None}),
        ("status=MỚI", {"status": "Mới"}),
        ("status=quan tam", {"status": "Quan tâm"}),
        ("source=Bạn bè", {"source": "Bạn bè"}),
        ("assignee=MINH", {"assignee": "minh"}),
        ("assignee=Trần Minh", {"assignee": "minh"}),
        ("kind=LEAD", {"kind": "lead"}),
        ("type=Công ty", {"type": "business"}),
        ("account=C1", {"account": "C1"}),
        ('tags=VIP,"a,b",vip', {"tags": ("VIP", "a,b")}),
        ("tags=", {"tags": ()}),
        ("note=một\nhai", {"note": "một\nhai"}),
        ("note=được không?ok", {"note": "được không?ok"}),
        ("note=a=b", {"note": "a=b"}),
        ("province=HCM", {"province": "TP.HCM"}),
        ("revenue=3.000.000", {"revenue": 3_000_000}),
        ("revenue=3000000", {"revenue": 3_000_000}),
        ("revenue=", {"revenue": 0}),
        ("order_count=12", {"order_count": 12}),
        ("pinned=có", {"pinned": True}),
        ("pinned=", {"pinned": False}),
        ("last_contacted_at=2026-11-15", {"last_contacted_at": "2026-11-14T17:00:00Z"}),
        ("last_contacted_at=15/11/2026 08:30", {"last_contacted_at": "2026-11-15T01:30:00Z"}),
        ("last_contacted_at=2026-11-15T08:30+00:00", {"last_contacted_at": "2026-11-15T08:30:00Z"}),
        ("so_thich=Đi bộ", {"so_thich": "Đi bộ"}),
        ("so_con=1,5", {"so_con": 1.5}),
        ("han_muc=500k", {"han_muc": 500_000}),
        ("ngay_ky=3/5/2026", {"ngay_ky": "2026-05-03"}),
        ("hen_goi=2026-12-02T08:00", {"hen_goi": "2026-12-02T01:00:00Z"}),
        ("dong_y=không", {"dong_y": False}),
        ("hang_the=vàng", {"hang_the": "Vàng"}),
        ("hang_the=", {"hang_the": None}),
    ],
)
def test_a_word_becomes_what_the_store_keeps(word: str, stored: dict[str, Any]) -> None:
    assert values(word) == stored


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["phonee=1"], "There is no field phonee.", "Did you mean phone?"),
        (["automatic_pid=1"], "There is no field automatic_pid.", None),
        (["name"], "name is not written field=value.", None),
        (["=x"], "=x is not written field=value.", None),
        (["name=A", "name=B"], "name is said twice.", None),
        (["status=Qan tâm"], "status can't be Qan tâm.", "Did you mean Quan tâm?"),
        (["hang_the=Kim cương"], "hang_the can't be Kim cương.", "Known: Bạc, Vàng."),
        (["assignee=nobody"], "assignee can't be nobody.", "Known: an, ha, lan, minh."),
        (["birthday=31/02/1990"], "birthday can't be 31/02/1990.", "There is no such day."),
        (["birthday=2030-01-01"], "birthday can't be 2030-01-01.", "A birthday in the future."),
        (["order_count=-1"], "order_count can't be -1.", "-1 is no number."),
        (["order_count=-"], "order_count can't be -.", None),
        (["phone=12345"], "phone can't be 12345.", None),
        (["phone=-"], "phone can't be -.", None),
        (["email=an@"], "email can't be an@.", "It is no email address."),
        (["pinned=perhaps"], "pinned can't be perhaps.", "perhaps is neither yes nor no."),
        (["pid="], "pid can't be cleared.", None),
        (["kind="], "kind can't be cleared.", None),
        (["age=30"], "age can't be set.", None),
        (["created_at=2026-01-01"], "created_at can't be set.", None),
        (["updated_at=2026-01-01"], "updated_at can't be set.", None),
        (["pipeline.ban-moi=Chốt"], "pipeline.ban-moi can't be set.", None),
        (['tags="a'], '"a is no list.', "Write it like a CSV line"),
        (["name=\udc80"], "'name=\\udc80' is not UTF-8.", None),
        (["phone=0900000001/0900000002", "phone_2=0900000003"], "There are two numbers", None),
    ],
)
def test_what_a_field_can_not_be_is_said_with_the_next_step(
    words: list[str], message: str, hint: str | None
) -> None:
    said = refusal(*words)
    assert said[0].startswith(message)
    assert hint is None or (said[1] or "").startswith(hint)


def test_two_numbers_become_two_phones_and_what_is_left_is_told() -> None:
    both = assigned("phone=0900000001 / 0900000002 / 0900000003")
    assert (both.values["phone"], both.values["phone_2"]) == ("0900000001", "0900000002")
    assert both.remarks == ["0900000003 was left out."]


def test_only_what_really_changes_is_a_change() -> None:
    have = {
        "status": "Mới",
        "name": "An",
        "tags": ("VIP",),
        "pid": "A1",
        "revenue": 0,
        "note": None,
    }
    same = {"status": "MỚI", "tags": ("vip",), "pid": "a1", "revenue": 0, "note": None}
    assert changes(have, same, ASSIGNER.fields) == {}
    assert changes(have, {"name": "AN"}, ASSIGNER.fields) == {"name": ("An", "AN")}
    assert changes(have, {"status": None}, ASSIGNER.fields) == {"status": ("Mới", None)}


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), max_size=5))
def test_a_list_comes_back_as_it_was_written_like_a_csv_line(texts: list[str]) -> None:
    line = ",".join('"' + text.replace('"', '""') + '"' for text in texts)
    again = items(",".join('"' + item.replace('"', '""') + '"' for item in items(line)))
    assert again == items(line)
    assert len(again) <= len(texts)


@given(st.lists(st.text(), max_size=4))
def test_any_words_are_values_or_a_usage_problem(texts: list[str]) -> None:
    names = ("tags", "phone", "birthday", "note", "revenue", "hen_goi", "status", "email", "pid")
    for text in texts:
        for name in names:
            try:
                assert assigned(f"{name}={text}").values
            except UsageProblem as problem:
                assert problem.message


@pytest.mark.parametrize(
    ("word", "test"),
    [
        ("status=mới", conditions.Test("status", "is", "Mới")),
        ("tags=VIP", conditions.Test("tags", "has_all", ("VIP",))),
        ("status=", conditions.Test("status", "empty", True)),
        ("phone=+84900000001", conditions.Test("phone", "is", "0900000001")),
        ("revenue=3.000.000", conditions.Test("revenue", "is", 3_000_000)),
        ("age=30", conditions.Test("age", "is", 30)),
        ("pinned=yes", conditions.Test("pinned", "is", True)),
        ("pipeline.ban-moi=chốt", conditions.Test("pipeline.ban-moi", "is", "Chốt")),
    ],
)
def test_a_word_asks_for_customers_by_one_test(word: str, test: conditions.Test) -> None:
    assert condition(assignments([word]), ASSIGNER, CLOCK).members == (test,)


@pytest.mark.parametrize("word", ["stat=1", "status=Xyz", "created_at=hôm kia", "age=x"])
def test_what_no_customer_can_be_is_not_asked_for(word: str) -> None:
    with pytest.raises(UsageProblem):
        condition(assignments([word]), ASSIGNER, CLOCK)
