"""Glancing: whether there is something to read, for commands that open no store themselves."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cskh.edge.files import read_file
from cskh.edge.peek import SETTINGS_FILE
from cskh.engine.environment import store_path
from cskh.engine.project import Project, find, load_from
from cskh.errors import CskhError
from cskh.model.fields import customer_fields
from cskh.spec.reading import LARGEST


def settings_near(start: Path, environ: Mapping[str, str]) -> Project | None:
    """Return the project that `start` is in by its settings alone, None if they can't be used."""
    try:
        root = find(start)
        contents = {SETTINGS_FILE: read_file(root / SETTINGS_FILE, LARGEST)}
    except (CskhError, OSError):
        return None
    project = load_from(root, contents, environ)
    return None if any(each.severity == "error" for each in project.problems) else project


def unread_of(project: Project, actor: str | None) -> int:
    """Count what somebody has not read; 0 if there is no store, or none that can be read as is."""
    path = store_path(project)
    if actor is None or not path.exists():
        return 0
    from cskh.store.sqlite.copying import is_current, read_stores

    with suppress(CskhError):
        if is_current(path):
            with read_stores(path, [customer_fields(project.settings)]) as (store,):
                return store.notifications.unread(actor)
    return 0
