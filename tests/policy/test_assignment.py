"""Work goes round: nobody is skipped or doubled, and chance comes to the same each time."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cskh.model.settings import Group, Settings, Staff
from cskh.policy.assignment import Turns

NAMES = ("an", "binh", "chi", "dung")


def turns(last: dict[str, str] | None = None, away: tuple[str, ...] = (), **rule: Any) -> Turns:
    staff = tuple(Staff(id=id_, name=id_, role="agent", away=id_ in away) for id_ in NAMES)
    groups = {"g": Group(name="G", members=NAMES, **rule)}
    return Turns(Settings(version=1, staff=staff, groups=groups), last or {})


def test_everybody_gets_his_turn_in_order() -> None:
    mine = turns()
    assert [mine.assign("g", "") for _ in range(6)] == [*NAMES, "an", "binh"]
    assert mine.taken == {"g": "binh"}


def test_the_next_one_comes_after_the_last_one_wherever_that_was() -> None:
    assert turns({"g": "chi"}).assign("g", "") == "dung"
    assert turns({"g": "dung"}).assign("g", "") == "an"


def test_who_is_away_is_passed_over_and_keeps_his_place() -> None:
    mine = turns(away=("binh",))
    assert [mine.assign("g", "") for _ in range(4)] == ["an", "chi", "dung", "an"]
    assert turns({"g": "binh"}, away=("binh",)).assign("g", "") == "chi"


def test_somebody_who_left_is_forgotten() -> None:
    assert turns({"g": "nobody"}).assign("g", "") == "an"


def test_with_everybody_away_nobody_gets_it() -> None:
    mine = turns(away=NAMES)
    assert mine.assign("g", "") is None and mine.taken == {}


def test_chance_is_the_same_for_the_same_work_and_takes_no_turn() -> None:
    mine = turns(assign="random")
    seeds = [f"daily:2026-12-01|customer:{n}" for n in range(400)]
    once = [mine.assign("g", seed) for seed in seeds]
    assert once == [turns(assign="random").assign("g", seed) for seed in seeds]
    assert mine.taken == {}
    assert min(Counter(once).values()) > 60


@given(st.integers(1, 300), st.sets(st.sampled_from(NAMES), max_size=3), st.sampled_from(NAMES))
def test_turns_differ_by_one_at_most(count: int, away: set[str], last: str) -> None:
    mine = turns({"g": last}, away=tuple(away))
    counts = Counter(mine.assign("g", "") for _ in range(count))
    present = [name for name in NAMES if name not in away]
    assert counts.keys() <= set(present)
    assert max(counts[name] for name in present) - min(counts[name] for name in present) <= 1


def test_who_stands_in_a_group_twice_has_one_turn() -> None:
    staff = tuple(Staff(id=id_, name=id_, role="agent") for id_ in NAMES)
    group = Group(name="G", members=("an", "an", "binh"))
    mine = Turns(Settings(version=1, staff=staff, groups={"g": group}), {})
    assert [mine.assign("g", "") for _ in range(4)] == ["an", "binh", "an", "binh"]
