from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cskh.edge.files import ours_among, yaml_files
from cskh.edge.git import files_at
from cskh.errors import Exit, UsageProblem
from tests.repository import Repository, fingerprints, make_repository

MOST = 1000


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository whose first commit has a project in the folder `care`."""
    made = make_repository(tmp_path / "repository")
    write(made.root / "care" / "cskh.yaml", "version: 1\n")
    write(made.root / "care" / "rules" / "chúc mừng.yaml", "first\n")
    write(made.root / "other.yaml", "not of the project\n")
    made.commit()
    return made


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_files_are_those_of_the_revision_whatever_is_in_the_folder_now(
    repository: Repository,
) -> None:
    project = repository.root / "care"
    write(project / "rules" / "chúc mừng.yaml", "second\n")
    (project / "cskh.yaml").unlink()
    write(project / "new.yaml", "new\n")
    assert files_at(project, "HEAD", MOST) == {
        "cskh.yaml": b"version: 1\n",
        "rules/chúc mừng.yaml": b"first\n",
    }


@pytest.mark.parametrize("name", ["main", "first", "HEAD~1", "main^", "{number}"])
def test_a_revision_is_a_branch_a_tag_or_a_commit(repository: Repository, name: str) -> None:
    number = repository.git("rev-parse", "HEAD")
    repository.git("tag", "-a", "first", "-m", "an annotated one")
    write(repository.root / "care" / "new.yaml", "new\n")
    repository.commit()
    found = files_at(repository.root / "care", name.format(number=number), MOST)
    assert ("new.yaml" in found) is (name == "main")


@pytest.mark.parametrize(
    "revision",
    [
        "nothing",
        "",
        "HEAD~99",
        "HEAD..HEAD",
        "HEAD:care",
        "HEAD:other.yaml",
        "--help",
        "-x",
        "a\0b",
    ],
)
def test_what_is_no_commit_is_told_as_such(repository: Repository, revision: str) -> None:
    with pytest.raises(UsageProblem) as told:
        files_at(repository.root / "care", revision, MOST)
    assert told.value.exit is Exit.USAGE
    assert revision in told.value.message


def test_a_folder_that_is_in_no_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="git"):
        files_at(tmp_path, "HEAD", MOST)


def test_a_missing_git_is_told(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageProblem, match="git"):
        files_at(repository.root, "HEAD", MOST)


def test_looking_changes_neither_the_folder_nor_gits_own_files(repository: Repository) -> None:
    # An index that is out of date is what git would like to write anew.
    (repository.root / "other.yaml").touch()
    write(repository.root / "care" / "cskh.yaml", "version: 2\n")
    before = fingerprints(repository.root)
    files_at(repository.root / "care", "HEAD", MOST)
    assert fingerprints(repository.root) == before


def test_in_a_hook_it_is_still_the_projects_own_repository(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = make_repository(tmp_path / "elsewhere")
    other.commit()
    for name, value in (("GIT_DIR", ".git"), ("GIT_WORK_TREE", "."), ("GIT_INDEX_FILE", "x")):
        monkeypatch.setenv(name, str(other.root / value))
    assert "cskh.yaml" in files_at(repository.root / "care", "HEAD", MOST)


def test_a_file_that_is_too_long_is_not_read(repository: Repository) -> None:
    write(repository.root / "care" / "long.yaml", "x" * (MOST + 5))
    repository.commit()
    assert len(files_at(repository.root / "care", "HEAD", MOST)["long.yaml"]) == MOST + 1


def test_links_to_files_and_folders_of_the_project_are_followed(repository: Repository) -> None:
    project = repository.root / "care"
    (project / "same.yaml").symlink_to("rules/chúc mừng.yaml")
    (project / "more").symlink_to("rules")
    (project / "out.yaml").symlink_to("../other.yaml")
    (project / "round").symlink_to("round")
    repository.commit()
    found = files_at(project, "HEAD", MOST)
    assert found["same.yaml"] == found["more/chúc mừng.yaml"] == b"first\n"
    assert found.keys().isdisjoint({"out.yaml", "round"})


def test_without_any_yaml_there_are_no_files(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "empty")
    repository.commit()
    assert files_at(repository.root, "HEAD", MOST) == {}


PARTS = st.sampled_from(["a", "b", ".git", ".x", "node_modules", "venv", "__pycache__"])
FILES = st.sampled_from(["a.yaml", "b.YML", "c.txt", ".d.yaml", "cskh.yaml", "pyvenv.cfg"])
PATHS = st.builds(
    lambda folders, file: "/".join((*folders, file)), st.lists(PARTS, max_size=3), FILES
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.sets(PATHS, max_size=8))
def test_git_and_the_folder_agree_on_which_files_are_the_projects(
    tmp_path_factory: pytest.TempPathFactory, names: set[str]
) -> None:
    root = tmp_path_factory.mktemp("project")
    for name in names:
        write(root / name, "")
    in_folder = sorted(path.relative_to(root).as_posix() for path in yaml_files(root))
    assert ours_among(names) == in_folder
