"""cskh test: the tests of workflows from the command line."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.project import Cli, Project

GREETED = (
    '{name: greeted, given: [{pid: A1, name: An, phone: "0900000111"}], '
    'expect: [{customer: A1, send_sms: {content: "Hello An"}}]}'
)
SILENT = '{name: silent, given: [{pid: A1, name: An, phone: "0900000111"}], expect: []}'


@pytest.fixture
def tested(project: Project) -> Project:
    """A project with two workflows in folders: one has a test that fails."""
    (project.root / "hello.yaml").unlink()
    project.workflow("a/good", tests=f"[{GREETED}]")
    project.workflow("b/wrong", tests=f"[{GREETED}, {SILENT}]")
    return project


def test_all_passed_is_said_shortly(cli: Cli, tested: Project) -> None:
    result = cli("test", "a")
    assert result.exit == 0
    assert result.out == "✓ 1 passed · good\n✓ 1 passed\n"


def test_a_failure_is_told_with_its_place_and_exits_1(cli: Cli, tested: Project) -> None:
    result = cli("test")
    assert result.exit == 1
    assert result.out == (
        "✓ 1 passed · good\n"
        "✗ 1 failed · ✓ 1 passed · wrong\n"
        "  b/wrong.yaml:6 silent\n"
        "    A1: send_sms {content: Hello An} was done and not expected.\n"
        "✗ 1 failed · ✓ 2 passed\n"
    )


def test_the_json_is_just_what_others_rely_on(cli: Cli, tested: Project) -> None:
    told = cli("test", "--format", "json").json
    why = "b/wrong.yaml:6\nA1: send_sms {content: Hello An} was done and not expected."
    assert told == {
        "passed": 2,
        "failed": 1,
        "tests": [
            {"workflow": "good", "name": "greeted", "passed": True, "why": None},
            {"workflow": "wrong", "name": "greeted", "passed": True, "why": None},
            {"workflow": "wrong", "name": "silent", "passed": False, "why": why},
        ],
    }


def test_junit_is_for_ci(cli: Cli, tested: Project) -> None:
    result = cli("test", "--format", "junit")
    root = ElementTree.fromstring(result.out)
    assert result.exit == 1 and root.get("failures") == "1"
    assert [case.get("name") for case in root.iter("testcase")] == ["greeted", "greeted", "silent"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["good"], ["good"]),
        (["a"], ["good"]),
        (["b/wrong.yaml"], ["wrong"]),
        (["a", "wrong"], ["good", "wrong"]),
        (["."], ["good", "wrong"]),
    ],
)
def test_files_folders_and_ids_say_what_is_tested(
    cli: Cli, tested: Project, words: list[str], names: list[str]
) -> None:
    told = cli("test", *words, "--format", "json").json
    assert list(dict.fromkeys(each["workflow"] for each in told["tests"])) == names


def test_a_path_says_which_project_it_belongs_to(
    cli: Cli, tested: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path.parent)
    assert cli("test", str(tested.root / "a")).exit == 0
    assert cli("test", f"{tmp_path.name}/b", "--lang", "en").exit == 1
    assert "is not in the project" in cli("test", "/tmp", "--project", str(tmp_path)).err


def test_what_is_no_path_and_no_workflow_is_wrong_usage(cli: Cli, tested: Project) -> None:
    result = cli("test", "goood")
    assert result.exit == 2
    assert "There is no file and no workflow goood." in result.err
    assert "Did you mean good?" in result.err


def test_no_tests_at_all_is_said_and_is_no_failure(cli: Cli, project: Project) -> None:
    result = cli("test")
    assert (result.exit, result.out) == (0, "There are no tests here.\n")
    assert cli("test", "--format", "json").json == {"passed": 0, "failed": 0, "tests": []}


def test_a_project_with_errors_is_not_tested(cli: Cli, tested: Project) -> None:
    tested.workflow("c", object="leed")
    assert cli("test").exit == 1
    assert cli("test", "--format", "json").json["error"]["code"] == "invalid"


def test_the_store_and_the_log_are_left_alone(cli: Cli, tested: Project) -> None:
    cli("test")
    files = {path.name for path in tested.root.iterdir()}
    assert files == {"cskh.yaml", "a", "b"}


def test_what_a_test_says_never_steers_the_terminal(cli: Cli, project: Project) -> None:
    tests = (
        '[{name: "\\e[2J", given: [{pid: "\\e[31m", name: An}], expect: [{customer: B, update: }]}]'
    )
    project.workflow("hello", tests=tests)
    assert "\x1b" not in cli("test").out
