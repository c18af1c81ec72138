"""Every cell of the table of moves: who may make which move from which state."""

from __future__ import annotations

import json

import pytest

from cskh.model.campaign import CampaignState
from tests.campaigns import bring, move, state
from tests.project import Cli, Project

PENDING, APPROVED, REJECTED = "pending", "approved", "rejected"
PAUSED, SENDING, SENT, DELETED = "paused", "sending", "sent", "deleted"
# By move and state what it comes to, and who may: written down a second time.
ALLOWED: dict[tuple[str, str | None], tuple[str, set[str]]] = {
    ("submit", None): (PENDING, {"lan", "minh"}),
    ("submit", DELETED): (PENDING, {"lan", "minh"}),
    ("submit", REJECTED): (PENDING, {"lan", "minh"}),
    ("edit", PENDING): (PENDING, {"lan", "minh"}),
    ("edit", PAUSED): (PAUSED, {"lan", "minh"}),
    ("approve", PENDING): (APPROVED, {"lan"}),
    ("reject", PENDING): (REJECTED, {"lan"}),
    ("pause", APPROVED): (PAUSED, {"lan"}),
    ("pause", SENDING): (PAUSED, {"lan"}),
    ("resume", PAUSED): (APPROVED, {"lan"}),
    ("delete", None): (DELETED, {"lan", "minh"}),
    ("delete", DELETED): (DELETED, {"lan", "minh"}),
    ("delete", PENDING): (DELETED, {"lan", "minh"}),
    ("delete", APPROVED): (DELETED, {"lan"}),
    ("delete", PAUSED): (DELETED, {"lan"}),
    ("delete", REJECTED): (DELETED, {"lan"}),
}
MOVES = ("submit", "edit", "approve", "reject", "pause", "resume", "delete")
STATES = (None, *(each.value for each in CampaignState))
ACTORS = ("lan", "minh", "hoa", "an", "nobody")


@pytest.mark.parametrize("came_from", STATES)
@pytest.mark.parametrize("verb", MOVES)
def test_a_move_is_made_by_whom_and_from_where_the_table_says(
    project: Project, cli: Cli, verb: str, came_from: str | None
) -> None:
    bring(project, cli, CampaignState(came_from) if came_from else None)
    before = project.rows("SELECT count(*) FROM moves")
    target, may = ALLOWED.get((verb, came_from), (None, set[str]()))
    for actor in sorted(set(ACTORS) - may):
        refused = move(cli, verb, actor)
        assert (actor, refused.exit) == (actor, 4)
        assert "Traceback" not in refused.err
    assert state(project) == came_from
    assert project.rows("SELECT count(*) FROM moves") == before
    assert (project.root / "campaigns" / "tri-an.yaml").exists()
    if not may:
        return
    done = move(cli, verb, sorted(may)[-1])
    assert done.exit == 0, done.err
    is_stored = came_from is not None or verb != "delete"
    assert state(project) == (target if is_stored else None)


@pytest.mark.parametrize(("verb", "came_from"), sorted(ALLOWED, key=str))
def test_an_owner_may_do_whatever_a_maker_may(
    project: Project, cli: Cli, verb: str, came_from: str | None
) -> None:
    bring(project, cli, CampaignState(came_from) if came_from else None)
    done = move(cli, verb, "lan", "--note", "đã bàn")
    assert done.exit == 0, done.err


def test_the_log_names_the_campaign_and_the_moves_of_the_tool(project: Project, cli: Cli) -> None:
    bring(project, cli, CampaignState.SENT)
    lines = map(json.loads, (project.root / "cskh.log").read_text().splitlines())
    logged = [(each["campaign"], each["move"]) for each in lines if each["event"] == "campaign"]
    assert logged == [("tri-an", "start"), ("tri-an", "finish")]
