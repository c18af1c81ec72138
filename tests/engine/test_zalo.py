"""Notifications through a stand-in for Zalo: tokens that work once, and SMS to fall back to."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cskh.edge.stand_in import StandIn
from cskh.engine.environment import Environment
from cskh.engine.performing import performer
from cskh.model.message import Channel, Message, Outcome, Receipt
from cskh.providers import Flow, converse
from tests.forks import forked
from tests.killing import started
from tests.project import PASSCODE, Project, moved, run, send
from tests.providers.fakes.vendor import Reply
from tests.providers.fakes.zalo import APP, FIRST, SECRET, Zalo

MORNING = "2026-12-01T10:00"
THANKS = (
    '[{send_zns: {template_id: "358203", data: {customer_name: "{{ customer.name }}"}, '
    'fallback: {sms: {content: "Cảm ơn {{ customer.name }}"}}}}]'
)
LOST = "Zalo's refresh token was used, and the next one never came. A later run tries it again."
SANDBOX = "{type: sandbox, file: sent.jsonl, price: 100}"


@pytest.fixture
def zalo() -> Iterator[Zalo]:
    with Zalo() as zalo:
        yield zalo
        assert zalo.twice == zalo.again


@pytest.fixture
def project(project: Project, zalo: Zalo) -> Project:
    """A project that thanks everybody at ten, by notifications and SMS."""
    through_zalo(project, zalo)
    return project


def through_zalo(project: Project, zalo: Zalo, sms: str = SANDBOX) -> None:
    project.environ.update(ZALO_SECRET=SECRET, ZALO_TOKEN=FIRST)
    keys = (
        f'app_id: "{APP}", app_secret: "${{ZALO_SECRET}}", refresh_token: "${{ZALO_TOKEN}}", '
        f'oauth_url: "{zalo.url}", url: "{zalo.url}", timeout: 5'
    )
    project.settle(
        providers=f"{{zns: {{type: zns, {keys}, price: 300}}, "
        f"oa: {{type: zalo_oa, {keys}}}, thu: {sms}}}",
        active="{zns: zns, zalo: oa, sms: thu}",
    )
    project.workflow("hello", actions=THANKS)


def notify(environment: Environment, number: int = 1) -> Receipt:
    message = Message(
        id=number,
        channel=Channel.ZNS,
        recipient="0900000101",
        content="",
        data={"template_id": "358203", "template_data": {"customer_name": "An"}},
    )
    return environment.converse(environment.project.settings.providers["zns"], message)


def talk(environment: Environment, id_: str, flow: Flow) -> Receipt:
    account = environment.project.settings.providers[id_]
    now, project, store = environment.clock.now, environment.project, environment.store
    return converse(flow, performer(account, now, project, store))


def kept(project: Project) -> list[tuple[Any, ...]]:
    return project.rows("SELECT refresh_token, access_token, spent FROM tokens")


def test_a_run_notifies_everybody_with_one_refresh(project: Project, zalo: Zalo) -> None:
    project.crowd(20)
    with project.opened() as environment:
        run(environment)
        assert send(environment).counts["accepted"] == 20
    assert zalo.used == [FIRST]
    assert kept(project) == [("refresh-1", "access-1", 0)]
    assert {each["phone"] for each in zalo.sent} == {f"84900{n:06}" for n in range(1, 21)}
    assert zalo.slips == []
    (row,) = project.rows("SELECT content, price, provider_id FROM outbox WHERE pid = 'KH0001'")
    assert json.loads(row[0]) == {"customer_name": "An 1"}
    assert row[1] == 300
    assert row[2].startswith("zns-")


def test_the_next_command_goes_on_with_the_same_tokens(project: Project, zalo: Zalo) -> None:
    for _command in range(2):
        with project.opened() as environment:
            assert notify(environment).outcome is Outcome.ACCEPTED
    assert zalo.used == [FIRST]


def test_notifications_and_the_oa_share_the_tokens_of_their_app(
    project: Project, zalo: Zalo
) -> None:
    said = Message(id=9, channel=Channel.ZALO, recipient="777001", content="Dạ")
    with project.opened() as environment:
        assert notify(environment).outcome is Outcome.ACCEPTED
        oa = environment.project.settings.providers["oa"]
        found = environment.converse(oa, said)
    assert found == Receipt(outcome=Outcome.ACCEPTED, provider_id="oa-2")
    assert (zalo.used, zalo.slips) == ([FIRST], [])


def test_the_oa_takes_no_message_a_week_after_the_customers_last_one(
    project: Project, zalo: Zalo
) -> None:
    said = Message(id=9, channel=Channel.ZALO, recipient="777001", content="Dạ")
    zalo.heard["777001"] = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    with project.opened() as environment:
        oa = environment.project.settings.providers["oa"]
        for days, outcome in ((7, Outcome.ACCEPTED), (8, Outcome.TOO_LATE)):
            zalo.now = zalo.heard["777001"] + dt.timedelta(days=days)
            assert environment.converse(oa, said).outcome is outcome


def test_a_token_that_zalo_took_back_is_renewed_and_the_message_goes(
    project: Project, zalo: Zalo
) -> None:
    with project.opened() as environment:
        notify(environment)
        zalo.access_token = "another"
        assert notify(environment).outcome is Outcome.ACCEPTED
    assert zalo.used == [FIRST, "refresh-1"]


def test_an_old_token_is_renewed_beforehand(project: Project, zalo: Zalo) -> None:
    with project.opened() as environment:
        notify(environment)
    project.execute("UPDATE tokens SET expires_at = '2020-01-01T00:00:00Z'")
    with project.opened() as environment:
        assert notify(environment).outcome is Outcome.ACCEPTED
    assert zalo.used == [FIRST, "refresh-1"]


def test_another_token_in_the_settings_begins_anew(project: Project, zalo: Zalo) -> None:
    with project.opened() as environment:
        notify(environment)
    zalo.refresh_token = project.environ["ZALO_TOKEN"] = "granted-again"
    with project.opened() as environment:
        assert notify(environment).outcome is Outcome.ACCEPTED
    assert zalo.used == [FIRST, "granted-again"]
    assert kept(project) == [("refresh-2", "access-2", 0)]


def test_many_threads_renew_once(project: Project, zalo: Zalo) -> None:
    with project.opened() as environment, ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda n: notify(environment, n), range(16)))
    assert {each.outcome for each in receipts} == {Outcome.ACCEPTED}
    assert zalo.used == [FIRST]


NOTIFY = """
import os, sys
from pathlib import Path
from tests.engine.test_zalo import notify
from tests.project import Project

with Project(Path(sys.argv[1]), dict(os.environ)).opened() as environment:
    print("ready", flush=True)
    sys.stdin.readline()
    print(notify(environment, int(sys.argv[2])).outcome)
"""


def test_two_processes_at_once_renew_once(project: Project, zalo: Zalo) -> None:
    with project.opened():
        pass
    both, said = threading.Barrier(2), []

    def ask(number: int) -> None:
        with subprocess.Popen(
            [sys.executable, "-c", NOTIFY, str(project.root), str(number)],
            env={**project.environ, "PYTHONPATH": str(Path.cwd())},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            both.wait(timeout=60)
            said.append(process.communicate("go\n", timeout=60)[0].strip())

    threads = [threading.Thread(target=ask, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ["accepted", "accepted"]
    assert zalo.used == [FIRST]
    assert len(zalo.sent) == 2


def test_a_refresh_whose_answer_is_lost_is_not_tried_again_by_the_same_run(
    project: Project, zalo: Zalo
) -> None:
    project.crowd(10)
    zalo.hang_up_after_refresh = 1
    with project.opened() as environment:
        run(environment)
        for _again in range(2):
            assert send(environment).stopped["zns"].startswith(LOST)
    assert zalo.used == [FIRST]
    assert project.states() == {"queued": 10}
    assert project.rows("SELECT max(attempts) FROM outbox") == [(0,)]
    assert kept(project) == [(FIRST, None, 1)]


def test_a_token_that_zalo_took_though_its_answer_was_lost_is_refused_when_it_comes_again(
    project: Project, zalo: Zalo
) -> None:
    project.crowd(10)
    zalo.hang_up_after_refresh = 1
    with project.opened() as environment:
        run(environment)
        send(environment)
        why = send(environment, "2026-12-01T10:01").stopped["zns"]
    zalo.again = [FIRST]
    assert "Zalo refuses the refresh token. (Zalo -14014)" in why
    assert "grant access again" in why
    assert project.states() == {"queued": 10}


@pytest.mark.parametrize(
    "answer",
    [Reply("", 500), Reply("<html>Bad gateway</html>", 502), Reply("", 504), Reply("<html>")],
    ids=["500", "502", "504", "no JSON"],
)
def test_a_refresh_that_zalo_did_not_answer_is_tried_again_by_a_later_run(
    project: Project, zalo: Zalo, answer: Reply
) -> None:
    project.crowd(3)
    zalo.oauth_errors.append(answer)
    with project.opened() as environment:
        run(environment)
        assert send(environment).stopped["zns"].startswith(LOST)
        assert send(environment, "2026-12-01T10:01").stopped == {}
    zalo.again = [FIRST]
    assert project.states() == {"accepted": 3}
    assert kept(project) == [("refresh-2", "access-2", 0)]


def test_a_token_that_was_spent_in_vain_is_tried_ever_more_seldom(
    project: Project, zalo: Zalo
) -> None:
    zalo.oauth_errors.extend([Reply("", 500)] * 9)
    used = []
    with project.opened() as environment:
        for number in range(4 * 60):
            before = len(zalo.used)
            here = moved(environment, f"2026-12-01T{10 + number // 60}:{number % 60:02}")
            assert notify(here).outcome is Outcome.STOPPED
            used += [number] * (len(zalo.used) - before)
    zalo.again = [FIRST]
    assert used == [0, 1, 5, 20, 80, 140, 200]
    assert kept(project) == [(FIRST, None, 7)]


def test_a_secret_that_no_header_can_carry_stops_and_costs_no_token(
    project: Project, zalo: Zalo
) -> None:
    project.crowd(2)
    project.environ["ZALO_SECRET"] = f"“{SECRET}”"
    with project.opened() as environment:
        run(environment)
        assert "can't be sent in a header" in send(environment).stopped["zns"]
    assert project.rows("SELECT DISTINCT state, attempts FROM outbox") == [("queued", 0)]
    assert (zalo.used, kept(project)) == ([], [(FIRST, None, 0)])
    project.environ["ZALO_SECRET"] = SECRET
    with project.opened() as environment:
        send(environment)
    assert project.states() == {"accepted": 2}


def test_after_a_lost_answer_a_new_token_in_the_settings_sends_what_waited(
    project: Project, zalo: Zalo
) -> None:
    project.crowd(3)
    zalo.hang_up_after_refresh = 1
    with project.opened() as environment:
        run(environment)
        send(environment)
    zalo.refresh_token = project.environ["ZALO_TOKEN"] = "granted-again"
    with project.opened() as environment:
        send(environment)
    assert project.states() == {"accepted": 3}


def test_a_refresh_that_never_left_costs_no_token(project: Project, zalo: Zalo) -> None:
    settings = (project.root / "cskh.yaml").read_text()
    nowhere = settings.replace(f'oauth_url: "{zalo.url}"', 'oauth_url: "http://127.0.0.1:9"')
    project.write("cskh.yaml", nowhere)
    with project.opened() as environment:
        assert notify(environment).outcome is Outcome.RETRY
    assert kept(project) == [(FIRST, None, 0)]
    project.write("cskh.yaml", settings)
    with project.opened() as environment:
        assert notify(environment).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("answer", "outcome", "spent"),
    [
        (Reply("", 503), Outcome.RETRY, 0),
        (Reply('{"error": -14014, "error_description": "Invalid"}'), Outcome.STOPPED, 0),
        (Reply("", 403), Outcome.STOPPED, 0),
        (Reply("", 500), Outcome.STOPPED, 1),
        (Reply('{"access_token": "half"}'), Outcome.STOPPED, 1),
        (Reply('"nothing"'), Outcome.STOPPED, 1),
    ],
)
def test_a_refresh_token_is_spent_unless_it_certainly_was_not_used(
    project: Project, zalo: Zalo, answer: Reply, outcome: Outcome, spent: int
) -> None:
    zalo.oauth_errors.append(answer)
    with project.opened() as environment:
        assert notify(environment).outcome is outcome
    assert kept(project) == [(FIRST, None, spent)]


def test_killed_while_it_refreshes_it_uses_no_token_twice_at_once(
    project: Project, zalo: Zalo
) -> None:
    project.crowd(12)
    with project.opened() as environment:
        run(environment)
    victims: list[int] = []
    zalo.before_refresh = lambda: os.kill(victims.pop(), signal.SIGKILL) if victims else None
    with started(project, "-m", "cskh", "deliver", "--now", MORNING) as process:
        victims.append(process.pid)
        process.wait(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert kept(project) == [(FIRST, None, 1)]

    with started(project, "-m", "cskh", "deliver", "--now", MORNING) as process:
        _out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert b"A later run tries it again" in err
    assert (zalo.used, zalo.sent) == ([FIRST], [])
    states = project.states()
    assert states["unknown"] <= 8  # those in flight
    assert sum(states.values()) == 12
    assert states.keys() == {"queued", "unknown"}


def test_killed_before_the_refresh_left_a_later_run_sends_what_waits(
    project: Project, zalo: Zalo
) -> None:
    project.crowd(3)
    with project.opened() as environment:
        run(environment)
        seed = environment.project.settings.providers["zns"].settings._app.seed
        project.execute(
            "INSERT INTO tokens (app, seed, refresh_token, spent, at) "
            f"VALUES ('{APP}', '{seed}', '{FIRST}', 1, '2026-12-01T03:00:00Z')"
        )
        assert send(environment, "2026-12-01T10:01").stopped == {}
    assert project.states() == {"accepted": 3}
    assert zalo.used == [FIRST]


def test_an_account_is_checked_without_a_message(project: Project, zalo: Zalo) -> None:
    with project.opened() as environment:
        accounts = environment.project.settings.providers
        for id_ in ("zns", "oa"):
            found = talk(environment, id_, accounts[id_].settings.check())
            assert found.outcome is Outcome.ACCEPTED
        zalo.quota = 0
        found = talk(environment, "zns", accounts["zns"].settings.check())
    assert (found.outcome, found.error) == (Outcome.LATER, "The OA's quota at Zalo is used up.")
    assert (zalo.sent, zalo.slips) == ([], [])


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(1, Outcome.DELIVERED), (0, Outcome.ACCEPTED), (-1, Outcome.UNKNOWN)],
)
def test_zalo_is_asked_what_became_of_a_message(
    project: Project, zalo: Zalo, status: int, outcome: Outcome
) -> None:
    zalo.statuses["zns-1"] = status
    message = Message(
        id=1, channel=Channel.ZNS, recipient="0900000101", content="", provider_id="zns-1"
    )
    with project.opened() as environment:
        zns = environment.project.settings.providers["zns"].settings
        assert talk(environment, "zns", zns.ask(message)).outcome is outcome
    assert zalo.slips == []


@pytest.mark.parametrize("code", [-110, -114, -118, -119])
def test_who_cant_be_reached_gets_one_sms(project: Project, zalo: Zalo, code: int) -> None:
    project.crowd(2)
    zalo.codes["84900000002"] = code
    with project.opened() as environment:
        run(environment)
        send(environment)  # the SMS goes in the same delivery
        sent = list(project.sent)
        send(environment)
    assert project.sent == sent
    assert project.rows("SELECT pid, channel, state, price, parts FROM outbox ORDER BY id") == [
        ("KH0001", "zns", "accepted", 300, 1),
        ("KH0002", "zns", "failed", 300, 1),
        ("KH0002", "sms", "accepted", 100, 1),
    ]
    assert [(each["recipient"], each["content"]) for each in project.sent] == [
        ("0900000002", "Cam on An 2")
    ]


def test_the_sms_is_a_message_of_its_own_on_the_same_firing(project: Project, zalo: Zalo) -> None:
    project.crowd(1)
    zalo.codes["84900000001"] = -118
    with project.opened() as environment:
        run(environment)
        send(environment)
    assert project.rows("SELECT channel, occasion FROM outbox ORDER BY id") == [
        ("zns", "daily:2026-12-01"),
        ("sms", "daily:2026-12-01#sms"),
    ]


@pytest.mark.parametrize("code", [-108, -132, -139])
def test_other_refusals_send_no_sms(project: Project, zalo: Zalo, code: int) -> None:
    project.crowd(1)
    zalo.codes["84900000001"] = code
    with project.opened() as environment:
        run(environment)
        send(environment)
    assert project.states() == {"failed": 1}


def test_who_told_zalo_to_be_left_alone_has_opted_out_there(project: Project, zalo: Zalo) -> None:
    project.crowd(1)
    zalo.codes["84900000001"] = -141
    with project.opened() as environment:
        run(environment)
        send(environment)
        run(environment, "2026-12-02T10:00")
        send(environment, "2026-12-02T10:00")
    assert project.rows("SELECT channel, purpose, source FROM opt_outs") == [("zns", "care", "zns")]
    assert len(zalo.sent) == 0
    assert project.states() == {"failed": 1, "skipped": 1}


@pytest.mark.parametrize("first", [20, 26, 32, 38, 44])
def test_killed_at_any_statement_nobody_gets_two_sms(
    project: Project, zalo: Zalo, first: int
) -> None:
    project.crowd(3)
    for number in range(1, 4):
        zalo.codes[f"8490000000{number}"] = -118
    with project.opened() as environment:
        run(environment)
        notify(environment)  # the tokens are there
    ends = set()
    for statement in range(first, first + 6, 2):
        with forked(project, "deliver", "--now", MORNING, statement=statement) as process:
            process.join(60)
            ends.add(process.exitcode)
    assert -signal.SIGKILL in ends
    with project.opened() as environment:
        for _again in range(2):
            send(environment)
    rows = dict(project.rows("SELECT pid, count(*) FROM outbox WHERE channel = 'sms' GROUP BY 1"))
    assert all(count == 1 for count in rows.values())
    failed = {pid for (pid,) in project.rows("SELECT pid FROM outbox WHERE state = 'failed'")}
    assert failed == rows.keys()
    waiting = "SELECT count(*) FROM outbox WHERE state IN ('queued', 'claimed', 'sending')"
    assert project.rows(waiting) == [(0,)]
    sent = [each["recipient"] for each in project.sent]
    assert len(sent) == len(set(sent))


def test_the_sms_goes_by_the_active_provider_though_none_was_there(
    project: Project, zalo: Zalo
) -> None:
    project.crowd(1)
    zalo.codes["84900000001"] = -118
    settings = (project.root / "cskh.yaml").read_text()
    project.write("cskh.yaml", settings.replace(", sms: thu", ""))
    with project.opened() as environment:
        run(environment)
        told = send(environment)
    assert told.unprovided == ["sms has no active provider (active: in cskh.yaml)."]
    assert told.counts["queued"] == 1
    project.write("cskh.yaml", settings)
    with project.opened() as environment:
        send(environment)
    assert [each["recipient"] for each in project.sent] == ["0900000001"]


def test_the_sms_goes_through_a_real_provider(project: Project, zalo: Zalo) -> None:
    project.crowd(1)
    zalo.codes["84900000001"] = -118
    with StandIn(passcode=PASSCODE) as vietguys:
        through_zalo(
            project,
            zalo,
            f"{{type: vietguys, account: {vietguys.account}, service_id: {vietguys.brand}, "
            f'passcode: "${{PASSCODE}}", url: "{vietguys.url}", price: 350}}',
        )
        with project.opened() as environment:
            run(environment)
            for _again in range(2):
                send(environment)
        assert [sms.text for sms in vietguys.accepted] == ["Cam on An 1"]
