"""What became of messages is asked by the commands that cron runs, through a stand-in for eSMS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.project import Cli, Project, person
from tests.providers.fakes.esms import Esms
from tests.providers.fakes.vendor import cut_read

JSON = ("--format", "json")


@pytest.fixture
def esms(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Esms]:
    """A stand-in for eSMS, and two customers who are greeted through it."""
    monkeypatch.setenv("ESMS_KEY", "khoa+demo")
    monkeypatch.setenv("ESMS_SECRET", "bí mật/demo")
    with Esms() as vendor:
        keys = 'api_key: "${ESMS_KEY}", secret_key: "${ESMS_SECRET}", brandname: MYBRAND'
        account = f'{{type: esms, {keys}, url: "{vendor.url}", parallel: 1}}'
        project.settle(providers=f"{{chinh: {account}}}", active="{sms: chinh}")
        project.add(person(1, phone="0900000001"), person(2, phone="0900000002"))
        yield vendor
        assert vendor.slips == []


def now(minute: int) -> tuple[str, str]:
    return "--now", f"2026-12-01T10:{minute:02}"


def test_run_due_learns_which_messages_have_arrived(project: Project, cli: Cli, esms: Esms) -> None:
    esms.fates = {"id-1": (True, True), "id-2": (True, False)}
    first = cli("run", "due", *now(0), *JSON)
    assert first.exit == 0
    assert first.json["delivery"]["accepted"] == 2
    later = cli("run", "due", *now(1), *JSON)
    assert later.exit == 3  # one has failed, as is known now
    delivery = later.json["delivery"]
    assert (delivery["delivered"], delivery["failed"], delivery["accepted"]) == (1, 1, 0)
    assert "2 messages of which their providers now say what became of them." in later.err
    assert project.states() == {"delivered": 1, "failed": 1}
    assert cli("run", "due", *now(30), *JSON).exit == 0


def test_only_run_due_asks_about_what_was_accepted(project: Project, cli: Cli, esms: Esms) -> None:
    esms.fates = {"id-1": (True, True), "id-2": (True, True)}
    cli("run", "daily", *now(0))
    asked = len(esms.asked)
    cli("deliver", *now(5))
    cli("run", "daily", *now(5))
    cli("run", "due", "--no-deliver", *now(5))
    assert len(esms.asked) == asked
    assert project.states() == {"accepted": 2}
    cli("run", "due", *now(5))
    assert project.states() == {"delivered": 2}


def test_what_may_have_been_lost_is_sent_again_under_the_same_name_and_never_twice(
    project: Project, cli: Cli, esms: Esms
) -> None:
    esms.moods.append(cut_read)
    assert cli("run", "daily", *now(0)).exit == 3
    assert project.states() == {"accepted": 1, "unknown": 1}
    assert cli("deliver", *now(2)).exit == 3
    assert project.states() == {"accepted": 1, "queued": 1}
    assert cli("deliver", *now(3)).exit == 0
    assert project.states() == {"accepted": 2}
    assert sorted(each["Phone"] for each in esms.sent) == ["0900000001", "0900000002"]
