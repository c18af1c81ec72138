"""What the tests of the edge may ask for."""

from collections.abc import Iterator

import pytest

from cskh.edge.stand_in import StandIn


@pytest.fixture
def vietguys() -> Iterator[StandIn]:
    """A stand-in that listens."""
    with StandIn() as stand_in:
        yield stand_in
