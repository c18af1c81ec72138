"""Campaigns that are changed after they were submitted: who still gets them, and in what words."""

from __future__ import annotations

from collections import Counter

import pytest

from cskh.edge import moods
from cskh.edge.stand_in import StandIn, answer
from tests.campaigns import (
    CAMPAIGN,
    JSON,
    STAFF,
    TIME,
    guests,
    move,
    run,
    settle,
    state,
    told,
    write,
)
from tests.project import PASSCODE, Cli, Project, person


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


@pytest.mark.parametrize(
    "policy", ['{opt_out_text: {sms: "TC: soan TC gui 1"}}', '{label: {sms: "[AD]"}, %s}']
)
def test_what_is_added_to_advertising_is_approved_with_it(
    staffed: Project, cli: Cli, vietguys: StandIn, policy: str
) -> None:
    way_out = 'opt_out_text: {sms: "Tu choi: soan TC gui 9"}'
    staffed.through(vietguys, staff=STAFF, policy=f"{{{way_out}}}")
    for number in (1, 2, 3):
        pid = f"KH000{number}"
        consent = ("--channel", "sms", "--purpose", "advertising", "--source", "form")
        assert cli("customer", "consent", pid, *consent).exit == 0
    write(staffed, CAMPAIGN + "purpose: advertising\n")
    move(cli, "submit", "minh")
    move(cli, "approve")
    staffed.through(vietguys, staff=STAFF, policy=policy % way_out if "%" in policy else policy)
    assert run(cli).exit == 0
    assert (vietguys.accepted, state(staffed)) == ([], "pending")
    assert move(cli, "approve").exit == 4
    assert move(cli, "edit", "minh").exit == 0
    assert move(cli, "approve").exit == 0
    run(cli)
    assert len(vietguys.accepted) == 3


def test_what_is_added_to_advertising_is_no_matter_of_care(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    staffed.through(vietguys, staff=STAFF, policy='{opt_out_text: {sms: "TC: soan TC gui 1"}}')
    run(cli)
    assert (len(vietguys.accepted), state(staffed)) == (3, "sent")


def test_who_was_skipped_is_judged_anew_when_the_campaign_is_edited(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    staffed.add(*(person(n, tags=("VIP",)) for n in (4, 5)))
    move(cli, "submit", "minh")
    cli("customer", "opt-out", "KH0002")
    cli("customer", "opt-out", "KH0003")
    cli("customer", "set", "KH0005", "phone=0900000055", "--no-run")
    move(cli, "approve")
    vietguys.next(answer, moods.busy)
    run(cli)
    assert staffed.states() == {"accepted": 1, "queued": 1, "skipped": 3}
    move(cli, "pause", now=TIME)
    cli("customer", "opt-in", "KH0002")
    edited = move(cli, "edit", "minh", *JSON, now=TIME).json
    assert edited["recipients"] == 4
    assert edited["left_out"] == {"opted_out": 1, "has_it_already": 1}
    move(cli, "resume", now=TIME)
    run(cli, "2026-12-24T09:05")
    phones = sorted(sms.phone[-2:] for sms in vietguys.accepted)
    assert phones == ["01", "02", "04", "55"]
    skipped = staffed.rows("SELECT pid, skip_reason FROM outbox WHERE state = 'skipped'")
    assert sorted(skipped) == [
        *(("KH0002", "opted_out"), ("KH0003", "opted_out"), ("KH0005", "phone_changed")),
    ]
    found = cli("report", "campaign", "tri-an", "--as", "lan", *JSON).json
    assert (found["recipients"], found["succeeded"], found["skipped"]) == (4, 4, 0)


def test_a_campaign_that_was_sent_in_part_stays_though_it_waits_for_approval_again(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    vietguys.next(answer, moods.busy, moods.busy)
    run(cli)
    write(staffed, CAMPAIGN.replace("Cam on", "Moi"))
    run(cli, "2026-12-24T09:05")
    assert state(staffed) == "pending"
    for who in ("minh", "lan"):
        refused = move(cli, "delete", who, now=TIME)
        assert refused.exit == 4
        assert "Messages of this campaign have been sent: it stays." in refused.err
    assert (staffed.root / "campaigns/tri-an.yaml").exists()


def test_no_message_is_sent_once_more_of_a_campaign_that_says_something_else_now(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    vietguys.next(moods.cut_unread)
    run(cli)
    write(staffed, CAMPAIGN.replace("Cam on", "Moi"))
    again = ("--as", "minh", "--yes", "--now", TIME)
    for words in (("1", "retry"), ("retry", "--channel", "sms")):
        refused = cli("outbox", "resolve", *words, *again)
        assert refused.exit == 4
        assert "cskh outbox resolve 1 sent|failed" in refused.err
    assert (staffed.states()["unknown"], state(staffed)) == (1, "sent")
    write(staffed)
    assert cli("outbox", "resolve", "1", "retry", *again).exit == 0
    run(cli, "2026-12-24T09:05")
    assert (len(vietguys.accepted), state(staffed)) == (3, "sent")


@pytest.mark.parametrize("lost", ["removed", "secret", "switched"])
def test_people_are_told_once_that_the_provider_was_lost_in_the_middle(
    staffed: Project,
    cli: Cli,
    vietguys: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    lost: str,
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    vietguys.next(answer, moods.busy, moods.busy)
    run(cli)
    if lost == "removed":
        settle(staffed)
    elif lost == "switched":
        staffed.through(vietguys, staff=STAFF, active="{sms: thu}")
    else:
        monkeypatch.setenv("PASSCODE", "")
    codes = {run(cli, f"2026-12-24T10:0{minute}").exit for minute in (5, 6)}
    assert codes == {0 if lost == "switched" else 3}
    for who in ("minh", "lan"):
        assert Counter(told(cli, who))["no_provider", "tri-an"] == int(lost != "switched")
    monkeypatch.setenv("PASSCODE", PASSCODE)
    staffed.through(vietguys, staff=STAFF)
    run(cli, "2026-12-24T10:10")
    assert (len(vietguys.accepted), state(staffed)) == (3, "sent")


def test_a_time_that_has_passed_is_told_at_once(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    told_late = "approved by 25/12/2026 09:00 it is sent at once"
    assert told_late not in move(cli, "submit", "minh", now=TIME).err
    for now in ("2026-12-24T09:01", "2026-12-25T09:00"):
        edited = move(cli, "edit", "minh", *JSON, now=now)
        assert (edited.exit, told_late in edited.err) == (0, True)
    move(cli, "approve", now="2026-12-25T09:00")
    run(cli, "2026-12-25T09:00")
    assert len(vietguys.accepted) == 3


def test_what_is_submitted_too_late_is_told_so_and_what_has_begun_goes_on(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    late = "2026-12-25T09:01"
    submitted = move(cli, "submit", "minh", now=late)
    assert (submitted.exit, state(staffed)) == (0, "pending")
    assert "give it a new one (send_at)" in submitted.err
    move(cli, "delete", "minh", "--yes", now=late)
    staffed.write("campaigns/tri-an.yaml", CAMPAIGN)
    stop_halfway(cli, vietguys)
    assert move(cli, "edit", "minh", now=late).exit == 0
    assert move(cli, "resume", now=late).exit == 0
    run(cli, late)
    assert len(vietguys.accepted) == 3


def test_what_staff_is_told_leaves_with_the_run_that_ends_the_campaign(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    active = "{sms: chinh, email: thu}"
    staffed.through(vietguys, staff=STAFF, active=active, notify="{email: true}")
    move(cli, "submit", "minh")
    move(cli, "approve")
    run(cli)
    assert state(staffed) == "sent"
    assert staffed.rows("SELECT count(*) FROM outbox WHERE state = 'queued'") == [(0,)]
    assert any("has been sent" in line["subject"] for line in staffed.sent)


def test_people_are_told_once_that_it_is_being_sent_however_often_it_goes_on(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    stop_halfway(cli, vietguys)
    move(cli, "resume", now=TIME)
    run(cli, "2026-12-24T09:30")
    assert Counter(kind for kind, _campaign in told(cli, "lan"))["started"] == 1


def test_a_deleted_campaign_is_shown_whole_and_nothing_of_it_waits(
    staffed: Project, cli: Cli
) -> None:
    move(cli, "submit", "minh")
    deleted = move(cli, "delete", "minh", "--yes", *JSON).json
    assert (deleted["state"], deleted["deleted"], deleted["recipients"]) == ("deleted", True, 3)
    assert [each["move"] for each in deleted["history"]] == ["submit", "delete"]
    report = cli("report", "campaign", "tri-an", "--as", "lan", *JSON).json
    assert (report["unsent"], report["cancelled"]) == (0, 3)
