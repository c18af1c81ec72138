"""People are told of deadlines once before and once after, whoever runs however often."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import Any

import pytest

from cskh.engine.environment import Environment
from cskh.engine.reminding import remind
from cskh.engine.sla import ticket_deadlines
from tests.project import Project, moved
from tests.sample import at, lead, stamp

STAFF = (
    "[{id: lan, name: Lan, role: owner, email: lan@example.com},"
    " {id: minh, name: Minh, role: agent, email: minh@example.com},"
    " {id: ha, name: Ha, role: agent}]"
)
OFFICE = 'hours: "08:00-12:00,13:00-17:30", days: mon-sat'
SLA = (
    f"{{gap: {{name: Gấp, respond: 2h, resolve: 1 day, remind_before: 30m, {OFFICE}}},"
    f" thuong: {{name: Thường, respond: 1 day, resolve: 3 days, {OFFICE}}}}}"
)
# A Tuesday. Of `gap` the answer is due at 14:00, the end on Wednesday at 11:00.
NOON = "2026-12-01T11:00"
WROTE = "SELECT occasion, to_staff FROM outbox WHERE workflow = 'sla' ORDER BY id"


@pytest.fixture
def project(project: Project) -> Project:
    project.settle(
        staff=STAFF,
        sla=SLA,
        providers="{thu: {type: sandbox, file: sent.jsonl, price: 50}}",
        active="{sms: thu, email: thu}",
    )
    project.add(lead("KH1", name="An"))
    return project


def ticket(environment: Environment, sla: str | None = "gap", **values: Any) -> int:
    promised = ticket_deadlines(sla, environment.project.settings, at(NOON))
    row = {"customer_id": 1, "title": "Giao\nnhầm", "status": "open", "priority": "normal"}
    (number,) = environment.store.records.create(
        "ticket", [{**row, "sla": sla, **promised, **values}], stamp()
    )
    return number


def change(project: Project, **values: str | None) -> None:
    with closing(sqlite3.connect(project.root / "cskh.db")) as db, db:
        for name, value in values.items():
            db.execute(f"UPDATE tickets SET {name} = ?", (value,))


def told(environment: Environment, project: Project, now: str) -> list[tuple[str, str]]:
    """Remind at a time and return what that wrote: which deadline, and to whom."""
    before = len(project.rows(WROTE))
    count = remind(moved(environment, now))
    new = project.rows(WROTE)[before:]
    assert count == len(new)
    return new


def test_a_deadline_is_told_once_before_and_once_after(
    environment: Environment, project: Project
) -> None:
    ticket(environment)
    runs = {
        "2026-12-01T13:29": [],
        "2026-12-01T13:30": [("respond_before:1", "lan")],
        "2026-12-01T13:31": [],
        "2026-12-01T14:00": [],
        "2026-12-01T14:01": [("respond_after:1", "lan")],
        "2026-12-02T10:29": [],
        "2026-12-02T10:45": [("resolve_before:1", "lan")],
        "2026-12-02T11:01": [("resolve_after:1", "lan")],
        "2026-12-09T10:00": [],
    }
    assert {now: told(environment, project, now) for now in runs} == runs


def test_remind_before_is_working_time(environment: Environment, project: Project) -> None:
    ticket(environment, respond_by="2026-12-01T06:10:00Z")  # at 13:10, after lunch
    assert told(environment, project, "2026-12-01T11:39") == []
    assert told(environment, project, "2026-12-01T11:40") == [("respond_before:1", "lan")]


def test_a_missed_reminder_of_what_has_passed_is_not_made_up(
    environment: Environment, project: Project
) -> None:
    ticket(environment)
    late = told(environment, project, "2026-12-20T10:00")
    assert late == [("respond_after:1", "lan"), ("resolve_after:1", "lan")]


def test_without_remind_before_people_are_told_only_after(
    environment: Environment, project: Project
) -> None:
    ticket(environment, "thuong")
    assert told(environment, project, "2026-12-02T10:59") == []
    assert told(environment, project, "2026-12-02T11:01") == [("respond_after:1", "lan")]


@pytest.mark.parametrize(
    ("values", "kinds"),
    [
        ({"status": "responded", "responded_at": "2026-12-01T05:00:00Z"}, ["resolve_after"]),
        ({"status": "resolved"}, []),
        ({"status": "cancelled"}, []),
        ({"sla": "no longer there"}, ["respond_after", "resolve_after"]),
    ],
)
def test_nobody_is_told_of_what_was_done(
    environment: Environment, project: Project, values: dict[str, str], kinds: list[str]
) -> None:
    ticket(environment)
    change(project, **values)
    made = told(environment, project, "2026-12-20T10:00")
    assert [occasion for occasion, _who in made] == [f"{kind}:1" for kind in kinds]


def test_a_ticket_without_an_sla_has_no_deadlines(
    environment: Environment, project: Project
) -> None:
    ticket(environment, None)
    assert told(environment, project, "2027-12-20T10:00") == []


@pytest.mark.parametrize(
    ("assignee", "who"),
    [("minh", ["minh", "lan"]), ("lan", ["lan"]), ("ha", ["lan"]), ("left", ["lan"])],
)
def test_whoever_is_in_charge_and_the_owners_are_told_each_once(
    environment: Environment, project: Project, assignee: str, who: list[str]
) -> None:
    ticket(environment, assignee=assignee)
    assert [name for _what, name in told(environment, project, "2026-12-01T13:30")] == who


def test_a_reminder_says_what_it_is_about(environment: Environment, project: Project) -> None:
    ticket(environment, assignee="minh")
    told(environment, project, "2026-12-01T13:30")
    row = project.rows(
        "SELECT channel, provider, purpose, recipient, object_id, customer_id, pid, state, price,"
        " subject, content FROM outbox WHERE to_staff = 'minh'"
    )
    subject = "Ticket 1: to be answered by 14:00 01/12/2026"
    content = (
        "Giao nhầm\nCustomer: An (KH1)\nIn charge: Minh\nDeadline: 14:00 01/12/2026\n"
        "The ticket: cskh ticket show 1"
    )
    assert row == [
        ("email", "thu", "care", "minh@example.com", 1, 1, "KH1", "queued", 50, subject, content)
    ]


def test_without_an_email_provider_reminders_wait_for_one(project: Project) -> None:
    project.settle(staff=STAFF, sla=SLA)
    with project.opened() as environment:
        ticket(environment)
        assert told(environment, project, "2026-12-01T13:30") == [("respond_before:1", "lan")]
    assert project.rows("SELECT provider FROM outbox") == [(None,)]


def test_a_reminder_is_written_whole_or_not_at_all(
    environment: Environment, project: Project
) -> None:
    ticket(environment, assignee="minh")
    told(environment, project, "2026-12-01T13:30")
    change(project, responded_at=None)
    with closing(sqlite3.connect(project.root / "cskh.db")) as db, db:
        db.execute("DELETE FROM reminders")
        db.execute("DELETE FROM outbox WHERE to_staff = 'minh'")
    # The owner's email is in the way, as if the store broke in the middle.
    with pytest.raises(sqlite3.IntegrityError):
        remind(moved(environment, "2026-12-01T13:31"))
    assert project.rows(WROTE) == [("respond_before:1", "lan")]
    assert project.rows("SELECT * FROM reminders") == []


def test_two_at_once_write_each_reminder_once(project: Project) -> None:
    with project.opened() as environment:
        for _ in range(20):
            ticket(environment, assignee="minh")
    start = Barrier(4)

    def run(_number: int) -> int:
        with project.opened("2026-12-01T13:45") as environment:
            start.wait()
            return remind(environment)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) == 40
    assert len(set(project.rows(WROTE))) == len(project.rows(WROTE)) == 40


def test_with_nothing_to_tell_nobody_who_writes_is_waited_for(
    environment: Environment, project: Project
) -> None:
    ticket(environment)
    with closing(sqlite3.connect(project.root / "cskh.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert remind(moved(environment, NOON)) == 0
