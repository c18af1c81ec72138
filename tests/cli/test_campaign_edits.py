"""Campaigns that are changed after they were submitted: who still gets them, and in what words."""

from __future__ import annotations

import pytest

from cskh.edge import moods
from cskh.edge.stand_in import StandIn, answer
from tests.campaigns import CAMPAIGN, JSON, STAFF, TIME, guests, move, run, state, write
from tests.project import Cli, Project, person


@pytest.fixture
def staffed(project: Project, vietguys: StandIn) -> Project:
    """A project with staff, three guests and a campaign of Minh's, through a stand-in."""
    project.through(vietguys, staff=STAFF, keys=", parallel: 1")
    write(project)
    guests(project)
    return project


def stop_halfway(cli: Cli, vietguys: StandIn) -> None:
    """Pause the campaign when one of its messages has arrived and the others wait for a retry."""
    assert move(cli, "submit", "minh").exit == 0
    assert move(cli, "approve").exit == 0
    vietguys.next(answer, moods.busy, moods.busy)
    run(cli)
    assert move(cli, "pause", now=TIME).exit == 0


@pytest.mark.parametrize("limit", ["campaign", "guard"])
def test_whoever_has_the_message_already_counts_against_the_limits(
    staffed: Project, cli: Cli, vietguys: StandIn, limit: str
) -> None:
    if limit == "campaign":
        write(staffed, CAMPAIGN + "limits: {max_recipients: 3}\n")
    else:
        policy = "{guard: {max_recipients: 3}}"
        staffed.through(vietguys, staff=STAFF, keys=", parallel: 1", policy=policy)
    stop_halfway(cli, vietguys)
    staffed.add(person(4, tags=("VIP",)))
    refused = move(cli, "edit", "minh", *JSON, now=TIME)
    assert refused.exit == 4
    assert "It would reach 4 people" in refused.json["error"]["message"]
    digest = refused.json["error"]["hint"].split()[-1]
    edited = move(cli, "edit", "minh", "--accept", digest, *JSON, now=TIME)
    assert (edited.exit, edited.json["recipients"]) == (0, 4)
    assert state(staffed) == "paused"
