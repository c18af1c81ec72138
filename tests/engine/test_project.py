"""A project on disk: which files belong to it, and what happens to files that are none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cskh.engine.project import Project, find, load, open_project
from cskh.errors import Invalid, NotAProject
from cskh.model.secret import Secret

WORKFLOW = """\
name: A
object: lead
trigger: {moment: daily, at: "10:00"}
actions: [{update: {pinned: true}}]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path / "cskh.yaml", "version: 1\n")
    return tmp_path


def write(path: Path, text: str = WORKFLOW) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def told(project: Project) -> list[tuple[str, str]]:
    return [(problem.file, problem.code) for problem in project.problems]


def test_a_project_is_found_from_a_folder_or_a_file_upwards(root: Path) -> None:
    inner = write(root / "a" / "b" / "c.yaml")
    assert find(inner.parent) == find(inner) == find(root) == root


def test_a_relative_start_finds_the_project_above_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "a").mkdir()
    monkeypatch.chdir(root / "a")
    assert find(Path()) == root


def test_where_there_is_no_project_nothing_is_found(tmp_path: Path) -> None:
    with pytest.raises(NotAProject):
        find(tmp_path)


def test_workflows_are_the_yaml_files_in_any_folder(root: Path) -> None:
    for name in ("a.yaml", "nhom/b.yml", "nhom/sâu/c.YAML"):
        write(root / name)
    assert load(root, {}).workflows.keys() == {"a", "b", "c"}


def test_what_is_no_workflow_is_left_alone(root: Path) -> None:
    for name in (
        "notes.txt",
        ".hidden.yaml",
        ".github/ci.yaml",
        "node_modules/x/a.yaml",
        "__pycache__/b.yaml",
        "other/cskh.yaml",
        "other/its.yaml",
        "env/pyvenv.cfg",
        "env/lib/c.yaml",
    ):
        write(root / name, "not: ours")
    project = load(root, {})
    assert project.files == ("cskh.yaml",) and project.problems == ()


def test_a_folder_called_campaigns_further_down_is_like_any_other(root: Path) -> None:
    write(root / "nhom" / "campaigns" / "a.yaml")
    write(root / "nhom" / "templates" / "b.yaml")
    assert load(root, {}).workflows.keys() == {"a", "b"}


def test_templates_are_by_the_stem_of_their_file(root: Path) -> None:
    write(root / "templates" / "chao.yaml", "name: Chào\nchannel: sms\ncontent: Chào\n")
    assert load(root, {}).templates["chao"].content == "Chào"


def test_a_workflow_knows_its_file_relative_to_the_project(root: Path) -> None:
    write(root / "nhom" / "a.yaml")
    assert load(root, {}).workflows["a"].file == "nhom/a.yaml"


def test_links_are_followed_and_loops_end(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shared = write(tmp_path_factory.mktemp("shared") / "chung.yaml")
    (root / "link").symlink_to(shared.parent)
    (root / "mot.yaml").symlink_to(shared)
    (root / "loop").symlink_to(root)
    (shared.parent / "round").symlink_to(shared.parent)
    project = load(root, {})
    assert project.workflows.keys() == {"chung", "mot"} and project.problems == ()


@pytest.fixture
def odd(root: Path) -> Iterator[Path]:
    (root / "folder.yaml").mkdir()
    os.mkfifo(root / "pipe.yaml")
    (root / "self.yaml").symlink_to("self.yaml")
    (root / "gone.yaml").symlink_to("nowhere")
    (root / "device.yaml").symlink_to("/dev/zero")
    return root


def test_what_only_looks_like_a_file_is_a_problem(odd: Path) -> None:
    names = ("device", "folder", "gone", "pipe", "self")
    assert told(load(odd, {})) == [(f"{name}.yaml", "CK100") for name in names]


def test_a_file_that_is_too_large_is_not_read_to_its_end(root: Path) -> None:
    with (root / "large.yaml").open("wb") as file:
        file.truncate(1 << 40)
    assert told(load(root, {})) == [("large.yaml", "CK102")]


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_settings_that_are_no_file_are_a_problem(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / "cskh.yaml")
    assert told(load(tmp_path, {})) == [("cskh.yaml", "CK100")]


SECRET = """\
version: 1
pages: [{id: "1", name: Trang, token: "${TOKEN}"}]
"""


@pytest.mark.parametrize(
    "written, environ, token",
    [
        ("TOKEN=abc\n", {}, "abc"),
        ("TOKEN='a$B c#d'\n", {}, "a$B c#d"),
        ("TOKEN=a${HOME}b\n", {"HOME": "/root"}, "a${HOME}b"),
        ("\ufeffexport TOKEN=abc\n", {}, "abc"),
        ("TOKEN=abc\n", {"TOKEN": "wins"}, "wins"),
        (None, {"TOKEN": "there"}, "there"),
    ],
)
def test_secrets_come_from_the_environment_or_env_file(
    tmp_path: Path, written: str | None, environ: dict[str, str], token: str
) -> None:
    write(tmp_path / "cskh.yaml", SECRET)
    if written:
        write(tmp_path / ".env", written)
    project = load(tmp_path, environ)
    assert project.problems == () and project.settings.pages[0].token == Secret(token)


@pytest.mark.parametrize("written", ["", "TOKEN=\n", "OTHER=1\n"])
def test_a_secret_that_is_not_set_is_advice(tmp_path: Path, written: str) -> None:
    write(tmp_path / "cskh.yaml", SECRET)
    write(tmp_path / ".env", written)
    project = load(tmp_path, {})
    assert told(project) == [("cskh.yaml", "CK301")]
    assert open_project(tmp_path, {}).settings.pages[0].token is None


def test_an_env_file_that_can_not_be_read_is_a_problem(root: Path) -> None:
    (root / ".env").write_bytes(b"TOKEN=\xff\n")
    assert told(load(root, {})) == [(".env", "CK100")]
    (root / ".env").unlink()
    (root / ".env").mkdir()
    assert told(load(root, {})) == [(".env", "CK100")]


def test_a_project_with_errors_can_not_be_opened(root: Path) -> None:
    write(root / "a.yaml", "nme: A\n")
    with pytest.raises(Invalid) as raised:
        open_project(root, {})
    assert {problem.file for problem in raised.value.problems} == {"a.yaml"}
    assert all(problem.severity == "error" for problem in raised.value.problems)
