from __future__ import annotations

import pytest

from tests.project import Cli, Project
from tests.repository import fingerprints

TEN = ("--now", "2026-12-01T10:00")
DATA = ("--data", "people.csv")
PEOPLE = "Mã KH,Tên,SĐT\nKH1,An,0900000001\nKH2,Bình,0900000002\n"


def test_customers_come_from_a_spreadsheet_and_nothing_is_made(project: Project, cli: Cli) -> None:
    project.write("people.csv", PEOPLE)
    before = fingerprints(project.root)
    said = cli("dry-run", *TEN, *DATA, "--format", "json")
    (plan,) = said.json["plans"]
    assert [effect["content"] for effect in plan["effects"]] == ["Hello An", "Hello Binh"]
    assert "people.csv: 2 rows, 0 rejected" in said.err
    assert fingerprints(project.root) == before


def test_the_store_has_no_part_in_it(project: Project, cli: Cli) -> None:
    project.crowd(5)
    project.write("people.csv", PEOPLE)
    before = fingerprints(project.root)
    (plan,) = cli("dry-run", *TEN, *DATA, "--format", "json").json["plans"]
    assert plan["matched"] == 2
    assert fingerprints(project.root) == before


def test_the_customers_are_contacts_unless_it_is_said(project: Project, cli: Cli) -> None:
    project.workflow("hello", object="lead")
    project.write("people.csv", PEOPLE)
    for more, matched in (((), 0), (("--kind", "lead"), 2)):
        (plan,) = cli("dry-run", *TEN, *DATA, *more, "--format", "json").json["plans"]
        assert plan["matched"] == matched


def test_all_spreadsheets_of_a_folder_are_read_by_name(project: Project, cli: Cli) -> None:
    project.write("data/b.csv", "Mã KH,Tên,SĐT\nKH1,An Nhiên,0900000001\n")
    project.write("data/a.csv", PEOPLE)
    project.write("data/notes.txt", "no spreadsheet")
    project.write("data/.hidden.csv", "neither")
    project.write("data/c.csv", "Ngày,Doanh thu\n2026-12-01,5\n")
    said = cli("dry-run", *TEN, "--data", "data", "--format", "json")
    (plan,) = said.json["plans"]
    assert [effect["content"] for effect in plan["effects"]] == ["Hello An Nhien", "Hello Binh"]
    order = [line.partition(" ")[0] for line in said.err.splitlines() if not line.startswith("  ")]
    assert order[:3] == ["a.csv:", "b.csv:", "c.csv"]


def test_rows_that_can_not_be_read_are_told_and_the_exit_stays(project: Project, cli: Cli) -> None:
    project.write("people.csv", PEOPLE + "KH3,Chi,12345\n")
    said = cli("dry-run", *TEN, *DATA)
    assert said.exit == 0
    assert "people.csv: 3 rows, 1 rejected" in said.err
    assert "row 4, SĐT: " in said.err


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("people.csv", "Mã KH,Tên,SĐT\nKH3,Chi,12345\n"),
        ("people.csv", "Mã KH,Tên,SĐT\n"),
        ("people.csv", ""),
        ("other.csv", PEOPLE),
        ("people.csv/notes.txt", "an empty folder, as far as spreadsheets go"),
    ],
)
def test_where_nobody_can_be_read_it_ends_with_1(
    project: Project, cli: Cli, file: str, content: str
) -> None:
    project.write(file, content)
    said = cli("dry-run", *TEN, *DATA, "--format", "json")
    assert said.exit == 1
    assert list(said.json) == ["error"]


def test_days_of_a_spreadsheet_are_replayed_as_well(project: Project, cli: Cli) -> None:
    project.workflow("hello", repeat="once")
    project.write("people.csv", PEOPLE)
    days = ("--from", "2026-12-01", "--to", "2026-12-02")
    plans = cli("dry-run", *TEN, *DATA, *days, "--format", "json").json["plans"]
    assert [plan["matched"] for plan in plans] == [2, 0]
