"""cskh explain: the same answer as the run, condition by condition and gate by gate."""

import pytest

from tests.project import MORNING, Cli, Project, person

BIRTHDAY = "[{birthday: {anniversary: today}}, {age: {gte: 18}}]"


@pytest.fixture
def people(project: Project) -> Project:
    project.workflow("sinh-nhat", filter=BIRTHDAY)
    project.add(
        person(1, birthday="1990-12-01"),
        person(2, birthday="1990-12-02"),
        person(3, birthday="1990-12-01", phone=None, phone_kind=None),
    )
    return project


def _failing(told: dict[str, object], what: str, key: str, good: str) -> list[str]:
    parts = told[what]
    assert isinstance(parts, list)
    return [part[key] for part in parts if not part[good]]


def test_a_customer_who_matches_passes_every_gate(people: Project, cli: Cli) -> None:
    said = cli("explain", "sinh-nhat", "KH0001", "--now", MORNING, "--format", "json")
    assert said.exit == 0
    assert said.json["matches"] is True
    assert said.json["conditions"] == [
        {
            "where": "filter",
            "text": "Birthday has its anniversary today",
            "actual": "1990-12-01",
            "holds": True,
        },
        {"where": "filter", "text": "Age is at least 18", "actual": 36, "holds": True},
    ]
    assert _failing(said.json, "gates", "gate", "passes") == []


def test_a_condition_that_fails_is_shown_with_the_value(people: Project, cli: Cli) -> None:
    said = cli("explain", "sinh-nhat", "KH0002", "--now", MORNING, "--format", "json")
    assert (said.exit, said.json["matches"]) == (1, False)
    failing = _failing(said.json, "conditions", "text", "holds")
    assert failing == ["Birthday has its anniversary today"]


def test_a_customer_without_a_phone_matches_and_is_stopped(people: Project, cli: Cli) -> None:
    said = cli("explain", "sinh-nhat", "KH0003", "--now", MORNING, "--format", "json")
    assert (said.exit, said.json["matches"]) == (1, True)
    assert _failing(said.json, "gates", "why", "passes") == ["no phone"]


def test_what_was_done_today_is_not_done_again(people: Project, cli: Cli) -> None:
    cli("run", "daily", "--now", MORNING)
    said = cli("explain", "sinh-nhat", "KH0001", "--now", MORNING, "--format", "json")
    assert said.exit == 1
    assert _failing(said.json, "gates", "gate", "passes") == ["occasion"]


def test_once_means_never_again(people: Project, cli: Cli) -> None:
    people.workflow("hello", repeat="once")
    cli("run", "daily", "--now", MORNING)
    said = cli("explain", "hello", "KH0001", "--now", "2026-12-02T10:00", "--format", "json")
    assert _failing(said.json, "gates", "gate", "passes") == ["repeat"]


def test_a_disabled_workflow_stops_at_its_switch(people: Project, cli: Cli) -> None:
    people.workflow("hello", enabled="false")
    said = cli("explain", "hello", "KH0001", "--now", MORNING, "--format", "json")
    assert _failing(said.json, "gates", "gate", "passes") == ["enabled"]


def test_people_read_a_mark_a_line(people: Project, cli: Cli) -> None:
    said = cli("explain", "sinh-nhat", "0900000002", "--now", MORNING)
    assert "✗ Birthday has its anniversary today: it is 1990-12-02" in said.out
    assert "✓ enabled: the workflow is enabled" in said.out


def test_somebody_unknown_is_told(people: Project, cli: Cli) -> None:
    assert cli("explain", "hello", "KH9999").exit == 1
    said = cli("explain", "helo", "KH0001")
    assert said.exit == 2
    assert "Did you mean hello?" in said.err


def test_a_workflow_acts_if_one_of_its_actions_finds_a_way(people: Project, cli: Cli) -> None:
    both = '[{send_sms: {content: "Hi"}}, {update: {status: Lost}}]'
    people.workflow("hello", actions=both)
    people.add({"pid": "N1", "kind": "lead", "type": "individual", "name": "Không số"})
    said = cli("explain", "hello", "N1", "--now", MORNING, "--format", "json")
    assert said.exit == 0
    assert _failing(said.json, "gates", "gate", "passes") == ["send_sms 0"]


def test_what_has_just_changed_is_shown_as_it_is_now(people: Project, cli: Cli) -> None:
    trigger = "{moment: updated, conditions: [{status: {changed_to: Lost}}]}"
    people.workflow("hello", trigger=trigger)
    cli("customer", "set", "KH0001", "status=Mới", "--no-run", "--now", MORNING)
    said = cli("explain", "hello", "KH0001", "--now", MORNING, "--format", "json").json
    (condition,) = said["conditions"]
    assert (condition["actual"], condition["holds"]) == ("Mới", True)
