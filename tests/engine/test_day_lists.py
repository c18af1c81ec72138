"""A day's failures, by number, from a stand-in for Viettel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cskh.engine.asking import ask
from cskh.model.message import State
from tests.project import Project, moved, person, run, send
from tests.providers.fakes import vendor
from tests.providers.fakes.viettel import Viettel

DAY = ("MYBRAND", "01/12/2026")
MORNING = "2026-12-02T08:00"
BOTH = {State.UNKNOWN, State.ACCEPTED}


@pytest.fixture
def viettel() -> Iterator[Viettel]:
    with Viettel() as viettel:
        yield viettel
        assert viettel.slips == []


@pytest.fixture
def project(project: Project, viettel: Viettel) -> Project:
    """A project that greets everybody at ten through Viettel."""
    project.environ["VIETTEL"] = "mật & <khẩu>"
    project.settle(
        providers="{vt: {type: viettel, username: demo, "
        f'password: "${{VIETTEL}}", cp_code: MYCOMPANY, service_id: MYBRAND, url: "{viettel.url}", '
        "timeout: 5}}",
        active="{sms: vt}",
    )
    return project


def asked_for(viettel: Viettel) -> int:
    return sum(b"getFailSub" in asked.body for asked in viettel.asked)


def test_a_number_on_the_list_whose_only_message_it_was_has_failed(
    project: Project, viettel: Viettel
) -> None:
    project.crowd(3)
    viettel.failed[DAY] = [("84900000002", "Thue bao bi chan"), ("84900009999", "x")]
    with project.opened() as environment:
        run(environment)
        send(environment)
        assert ask(environment, BOTH) == {}
        assert ask(moved(environment, "2026-12-02T07:59"), BOTH) == {}
        assert asked_for(viettel) == 0
        assert ask(moved(environment, MORNING), BOTH) == {State.FAILED: 1}
        before = asked_for(viettel)
        assert ask(moved(environment, "2026-12-02T08:01"), BOTH) == {}
        assert asked_for(viettel) == before
    assert project.rows("SELECT pid, state, error FROM outbox ORDER BY id") == [
        ("KH0001", "accepted", None),
        ("KH0002", "failed", "Viettel could not deliver it: Thue bao bi chan"),
        ("KH0003", "accepted", None),
    ]


def test_of_two_messages_to_a_number_on_a_day_nobody_knows_which_failed(
    project: Project, viettel: Viettel
) -> None:
    project.workflow("again", actions='[{send_sms: {content: "Again"}}]')
    project.crowd(1)
    viettel.failed[DAY] = [("84900000001", "x")]
    with project.opened() as environment:
        run(environment)
        send(environment)
        assert ask(moved(environment, MORNING), BOTH) == {}
    assert project.states() == {"accepted": 2}


@pytest.mark.parametrize("first", [0, 1])
def test_all_pages_are_read_wherever_they_begin(
    project: Project, viettel: Viettel, first: int
) -> None:
    project.add(*(person(number) for number in range(1, 251)))
    viettel.first_page = first
    viettel.failed[DAY] = [(f"8490000{number:04}", "") for number in range(1, 251)]
    with project.opened() as environment:
        run(environment)
        send(environment)
        assert ask(moved(environment, MORNING), BOTH) == {State.FAILED: 250}


@pytest.mark.parametrize(
    "mood",
    [vendor.says("", 500), vendor.says("<html>"), vendor.cut_read],
    ids=["500", "no XML", "cut"],
)
def test_a_list_that_cant_be_read_changes_nothing_and_is_read_an_hour_later(
    project: Project, viettel: Viettel, mood: vendor.Mood
) -> None:
    project.crowd(1)
    viettel.failed[DAY] = [("84900000001", "")]
    with project.opened() as environment:
        run(environment)
        send(environment)
        viettel.mood = mood
        assert ask(moved(environment, MORNING), BOTH) == {}
        viettel.mood = vendor.content
        before = len(viettel.asked)
        assert ask(moved(environment, "2026-12-02T08:59"), BOTH) == {}
        assert len(viettel.asked) == before
        assert ask(moved(environment, "2026-12-02T09:00"), BOTH) == {State.FAILED: 1}


def test_a_message_that_left_about_midnight_makes_the_day_unsure(
    project: Project, viettel: Viettel
) -> None:
    project.crowd(1)
    viettel.failed[DAY] = [("84900000001", "x")]
    with project.opened() as environment:
        run(environment)
        send(environment)
    project.workflow("hello", actions='[{send_sms: {content: "Again"}}]')
    with project.opened("2026-12-02T10:00") as environment:
        run(environment)
        send(environment)
        project.execute("UPDATE outbox SET sent_at = '2026-12-01T17:01:00Z' WHERE id = 2")
        assert ask(moved(environment, "2026-12-02T11:00"), BOTH) == {}
    assert project.states() == {"accepted": 2}
