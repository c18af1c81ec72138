from __future__ import annotations

import pytest

from tests.project import Cli, Project

NOW = ("--now", "2026-12-01T07:00")
WEEK = ("--from", "2026-12-01", "--to", "2026-12-07")


def test_there_is_one_plan_an_occasion(project: Project, cli: Cli) -> None:
    project.workflow("hello", repeat="{after: 3 days}")
    project.workflow("weekly", trigger='{moment: weekly, at: "09:00", weekday: fri}')
    project.crowd(2)
    plans = cli("dry-run", *NOW, *WEEK, "--format", "json").json["plans"]
    assert [(plan["occasion"], len(plan["effects"])) for plan in plans] == [
        ("daily:2026-12-01", 2),
        ("daily:2026-12-02", 0),
        ("daily:2026-12-03", 0),
        ("weekly:2026-W49", 2),
        ("daily:2026-12-04", 2),
        ("daily:2026-12-05", 0),
        ("daily:2026-12-06", 0),
        ("daily:2026-12-07", 2),
    ]
    assert list(plans[0]) == list(cli("dry-run", *NOW, "--format", "json").json["plans"][0])


def test_people_see_a_line_an_occasion_without_empty_days_and_the_sum(
    project: Project, cli: Cli
) -> None:
    project.workflow("hello", repeat="{after: 3 days}")
    project.crowd(2)
    lines = [line.split() for line in cli("dry-run", *NOW, *WEEK).out.splitlines() if line.strip()]
    assert lines[2:] == [
        ["01/12/2026", "hello", "2", "2", "2", "200"],
        ["04/12/2026", "hello", "2", "2", "2", "200"],
        ["07/12/2026", "hello", "2", "2", "2", "200"],
        ["total", "6", "6", "6", "600"],
    ]


def test_what_a_guard_refuses_is_shown_and_not_summed_up(project: Project, cli: Cli) -> None:
    project.settle(policy="{guard: {max_recipients: 1}}")
    project.crowd(2)
    said = cli("dry-run", *NOW, "--from", "2026-12-01", "--to", "2026-12-01")
    assert said.exit == 0
    assert "hello (refused)" in said.out
    assert "refused: It would reach 2 people; policy.guard.max_recipients is 1." in said.out
    assert said.out.splitlines()[-3].split() == ["total", "0", "0", "0", "0"]
    assert said.err == ""


def test_what_waits_for_something_has_no_days_of_its_own(project: Project, cli: Cli) -> None:
    project.workflow("new", trigger="{moment: created}")
    project.crowd(1)
    said = cli("dry-run", *NOW, *WEEK, "--format", "json")
    assert {plan["workflow"] for plan in said.json["plans"]} == {"hello"}


def test_days_with_nobody_are_told(project: Project, cli: Cli) -> None:
    project.crowd(0)
    said = cli("dry-run", *NOW, *WEEK)
    assert (said.exit, said.out) == (0, "")
    assert "Nobody" in said.err


def test_days_in_markdown_are_a_table_and_a_sum(project: Project, cli: Cli) -> None:
    project.crowd(1)
    said = cli("dry-run", *NOW, *WEEK, "--format", "markdown")
    assert "| 07/12/2026 | `hello` | 1 | 1 | 1 | 100 |" in said.out
    assert "**total** · Customers 7 · Messages 7 · Parts 7 · Price 700" in said.out


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-12-02", "2026-12-01"),
        ("2026-12-01", None),
        (None, "2026-12-01"),
        ("tomorrow", "2026-12-01"),
        ("2026-02-30", "2026-12-01"),
        ("0001-01-01", "2026-12-01"),
        ("2026-01-01", "2027-12-01"),
    ],
)
def test_days_that_can_not_be_are_refused(
    project: Project, cli: Cli, first: str | None, last: str | None
) -> None:
    given = [
        word for flag, day in (("--from", first), ("--to", last)) if day for word in (flag, day)
    ]
    assert cli("dry-run", *given).exit == 2
