"""The codes of lint: documented, explained, and each one's own."""

import re

import pytest

from cskh.spec.codes import Code, add
from cskh.spec.understanding import CODES
from tools import lint_codes


def test_the_documentation_of_codes_is_current() -> None:
    assert lint_codes.PATH.read_text(encoding="utf-8") == lint_codes.text()


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.code)
def test_a_code_explains_itself_and_is_error_or_advice_by_its_number(code: Code) -> None:
    assert re.fullmatch(r"CK[123]\d\d", code.code)
    assert code.severity == ("warning" if code.code.startswith("CK3") else "error")
    assert code.summary[0] in "`ABCDEFGHIJKLMNOPQRSTUVWXYZ" and code.summary.endswith((".", "…"))


def test_a_code_is_never_given_twice() -> None:
    with pytest.raises(ValueError, match="CK100"):
        add("CK100", "Something else.")
