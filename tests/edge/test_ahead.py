"""What is read ahead comes in order, with its errors, and in the language of who asks."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.edge.ahead import ahead
from cskh.language import speak, spoken


@given(st.lists(st.integers() | st.none()))
def test_nothing_is_lost_and_nothing_changes_places(items: list[int | None]) -> None:
    assert list(ahead(items)) == items


def test_the_next_item_is_made_while_the_last_one_is_dealt_with() -> None:
    begun = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        begun.set()
        yield 2

    reading = ahead(items())
    assert next(reading) == 1
    assert begun.wait(10)
    assert list(reading) == [2]


def test_what_went_wrong_is_raised_after_what_came_before() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    reading = ahead(items())
    assert next(reading) == 1
    with pytest.raises(ZeroDivisionError):
        next(reading)


def test_items_are_made_in_the_language_of_who_asked() -> None:
    before = spoken()
    speak("en")
    try:
        assert list(ahead(spoken() for _number in range(2))) == ["en", "en"]
    finally:
        speak(before)


def test_whoever_stops_asking_leaves_no_thread_behind() -> None:
    threads = threading.active_count()
    reading = ahead(range(9))
    assert next(reading) == 0
    del reading
    assert threading.active_count() == threads
