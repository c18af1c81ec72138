"""What lint says about work that nobody would get."""

from tests.project import Cli, Project


def test_work_for_a_group_without_members_is_an_error(project: Project, cli: Cli) -> None:
    project.settle(groups="{trong: {name: Chưa có ai}}")
    project.workflow("hello", actions="[{create_task: {content: Gọi, group: trong}}]")
    said = cli("lint", "--format", "json")
    found = [(each["code"], each["file"]) for each in said.json["problems"]]
    assert said.exit == 1
    assert ("CK215", "hello.yaml") in found
