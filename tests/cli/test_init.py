"""cskh init: a project to begin with, and nothing overwritten."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from cskh.cli import main


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CSKH_LANG", "en")
    monkeypatch.delenv("CSKH_PROJECT", raising=False)
    return tmp_path


def test_a_new_project_lints_clean(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "shop"]) == 0
    written = capsys.readouterr().out.splitlines()
    assert "shop/cskh.yaml" in written and "shop/.gitignore" in written
    assert main(["lint", "shop", "--strict", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"checked": 3, "problems": []}


def test_the_current_folder_is_the_default(here: Path) -> None:
    assert main(["init"]) == 0
    assert (here / "cskh.yaml").exists()


def test_what_is_there_is_left_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "cskh.yaml").write_text("mine", encoding="utf-8")
    assert main(["init", "--format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["kept"] == ["cskh.yaml"] and "cskh.yaml" not in printed["written"]
    assert (here / "cskh.yaml").read_text(encoding="utf-8") == "mine"
    assert main(["init", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["written"] == []


def test_a_link_is_not_written_through(here: Path) -> None:
    (here / "cskh.yaml").symlink_to(here / "elsewhere")
    assert main(["init"]) == 0
    assert not (here / "elsewhere").exists()


def test_secrets_and_customers_never_reach_git(here: Path) -> None:
    main(["init"])
    subprocess.run(["git", "init", "-q"], check=True)
    for name in (".env", "cskh.db", "cskh.db-wal", "da-gui.jsonl", "khach.rejects.csv"):
        done = subprocess.run(["git", "check-ignore", "-q", name], check=False)
        assert done.returncode == 0, name
    assert (
        subprocess.run(["git", "check-ignore", "-q", ".env.example"], check=False).returncode == 1
    )


def test_a_folder_that_is_a_file_is_said(here: Path) -> None:
    (here / "file").write_text("")
    assert main(["init", "file"]) == 1
    assert main(["init", "file/below"]) == 1
