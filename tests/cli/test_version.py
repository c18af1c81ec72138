from __future__ import annotations

import pytest

from cskh import __version__
from tests.project import Cli


@pytest.mark.parametrize("word", ["version", "--version"])
def test_the_version_is_printed(cli: Cli, word: str) -> None:
    assert cli(word).out == f"cskh {__version__}\n"


def test_the_version_as_json(cli: Cli) -> None:
    assert cli("version", "--format", "json").json == {"version": __version__}
