"""What every test may ask for."""

from collections.abc import Iterator

import pytest

from cskh.language import DEFAULT, speak


@pytest.fixture
def english() -> Iterator[None]:
    """Let the code speak the language that it is written in."""
    speak("en")
    yield
    speak(DEFAULT)
