"""Campaigns from the file to the phones: what was approved is sent, once, to whom it was for."""

from __future__ import annotations

import json
import threading
from collections import Counter
from contextlib import ExitStack
from multiprocessing.process import BaseProcess

import pytest

from cskh.edge import moods
from cskh.edge.stand_in import Call, Mood, StandIn, answer
from cskh.engine.campaigning import begin, due
from cskh.engine.running import nobody
from cskh.model.campaign import CampaignState
from tests.campaigns import (
    BEFORE,
    CAMPAIGN,
    JSON,
    STAFF,
    TIME,
    bring,
    guests,
    move,
    run,
    settle,
    state,
    told,
    write,
)
from tests.forks import ended, forked
from tests.project import Cli, Project, person


@pytest.fixture
def staffed(project: Project, vietguys: StandIn) -> Project:
    """A project with staff, three guests and a campaign of Minh's, through a stand-in."""
    project.through(vietguys, staff=STAFF)
    write(project)
    guests(project)
    return project


def texts(vietguys: StandIn) -> list[str]:
    return sorted(sms.text for sms in vietguys.accepted)


def test_what_was_approved_is_sent_when_its_time_has_come(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    assert move(cli, "submit", "minh").exit == 0
    assert move(cli, "approve").exit == 0
    assert run(cli, "2026-12-24T08:59").exit == 0
    assert (texts(vietguys), state(staffed)) == ([], "approved")
    done = run(cli, TIME, *JSON)
    assert done.exit == 0
    (plan,) = done.json["plans"]
    assert (plan["workflow"], plan["campaign"]) == (None, "tri-an")
    assert plan["totals"] == {"messages": 3, "parts": 3, "price": 1050}
    assert texts(vietguys) == ["Cam on An 1", "Cam on An 2", "Cam on An 3"]
    assert state(staffed) == "sent"
    assert run(cli, "2026-12-24T09:01").exit == 0
    assert len(vietguys.accepted) == 3


def test_a_file_that_was_changed_after_approval_is_not_sent_until_it_is_approved_again(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    write(staffed, CAMPAIGN.replace("Cam on", "Kinh gui"))
    assert run(cli).exit == 0
    assert (texts(vietguys), state(staffed)) == ([], "pending")
    assert ("changed", "tri-an") in told(cli, "minh")
    assert ("changed", "tri-an") in told(cli, "lan")
    assert move(cli, "approve").exit == 4
    assert move(cli, "edit", "minh").exit == 0
    assert move(cli, "approve").exit == 0
    assert run(cli).exit == 0
    assert texts(vietguys) == ["Kinh gui An 1", "Kinh gui An 2", "Kinh gui An 3"]
    shown = cli("campaign", "show", "tri-an", "--as", "minh", *JSON).json
    assert [each["move"] for each in shown["history"]] == [
        *("submit", "approve", "return", "edit", "approve", "start", "finish"),
    ]
    assert shown["history"][2]["actor"] == "cskh"


@pytest.mark.parametrize("layout", ["# ghi chú\n" + CAMPAIGN, CAMPAIGN.replace("[{", "[ {")])
def test_comments_and_layout_are_no_change(
    staffed: Project, cli: Cli, vietguys: StandIn, layout: str
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    write(staffed, layout)
    run(cli)
    assert len(vietguys.accepted) == 3


def test_a_template_that_was_changed_is_a_change(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    template = "name: Chào\nchannel: sms\ncontent: Chao {{ customer.name }}\n"
    staffed.write("templates/chao.yaml", template)
    text = CAMPAIGN.replace('content: "Cam on {{ customer.name }}"', "template: chao")
    write(staffed, text)
    assert move(cli, "submit", "minh").exit == 0
    move(cli, "approve")
    staffed.write("templates/chao.yaml", template.replace("Chao", "Hello"))
    run(cli)
    assert (texts(vietguys), state(staffed)) == ([], "pending")


@pytest.mark.parametrize("how", ["broken", "gone"])
def test_a_file_that_cant_be_read_any_more_is_not_sent(
    staffed: Project, cli: Cli, vietguys: StandIn, how: str
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    path = staffed.root / "campaigns" / "tri-an.yaml"
    if how == "gone":
        path.unlink()
    else:
        path.write_text("name: [")
    assert run(cli).exit == 0
    assert (texts(vietguys), state(staffed)) == ([], "pending")


def test_a_broken_campaign_keeps_no_workflow_from_its_work(staffed: Project, cli: Cli) -> None:
    write(staffed, "name: [")
    done = cli("run", "daily", "--now", "2026-12-01T10:00", *JSON)
    assert done.exit == 0
    assert done.json["delivery"]["accepted"] == 3
    assert move(cli, "submit", "minh").exit == 1


def test_recipients_are_those_of_the_submission(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    staffed.add(person(4, tags=("VIP",)))
    cli("customer", "set", "KH0001", "phone=0900000099", "--no-run")
    cli("customer", "opt-out", "KH0002", "--channel", "sms")
    run(cli)
    assert texts(vietguys) == ["Cam on An 3"]
    rows = staffed.rows("SELECT pid, skip_reason FROM outbox WHERE state = 'skipped' ORDER BY pid")
    assert rows == [("KH0001", "phone_changed"), ("KH0002", "opted_out")]
    counts = cli("report", "campaign", "tri-an", "--as", "lan", *JSON).json
    assert (counts["recipients"], counts["succeeded"], counts["skipped"]) == (3, 1, 2)


def test_a_phone_gets_one_message_however_many_have_it(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    staffed.add(person(4, phone="0900000001", tags=("VIP",)), person(5, tags=("VIP",), phone=None))
    submitted = move(cli, "submit", "minh", *JSON).json
    assert submitted["recipients"] == 3
    assert submitted["left_out"] == {"same_phone": 1, "no_phone": 1}
    move(cli, "approve")
    run(cli)
    assert Counter(sms.phone for sms in vietguys.accepted).most_common(1)[0][1] == 1


def test_who_refused_such_messages_is_left_out_beforehand_and_counted(
    staffed: Project, cli: Cli
) -> None:
    cli("customer", "opt-out", "KH0001")
    submitted = move(cli, "submit", "minh", *JSON).json
    assert (submitted["recipients"], submitted["left_out"]) == (2, {"opted_out": 1})


def test_codes_and_phones_are_left_out(staffed: Project, cli: Cli) -> None:
    write(staffed, CAMPAIGN + '  exclude: [" kh0001 ", " 0900 000 002\\t"]\n')
    assert move(cli, "submit", "minh", *JSON).json["recipients"] == 1


def test_the_filter_and_two_lists_go_together_and_nobody_gets_it_twice(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    staffed.add(person(7), person(8))
    staffed.write("pids.csv", "Mã KH\nKH0003\nKH0007\nKH9999\n")
    staffed.write("phones.csv", "SĐT,Họ tên\n0900 000 008,An 8\n0900000055,Bình\n0900000007,An 7\n")
    assert cli("import", "pids", "pids.csv", "--list", "quen", "--yes").exit == 3
    assert cli("import", "phones", "phones.csv", "--list", "hội thảo", "--yes").exit == 0
    write(staffed, CAMPAIGN + "  lists: [Quen, Hội Thảo]\n  exclude: [KH0002]\n")
    submitted = move(cli, "submit", "minh", *JSON).json
    assert submitted["recipients"] == 5
    move(cli, "approve")
    run(cli)
    assert texts(vietguys) == [
        *("Cam on An 1", "Cam on An 3", "Cam on An 7", "Cam on An 8", "Cam on Binh"),
    ]


def test_lists_alone_are_an_audience(staffed: Project, cli: Cli) -> None:
    staffed.write("pids.csv", "Mã KH\nKH0003\n")
    cli("import", "pids", "pids.csv", "--list", "quen", "--yes")
    write(staffed, CAMPAIGN.replace("filter: [{tags: {has: VIP}}]", "lists: [quen]"))
    assert move(cli, "submit", "minh", *JSON).json["recipients"] == 1


def test_a_list_that_there_isnt_is_named_with_the_nearest_one(staffed: Project, cli: Cli) -> None:
    staffed.write("pids.csv", "Mã KH\nKH0003\n")
    cli("import", "pids", "pids.csv", "--list", "quen", "--yes")
    write(staffed, CAMPAIGN + "  lists: [qen]\n")
    refused = move(cli, "submit", "minh")
    assert (refused.exit, "Did you mean quen?" in refused.err) == (1, True)


def test_a_campaign_for_nobody_cant_be_submitted(staffed: Project, cli: Cli) -> None:
    write(staffed, CAMPAIGN.replace("VIP", "Nobody"))
    refused = move(cli, "submit", "minh")
    assert (refused.exit, state(staffed)) == (1, None)
    assert staffed.rows("SELECT count(*) FROM recipients") == [(0,)]


def test_without_a_provider_nothing_is_submitted_and_what_was_waits(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    staffed.through(vietguys, staff=STAFF, active="{}")
    write(staffed, id_="khac")
    refused = cli("campaign", "submit", "khac", "--as", "minh", "--now", BEFORE)
    assert refused.exit == 4
    assert "cskh provider use chinh" in refused.err
    assert run(cli, "2026-12-24T08:59").exit == 0
    for now in (TIME, "2026-12-24T09:01"):
        waits = run(cli, now)
        assert (waits.exit, "The campaign tri-an waits" in waits.err) == (3, True)
    assert cli("run", "due", "--now", "2026-12-24T09:01").exit == 3
    assert cli("run", "daily", "--now", "2026-12-24T09:01").exit == 0
    assert state(staffed) == "approved"
    for who in ("minh", "lan"):
        assert Counter(told(cli, who))["no_provider", "tri-an"] == 1
    staffed.through(vietguys, staff=STAFF)
    run(cli, "2026-12-24T09:02")
    assert (len(vietguys.accepted), state(staffed)) == (3, "sent")


def test_a_campaign_that_comes_too_late_waits_for_a_new_time(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    for now in ("2026-12-25T09:01", "2026-12-25T09:02"):
        assert run(cli, now).exit == 0
    assert (texts(vietguys), state(staffed)) == ([], "approved")
    assert Counter(told(cli, "lan"))["too_late", "tri-an"] == 1


def test_a_campaign_that_is_late_within_catch_up_is_made_up(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    run(cli, "2026-12-25T09:00")
    assert len(vietguys.accepted) == 3


def test_without_a_time_it_begins_once_it_is_approved(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    write(staffed, CAMPAIGN.replace('send_at: "2026-12-24 09:00"\n', ""))
    move(cli, "submit", "minh")
    run(cli, BEFORE)
    assert vietguys.accepted == []
    move(cli, "approve")
    run(cli, BEFORE)
    assert len(vietguys.accepted) == 3


@pytest.mark.parametrize("limit", ["campaign", "guard"])
def test_what_is_too_large_passes_only_with_its_digest(
    staffed: Project, cli: Cli, vietguys: StandIn, limit: str
) -> None:
    if limit == "campaign":
        write(staffed, CAMPAIGN + "limits: {max_recipients: 2}\n")
    else:
        staffed.through(vietguys, staff=STAFF, policy="{guard: {max_recipients: 2}}")
    refused = move(cli, "submit", "minh", *JSON)
    assert (refused.exit, state(staffed)) == (4, None)
    digest = refused.json["error"]["hint"].split()[-1]
    assert move(cli, "submit", "minh", "--accept", "0" * 64).exit == 4
    accepted = move(cli, "submit", "minh", "--accept", digest, *JSON)
    assert (accepted.exit, accepted.json["digest"]) == (0, digest)
    move(cli, "approve")
    run(cli)
    assert len(vietguys.accepted) == 3


def test_paused_in_the_middle_it_goes_on_where_it_stopped(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    staffed.through(vietguys, staff=STAFF, keys=", parallel: 2")
    guests_more = [person(n, tags=("VIP",)) for n in range(4, 21)]
    staffed.add(*guests_more)
    move(cli, "submit", "minh")
    move(cli, "approve")
    reached, go_on = threading.Event(), threading.Event()

    def hold(call: Call) -> None:
        said = call.judge()
        if len(vietguys.accepted) >= 6:
            reached.set()
            go_on.wait(30)
        call.reply(json.dumps(said))

    vietguys.mood = hold
    with forked(staffed, "run", "campaigns", "--now", TIME) as process:
        assert reached.wait(30)
        assert move(cli, "pause", now=TIME).exit == 0
        go_on.set()
        process.join(60)
    on_the_wire = len(vietguys.accepted)
    assert on_the_wire <= 6 + 2
    assert state(staffed) == "paused"
    vietguys.mood = answer
    assert cli("deliver", "--now", TIME).exit == 0
    assert len(vietguys.accepted) == on_the_wire
    assert move(cli, "resume", now="2026-12-27T10:00").exit == 0
    assert run(cli, "2026-12-27T10:00").exit == 0
    assert state(staffed) == "sent"
    assert len(vietguys.accepted) == len({sms.phone for sms in vietguys.accepted}) == 20


def test_edited_in_the_middle_whoever_has_it_gets_no_other_one(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    vietguys.next(answer, moods.busy, moods.busy)
    staffed.through(vietguys, staff=STAFF, keys=", parallel: 1")
    cli("run", "campaigns", "--now", TIME)
    assert len(vietguys.accepted) == 1
    assert move(cli, "pause", now=TIME).exit == 0
    staffed.add(person(4, tags=("VIP",)))
    edited = move(cli, "edit", "minh", *JSON, now=TIME)
    assert (edited.exit, edited.json["recipients"]) == (0, 4)
    move(cli, "resume", now=TIME)
    run(cli, "2026-12-24T09:05")
    assert Counter(sms.phone for sms in vietguys.accepted) == dict.fromkeys(
        ("84900000001", "84900000002", "84900000003", "84900000004"), 1
    )
    assert state(staffed) == "sent"


def test_what_was_sent_in_part_cant_be_deleted(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    vietguys.next(answer)
    vietguys.mood = moods.busy
    cli("run", "campaigns", "--now", TIME)
    assert state(staffed) == "sending"
    move(cli, "pause", now=TIME)
    refused = move(cli, "delete", now=TIME)
    assert refused.exit == 4
    assert (staffed.root / "campaigns" / "tri-an.yaml").exists()


def test_a_deleted_campaign_is_told_from_the_store(staffed: Project, cli: Cli) -> None:
    move(cli, "submit", "minh")
    assert move(cli, "delete", "minh").exit == 0
    assert not (staffed.root / "campaigns" / "tri-an.yaml").exists()
    shown = cli("campaign", "show", "tri-an", "--as", "lan", *JSON).json
    assert (shown["state"], shown["recipients"]) == ("deleted", 3)
    assert [each["move"] for each in shown["history"]] == ["submit", "delete"]
    assert cli("campaign", "list", "--as", "lan", *JSON).json["campaigns"] == []


def test_the_id_of_a_deleted_campaign_is_for_whoever_uses_it_next(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    move(cli, "submit", "minh")
    move(cli, "delete", "minh")
    write(staffed, CAMPAIGN.replace("minh", "hoa").replace("Tri ân", "Tết"))
    assert move(cli, "show", "minh").exit == 4
    shown = move(cli, "show", "hoa", *JSON).json
    assert (shown["created_by"], shown["name"]) == ("hoa", "Tết")
    assert move(cli, "submit", "minh").exit == 4
    submitted = move(cli, "submit", "hoa", *JSON).json
    assert (submitted["created_by"], submitted["recipients"]) == ("hoa", 3)
    assert move(cli, "approve").exit == 0
    assert ("approved", "tri-an") in told(cli, "hoa")
    assert told(cli, "minh") == []


def test_a_message_that_is_sent_once_more_opens_the_campaign_again(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    vietguys.next(moods.cut_unread)
    staffed.through(vietguys, staff=STAFF, keys=", parallel: 1")
    run(cli)
    assert state(staffed) == "sent"
    ((number,),) = staffed.rows("SELECT id FROM outbox WHERE state = 'unknown'")
    again = ("outbox", "resolve", str(number), "retry", "--yes", "--now", TIME)
    for stranger in (("--as", "hoa"), ("--as", "an"), ()):
        assert cli(*again, *stranger).exit == 4
    assert cli(*again, "--as", "minh").exit == 0
    assert state(staffed) == "sending"
    run(cli, "2026-12-24T09:01")
    assert (len(vietguys.accepted), state(staffed)) == (3, "sent")


def test_what_waits_for_a_retry_is_what_was_approved_last(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    staffed.through(vietguys, staff=STAFF, keys=", parallel: 1")
    move(cli, "submit", "minh")
    move(cli, "approve")
    vietguys.next(answer, moods.busy, moods.busy)
    run(cli)
    assert texts(vietguys) == ["Cam on An 1"]
    move(cli, "pause", now=TIME)
    write(staffed, CAMPAIGN.replace("Cam on", "Moi") + "  exclude: [KH0002]\n")
    move(cli, "edit", "minh", now=TIME)
    move(cli, "resume", now=TIME)
    run(cli, "2026-12-24T10:30")
    assert texts(vietguys) == ["Cam on An 1", "Moi An 3"]
    found = cli("report", "campaign", "tri-an", "--as", "lan", *JSON).json
    assert (found["recipients"], found["succeeded"], len(found["messages"])) == (2, 2, 2)


def test_what_somebody_has_in_hand_is_no_longer_his_when_it_is_planned_anew(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    staffed.through(vietguys, staff=STAFF, keys=", parallel: 1")
    staffed.add(*(person(n, tags=("VIP",)) for n in range(4, 21)))
    move(cli, "submit", "minh")
    move(cli, "approve")
    reached, go_on = threading.Event(), threading.Event()

    def hold(call: Call) -> None:
        said = call.judge()
        reached.set()
        go_on.wait(30)
        call.reply(json.dumps(said))

    vietguys.mood = hold
    with forked(staffed, "run", "campaigns", "--now", TIME) as process:
        assert reached.wait(30)
        move(cli, "pause", now=TIME)
        write(staffed, CAMPAIGN.replace("Cam on", "Moi"))
        move(cli, "edit", "minh", now=TIME)
        move(cli, "resume", now=TIME)
        with forked(staffed, "run", "due", "--now", TIME) as beside:
            assert ended([beside]) == [0]
        vietguys.mood = answer
        go_on.set()
        process.join(60)
    run(cli, TIME)
    assert Counter(sms.phone for sms in vietguys.accepted).most_common(1)[0][1] == 1
    assert len(vietguys.accepted) == 20
    assert [text for text in texts(vietguys) if text.startswith("Cam on")] == ["Cam on An 1"]


def test_a_run_that_waited_for_its_turn_reads_the_files_again(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    with staffed.opened(TIME) as environment:
        write(staffed, CAMPAIGN.replace("Cam on", "Moi"))
        assert due(environment) == []
    assert state(staffed) == "pending"
    with staffed.opened(TIME) as environment:
        write(staffed)
        move(cli, "edit", "minh")
        move(cli, "approve")
        write(staffed, CAMPAIGN.replace("Cam on", "Chao"))
        move(cli, "pause")
        move(cli, "edit", "minh")
        move(cli, "resume")
        (submitted,) = due(environment)
        assert begin(environment, submitted, nobody) is not None
    assert staffed.rows("SELECT min(content), max(content) FROM outbox") == [
        ("Chao An 1", "Chao An 3")
    ]


def test_a_deleted_campaign_that_is_submitted_again_reaches_everybody(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    run(cli, TIME, "--no-deliver")
    move(cli, "pause", now=TIME)
    assert move(cli, "delete", now=TIME).exit == 0
    write(staffed)
    assert move(cli, "submit", "minh", *JSON).json["recipients"] == 3
    move(cli, "approve")
    run(cli)
    assert (len(vietguys.accepted), state(staffed)) == (3, "sent")


def test_a_name_is_no_markup(staffed: Project, cli: Cli) -> None:
    write(staffed, CAMPAIGN.replace("Tri ân", '"[/bold] [vip] Tri ân"'))
    for words in (("campaign", "show"), ("report", "campaign"), ("campaign", "submit")):
        said = cli(*words, "tri-an", "--as", "minh", "--now", BEFORE)
        assert said.exit == 0, said.err
    assert "[/bold] [vip] Tri ân" in cli("report", "campaign", "tri-an", "--as", "minh").out


@pytest.mark.parametrize("verbs", [("approve", "approve"), ("approve", "reject")])
def test_of_two_who_move_it_at_once_one_does(
    staffed: Project, cli: Cli, verbs: tuple[str, str]
) -> None:
    move(cli, "submit", "minh")
    words = ("tri-an", "--as", "lan", "--now", BEFORE)
    with ExitStack() as running:
        both = [running.enter_context(forked(staffed, "campaign", verb, *words)) for verb in verbs]
        assert sorted(ended(both)) == [0, 4]
    assert staffed.rows("SELECT count(*) FROM moves") == [(2,)]
    assert staffed.rows("SELECT count(*) FROM notifications WHERE kind <> 'submitted'") == [(1,)]


@pytest.mark.parametrize("wanted", list(CampaignState))
def test_the_statistics_add_up_in_every_state(
    project: Project, cli: Cli, wanted: CampaignState
) -> None:
    bring(project, cli, wanted)
    found = cli("report", "campaign", "tri-an", "--as", "lan", *JSON).json
    parts = ("unsent", "succeeded", "failed", "unknown", "skipped", "cancelled")
    assert sum(found[name] for name in parts) == found["recipients"] == 3
    assert len(found["by_customer"]) == 3
    for each in found["by_customer"]:
        assert sum(each[name] for name in parts) == each["total"] == 1
    assert found["state"] == wanted
    assert (found["succeeded"] == 3) == (wanted is CampaignState.SENT)


def test_the_report_has_every_message_with_its_time_and_text(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    staffed.through(vietguys, staff=STAFF, keys=", parallel: 1")
    move(cli, "submit", "minh")
    cli("customer", "opt-out", "KH0003")
    move(cli, "approve")
    vietguys.next(answer, moods.refuse(-10))
    run(cli)
    said = cli("report", "campaign", "tri-an", "--as", "lan")
    part = said.out.partition("By message\n")[2]
    first, second, third = (line for line in part.splitlines() if "KH000" in line)
    assert first.split()[:4] == ["KH0001", "0900•••001", "24/12/2026", "09:00"]
    assert ("accepted" in first, "Cam on An 1" in first) == (True, True)
    assert "failed · " in second
    assert "skipped · " in third
    few = cli("report", "campaign", "tri-an", "--as", "lan", "--limit", "1")
    assert few.out.partition("By message\n")[2].count("KH000") == 1
    assert "… and 2 more rows (--limit)" in few.err


def test_an_admin_sees_his_own_campaigns_and_an_owner_all(staffed: Project, cli: Cli) -> None:
    write(staffed, CAMPAIGN.replace("minh", "hoa"), "cua-hoa")
    seen = {
        who: [each["id"] for each in cli("campaign", "list", "--as", who, *JSON).json["campaigns"]]
        for who in ("lan", "minh", "hoa", "an", "nobody")
    }
    assert seen == {
        "lan": ["cua-hoa", "tri-an"],
        "minh": ["tri-an"],
        "hoa": ["cua-hoa"],
        "an": [],
        "nobody": [],
    }
    for who in ("hoa", "an", "nobody"):
        assert cli("campaign", "show", "tri-an", "--as", who).exit == 4
        assert cli("report", "campaign", "tri-an", "--as", who).exit == 4
        assert cli("report", "messages", "--campaign", "tri-an", "--as", who).exit == 4


def test_messages_name_their_campaign_to_its_maker_and_to_owners(
    staffed: Project, cli: Cli
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve")
    run(cli)
    for who, campaign in (("lan", "tri-an"), ("minh", "tri-an"), ("hoa", None), ("an", None)):
        rows = cli("report", "messages", "--as", who, *JSON).json["messages"]
        assert {(each["workflow"], each["campaign"]) for each in rows} == {(None, campaign)}
        (first, *_more) = rows
        shown = cli("outbox", "show", str(first["id"]), "--as", who, *JSON).json
        assert shown["campaign"] == campaign


def killing(victim: BaseProcess, vietguys: StandIn, calls: int) -> Mood:
    def kill(call: Call) -> None:
        answer(call)
        if vietguys.calls >= calls:
            victim.kill()

    return kill


def test_a_campaign_of_many_that_is_killed_goes_on(
    staffed: Project, cli: Cli, vietguys: StandIn
) -> None:
    staffed.through(vietguys, staff=STAFF, keys=", parallel: 4")
    staffed.add(*(person(n, tags=("VIP",)) for n in range(4, 41)))
    move(cli, "submit", "minh")
    move(cli, "approve")
    for calls in (5, 12, 21):
        with forked(staffed, "run", "campaigns", "--now", TIME) as process:
            vietguys.mood = killing(process, vietguys, calls)
            process.join(60)
    vietguys.mood = answer
    run(cli)
    assert state(staffed) == "sent"
    states = staffed.states()
    assert sum(states.values()) == 40
    assert states["unknown"] <= 3 * 4
    assert Counter(sms.phone for sms in vietguys.accepted).most_common(1)[0][1] == 1
    found = cli("report", "campaign", "tri-an", "--as", "lan", *JSON).json
    assert found["succeeded"] + found["unknown"] == found["recipients"] == 40


def test_an_unknown_campaign_is_named_with_the_nearest_one(staffed: Project, cli: Cli) -> None:
    for verb in ("show", "submit", "approve", "delete"):
        refused = cli("campaign", verb, "tri-am", "--as", "lan")
        assert refused.exit == 2
        assert "Did you mean tri-an?" in refused.err


def test_settings_without_campaigns_have_an_empty_list(project: Project, cli: Cli) -> None:
    settle(project)
    assert cli("campaign", "list", "--as", "lan", *JSON).json == {"campaigns": []}
    assert run(cli).exit == 0
