"""Real git repositories in temporary folders."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

_WHO = ("-c", "user.name=An", "-c", "user.email=an@example.com", "-c", "commit.gpgsign=false")


@dataclass(frozen=True)
class Repository:
    """A folder under git."""

    root: Path

    def git(self, *words: str) -> str:
        command = ("git", *_WHO, "-C", str(self.root), *words)
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, message: str = "more") -> str:
        """Commit everything and return the commit's number."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")


def make_repository(folder: Path) -> Repository:
    folder.mkdir(exist_ok=True)
    repository = Repository(folder)
    repository.git("init", "--quiet", "--initial-branch", "main")
    return repository


def fingerprints(folder: Path) -> dict[str, str]:
    """Return every file and folder below a folder, hidden ones too, and what is in it."""
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        )
        for path in folder.rglob("*")
    }
