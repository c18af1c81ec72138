"""Every effect goes to one expectation and the other way round, as many as there can be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cskh.engine.expecting import matched, same

FITTING = st.integers(0, 5).flatmap(
    lambda things: st.lists(
        st.lists(st.integers(0, max(things - 1, 0)), unique=True, max_size=things), max_size=5
    )
)


def most(fitting: list[list[int]], taken: frozenset[int] = frozenset()) -> int:
    """Return the size of the largest matching, by trying everything."""
    if not fitting:
        return 0
    first, *rest = fitting
    with_one = [1 + most(rest, taken | {thing}) for thing in first if thing not in taken]
    return max([most(rest, taken), *with_one])


@given(FITTING)
def test_a_matching_is_a_largest_one_and_takes_nothing_twice(fitting: list[list[int]]) -> None:
    pairs = matched(fitting)
    assert all(thing in fitting[entry] for entry, thing in pairs.items())
    assert len(set(pairs.values())) == len(pairs)
    assert len(pairs) == most(fitting)


def test_a_long_chain_of_exchanges_is_followed() -> None:
    n = 3000
    fitting = [[entry, entry + 1] for entry in range(n)] + [[0]]
    assert len(matched(fitting)) == n + 1


def test_values_are_the_same_whatever_the_unicode_form_of_a_text() -> None:
    assert same("Mới", "Mo\u031b\u0301i") and same(5, "5") and same("", None)
    assert not same("mới", "Mới") and not same(1, True) and not same(True, "True")
