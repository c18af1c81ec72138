"""Secrets: what `${NAME}` stands for, from the environment and a project's .env."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from cskh.edge.files import read_file

_LARGEST = 256 * 1024


def read_secrets(root: Path, environ: Mapping[str, str]) -> Mapping[str, str]:
    """Return every name that is set; the environment wins over .env.

    Raises OSError or ValueError if there is a .env that can't be read.
    """
    path = root / ".env"
    if not path.exists():
        return environ
    from dotenv import dotenv_values

    text = read_file(path, _LARGEST).decode("utf-8-sig")
    # Passwords may have a $ in them.
    written = dotenv_values(stream=StringIO(text), interpolate=False)
    return {name: value for name, value in written.items() if value} | dict(environ)
