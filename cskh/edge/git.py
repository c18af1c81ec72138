"""What git knows of a project's files at a revision; nothing else starts git, and nothing writes.

Neither the work tree nor the index is looked at.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import NamedTuple

from cskh.edge.files import ours_among
from cskh.errors import UsageProblem
from cskh.language import _

_PATIENCE = 120  # seconds
# Inside a hook they mean the repository of the hook; we mean the one that the project is in.
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
_QUIETLY = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_LINK = "120000"


class _Entry(NamedTuple):
    """A file of a commit: what it is, which content it has, how long that is."""

    mode: str
    object: str
    size: int


class _Failed(Exception):
    """Git ended with an error; the text is what it said."""


def files_at(root: Path, revision: str, most: int) -> Mapping[str, bytes]:
    """Return the YAML files of a project at a revision, by their paths relative to `root`.

    One that is longer than `most` bytes comes as `most` and one more of nothing. Raises
    UsageProblem outside of a repository, without git, and for a revision that there isn't.
    """
    commit = _commit(root, revision)
    try:
        entries = _linked(root, dict(_entries(_git(root, "ls-tree", "-r", "-l", "-z", commit))))
        wanted = {name: entries[name] for name in ours_among(entries)}
        short = {entry.object for entry in wanted.values() if entry.size <= most}
        contents = _contents(root, short)
    except _Failed as failed:
        message = _("The files at {revision} can't be read: {why}.")
        raise UsageProblem(message.format(revision=revision, why=failed)) from failed
    return {name: contents.get(entry.object, bytes(most + 1)) for name, entry in wanted.items()}


def _commit(root: Path, revision: str) -> str:
    """Return the number of the commit that a revision names."""
    try:
        _git(root, "rev-parse", "--git-dir")
    except _Failed as failed:
        message = _("{folder} is in no git repository that can be read: {why}.")
        raise UsageProblem(message.format(folder=root, why=failed)) from failed
    try:
        name = f"{revision}^{{commit}}"
        return _git(root, "rev-parse", "--verify", "--end-of-options", name).decode().strip()
    except (_Failed, ValueError):  # the other one is a name that no program can be given
        message = _("There is no git revision {revision}.").format(revision=revision)
        hint = _("It is a commit, a branch or a tag; a shallow clone lacks most: git fetch.")
        raise UsageProblem(message, hint) from None


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Run git in a folder and return its output; raises _Failed, or UsageProblem without git."""
    environ = {name: text for name, text in os.environ.items() if name not in _OF_A_HOOK}
    try:
        done = subprocess.run(
            ("git", "-C", os.fspath(root), *arguments),
            input=given,
            capture_output=True,
            check=False,
            env=environ | _QUIETLY,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        message = _("git can't be started, or does not answer.")
        raise UsageProblem(message, _("--against needs git.")) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _Failed(said[0].removeprefix("fatal: ") if said else str(done.returncode))
    return done.stdout


def _entries(listed: bytes) -> Iterator[tuple[str, _Entry]]:
    """Yield what `ls-tree -l -z` lists: mode, type, number, size, a tab and the path."""
    for line in filter(None, listed.split(b"\0")):
        about, _tab, name = line.partition(b"\t")
        mode, kind, number, size = about.decode().split()
        if kind == "blob":
            yield os.fsdecode(name), _Entry(mode, number, int(size))


def _linked(root: Path, entries: dict[str, _Entry]) -> dict[str, _Entry]:
    """Follow links to files and folders of the project: what they name is listed there, too."""
    links = {name: entry.object for name, entry in entries.items() if entry.mode == _LINK}
    targets = _contents(root, set(links.values()))
    real = {name: entry for name, entry in entries.items() if name not in links}
    found = dict(real)
    for link, number in links.items():
        goal = normpath(join(dirname(link), os.fsdecode(targets[number])))
        for name, entry in real.items():
            if name == goal or name.startswith(f"{goal}/"):
                found[link + name.removeprefix(goal)] = entry
    return found


def _contents(root: Path, numbers: Collection[str]) -> dict[str, bytes]:
    """Return the contents with some numbers: each comes after a line that says how long it is."""
    asked = "".join(f"{number}\n" for number in sorted(numbers)).encode()
    answer = BytesIO(_git(root, "cat-file", "--batch", given=asked) if numbers else b"")
    found = {}
    for number in sorted(numbers):
        said = answer.readline().split()
        if len(said) != 3:
            raise _Failed(f"{number} is missing")
        found[number] = answer.read(int(said[2]))
        answer.readline()
    return found
