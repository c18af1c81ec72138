"""Questions are answered in the words of either language, on a real terminal."""

import os
import subprocess
import sys

import pytest

from tests.project import Project

_CUSTOMERS = "Mã KH,Họ tên,Điện thoại\nKH9,Trần Văn Mới,0900000109\n"


@pytest.mark.parametrize(
    ("answer", "code", "people"),
    [("có", 0, 1), ("c", 0, 1), ("C", 0, 1), ("k", 4, 0), ("gì cơ", 4, 0), ("", 4, 0)],
)
def test_only_a_yes_imports(project: Project, answer: str, code: int, people: int) -> None:
    (project.root / "khach.csv").write_text(_CUSTOMERS, encoding="utf-8")
    ours, theirs = os.openpty()
    os.write(ours, f"{answer}\n".encode())
    done = subprocess.run(
        [sys.executable, "-m", "cskh", "import", "customers", "khach.csv"],
        stdin=theirs, cwd=project.root, env=project.environ | {"CSKH_LANG": "vi"},
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    os.close(ours)
    os.close(theirs)
    assert done.returncode == code, done.stderr
    assert "[có/Không]" in done.stderr
    assert len(project.rows("SELECT pid FROM customers")) == people
