"""Problems as SARIF: valid by the standard's own schema, with every code explained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator

from cskh.errors import Problem
from cskh.renderers.problems import as_sarif, located
from cskh.spec.understanding import CODES

# SARIF 2.1.0-rtm.5 (OASIS), as the npm package @microsoft/jest-sarif 1.0.0-beta.0 (MIT) has it.
SCHEMA = json.loads(Path(__file__).with_name("sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
PROBLEMS = [
    (Problem(code="CK123", message="Sai.", file="nhóm/a b.yaml", line=2, column=9), "shop"),
    (
        Problem(
            code="CK309", message="Mọi người.", file="b.yaml", severity="warning", hint="Thêm lọc."
        ),
        "..",
    ),
]


def sarif() -> dict[str, Any]:
    return as_sarif(PROBLEMS, CODES)


def test_the_sarif_log_is_valid() -> None:
    assert list(Draft4Validator(SCHEMA).iter_errors(sarif())) == []
    assert list(Draft4Validator(SCHEMA).iter_errors(as_sarif([], CODES))) == []


def test_a_result_says_where_and_what() -> None:
    first, second = sarif()["runs"][0]["results"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "shop/nh%C3%B3m/a%20b.yaml"
    assert place["region"] == {"startLine": 2, "startColumn": 9}
    assert (first["level"], second["level"]) == ("error", "warning")
    assert second["message"]["text"] == "Mọi người. Thêm lọc."


def test_every_result_points_at_its_rule() -> None:
    run = sarif()["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == ["CK123", "CK309"]
    assert {rule["id"] for rule in rules} == CODES.keys()


def test_a_file_is_seen_from_where_the_reader_looks() -> None:
    problem = Problem(code="CK100", message="", file="x/a.yaml")
    folders = {
        ".": "x/a.yaml",
        "shop": "shop/x/a.yaml",
        "..": "../x/a.yaml",
        "../x": "../x/x/a.yaml",
    }
    assert {folder: located(problem, folder) for folder in folders} == folders
