"""What the tests of the command line may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cskh.cli import main
from cskh.edge.stand_in import StandIn
from cskh.language import DEFAULT, speak
from tests.project import PASSCODE, Cli, Project, Result, make_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with one workflow that greets everybody at ten, through the sandbox."""
    for name in ("CSKH_PROJECT", "CSKH_LANG", "CSKH_ACTOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PASSCODE", PASSCODE)
    monkeypatch.chdir(tmp_path)
    return make_project(tmp_path)


@pytest.fixture
def cli(project: Project, capsys: pytest.CaptureFixture[str]) -> Iterator[Cli]:
    """The command line, in the project's folder."""

    def call(*argv: str) -> Result:
        capsys.readouterr()
        code = main(argv)
        said = capsys.readouterr()
        return Result(code, said.out, said.err)

    yield call
    speak(DEFAULT)


@pytest.fixture
def vietguys(project: Project) -> Iterator[StandIn]:
    """A stand-in that listens, and that the project's messages go through."""
    with StandIn(passcode=PASSCODE) as stand_in:
        project.through(stand_in)
        yield stand_in
