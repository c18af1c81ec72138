"""A GoIP's lines take one message after the other: through however many threads and processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from cskh.engine.asking import ask
from cskh.model.message import State
from tests.project import Project, moved, run, send
from tests.providers.fakes import vendor
from tests.providers.fakes.gateways import PASSWORD, Goip

# What another process does: one message, past the outbox and its lock.
SEND = """
import os
import sys
from pathlib import Path
from cskh.engine.environment import open_environment
from cskh.engine.project import open_project
from cskh.model.message import Channel, Message
from tests.sample import at

project = open_project(Path(sys.argv[1]), dict(os.environ))
number = int(sys.argv[2])
message = Message(id=number, channel=Channel.SMS, recipient=f"0900000{number:03}", content="Hi")
with open_environment(project, at("2026-12-01T10:00")) as environment:
    print(environment.converse(project.settings.providers["sim"], message).outcome)
"""


@pytest.fixture
def goip(project: Project) -> Iterator[Goip]:
    """A device with three lines, that the project's messages go through."""
    project.environ["BOX"] = PASSWORD
    with Goip(3, looks=1) as device:
        through(project, device, "[1, 2, 3]")
        yield device
        assert device.slips == []


def through(project: Project, device: Goip, ports: str) -> None:
    account = (
        f'{{type: sms_gateway, driver: goip, host: "{device.url}", account: admin, '
        f'password: "${{BOX}}", ports: {ports}, timeout: 5}}'
    )
    project.settle(providers=f"{{sim: {account}}}", active="{sms: sim}")


def test_a_crowd_goes_through_three_lines_and_no_line_loses_a_message(
    project: Project, goip: Goip
) -> None:
    project.crowd(12)
    with project.opened() as environment:
        run(environment)
        sent = send(environment)
    assert project.states() == {"accepted": 12}
    assert (len(goip.sent), goip.lost) == (12, [])
    assert not sent.is_partial
    assert {port for _number, _text, port in goip.sent} == {"1", "2", "3"}


def test_what_the_network_refuses_is_told_in_the_same_run(project: Project, goip: Goip) -> None:
    project.crowd(2)
    goip.errors["0900000002"] = "38 network out of order"
    with project.opened() as environment:
        run(environment)
        send(environment)
    assert project.rows("SELECT state, error FROM outbox ORDER BY id") == [
        ("accepted", None),
        ("failed", "The gateway could not send it: 38 network out of order"),
    ]


def test_lines_at_work_for_somebody_else_are_waited_for_without_alarm(
    project: Project, goip: Goip
) -> None:
    project.crowd(5)
    goip.lines = dict.fromkeys(goip.lines, ("aaaaaaaa", "STARTED", ""))
    with project.opened() as environment:
        run(environment)
        assert send(environment).stopped == {}
        assert goip.sent == goip.lost == []
        assert project.rows("SELECT DISTINCT state, attempts FROM outbox") == [("queued", 0)]
        assert project.rows("SELECT * FROM stops") == []
        goip.lines = dict.fromkeys(goip.lines, ("aaaaaaaa", "DONE", ""))
        send(environment, "2026-12-01T10:01")
    assert project.states() == {"accepted": 5}
    assert goip.lost == []


def test_a_line_that_works_alone_gets_all(project: Project, goip: Goip) -> None:
    project.crowd(4)
    goip.lines[1] = goip.lines[3] = ("aaaaaaaa", "STARTED", "")
    through(project, goip, "[2]")
    with project.opened() as environment:
        run(environment)
        send(environment)
    assert [port for _number, _text, port in goip.sent] == ["2"] * 4


def test_two_processes_use_no_line_at_once(project: Project, goip: Goip) -> None:
    through(project, goip, "[1]")
    with project.opened():
        pass
    started = [
        subprocess.Popen(
            [sys.executable, "-c", SEND, str(project.root), str(number)],
            env=project.environ,
            stdout=subprocess.PIPE,
        )
        for number in (1, 2, 3)
    ]
    said = [process.communicate(timeout=60)[0].decode().strip() for process in started]
    assert said == ["accepted"] * 3
    assert (len(goip.sent), goip.lost) == (3, [])


def test_a_device_that_goes_after_it_took_a_message_gets_it_once(
    project: Project, goip: Goip
) -> None:
    project.crowd(1)
    goip.moods.extend([vendor.content, vendor.last_words()])
    with project.opened() as environment:
        run(environment)
        send(environment)
    assert project.states() == {"unknown": 1}
    goip.come_back()
    through(project, goip, "[1, 2, 3]")
    with project.opened() as environment:
        for minute in ("10:02", "10:10", "11:00"):
            ask(moved(environment, f"2026-12-01T{minute}"), [State.UNKNOWN])
            send(environment, f"2026-12-01T{minute}")
    assert project.states() == {"accepted": 1}
    assert len(goip.sent) == 1
