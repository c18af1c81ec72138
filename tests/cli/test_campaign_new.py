"""A campaign's file from options and answers."""

from __future__ import annotations

import pytest

from tests.campaigns import JSON, settle, write
from tests.project import Cli, Project

ASKED = ("campaign", "new", "tet", "--as", "minh", "--name", "Tết", "--content", "Chuc mung")


@pytest.fixture
def staffed(project: Project) -> Project:
    """A project with staff."""
    settle(project)
    return project


def test_options_become_a_file_that_lint_likes(staffed: Project, cli: Cli) -> None:
    done = cli(
        *ASKED,
        *("--filter", "tags=VIP", "--filter", "revenue=3000000", "--list", "khách quen"),
        *("--exclude", "KH1", "--send-at", "2027-02-01 09:00", "--max-recipients", "50"),
    )
    assert done.exit == 0
    assert (staffed.root / "campaigns/tet.yaml").read_text() == (
        "name: Tết\n"
        "created_by: minh\n"
        "content: Chuc mung\n"
        "send_at: 2027-02-01 09:00\n"
        "audience:\n"
        "  filter:\n"
        "  - tags:\n"
        "      has_all:\n"
        "      - VIP\n"
        "  - revenue: 3000000\n"
        "  lists:\n"
        "  - khách quen\n"
        "  exclude:\n"
        "  - KH1\n"
        "limits:\n"
        "  max_recipients: 50\n"
    )
    assert cli("lint").exit == 0
    assert "There is no list khách quen" in cli("campaign", "show", "tet", "--as", "minh").err
    shown = cli("campaign", "show", "tet", "--as", "minh", *JSON).json
    assert (shown["name"], shown["state"], shown["created_by"]) == ("Tết", None, "minh")


@pytest.mark.parametrize(
    ("more", "exit_"),
    [
        ((), 2),  # for whom?
        (("--filter", "tag=VIP"), 2),
        (("--filter", "VIP"), 2),
        (("--list", "a", "--send-at", "mai"), 2),
        (("--list", "a", "--purpose", "quảng cáo"), 2),
        (("--list", "a", "--template", "khong-co"), 2),
        (("--filter", "birthday=mai"), 2),
        (("--filter", "status=khác"), 2),
        (("--filter", "pinned=chưa biết"), 2),
        (("--list", "a", "--as", "an"), 4),
        (("--list", "a", "--as", "nobody"), 4),
    ],
)
def test_what_would_not_work_leaves_no_file(
    staffed: Project, cli: Cli, more: tuple[str, ...], exit_: int
) -> None:
    refused = cli(*ASKED, *more)
    assert (refused.exit, "Traceback" in refused.err) == (exit_, False)
    assert not (staffed.root / "campaigns/tet.yaml").exists()


@pytest.mark.parametrize("id_", ["tri-an", "Tri ân", "../x", ""])
def test_an_id_that_is_taken_or_no_name_of_a_file_is_refused(
    staffed: Project, cli: Cli, id_: str
) -> None:
    write(staffed)
    argv = ("campaign", "new", id_, "--as", "minh", "--name", "X", "--content", "Y", "--list", "a")
    assert cli(*argv).exit == 2
