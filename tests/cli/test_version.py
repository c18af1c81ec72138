from __future__ import annotations

from cskh import __version__
from tests.project import Cli


def test_the_version_is_printed(cli: Cli) -> None:
    assert cli("version").out == f"cskh {__version__}\n"


def test_the_version_as_json(cli: Cli) -> None:
    assert cli("version", "--format", "json").json == {"version": __version__}
