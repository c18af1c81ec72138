"""What an admin, or anybody else, can't learn of a campaign that isn't hers."""

from __future__ import annotations

import pytest

from cskh.edge import moods
from cskh.edge.stand_in import StandIn
from tests.campaigns import CAMPAIGN, JSON, STAFF, TIME, guests, move, run, settle, write
from tests.project import Cli, Project

STRANGERS = [("--as", "hoa"), ("--as", "an"), ("--as", "nobody"), ()]


@pytest.fixture
def sent(project: Project, cli: Cli) -> Project:
    """A project in which a campaign of Minh's was sent, and staff was told of it by email."""
    settle(project, active="{sms: thu, email: thu}", notify="{email: true}")
    write(project)
    guests(project)
    move(cli, "submit", "minh")
    move(cli, "approve")
    run(cli)
    return project


@pytest.mark.parametrize("who", STRANGERS)
def test_its_name_and_id_stand_nowhere(sent: Project, cli: Cli, who: tuple[str, ...]) -> None:
    commands = [("report", "messages"), ("outbox", "list"), ("customer", "show", "KH0001")]
    commands += [("report", "workflows"), ("campaign", "list"), ("inbox",)]
    commands += [("outbox", "show", str(n)) for (n,) in sent.rows("SELECT id FROM outbox")]
    for command in commands:
        for form in (("--format", "table"), JSON):
            said = cli(*command, *who, *form)
            assert (command, "Tri ân" in said.out + said.err) == (command, False)
            assert (command, "tri-an" in said.out + said.err) == (command, False)
    assert "Tri ân" in cli("outbox", "list", "--as", "lan").out


@pytest.mark.parametrize("who", [*STRANGERS, ("--as", "lan")])
@pytest.mark.parametrize("report", [("report", "messages"), ("report", "workflows")])
def test_a_campaign_is_no_workflow(
    sent: Project, cli: Cli, who: tuple[str, ...], report: tuple[str, ...]
) -> None:
    refused = [cli(*report, "--workflow", f"campaign:{id_}", *who) for id_ in ("tri-an", "khac")]
    assert [each.exit for each in refused] == [2, 2]
    assert cli("outbox", "list", "--workflow", "campaign:tri-an", *who).exit == 2


@pytest.mark.parametrize("who", ["hoa", "an", "nobody"])
def test_a_hint_names_only_what_may_be_seen(sent: Project, cli: Cli, who: str) -> None:
    write(sent, CAMPAIGN.replace("minh", "hoa"), "tri-am")
    refused = cli("campaign", "show", "tri-ax", "--as", who)
    assert refused.exit == 2
    assert "tri-an" not in refused.err
    assert ("tri-am" in refused.err) == (who == "hoa")


@pytest.mark.parametrize("who", STRANGERS)
def test_dry_run_shows_a_campaign_only_to_whom_show_would(
    sent: Project, cli: Cli, who: tuple[str, ...]
) -> None:
    refused = cli("dry-run", "tri-an", *who)
    assert (refused.exit, "Tri ân" in refused.out + refused.err) == (4, False)
    for known in ("minh", "lan"):
        assert "Tri ân" in cli("dry-run", "tri-an", "--as", known).out


def test_a_refusal_to_decide_about_a_message_names_no_campaign(
    project: Project, cli: Cli, vietguys: StandIn
) -> None:
    project.through(vietguys, staff=STAFF)
    write(project)
    guests(project, 1)
    move(cli, "submit", "minh")
    move(cli, "approve")
    vietguys.next(moods.cut_unread)
    run(cli)
    for words in (("1", "retry"), ("sent",)):
        filters = () if len(words) == 2 else ("--channel", "sms")
        decide = ("outbox", "resolve", *words, *filters, "--yes", "--now", TIME)
        refused = cli(*decide, "--as", "hoa")
        assert refused.exit == 4
        assert "Message 1 belongs to somebody else's campaign." in refused.err
        assert "tri-an" not in refused.err
