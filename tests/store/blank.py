"""A store with nobody in it, brought up to date once in a process and copied from then on."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cskh.store.sqlite import open_store
from tests.sample import FIELDS


@cache
def _blank() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cskh.db"
        with open_store(path, FIELDS, "here:1:1"):
            pass
        return path.read_bytes()


def lay(path: Path) -> None:
    """Put one where there is none yet; what the folder lacks stays lacking."""
    if path.exists() or not path.parent.is_dir():
        return
    path.touch(mode=0o600)
    path.write_bytes(_blank())
