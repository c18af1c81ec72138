"""Repairs have labels for people."""

import ast
from pathlib import Path

import pytest

from cskh.cells import repairs
from cskh.cells.repairs import LABELS, label

CELLS = Path(repairs.__file__).parent


def test_every_label_is_of_a_rule_that_the_code_names() -> None:
    engine = CELLS.parent / "engine"
    files = [*CELLS.glob("*.py"), engine / "importing.py", engine / "listing.py"]
    named = {
        node.value
        for file in files
        if file.name != "repairs.py"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert LABELS.keys() <= named


@pytest.mark.usefixtures("english")
def test_a_rule_without_a_label_is_told_as_it_is() -> None:
    assert (label("lost_zero"), label("brand_new")) == ("lost zero put back", "brand_new")
