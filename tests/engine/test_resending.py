"""A message that may have arrived leaves again only while its provider surely knows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cskh.engine.asking import ask
from cskh.engine.environment import Environment
from cskh.engine.outbox import resolve
from cskh.model.message import State
from cskh.policy.asking import resend_until
from tests.project import Project, moved, run, send
from tests.providers.fakes import vendor
from tests.providers.fakes.esms import Esms
from tests.sample import at

LOST = "It may have arrived, and it is too late to send it again safely."


@pytest.fixture
def esms(project: Project) -> Iterator[Esms]:
    """A stand-in for eSMS that the project's messages go through."""
    project.environ.update(KEY="khoa+demo", SECRET="bí mật/demo")
    with Esms() as stand_in:
        account = (
            '{type: esms, api_key: "${KEY}", secret_key: "${SECRET}", brandname: MYBRAND, '
            f'url: "{stand_in.url}", parallel: 1, timeout: 5}}'
        )
        project.settle(providers=f"{{chinh: {account}}}", active="{sms: chinh}")
        project.crowd(1)
        yield stand_in
        assert stand_in.slips == []


def lose(environment: Environment, esms: Esms, mood: vendor.Mood, sent: str, asked: str) -> None:
    """Send a message whose answer is lost, and let it be queued again when eSMS is asked."""
    esms.moods.append(mood)
    run(environment, sent)
    send(environment, sent)
    assert ask(moved(environment, asked), [State.UNKNOWN]) == {"retried": 1}


def row(project: Project) -> tuple[Any, ...]:
    (found,) = project.rows("SELECT state, attempts, error, sent_at, resend_until FROM outbox")
    return found


def test_what_esms_knows_is_sent_again_and_taken_once(project: Project, esms: Esms) -> None:
    with project.opened() as environment:
        lose(environment, esms, vendor.cut_read, "2026-12-01T10:00", "2026-12-01T10:02")
        assert row(project)[4] == "2026-12-01T04:00:00Z"
        send(environment, "2026-12-01T10:59")
    assert row(project)[:2] == ("accepted", 2)
    assert len(esms.sent) == 1


@pytest.mark.parametrize("mood", [vendor.cut_read, vendor.cut_unread], ids=["taken", "not taken"])
def test_quiet_hours_keep_it_from_being_sent_again(
    project: Project, esms: Esms, mood: vendor.Mood
) -> None:
    project.workflow("hello", trigger='{moment: daily, at: "21:30"}')
    with project.opened("2026-12-01T21:00") as environment:
        lose(environment, esms, mood, "2026-12-01T21:58", "2026-12-01T22:01")
        send(environment, "2026-12-01T22:01")
        assert row(project)[0] == "queued"
        esms.forget()
        taken = len(esms.sent)
        sent = send(environment, "2026-12-02T06:01")
    assert sent.counts[State.UNKNOWN] == 1
    assert sent.is_partial
    stood = ("unknown", 1, LOST, "2026-12-01T14:58:00Z", "2026-12-01T15:58:00Z")
    assert row(project) == stood
    assert len(esms.sent) == taken


def test_a_stopped_provider_keeps_it_from_being_sent_again(project: Project, esms: Esms) -> None:
    refused = vendor.says('{"CodeResult": "103"}')
    with project.opened() as environment:
        lose(environment, esms, vendor.cut_read, "2026-12-01T10:00", "2026-12-01T10:02")
        esms.moods.append(refused)
        assert "chinh" in send(environment, "2026-12-01T10:03").stopped
        assert row(project)[:2] == ("queued", 1)
        esms.forget()
        send(environment, "2026-12-01T11:00")
    assert row(project)[:3] == ("unknown", 1, LOST)
    assert len(esms.sent) == 1


def test_a_day_on_which_cron_stood_still_doesnt_send_it_again(project: Project, esms: Esms) -> None:
    with project.opened() as environment:
        lose(environment, esms, vendor.cut_read, "2026-12-01T10:00", "2026-12-01T10:02")
        esms.forget()
        send(environment, "2026-12-03T10:00")
    assert row(project)[0] == "unknown"
    assert len(esms.sent) == 1


def test_a_try_that_is_refused_doesnt_lift_the_limit(project: Project, esms: Esms) -> None:
    with project.opened() as environment:
        lose(environment, esms, vendor.cut_read, "2026-12-01T10:00", "2026-12-01T10:02")
        esms.moods.append(vendor.says("", 503))
        send(environment, "2026-12-01T10:50")
        assert row(project)[:2] == ("queued", 2)
        esms.forget()
        send(environment, "2026-12-01T11:05")
    assert row(project)[:2] == ("unknown", 2)
    assert len(esms.sent) == 1


def test_the_first_of_two_lost_answers_sets_the_limit(project: Project, esms: Esms) -> None:
    with project.opened() as environment:
        lose(environment, esms, vendor.cut_read, "2026-12-01T10:00", "2026-12-01T10:02")
        esms.moods.append(vendor.cut_unread)
        send(environment, "2026-12-01T10:50")
        assert ask(moved(environment, "2026-12-01T10:52"), [State.UNKNOWN]) == {"retried": 1}
    assert row(project)[4] == "2026-12-01T04:00:00Z"


def test_it_is_not_told_as_failed_when_there_were_enough_tries(
    project: Project, esms: Esms
) -> None:
    busy = vendor.says("", 503)
    with project.opened() as environment:
        lose(environment, esms, vendor.cut_read, "2026-12-01T10:00", "2026-12-01T10:02")
        for now in ("10:02", "10:07", "10:25"):
            esms.moods.append(busy)
            send(environment, f"2026-12-01T{now}")
        project.execute("UPDATE outbox SET due_at = '2026-12-01T03:30:00Z'")
        esms.moods.append(busy)
        send(environment, "2026-12-01T10:40")
    assert row(project)[:2] == ("unknown", 5)


def test_who_refuses_meanwhile_may_have_got_it_all_the_same(project: Project, esms: Esms) -> None:
    with project.opened() as environment:
        lose(environment, esms, vendor.cut_read, "2026-12-01T10:00", "2026-12-01T10:02")
        project.execute(
            "INSERT INTO opt_outs (customer_id, at, source) VALUES (1, '2026-12-01T03:02:00Z', 'x')"
        )
        send(environment, "2026-12-01T10:03")
    assert row(project)[0] == "unknown"


def test_after_midnight_nothing_is_queued_to_be_sent_again(project: Project, esms: Esms) -> None:
    project.workflow("hello", trigger='{moment: daily, at: "21:30"}')
    with project.opened("2026-12-01T21:00") as environment:
        esms.moods.append(vendor.cut_read)
        run(environment, "2026-12-01T21:58")
        send(environment, "2026-12-01T21:58")
        project.execute("UPDATE outbox SET sent_at = '2026-12-01T16:50:00Z'")  # ten to midnight
        assert ask(moved(environment, "2026-12-02T00:03"), [State.UNKNOWN]) == {}
    assert row(project)[::4] == ("unknown", None)


def test_a_person_who_has_it_sent_again_sets_no_limit(project: Project, esms: Esms) -> None:
    with project.opened() as environment:
        lose(environment, esms, vendor.cut_read, "2026-12-01T10:00", "2026-12-01T10:02")
        send(environment, "2026-12-03T10:00")
        resolve(moved(environment, "2026-12-03T10:05"), [1], "retry")
        esms.forget()
        send(environment, "2026-12-03T10:05")
    assert row(project)[0::4] == ("accepted", None)
    assert len(esms.sent) == 2


@pytest.mark.parametrize(
    ("sent", "until"),
    [
        ("2026-12-01T10:00", "2026-12-01T11:00"),
        ("2026-12-01T22:59", "2026-12-01T23:59"),
        ("2026-12-01T23:30", "2026-12-01T23:59"),
        ("2026-12-01T00:00", "2026-12-01T01:00"),
    ],
)
def test_no_try_crosses_midnight(sent: str, until: str) -> None:
    assert resend_until(at(sent).now, 3600) == at(until).now
