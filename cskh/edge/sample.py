"""The sample project and its customer files, as they are shipped."""

from __future__ import annotations

import shutil
from pathlib import Path

import cskh

_PACKAGE = Path(cskh.__file__).parent
# What running the sample in place leaves behind.
_TRACES = shutil.ignore_patterns("cskh.db*", "*.jsonl", "*.log", ".env")


def copy_sample(to: Path) -> Path:
    """Copy the sample project and its files into a folder and return the project's."""
    # In a wheel both are inside the package, in a checkout beside it.
    shipped = _PACKAGE / "sample"
    root = shipped if shipped.exists() else _PACKAGE.parent
    project = to / "workflows"
    shutil.copytree(root / "workflows", project, ignore=_TRACES)
    shutil.copytree(root / "fixtures" / "customers", to / "customers")
    return project
