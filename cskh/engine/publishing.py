"""Publishing: the JSON Schemas of a project's files, as text for editors and other tools."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from cskh.edge.files import write_text
from cskh.engine.project import find, load, registries
from cskh.errors import NotAProject
from cskh.spec.schema import KINDS, schema
from cskh.spec.vocabulary import Vocabulary, anybodys


def words_at(start: Path, environ: Mapping[str, str], *, given: bool) -> Vocabulary:
    """Return the names of the project that `start` is in, or nobody's if there is none.

    Raises NotAProject if the project was `given`.
    """
    try:
        return load(find(start), environ).words
    except NotAProject:
        if given:
            raise
        return anybodys()


def schemas(words: Vocabulary) -> dict[str, str]:
    """Return the text of each schema by the kind of file."""
    made = {kind: schema(kind, registries(), words) for kind in KINDS}
    return {kind: json.dumps(each, ensure_ascii=False, indent=2) for kind, each in made.items()}


def write_schemas(texts: Mapping[str, str], folder: Path) -> list[Path]:
    """Write each schema into its file, and return the files; raises OSError."""
    files = {folder / f"{kind}.schema.json": text for kind, text in texts.items()}
    for path, text in files.items():
        write_text(path, text + "\n")
    return list(files)
