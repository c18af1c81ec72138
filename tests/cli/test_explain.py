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


def _gates(told: dict[str, object], name: str) -> list[tuple[object, ...]]:
    gates = told["gates"]
    assert isinstance(gates, list)
    keys = ("of", "to_staff", "passes", "why")
    return [tuple(each[key] for key in keys) for each in gates if each["gate"] == name]


@pytest.mark.parametrize(
    ("active", "why"),
    [
        ("{}", "sms has no active provider (active: in cskh.yaml)."),
        ("{sms: bare}", "bare is stopped: LACKING is not set."),
        ("{sms: down}", "down is stopped: no credit"),
    ],
)
def test_a_provider_that_cant_send_stops_the_message(
    people: Project, cli: Cli, active: str, why: str
) -> None:
    bare = 'type: vietguys, account: a, service_id: A, passcode: "${LACKING}"'
    people.settle(
        providers=f"{{bare: {{{bare}}}, down: {{type: sandbox, file: a}}}}", active=active
    )
    stop = "INSERT INTO stops (provider, why, since) VALUES ('down', 'no credit', '2026-12-01')"
    people.execute(stop)
    said = cli("explain", "sinh-nhat", "KH0001", "--now", MORNING, "--format", "json")
    assert said.exit == 1
    assert _gates(said.json, "provider") == [("send_sms 0", None, False, why)]


def test_quiet_hours_are_those_of_the_time_when_the_message_leaves(
    people: Project, cli: Cli
) -> None:
    sms = "{send_sms: {content: Hi, send_at: %s}}"
    texts = [sms % f'"{at}"' for at in ("now", "+2h", "23:00")]
    people.workflow("hello", actions=f"[{', '.join(texts)}]")
    said = cli("explain", "hello", "KH0001", "--now", MORNING, "--format", "json")
    assert [why for *_of, why in _gates(said.json, "policy")] == [
        "it may leave now",
        "it may leave at its time, 01/12/2026 12:00",
        "waits for the end of the quiet hours, until 02/12/2026 06:00",
    ]
    shown = cli("explain", "hello", "KH0001", "--now", MORNING).out
    assert "✓ policy (send_sms 1): it may leave at its time" in shown
    assert "✓ provider (send_sms 2): it goes through thu" in shown


def test_members_of_a_group_are_named_apart(people: Project, cli: Cli) -> None:
    staff = '[{id: lan, name: Lan, role: owner, phone: "0900009001"}, {id: minh, name: Minh'
    people.settle(
        staff=staff + ", role: agent}]", groups="{all: {name: All, members: [lan, minh]}}"
    )
    people.workflow("hello", actions='[{send_sms: {to: {group: all}, content: "Hi"}}]')
    said = cli("explain", "hello", "KH0001", "--now", MORNING, "--format", "json").json
    assert _gates(said, "send_sms 0") == [
        (None, "lan", True, "nothing is in its way"),
        (None, "minh", False, "no phone"),
    ]
    assert "✗ send_sms 0 (minh): no phone" in cli("explain", "hello", "KH0001").out
