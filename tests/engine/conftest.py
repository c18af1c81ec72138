"""What the tests of the use cases may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cskh.edge.stand_in import StandIn
from cskh.engine.environment import Environment
from tests.project import PASSCODE, Project, make_project


@pytest.fixture
def project(tmp_path: Path, english: None) -> Project:
    """A project with one workflow that greets everybody at ten, through the sandbox."""
    return make_project(tmp_path)


@pytest.fixture
def environment(project: Project) -> Iterator[Environment]:
    """The project with its store open; nobody is in it."""
    with project.opened() as environment:
        yield environment


@pytest.fixture
def vietguys(project: Project) -> Iterator[StandIn]:
    """A stand-in that listens, and that the project's messages go through."""
    with StandIn(passcode=PASSCODE) as stand_in:
        project.through(stand_in)
        yield stand_in
