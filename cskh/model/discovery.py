"""Packages whose modules register something by being imported: one file extends the system."""

from __future__ import annotations

import importlib
import pkgutil


def import_all(package: str) -> None:
    """Import every module of a package, in name order; those that begin with `_` are its own."""
    path = importlib.import_module(package).__path__
    for name in sorted(found.name for found in pkgutil.iter_modules(path)):
        if not name.startswith("_"):
            importlib.import_module(f"{package}.{name}")
