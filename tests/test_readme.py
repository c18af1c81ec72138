"""The README's tutorial is run as it stands, and what it shows is what is printed."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cskh.cli import main
from tools import reference

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TUTORIAL = README.partition("## Tutorial")[2].partition("**Send for real.**")[0]
_BLOCK = re.compile(r"^```(console|yaml)(?: (\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _commands(block: str) -> Iterator[tuple[str, str, int]]:
    """Yield each command of a console block, what it shall print, and its exit code."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _newline, expected = part.partition("\n")
        found = re.search(r"^\[exit (\d+)\]\n", expected, re.MULTILINE)
        yield (
            command,
            expected.replace(found[0] if found else "", ""),
            int(found[1]) if found else 0,
        )


def _matches(printed: str, expected: str) -> bool:
    """Say whether a text is as expected; `...` stands for anything."""
    pattern = ".*".join(re.escape(part) for part in re.split(r"\.\.\.\n?", expected))
    return re.fullmatch(pattern, printed, re.DOTALL) is not None


def test_the_tutorial_prints_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CSKH_LANG", "en")
    for kind, name, block in _BLOCK.findall(TUTORIAL):
        if kind == "yaml":
            Path(name).write_text(block, encoding="utf-8")
            continue
        for command, expected, code in _commands(block):
            if command.startswith("mkdir "):  # the reader's shell, in the checkout
                subprocess.run(command, shell=True, check=True, cwd=tmp_path)
                monkeypatch.chdir(tmp_path / "cua-hang")
                continue
            words = shlex.split(command)
            assert words[0] == "cskh"
            assert main(words[1:]) == code, command
            printed = capsys.readouterr()
            assert _matches(printed.err + printed.out, expected) or _matches(
                printed.out + printed.err, expected
            ), f"{command}\n{printed.out}{printed.err}"


def test_the_reference_is_what_the_code_says() -> None:
    written = reference.PATH.read_text(encoding="utf-8")
    assert written == reference.text(), "run: python -m tools.reference"


def test_the_reference_names_keys_as_yaml_has_them() -> None:
    keys = {
        name: set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE))
        for part in reference.text().split("\n### ")[1:]
        for name in re.findall(r"^`(\w+)`", part)
    }
    assert "from" in keys["send_email"] & keys["smtp"]
    assert "each" not in keys["send_facebook"]
    assert not [key for known in keys.values() for key in known if key.endswith("_")]


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)]+)\)", README))
def test_the_readme_links_to_files_that_exist(link: str) -> None:
    assert (ROOT / link).exists()
