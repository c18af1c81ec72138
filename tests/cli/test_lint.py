"""cskh lint: what it prints in each format, how it exits, and which files it looks at."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cskh.cli import main
from tests.spec.lint_files import LINT, PROJECT

WORKFLOWS = Path(__file__).parents[2] / "workflows"
GOOD = """\
name: A
object: lead
trigger: {moment: daily, at: "10:00"}
actions: [{update: {pinned: true}}]
"""
BAD = GOOD.replace("lead", "leed")
ADVICE = GOOD.replace("update: {pinned: true}", "send_sms: {content: a}") + "repeat: once\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CSKH_LANG", "en")
    monkeypatch.delenv("CSKH_PROJECT", raising=False)
    root = tmp_path / "shop"
    root.mkdir()
    (root / "cskh.yaml").write_text("version: 1\n", encoding="utf-8")
    return root


def add(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def lint(*arguments: str) -> int:
    return main(["lint", *arguments])


def test_a_clean_project_ends_well(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(project, "a.yaml", GOOD)
    assert lint("shop") == 0
    out, err = capsys.readouterr()
    assert out == "" and err == "2 files checked, 0 errors, 0 warnings.\n"


def test_a_problem_is_a_line_that_editors_link(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(project, "nhom/a.yaml", BAD)
    assert lint("shop") == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "shop/nhom/a.yaml:2:9 CK123 “leed” is not possible here.",
        "    Did you mean lead?",
    ]
    assert err == "2 files checked, 1 error, 0 warnings.\n"


def test_places_are_seen_from_the_current_folder(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    add(project, "nhom/a.yaml", BAD)
    monkeypatch.chdir(project / "nhom")
    assert lint() == 1
    assert capsys.readouterr().out.startswith("../nhom/a.yaml:2:9 ")


def test_what_a_file_says_is_no_markup(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(project, "a.yaml", GOOD.replace("lead", "'[red]x[/red]'"))
    lint("shop")
    assert "“[red]x[/red]”" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text, options, code",
    [
        (GOOD, [], 0),
        (ADVICE, [], 0),
        (ADVICE, ["--strict"], 1),
        (GOOD, ["--strict"], 0),
        (BAD, [], 1),
    ],
)
def test_errors_end_with_1_and_warnings_only_if_strict(
    project: Path, text: str, options: list[str], code: int
) -> None:
    add(project, "a.yaml", text)
    assert lint("shop", *options) == code


def test_json_has_every_problem_with_its_file_relative_to_the_project(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(project, "nhom/a.yaml", BAD)
    assert lint("shop", "--format", "json") == 1
    assert json.loads(capsys.readouterr().out) == {
        "checked": 2,
        "problems": [
            {
                "code": "CK123",
                "severity": "error",
                "file": "nhom/a.yaml",
                "line": 2,
                "column": 9,
                "path": "object",
                "message": "“leed” is not possible here.",
                "hint": "Did you mean lead?",
            }
        ],
    }


def test_github_gets_annotations_that_nothing_in_a_file_can_end(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(project, "a,b%:c.yaml", GOOD.replace("lead", '"x%\\n::error::y"'))
    lint("shop", "--format", "github")
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(
        "::error file=shop/a%2Cb%25%3Ac.yaml,line=2,col=9,title=CK123::“x%25 ::error"
    )


def test_github_gets_nothing_when_there_is_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lint("shop", "--format", "github")
    assert capsys.readouterr().out == ""


def test_the_sample_project_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint("--project", str(WORKFLOWS), "--format", "json", "--strict") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["problems"] == [] and printed["checked"] >= 6


def test_only_the_paths_that_were_named_are_looked_at(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = add(project, "x/one.yaml", BAD)
    add(project, "x/two.yaml", BAD)
    add(project, "xy.yaml", BAD)
    for paths, checked in ([one], 1), ([project / "x"], 2), ([one, project / "xy.yaml"], 2):
        lint(*map(str, paths), "--format", "json")
        printed = json.loads(capsys.readouterr().out)
        assert printed["checked"] == checked == len(printed["problems"])


def test_a_named_file_is_still_judged_by_the_whole_project(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(project, "cskh.yaml", "version: 1\nstatuses: [Mới]\n")
    one = add(project, "one.yaml", GOOD.replace("pinned: true", "status: Moi"))
    assert lint(str(one)) == 1
    assert "CK210" in capsys.readouterr().out


def test_several_projects_are_checked_at_once(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = project.parent / "other"
    add(other, "cskh.yaml", "version: 2\n")
    add(project, "a.yaml", BAD)
    assert lint("shop", "other") == 1
    places = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line[0] != " "]
    assert places == ["shop/a.yaml:2:9", "other/cskh.yaml:1:10"]


@pytest.mark.parametrize(
    "arguments",
    [["nope"], ["shop/nope.yaml"], ["."], [], ["--project", "shop", "outside.yaml"]],
    ids=["no such folder", "no such file", "no project there", "no project here", "outside"],
)
def test_a_path_without_a_project_is_wrong_usage(project: Path, arguments: list[str]) -> None:
    add(project.parent, "outside.yaml", GOOD)
    assert lint(*arguments) == 2


def test_an_unknown_format_is_wrong_usage(project: Path) -> None:
    assert lint("shop", "--format", "xml") == 2


def test_no_file_makes_lint_fail(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(PROJECT, project, dirs_exist_ok=True)
    shutil.copytree(LINT / "bad", project / "bad")
    (project / "bytes.yaml").write_bytes(bytes(range(256)))
    for format_ in ("text", "json", "github", "sarif"):
        assert lint("shop", "--format", format_) == 1
    assert "CK101" in capsys.readouterr().out
