"""Who may do what: people whom nobody knows may only look."""

from __future__ import annotations

import pytest

from tests.project import MORNING, Cli, Project

NOW = ("--now", MORNING)


@pytest.fixture(autouse=True)
def crowd(project: Project) -> None:
    project.crowd(1)


@pytest.mark.parametrize(
    "words",
    [
        ("customer", "opt-out", "KH0001"),
        ("customer", "set", "KH0001", "status=Lost"),
        ("run", "daily"),
        ("deliver",),
        ("do-not-call", "add", "KH0001"),
        ("workflow", "disable", "hello"),
    ],
    ids=" ".join,
)
def test_somebody_whom_nobody_knows_changes_nothing(
    project: Project, cli: Cli, words: tuple[str, ...]
) -> None:
    said = cli(*words, *NOW, "--as", "lam")
    assert said.exit == 4
    assert "lam is not in staff" in said.err
    assert "Did you mean lan?" in said.err
    assert project.rows("SELECT count(*) FROM outbox") == [(0,)]
    assert project.rows("SELECT count(*) FROM opt_outs") == [(0,)]


@pytest.mark.parametrize(
    "words",
    [
        ("customer", "show", "KH0001"),
        ("customer", "list"),
        ("outbox", "list"),
        ("report", "messages"),
        ("dry-run",),
        ("provider", "check"),
        ("provider", "list"),
        ("lint",),
        ("version",),
    ],
    ids=" ".join,
)
def test_somebody_whom_nobody_knows_may_look(cli: Cli, words: tuple[str, ...]) -> None:
    assert cli(*words, "--as", "lam").exit == 0


def test_the_environment_names_no_stranger_either(
    project: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSKH_ACTOR", "khongai")
    assert cli("customer", "opt-out", "KH0001", *NOW).exit == 4
    assert cli("customer", "opt-out", "KH0001", "--as", "lan", *NOW).exit == 0


def test_whose_login_matches_nobody_is_nobody_in_particular(project: Project, cli: Cli) -> None:
    assert cli("customer", "opt-out", "KH0001", *NOW).exit == 0
    assert project.rows("SELECT actor FROM opt_outs") == [(None,)]


def test_without_staff_anybody_may_say_who_he_is(project: Project, cli: Cli) -> None:
    project.settle(staff="[]")
    assert cli("customer", "opt-out", "KH0001", "--as", "khongai", *NOW).exit == 0
    assert project.rows("SELECT actor FROM opt_outs") == [("khongai",)]
