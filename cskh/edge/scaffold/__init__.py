"""A new project: the files beside this one, written where somebody wants to begin."""

from __future__ import annotations

from pathlib import Path

from cskh.edge.files import write_new

_HERE = Path(__file__).parent
# Under their own names these files would already mean something here.
_FILES = {
    "cskh.yaml": "cskh.yaml",
    "workflows/sinh-nhat.yaml": "workflows/sinh-nhat.yaml",
    "templates/sinh-nhat.yaml": "templates/sinh-nhat.yaml",
    "gitignore": ".gitignore",
    "env.example": ".env.example",
}


def write_project(folder: Path) -> tuple[list[str], list[str]]:
    """Write a new project; return the files written, and those that were there and stay.

    Raises OSError.
    """
    is_new = {
        name: write_new(folder / name, (_HERE / source).read_text(encoding="utf-8"))
        for source, name in _FILES.items()
    }
    return [name for name in is_new if is_new[name]], [name for name in is_new if not is_new[name]]


def workflow_text(language: str) -> str:
    """Return a workflow to begin with, explained in `vi` or `en`."""
    return (_HERE / f"workflow_{language}.yaml").read_text(encoding="utf-8")
