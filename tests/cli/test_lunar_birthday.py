"""A birthday workflow by the moon, end to end: who gets the message, and what explain says."""

import pytest

from tests.project import Cli, Project, person

TET_2030 = "2030-02-02T10:00"  # in China it is the day after


@pytest.fixture
def people(project: Project) -> Project:
    project.workflow("sinh-nhat-am", filter="[{birthday: {lunar_anniversary: today}}]")
    project.add(
        person(1, birthday="1990-01-27"),
        person(2, birthday="1990-02-02"),
        person(3, birthday="1990-02-02", lunar_birthday="--01-01"),
        person(4, birthday="1990-01-27", lunar_birthday="--08-15"),
        person(5, lunar_birthday="1990-01-01"),
    )
    return project


def test_those_born_at_tet_are_greeted_at_tet(people: Project, cli: Cli) -> None:
    said = cli("run", "daily", "--now", TET_2030, "--format", "json")
    (plan,) = [each for each in said.json["plans"] if each["workflow"] == "sinh-nhat-am"]
    assert [each["customer"] for each in plan["effects"]] == ["KH0001", "KH0003", "KH0005"]


@pytest.mark.parametrize(
    ("pid", "actual", "held"),
    [
        ("KH0001", "1990-01-01", True),
        ("KH0002", "1990-01-07", False),
        ("KH0003", "--01-01", True),
        ("KH0004", "--08-15", False),
        ("KH0005", "1990-01-01", True),
    ],
)
def test_explain_shows_the_lunar_day(
    people: Project, cli: Cli, pid: str, actual: str, *, held: bool
) -> None:
    said = cli("explain", "sinh-nhat-am", pid, "--now", TET_2030, "--format", "json")
    text = "Birthday has its lunar anniversary today"
    assert said.json["conditions"] == [
        {"where": "filter", "text": text, "actual": actual, "holds": held}
    ]
    assert said.exit == (0 if held else 1)
