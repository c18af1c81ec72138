"""The files of fixtures/lint, and what lint says about each of them alone."""

from pathlib import Path

from cskh.engine.project import registries
from cskh.errors import Problem
from cskh.spec.document import Document
from cskh.spec.reading import read
from cskh.spec.understanding import Documents, understand

LINT = Path(__file__).parent.parent.parent / "fixtures" / "lint"
PROJECT = LINT / "project"
ABSENT = frozenset({"files/khong-co.pdf"})
SECRETS = {"PASSCODE": "not-shown", "PASTED": "“not-shown”", "SPACED": "not-shown\u200b"}


def document(path: Path, root: Path) -> Document:
    return read(path.read_bytes(), path.relative_to(root).as_posix())


def problems_of(path: Path) -> list[Problem]:
    """Return the problems of one file, judged by the settings and templates in project/."""
    kind = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# kind: ")
    it = document(path, LINT)
    settings = document(PROJECT / "cskh.yaml", PROJECT)
    templates = [document(each, PROJECT) for each in sorted(PROJECT.glob("templates/*.yaml"))]
    documents = Documents(
        settings=it if kind == "project" else settings,
        templates=[it] if kind == "template" else templates if kind != "project" else [],
        workflows=[it] if kind not in ("project", "template", "campaign") else [],
        campaigns=[it] if kind == "campaign" else [],
    )
    understood = understand(documents, registries(), SECRETS, ABSENT)
    assert {problem.file for problem in understood.problems} <= {it.file}
    return list(understood.problems)
