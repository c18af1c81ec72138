"""cskh schema: printed and written, with a project's names or without."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cskh.cli import main
from cskh.spec.schema import KINDS


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CSKH_LANG", "en")
    monkeypatch.delenv("CSKH_PROJECT", raising=False)
    return tmp_path


SETTINGS = "version: 1\nstatuses: [Mới]\nfields: {hang: {type: number}}\n"


def test_one_schema_is_printed_or_all_of_them(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema", "template"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert main(["schema"]) == 0
    every = json.loads(capsys.readouterr().out)
    assert every.keys() == set(KINDS) and every["template"] == one


def test_a_projects_own_names_are_in_it(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "cskh.yaml").write_text(SETTINGS, encoding="utf-8")
    assert main(["schema", "workflow"]) == 0
    printed = json.loads(capsys.readouterr().out)
    update = printed["$defs"]["action"]["else"]["properties"]["update"]["properties"]
    assert update["status"]["enum"] == ["Mới"]
    assert printed["$defs"]["condition"]["properties"]["hang"]["$ref"] == "#/$defs/number_field"
    assert printed["$defs"]["condition"]["additionalProperties"] is False


def test_a_project_with_errors_still_has_a_schema(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "cskh.yaml").write_text(SETTINGS + "staff: nobody\n", encoding="utf-8")
    assert main(["schema", "workflow"]) == 0
    assert '"Mới"' in capsys.readouterr().out


def test_schemas_are_written_into_a_folder(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--write", "a/b"]) == 0
    assert {path.name for path in (here / "a" / "b").iterdir()} == {
        f"{kind}.schema.json" for kind in KINDS
    }
    assert main(["schema", "project", "--write", "c"]) == 0
    assert [path.name for path in (here / "c").iterdir()] == ["project.schema.json"]
    assert capsys.readouterr().out == ""


def test_a_folder_that_can_not_be_written_is_said(here: Path) -> None:
    (here / "file").write_text("")
    assert main(["schema", "--write", "file/x"]) == 1


@pytest.mark.parametrize("arguments", [["workflw"], ["--project", "."]])
def test_an_unknown_kind_and_a_project_that_is_none_are_wrong_usage(
    here: Path, arguments: list[str]
) -> None:
    assert main(["schema", *arguments]) == 2
