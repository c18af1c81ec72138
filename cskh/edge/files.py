"""Files of a project: found, and read with care. What looks like a file may be none."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Container, Iterable, Iterator
from pathlib import Path, PurePosixPath

from cskh.edge.peek import SETTINGS_FILE

_SUFFIXES = (".yaml", ".yml")
_NOT_OURS = frozenset({"node_modules", "__pycache__", "venv"})


def read_file(path: Path, most: int) -> bytes:
    """Return a regular file's content, at most `most` bytes and one more; raises OSError.

    A named pipe or a device is refused rather than waited for.
    """
    # Opened before it is looked at, so that nothing can take its place in between.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
        return file.read(most + 1)


def project_folder(start: Path) -> Path | None:
    """Return the nearest folder, from `start` upwards, that has a cskh.yaml."""
    place = start.absolute()
    return next((each for each in (place, *place.parents) if (each / SETTINGS_FILE).exists()), None)


def absent_files(root: Path, names: Iterable[str]) -> frozenset[str]:
    """Return which names in a folder are no files in it that can be read."""
    return frozenset(name for name in names if not _is_file(root, name))


def _is_file(root: Path, name: str) -> bool:
    try:
        path = (root / name).resolve()
        is_ours = path.is_relative_to(root.resolve())
        return is_ours and path.is_file() and os.access(path, os.R_OK)
    except (OSError, ValueError):
        return False


def yaml_files(root: Path) -> Iterator[Path]:
    """Yield what is named like YAML in a folder and below, in order; links are followed once.

    Hidden folders and folders with a project of their own are left out. A folder that can't be
    entered is yielded itself.
    """
    yield from _below(root, set())


def _below(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    try:
        here = folder.stat()
        entries = sorted(folder.iterdir())
    except OSError:
        yield folder
        return
    if (here.st_dev, here.st_ino) in seen:
        return
    seen.add((here.st_dev, here.st_ino))
    for path in entries:
        if path.name.startswith("."):
            continue
        if path.suffix.lower() in _SUFFIXES:
            yield path
        elif path.is_dir() and not _is_elsewhere(path):
            yield from _below(path, seen)


def _is_elsewhere(folder: Path) -> bool:
    if folder.name in _NOT_OURS:
        return True
    return (folder / SETTINGS_FILE).exists() or (folder / "pyvenv.cfg").exists()


def ours_among(names: Iterable[str]) -> list[str]:
    """Return which of a folder's files `yaml_files` would yield, by their paths in it."""
    paths = [PurePosixPath(name) for name in names]
    marked = ("pyvenv.cfg", SETTINGS_FILE)
    apart = {path.parent for path in paths if path.name in marked} - {PurePosixPath()}
    return sorted(
        path.as_posix()
        for path in paths
        if path.suffix.lower() in _SUFFIXES
        and not any(part.startswith(".") for part in path.parts)
        and _NOT_OURS.isdisjoint(path.parts[:-1])
        and apart.isdisjoint(path.parents)
    )


def write_new(path: Path, text: str) -> bool:
    """Write a file that isn't there yet, whole or not at all; return whether it was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = path.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        return False
    try:
        with file:
            file.write(text)
    except BaseException:
        path.unlink()
        raise
    return True


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all, and its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(path)


def fingerprint(path: Path) -> str:
    """Return a file's SHA-256, in hexadecimal digits; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_private(path: Path, content: str) -> None:
    """Write a text file that only its owner may read; it is there whole or not at all."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.absolute().parent, prefix=f".{path.name}.", delete=False
    ) as file:
        try:
            file.write(content)
            file.flush()
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink()
            raise


def replace_file(path: Path, content: bytes) -> None:
    """Give a file other content, whole or not at all; its mode stays, and a link still leads to it.

    Raises OSError.
    """
    target = path.resolve(strict=True)
    mode = stat.S_IMODE(target.stat().st_mode)
    with tempfile.NamedTemporaryFile(
        dir=target.parent, prefix=f".{target.name}.", delete=False
    ) as file:
        try:
            file.write(content)
            file.flush()
            Path(file.name).chmod(mode)
            os.fsync(file.fileno())
            Path(file.name).replace(target)
        except BaseException:
            Path(file.name).unlink()
            raise
    _settle(target.parent)


def remove_file(path: Path) -> None:
    """Remove a file for good; raises OSError."""
    path.unlink()
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Let what happened in a folder outlast a power cut, where the system can do that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def files_in(folder: Path, suffixes: Container[str]) -> list[Path]:
    """Return the visible files directly in a folder that end in one of some suffixes, by name."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in suffixes and path.name[0] not in ".~" and path.is_file()
    )
