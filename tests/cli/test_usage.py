from __future__ import annotations

import pytest

from tests.project import Cli

SEE = "See: cskh --help"


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("rum", "There is no command rum.", "Did you mean run?"),
        ("report mesages", "There is no command mesages.", "Did you mean messages?"),
        ("run dayly", "WHAT can't be dayly.", "Did you mean daily?"),
        ("run", "WHAT is missing.", "See: cskh run --help"),
        ("run daily --nov x", "There is no option --nov.", "Did you mean --now?"),
        ("run daily --no-delivery", "There is no option --no-delivery.", "--no-deliver?"),
        ("version -x", "There is no option -x.", "See: cskh version --help"),
        ("--frobnicate", "There is no option --frobnicate.", SEE),
        ("--format csv version", "There is no option --format.", None),
        ("version --now", "--now needs a value.", "See: cskh version --help"),
        ("outbox list --yes=1", "--yes takes no value.", "See: cskh outbox list --help"),
        ("deliver please now", "Too many words: please now.", "See: cskh deliver --help"),
        ("deliver --wait x", "--wait can't be x.", "Allowed: whole numbers from 0 on."),
        ("deliver --wait -1", "--wait can't be -1.", "Allowed: whole numbers from 0 on."),
        ("run daily --wait 1.5", "--wait can't be 1.5.", "Allowed: whole numbers from 0 on."),
        ("version --format yaml", "--format can't be yaml.", "Known: json, table."),
        ("version --format jsn", "--format can't be jsn.", "Did you mean json?"),
        ("version --lang fr", "--lang can't be fr.", "Known: en, vi."),
        ("version --now tomorrow", "--now can't be tomorrow.", "Write it as 2026-12-01T10:00."),
        ("dry-run helo", "There is no workflow helo.", "Did you mean hello?"),
        ("report messages --channel smss", "--channel can't be smss.", "Did you mean sms?"),
        ("report messages --state faild", "--state can't be faild.", "Did you mean failed?"),
        ("report messages --provider tuh", "There is no provider tuh.", "Did you mean thu?"),
        ("report messages --workflow helo", "There is no workflow helo.", "Did you mean hello?"),
        ("report messages --period todya", "There is no period todya.", "Did you mean today?"),
        ("report messages --from 1.12.", "1.12. is not a date.", "Write it as 2026-12-01."),
        ("report messages --to 9999-12-31", "9999-12-31 is not a date.", None),
        ("report messages --from 0001-01-01", "0001-01-01 is not a date.", None),
        ("report messages --limit -1", "--limit can't be -1.", "Allowed: whole numbers from 0 on."),
        ("report messages --period tuần", "There is no period tuần.", "this-week (tuần này)"),
        ("outbox show x", "ID can't be x.", "Allowed: whole numbers."),
        ("outbox show", "ID is missing.", "See: cskh outbox show --help"),
        ("outbox cancel x", "[ID…] can't be x.", None),
        ("customer opt-out", "CUSTOMER is missing.", "See: cskh customer opt-out --help"),
        (
            "report workflows --period today --to 2026-12-01",
            "--period goes without --from and --to.",
            None,
        ),
    ],
)
def test_what_can_not_be_meant_is_told_with_what_may_have_been(
    cli: Cli, line: str, message: str, hint: str | None
) -> None:
    said = cli(*line.split())
    assert (said.exit, said.out) == (2, "")
    assert said.err.startswith(f"error: {message}\n")
    assert hint is None or hint in said.err


@pytest.mark.parametrize(
    "line",
    [
        "rum --format json",
        "--format=json rum",
        "run --format json",
        "run dayly --format=json",
        "version --frobnicate --format json",
        "report --format json",
        "report messages --format csv --state faild --format json",
    ],
)
def test_scripts_that_asked_for_json_get_the_error_as_json(cli: Cli, line: str) -> None:
    said = cli(*line.split())
    assert said.exit == 2
    assert list(said.json) == ["error"]
    assert list(said.json["error"]) == ["code", "message", "hint"]
    assert said.json["error"]["code"] == "usage"
    assert said.json["error"]["message"] in said.err


def test_what_stands_behind_two_dashes_asks_for_nothing(cli: Cli) -> None:
    said = cli("dry-run", "--", "--format", "json")
    assert (said.exit, said.out) == (2, "")


@pytest.mark.parametrize("line", ["", "report", "import"])
def test_without_its_words_a_command_shows_its_help(cli: Cli, line: str) -> None:
    said = cli(*line.split())
    assert said.exit == 2
    assert "Usage: cskh" in said.out
    assert said.err == ""


@pytest.mark.parametrize("line", ["customer", "customer opt-out", "outbox resolve", "run", ""])
def test_help_comes_in_the_language_that_is_asked_for_behind_it(cli: Cli, line: str) -> None:
    said = cli(*line.split(), "--help", "--lang", "vi")
    assert (said.exit, said.err) == (0, "")
    assert "Cách dùng: cskh" in said.out


@pytest.mark.parametrize("line", ["outbox resolve", "outbox cancel", "report messages", "run"])
def test_help_has_nothing_that_only_programmers_read(cli: Cli, line: str) -> None:
    said = cli(*line.split(), "--help").out
    for sign in ("<", "{", ">="):
        assert sign not in said


def test_options_for_all_commands_may_stand_between_a_group_and_its_verb(cli: Cli) -> None:
    assert cli("outbox", "--format", "json", "list").json == {"messages": []}
    said = cli("outbox", "--lang", "vi", "--as", "lan", "list")
    assert (said.exit, said.out) == (0, "")
