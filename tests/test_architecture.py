"""The shape of the code: floors, effects only at the edge, small functions and modules.

Reasons are in what each rule protects: the floors below `store` and `edge` are pure functions of
(text, rows, now, seed), which is why dry-run and run can't disagree and tests need no doubles.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = {
    **dict.fromkeys(("errors", "language", "model"), 0),
    **dict.fromkeys(("spec", "cells"), 1),
    **dict.fromkeys(("rules", "actions", "providers", "policy", "reports", "renderers"), 2),
    **dict.fromkeys(("store", "edge"), 3),
    **dict.fromkeys(("engine",), 4),
    **dict.fromkeys(("cli",), 5),
}
# The outermost: the version, and the module that `python -m cskh` runs.
ENTRY = {"__init__", "__main__"}

LONGEST_FUNCTION = 40
MEDIAN_FUNCTION = 8
TENTH_LONGEST_FUNCTION = 25
LONGEST_MODULE = 300


@dataclass(frozen=True, eq=False)
class Module:
    """One file of the package, taken apart."""

    path: Path
    tree: ast.Module
    lines: int

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    @property
    def file(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def part(self) -> str:
        """Return what it belongs to: the folder, or the module itself, beside `cskh/`."""
        return self.path.relative_to(ROOT / "cskh").parts[0].removesuffix(".py")

    @property
    def folder(self) -> str:
        return self.path.parent.relative_to(ROOT).as_posix()


@cache
def modules() -> tuple[Module, ...]:
    paths = sorted((ROOT / "cskh").rglob("*.py"))
    texts = ((path, path.read_text(encoding="utf-8")) for path in paths)
    return tuple(Module(path, ast.parse(text), text.count("\n")) for path, text in texts)


@cache
def imports(module: Module) -> tuple[tuple[int, str], ...]:
    """Return line and full name of everything that a module imports, wherever it does."""
    return tuple(_imports(module))


def _imports(module: Module) -> Iterator[tuple[int, str]]:
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module.file}:{node.lineno}: write the whole name"
            name = node.module or ""
            yield from ((node.lineno, f"{name}.{alias.name}") for alias in node.names)


def floor(part: str) -> int:
    return max(FLOORS.values()) if part in ENTRY else FLOORS[part]


def climbs(module: Module, imported: str) -> bool:
    """Say whether an import goes up, or to a neighbour on the same floor."""
    part = imported.split(".")[1] if imported.startswith("cskh.") else module.part
    if part in (module.part, "__version__") or {part, module.part} <= {"errors", "language"}:
        return False
    # Labels are gettext's messages, so even values speak a language.
    if floor(module.part) == 0:
        return module.part != "model" or part not in ("errors", "language")
    return floor(part) >= floor(module.part)


def test_every_part_has_its_floor() -> None:
    assert {module.part for module in modules()} - ENTRY - {"locale"} <= FLOORS.keys()


def test_imports_only_go_down() -> None:
    wrong = [
        f"{module.file}:{line}: {module.part} (floor {floor(module.part)}) imports {name}"
        for module in modules()
        if module.part not in ENTRY
        for line, name in imports(module)
        if climbs(module, name)
    ]
    assert wrong == []


def test_the_ground_floor_needs_nothing_but_the_standard_library() -> None:
    wrong = [
        f"{module.file}:{line}: {name}"
        for module in modules()
        if FLOORS.get(module.part) == 0
        for line, name in imports(module)
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "cskh"}
    ]
    assert wrong == []


# What an import of a module brings within reach, and the folders that may have it.
ONLY_IN = [
    ("sqlite3", ["cskh/store/sqlite"]),
    ("sqlite_utils", ["cskh/store/sqlite"]),
    ("socket", ["cskh/edge"]),
    ("socketserver", ["cskh/edge"]),
    ("ssl", ["cskh/edge"]),
    ("http", ["cskh/edge"]),
    ("requests", ["cskh/edge"]),
    ("urllib3", ["cskh/edge"]),
    ("urllib.request", ["cskh/edge"]),
    ("smtplib", ["cskh/edge"]),
    ("aiosmtplib", ["cskh/edge"]),
    ("subprocess", ["cskh/edge"]),
    ("multiprocessing", ["cskh/edge"]),
    ("resource", ["cskh/edge"]),
    ("tempfile", ["cskh/edge"]),
    ("shutil", ["cskh/edge"]),
    ("random", []),
    ("secrets", ["cskh/edge"]),
    ("python_calamine", ["cskh/edge"]),
    ("xlsxwriter", ["cskh/renderers"]),
    ("rich", ["cskh/cli"]),
    ("typer", ["cskh/cli"]),
]


@pytest.mark.parametrize(("name", "folders"), ONLY_IN, ids=[name for name, _folders in ONLY_IN])
def test_effects_are_within_reach_at_the_edge_only(name: str, folders: list[str]) -> None:
    wrong = [
        f"{module.file}:{line}: {imported}"
        for module in modules()
        if module.folder not in folders
        for line, imported in imports(module)
        if f"{imported}.".startswith(f"{name}.")
    ]
    assert wrong == []


CLOCKS = {"now", "utcnow", "today", "monotonic", "perf_counter", "time", "sleep", "localtime"}
CLOCKED = {"datetime", "date", "time", "dt.datetime", "dt.date"}
FILES = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink",
         "touch", "rename", "chmod", "rmdir"}  # fmt: skip


def calls(module: Module) -> Iterator[tuple[int, str, str]]:
    """Yield line, owner and name of every call: `dt.datetime` and `now`, or `` and `open`."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, ast.unparse(node.func.value), node.func.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.lineno, "", node.func.id


def inner() -> Iterable[Module]:
    return (module for module in modules() if module.part not in ("edge", "store"))


def test_the_time_is_taken_at_the_edge_only() -> None:
    wrong = [
        f"{module.file}:{line}: {owner}.{name}"
        for module in inner()
        for line, owner, name in calls(module)
        if owner in CLOCKED and name in CLOCKS
    ]
    assert wrong == []


def test_files_are_read_and_written_at_the_edge_only() -> None:
    wrong = [
        f"{module.file}:{line}: {owner}.{name}"
        for module in inner()
        for line, owner, name in calls(module)
        if (name in FILES and owner not in ("", "os")) or (name == "open" and not owner)
    ]
    assert wrong == []


def names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def test_there_are_no_stubs_and_no_flag_for_a_dry_run() -> None:
    wrong = [
        f"{module.file}:{node.lineno}: {ast.unparse(node)}"
        for module in modules()
        for node in module.nodes
        if (isinstance(node, ast.Raise) and "NotImplementedError" in names(node))
        or (isinstance(node, ast.arg) and node.arg == "dry_run")
    ]
    assert wrong == []


def functions() -> Iterator[tuple[Module, ast.FunctionDef]]:
    for module in modules():
        for node in module.nodes:
            if isinstance(node, ast.FunctionDef):
                yield module, node


def length(module: Module, function: ast.FunctionDef) -> int:
    """Count a function's lines; those of a command without its options and its help."""
    first = function.lineno
    if module.part == "cli" and not function.name.startswith("_") and len(function.body) > 1:
        first = function.body[1].lineno
    return (function.end_lineno or first) - first + 1


def test_functions_are_small() -> None:
    lengths = {f"{each[0].file}:{each[1].lineno}": length(*each) for each in functions()}
    assert [place for place, lines in lengths.items() if lines > LONGEST_FUNCTION] == []
    assert statistics.median(lengths.values()) <= MEDIAN_FUNCTION
    assert statistics.quantiles(lengths.values(), n=10)[-1] <= TENTH_LONGEST_FUNCTION


def test_modules_are_small_and_named_for_what_they_hold() -> None:
    too_long = [module.file for module in modules() if module.lines > LONGEST_MODULE]
    vague = {"utils", "helpers", "common", "misc", "base_service"}
    assert too_long == []
    assert [module.file for module in modules() if module.path.stem.strip("_") in vague] == []


def test_every_module_says_what_it_is_in_a_sentence() -> None:
    without = [
        module.file
        for module in modules()
        if module.lines and not (ast.get_docstring(module.tree) or "").strip()
    ]
    assert without == []
