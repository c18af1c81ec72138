"""The committed schemas are what the code makes of itself."""

from pathlib import Path

import pytest

from cskh.engine.publishing import schemas
from cskh.spec.schema import KINDS
from cskh.spec.vocabulary import anybodys

FOLDER = Path(__file__).parent.parent / "schemas"


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("kind", KINDS)
def test_committed_schemas_are_current(kind: str) -> None:
    committed = (FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8")
    assert committed == schemas(anybodys())[kind] + "\n", "run: make schemas"


def test_no_other_schemas_are_committed() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{kind}.schema.json" for kind in KINDS}
