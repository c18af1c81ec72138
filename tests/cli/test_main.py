from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cskh.cli import main
from cskh.language import spoken
from tests.project import Cli, Project

TEN = ("--now", "2026-12-01T10:00")
CSKH = [sys.executable, "-m", "cskh"]
Completed = subprocess.CompletedProcess[str]


def process(project: Project, *argv: str, **options: Any) -> Completed:
    return subprocess.run(
        [*CSKH, *argv], cwd=project.root, capture_output=True, text=True, timeout=60, **options
    )


def test_outside_of_a_project_the_next_step_is_told(
    cli: Cli, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = str(tmp_path_factory.mktemp("elsewhere"))
    said = cli("dry-run", "--project", elsewhere, "--lang", "en", "--format", "json")
    assert said.exit == 2
    assert said.json["error"]["code"] == "not_a_project"
    assert f"There is no cskh.yaml in {elsewhere} or above it." in said.err


def test_a_project_with_errors_runs_nothing_and_names_them(project: Project, cli: Cli) -> None:
    project.workflow("hello", trigger="{moment: dayly}")
    project.workflow("other", objekt="lead")
    said = cli("run", "daily", *TEN, "--format", "json")
    assert (said.exit, said.json["error"]["code"]) == (1, "invalid")
    assert "hello.yaml:3:" in said.err
    assert "other.yaml:" in said.err


def test_what_is_no_store_is_told(project: Project, cli: Cli) -> None:
    project.write("cskh.db", "This is not a database, and long enough that SQLite can tell. " * 99)
    said = cli("dry-run", *TEN, "--format", "json")
    assert (said.exit, said.json["error"]["code"]) == (1, "not_found")
    assert "is not a store, or it is damaged" in said.err


def test_a_store_that_turns_out_to_be_damaged_is_told(project: Project, cli: Cli) -> None:
    project.crowd(500)
    path = project.root / "cskh.db"
    ((page,),) = project.rows("SELECT rootpage FROM sqlite_master WHERE name = 'customers'")
    ((size,),) = project.rows("PRAGMA page_size")
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    said = cli("dry-run", *TEN)
    assert said.exit == 1
    assert "is not a store, or it is damaged" in said.err


def test_a_store_that_can_not_be_made_is_told(project: Project, cli: Cli) -> None:
    project.settle(store="nowhere/cskh.db")
    said = cli("run", "daily", *TEN)
    assert said.exit == 1
    assert "can't be opened for writing" in said.err


def test_a_disk_that_fills_up_leaves_nothing_half_written(project: Project) -> None:
    project.crowd(500)

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))

    full = process(project, "run", "daily", *TEN, preexec_fn=little_room)
    assert full.returncode == 1
    assert full.stderr.startswith("error: ")
    assert "Traceback" not in full.stderr
    assert project.rows("SELECT count(*) FROM outbox") == [(0,)]
    assert process(project, "run", "daily", *TEN).returncode == 0
    assert project.states() == {"accepted": 500}


BUG = """
import sys
from cskh.actions import _base
from cskh.cli import run

@_base.action("explode")
class Explode:
    '''Raise what nobody thought of.'''

    loud: bool = False

    def effects(self, customer, context):
        raise ZeroDivisionError(customer.values["name"])

    def reads(self, context):
        return frozenset({"name"})

    def writes(self):
        return {}

    def says(self):
        return "explode"

run()
"""


def exploding(project: Project, code: str = BUG, **options: Any) -> Completed:
    """Run an action of a strange making, which fails."""
    project.crowd(1)
    project.workflow("hello", actions="[{explode: {loud: true}}]")
    return subprocess.run(
        [sys.executable, "-c", code, "run", "daily", *TEN, "--format", "json"],
        cwd=project.root,
        capture_output=True,
        text=True,
        timeout=60,
        **options,
    )


@pytest.fixture
def bug(project: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """A run that meets a bug, and the folder of its crash log."""
    crashes = tmp_path_factory.mktemp("crashes")
    return exploding(project, env={**os.environ, "TMPDIR": str(crashes)}), crashes


def test_a_bug_is_one_line_and_a_file_to_report(bug: tuple[Any, Path]) -> None:
    done, crashes = bug
    (path,) = crashes.iterdir()
    assert done.returncode == 70
    assert json.loads(done.stdout)["error"]["code"] == "bug"
    assert str(path) in done.stderr
    assert "Traceback" not in done.stderr
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_record_of_a_bug_has_no_customers_in_it(bug: tuple[Any, Path]) -> None:
    _done, crashes = bug
    (path,) = crashes.iterdir()
    text = path.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in text
    assert "command: run --now --format" in text
    assert "An 1" not in text


def test_a_bug_is_one_also_where_no_file_can_be_written(project: Project) -> None:
    nowhere = 'import tempfile; tempfile.tempdir = "/nowhere"'
    done = exploding(project, f"{nowhere}\n{BUG}")
    assert done.returncode == 70
    assert json.loads(done.stdout)["error"]["code"] == "bug"


@pytest.fixture(params=["", "1"], ids=["kept until the end", "written at once"])
def output(request: pytest.FixtureRequest) -> dict[str, str]:
    """The environment of a process whose output is written at once, or kept as it is for people."""
    return {**os.environ, "PYTHONUNBUFFERED": request.param}


@pytest.mark.parametrize(
    "line", ["report messages --format csv", "report messages --limit 99", "--help"]
)
def test_a_reader_that_has_enough_is_no_error(
    project: Project, cli: Cli, output: dict[str, str], line: str
) -> None:
    project.crowd(1000)
    assert cli("run", "daily", "--no-deliver", *TEN).exit == 0
    command = f"{sys.executable} -m cskh {line} | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=project.root,
        env=output,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize("format_", ["table", "json"])
def test_a_full_disk_behind_the_output_is_told(
    project: Project, output: dict[str, str], format_: str
) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*CSKH, "version", "--lang", "en", "--format", format_],
            cwd=project.root,
            env=output,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (1, "error: No space left on device\n")


def test_closed_output_is_no_bug(project: Project) -> None:
    command = f"{sys.executable} -m cskh run daily {' '.join(TEN)} >&- 2>&-"
    assert subprocess.run(["bash", "-c", command], cwd=project.root, timeout=60).returncode == 0


def test_what_is_no_text_is_shown_oddly_rather_than_not_at_all(project: Project) -> None:
    done = process(project, "dry-run", "\udcff", "--lang", "en", env={**os.environ, "LC_ALL": "C"})
    assert (done.returncode, "\\udcff" in done.stderr) == (2, True)


def test_a_terminal_without_vietnamese_gets_what_it_can_show(project: Project) -> None:
    project.workflow("hello", name="Chào bạn")
    environ = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = process(project, "dry-run", *TEN, "--lang", "vi", env=environ)
    assert (done.returncode, "Ch\\xe0o" in done.stdout) == (0, True)


def test_there_are_no_colours_in_a_pipe(project: Project) -> None:
    project.crowd(1)
    said = [
        process(project, "run", "daily", *TEN),
        process(project, "report", "messages"),
        process(project, "rum"),
        process(project, "--help"),
    ]
    assert not any("\x1b" in text for each in said for text in (each.stdout, each.stderr))


@pytest.mark.parametrize(
    "argv",
    [
        ("--project", "{folder}", "--now", "2026-12-01T10:00", "--as", "lan", "dry-run"),
        ("dry-run", "--project", "{folder}", "--now", "2026-12-01T10:00", "--as", "lan"),
        ("dry-run", "--project={folder}", "--now=2026-12-01T10:00"),
        ("--project=/nowhere", "--now=1999-01-01", "dry-run", "--project={folder}")
        + ("--now=2026-12-01T10:00",),
    ],
)
def test_common_options_stand_before_and_after_the_command(
    project: Project, cli: Cli, tmp_path_factory: pytest.TempPathFactory, argv: tuple[str, ...]
) -> None:
    os.chdir(tmp_path_factory.mktemp("elsewhere"))
    said = cli(*(word.format(folder=project.root) for word in argv), "--format", "json")
    assert said.json["now"] == "2026-12-01T10:00:00+07:00"


def test_a_project_is_found_from_below_and_by_the_environment(
    project: Project,
    cli: Cli,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (project.root / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(project.root / "a" / "b")
    assert cli("dry-run", *TEN).exit == 0
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert cli("dry-run", *TEN).exit == 2
    monkeypatch.setenv("CSKH_PROJECT", str(project.root))
    assert cli("dry-run", *TEN).exit == 0


@pytest.mark.parametrize(
    ("argv", "environ", "language"),
    [
        (("version",), None, "en"),
        (("version", "--lang", "vi"), None, "vi"),
        (("version", "--lang=vi"), "en", "vi"),
        (("--lang", "vi", "version"), None, "vi"),
        (("version",), "vi", "vi"),
        (("version",), "klingon", "en"),
    ],
)
def test_the_language_is_asked_for_or_the_environments_or_the_projects(
    cli: Cli,
    argv: tuple[str, ...],
    environ: str | None,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if environ:
        monkeypatch.setenv("CSKH_LANG", environ)
    assert cli(*argv).exit == 0
    assert spoken() == language


def test_outside_of_a_project_people_are_spoken_to_in_vietnamese(
    cli: Cli, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    cli("version")
    assert spoken() == "vi"


def test_every_command_says_what_its_exit_codes_mean(cli: Cli) -> None:
    listed = cli("--help").out
    for command in ("run", "dry-run", "deliver", "version", "report messages", "report workflows"):
        said = cli(*command.split(), "--help")
        assert command.split()[0] in listed
        assert (said.exit, said.err) == (0, "")
        assert "Exit status: 0" in said.out
        assert "Example: cskh" in said.out


COMMANDS = ["run", "dry-run", "deliver", "report", "version", "lint", "rum", "-h", "--help"]
ARGUMENTS = ["daily", "weekly", "due", "messages", "workflows", "hello", "helo", "--", "-"]
OPTIONS = ["--format", "--now", "--project", "--as", "--lang", "--wait", "--limit", "--accept"]
FILTERS = ["--state", "--channel", "--period", "--from", "--to", "--customer", "--workflow"]
FLAGS = ["--yes", "-y", "--sql", "--no-deliver", "--format=json", "--now=x"]
VALUES = ["json", "2026-12-01", "x", ".", "/nowhere", "en", "0", "-1", "sms", "today", "KH0001"]
WORDS = [*COMMANDS, *ARGUMENTS, *OPTIONS, *FILTERS, *FLAGS, *VALUES]


@settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    argv=st.lists(st.sampled_from(COMMANDS), max_size=1).flatmap(
        lambda command: st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=6).map(
            lambda words: [*command, *words]
        )
    )
)
@example(argv=["--now"])
@example(argv=["\udcff", "\x00"])
@example(argv=["--project", "\x00"])
def test_no_command_line_whatever_ends_in_a_bug(project: Project, argv: list[str]) -> None:
    assert main([*argv, "--lang", "en"]) in (0, 1, 2, 3, 4)


LOADED = """
import sys
from cskh.cli import run
sys.argv = ["cskh", "--help"]
try:
    run()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def test_help_loads_nothing_of_what_commands_need(project: Project) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=project.root, capture_output=True, text=True, timeout=60
    )
    loaded = set(done.stderr.split())
    assert "cskh.cli.campaign" in loaded
    heavy = ("cskh.engine", "cskh.store", "cskh.rules", "cskh.spec", "jinja2", "yaml", "requests")
    assert not [name for name in loaded if name.startswith(heavy)]
