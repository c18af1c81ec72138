"""cskh version."""

from __future__ import annotations

from cskh import __version__
from cskh.cli._console import print_json
from cskh.cli._session import Session
from cskh.errors import Exit

READS = True


def command(session: Session) -> Exit:
    """Print the version.

    Example: cskh version

    Exit status: 0.
    """
    if session.json:
        print_json({"version": __version__})
    else:
        print(f"cskh {__version__}")
    return Exit.OK
