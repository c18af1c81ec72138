from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cskh.edge.files import absent_files, remove_file, replace_file, write_new

posix = pytest.mark.skipif(os.name != "posix", reason="modes and links are those of POSIX")


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_file_gets_other_content_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"old and long")
    replace_file(path, b"new\r\n")
    assert everything(tmp_path) == {"a.yaml": b"new\r\n"}


@posix
@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o440])
def test_the_mode_stays(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"old")
    path.chmod(mode)
    replace_file(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_a_link_still_leads_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_bytes(b"old")
    link = tmp_path / "link.yaml"
    link.symlink_to("real.yaml")
    replace_file(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "real.yaml").read_bytes() == b"new"


@posix
def test_what_cannot_be_written_stays_whole(tmp_path: Path) -> None:
    """A folder in the file's place is what a full disk is not: easy to have in a test."""
    (tmp_path / "a.yaml").mkdir()
    with pytest.raises(OSError):
        replace_file(tmp_path / "a.yaml", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.yaml"]
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "gone.yaml", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.yaml"]


def test_a_file_is_removed_and_its_neighbours_stay(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_bytes(b"x")
    remove_file(tmp_path / "a.yaml")
    assert everything(tmp_path) == {"b.yaml": b"x"}
    with pytest.raises(FileNotFoundError):
        remove_file(tmp_path / "a.yaml")


def test_a_new_file_takes_no_other_ones_place(tmp_path: Path) -> None:
    assert write_new(tmp_path / "in" / "a.yaml", "mới\n")
    assert not write_new(tmp_path / "in" / "a.yaml", "khác")
    assert everything(tmp_path / "in") == {"a.yaml": "mới\n".encode()}


def test_a_new_file_that_cannot_be_written_whole_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_new(tmp_path / "a.yaml", "\udcff")
    assert everything(tmp_path) == {}


def test_what_is_no_file_of_the_folder_is_absent(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    (folder / "sub").mkdir(parents=True)
    (folder / "Bảng giá.pdf").write_text("x")
    (tmp_path / "outside.pdf").write_text("x")
    (folder / "link.pdf").symlink_to(tmp_path / "outside.pdf")
    names = ["Bảng giá.pdf", "./Bảng giá.pdf", "sub", "none.pdf", "link.pdf", "a\0b", "x" * 300]
    assert absent_files(folder, names) == frozenset(names[2:])
