"""Every file of fixtures/lint has just the problems that it says; every code has a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cskh.spec.codes import CODES
from tests.spec.lint_files import LINT, problems_of

EXPECT = re.compile(r"^# expect: (CK\d{3}) (\d+):(\d+)$", re.MULTILINE)
GOOD = sorted(LINT.glob("good/*.yaml"))
BAD = sorted(LINT.glob("bad/*.yaml"))
# Files in git are texts in UTF-8, one project each: these have tests of their own.
ELSEWHERE = {"CK100", "CK101", "CK102", "CK103", "CK110", "CK241", "CK215", "CK302", "CK312"}


def expected(path: Path) -> list[tuple[str, int, int]]:
    found = EXPECT.findall(path.read_text(encoding="utf-8"))
    return [(code, int(line), int(column)) for code, line, column in found]


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_a_good_file_has_no_problem(path: Path) -> None:
    assert problems_of(path) == []


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_a_bad_file_has_the_problems_that_it_says(path: Path) -> None:
    found = [(problem.code, problem.line, problem.column) for problem in problems_of(path)]
    assert found == expected(path) != []


def test_every_code_is_found_in_some_file() -> None:
    found = {code for path in BAD for code, _line, _column in expected(path)}
    assert found | ELSEWHERE == CODES.keys() and not found & ELSEWHERE


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    "name, line, message, hint",
    [
        ("typos.yaml", 2, "“leed” is not possible here.", "Did you mean lead?"),
        ("typos.yaml", 10, "The key “sent_sms” is not known here.", "Did you mean send_sms?"),
        ("missing.yaml", 5, "The key “at” has no value.", None),
        ("unknown_fields.yaml", 11, "There is no field “las_order_at”.",
         "Did you mean last_order_at?"),
        ("names.yaml", 8, "There is no group “telesale” in cskh.yaml.", "Did you mean telesales?"),
        ("choices.yaml", 4, "“status” is never “Quan tam”.", "Did you mean Quan tâm?"),
        ("wrong_forms.yaml", 5, "“10h” doesn't have the right form.",
         "Write it like this: 08:30."),
        ("wrong_types.yaml", 1, "Here should be a text.", "Put it in quotes."),
        ("out_of_place.yaml", 3, "The key “day” doesn't go with “moment: daily”.", None),
        ("duplicate_keys.yaml", 5, "The key “name” stands here a second time.",
         "The first one is in line 1."),
        ("texts.yaml", 9, "There is no variable “customer.nme”.", "Did you mean customer.name?"),
        ("texts.yaml", 14, "There is no filter “mony”.", "Did you mean money?"),
        ("braces.yaml", 6, "A key must be a text.",
         "A text that starts with {{ or [ needs quotes."),
    ],
)  # fmt: skip
def test_a_problem_says_what_is_wrong_and_what_to_do(
    name: str, line: int, message: str, hint: str | None
) -> None:
    problems = problems_of(LINT / "bad" / name)
    said = [(each.message, each.hint) for each in problems if each.line == line]
    assert (message, hint) in said


def test_a_secret_in_a_file_is_never_repeated() -> None:
    text = (LINT / "bad" / "project_shape.yaml").read_text(encoding="utf-8")
    secrets = ("hunter2", "EAAB", "12345")
    assert all(secret in text for secret in secrets)
    told = repr(problems_of(LINT / "bad" / "project_shape.yaml"))
    assert not any(secret in told for secret in secrets)
