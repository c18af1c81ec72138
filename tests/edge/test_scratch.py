from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cskh.edge.scratch import scratch_folder

PATIENCE = 20  # seconds


def test_nobody_else_may_enter_and_nothing_is_left(tmp_path: Path) -> None:
    with scratch_folder() as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "cskh.db").write_text("customers")
    assert not folder.exists()


def test_it_goes_also_when_something_fails() -> None:
    with pytest.raises(ValueError), scratch_folder() as folder:
        (folder / "cskh.db").write_text("customers")
        raise ValueError
    assert not folder.exists()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_it_goes_also_when_the_process_is_told_to_end(name: str, tmp_path: Path) -> None:
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        (sys.executable, __file__), stdout=subprocess.PIPE, text=True, env=environ
    ) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        assert (folder / "cskh.db").exists()
        process.send_signal(getattr(signal, name))
        process.wait(PATIENCE)
    assert list(tmp_path.iterdir()) == []


if __name__ == "__main__":
    with scratch_folder() as made:
        (made / "cskh.db").write_text("customers")
        print(made, flush=True)
        signal.pause()
