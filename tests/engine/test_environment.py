from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest

from cskh.engine.environment import Environment, store_path
from cskh.model.message import Channel, Message, Outcome
from tests.project import Project


def test_store_and_log_are_beside_each_other(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    project.settle(store=f"{elsewhere}/care.db")
    with project.opened() as environment:
        assert store_path(environment.project) == elsewhere / "care.db"
        logging.getLogger("cskh").info("hello")
    assert {path.name for path in elsewhere.iterdir()} == {"care.db", "cskh.log"}


def test_only_its_owner_reads_the_store(project: Project) -> None:
    with project.opened():
        pass
    assert (project.root / "cskh.db").stat().st_mode & 0o777 == 0o600


def test_nothing_is_open_afterwards(project: Project) -> None:
    with project.opened() as environment:
        pass
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        environment.store.customers.count(["lead"])


def test_the_clock_stands_still_unless_it_is_told_to_go_on(environment: Environment) -> None:
    assert environment.time() is environment.clock


def test_a_sandboxs_file_is_in_the_project_wherever_one_stands(
    environment: Environment,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    account = environment.project.settings.providers["thu"]
    message = Message(id=1, channel=Channel.SMS, recipient="0900000101", content="Hello")
    assert environment.converse(account, message).outcome is Outcome.ACCEPTED
    text = Path(environment.project.root / "sent.jsonl").read_text(encoding="utf-8")
    assert '"at": "2026-12-01T10:00:00+07:00"' in text
