from __future__ import annotations

from tests.project import Cli, Project


def test_a_workflow_acts_once_an_occasion_however_often_it_is_run(
    project: Project, cli: Cli
) -> None:
    project.crowd(3)
    first = cli("run", "daily", "--now", "2026-12-01T10:00", "--format", "json")
    again = cli("run", "daily", "--now", "2026-12-01T10:05", "--format", "json")
    assert (first.exit, again.exit) == (0, 0)
    print(first.out)
    assert again.json["plans"] == []
    assert len(project.sent) == 3
