from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project import Cli, Project, person
from tests.repository import Repository, fingerprints, make_repository

TEN = ("--now", "2026-12-01T10:00")
JSON = ("--format", "json")


@pytest.fixture
def repository(project: Project) -> Repository:
    """The project's repository, in whose only commit the workflow greets whoever is Mới."""
    made = make_repository(project.root)
    project.write(".gitignore", "cskh.db*\n")
    project.workflow("hello", filter="[{status: Mới}]")
    made.commit()
    return made


def people(project: Project, **statuses: str) -> None:
    project.add(*(person(int(pid[2:]), status=status) for pid, status in statuses.items()))


def test_two_commits_are_compared_and_nothing_is_touched(
    project: Project, repository: Repository, cli: Cli
) -> None:
    people(project, KH0001="Mới", KH0002="Lost", KH0003="Mới", KH0004="Lost")
    project.workflow("hello", filter="[{pid: {in: [KH0001, KH0002]}}]")
    repository.commit()
    (project.root / "cskh.yaml").touch()
    before = fingerprints(project.root)
    said = cli("dry-run", "--against", "HEAD~1", *TEN, *JSON)
    assert said.exit == 0
    assert said.json == {
        "now": "2026-12-01T10:00:00+07:00",
        "against": "HEAD~1",
        "workflows": [
            {
                "workflow": "hello",
                "enters": ["KH0002"],
                "leaves": ["KH0003"],
                "changed": [],
                "unchanged": 1,
                "before": {"messages": 2, "parts": 2, "price": 200},
                "after": {"messages": 2, "parts": 2, "price": 200},
                "refused": None,
                "changes": [],
            }
        ],
    }
    assert fingerprints(project.root) == before


def test_the_other_side_is_the_work_tree_also_before_anything_is_committed(
    project: Project, repository: Repository, cli: Cli
) -> None:
    people(project, KH0001="Mới")
    project.workflow("fresh")
    (found,) = cli("dry-run", "--against", "HEAD", *TEN, *JSON).json["workflows"]
    assert (found["workflow"], found["enters"]) == ("fresh", ["KH0001"])


def test_a_text_that_changes_is_shown_before_and_after(
    project: Project, repository: Repository, cli: Cli
) -> None:
    people(project, KH0001="Mới", KH0002="Mới")
    project.workflow("hello", filter="[{status: Mới}]", actions='[{send_sms: {content: "Hi!"}}]')
    (found,) = cli("dry-run", "--against", "HEAD", *TEN, *JSON).json["workflows"]
    assert found["changed"] == ["KH0001", "KH0002"]
    first = found["changes"][0]
    assert list(first) == ["customer", "object", "index", "action", "before", "after"]
    assert (first["before"]["content"], first["after"]["content"]) == ("Hello An 1", "Hi!")
    shown = cli("dry-run", "--against", "HEAD", *TEN)
    assert "change 2: KH0001, KH0002" in shown.out
    assert "    - Hello An 1\n    + Hi!" in shown.out
    assert "1 workflow differs from HEAD · enter 0 · leave 0 · change 2" in shown.out


def test_where_nothing_differs_it_is_told(
    project: Project, repository: Repository, cli: Cli
) -> None:
    people(project, KH0001="Mới")
    assert cli("dry-run", "--against", "HEAD", *TEN, *JSON).json["workflows"] == []
    assert "No workflow differs from main." in cli("dry-run", "--against", "main", *TEN).err


def test_a_project_in_a_folder_of_its_repository(project: Project, cli: Cli) -> None:
    inner = Project(project.root / "care", project.environ)
    inner.root.mkdir()
    inner.settle()
    inner.workflow("hello")
    made = make_repository(project.root)
    made.commit()
    inner.workflow("hello", filter="[{status: Mới}]")
    people(inner, KH0001="Mới", KH0002="Lost")
    said = cli("dry-run", "--project", "care", "--against", "HEAD", *TEN, *JSON)
    (found,) = said.json["workflows"]
    assert (found["leaves"], found["unchanged"]) == (["KH0002"], 1)


def test_in_ci_there_is_no_store_but_a_spreadsheet(
    project: Project, repository: Repository, cli: Cli
) -> None:
    project.settle(statuses="[Lost, Khách hàng]")
    project.workflow("hello", filter="[{status: Lost}]")
    project.write("data/people.csv", "Mã KH,Tên,SĐT,Trạng thái\nKH1,An,0900000001,Mới\n")
    before = fingerprints(project.root)
    said = cli("dry-run", "--against", "HEAD", "--data", "data", *TEN, *JSON)
    (found,) = said.json["workflows"]
    assert (found["enters"], found["leaves"]) == ([], ["KH1"])
    assert fingerprints(project.root) == before


def test_people_who_enter_or_change_count_against_fail_over(
    project: Project, repository: Repository, cli: Cli
) -> None:
    people(project, KH0001="Mới", KH0002="Lost", KH0003="Lost")
    project.workflow("hello", filter="[{status: Lost}]")
    over, under = (
        cli("dry-run", "--against", "HEAD", *TEN, *JSON, "--fail-over", most) for most in "12"
    )
    assert (over.exit, under.exit) == (1, 0)
    assert over.json == under.json
    assert "2 people are affected: more than --fail-over 1 allows." in over.err


def test_files_with_errors_at_the_revision_count_as_not_there(
    project: Project, repository: Repository, cli: Cli
) -> None:
    people(project, KH0001="Mới")
    project.write("hello.yaml", "name: [\n")
    repository.commit()
    project.workflow("hello")
    said = cli("dry-run", "--against", "HEAD", *TEN, *JSON)
    assert said.json["workflows"][0]["enters"] == ["KH0001"]
    assert "hello.yaml:" in said.err


def test_before_there_was_a_project_every_workflow_is_new(project: Project, cli: Cli) -> None:
    made = make_repository(project.root)
    made.git("commit", "--quiet", "--allow-empty", "--message", "nothing")
    people(project, KH0001="Mới")
    said = cli("dry-run", "--against", "HEAD", *TEN, *JSON)
    assert said.json["workflows"][0]["enters"] == ["KH0001"]
    assert "There is no cskh.yaml at HEAD" in said.err


@pytest.mark.parametrize("revision", ["nothing", "--exec=x", ""])
def test_an_unknown_revision_ends_with_2(
    project: Project, repository: Repository, cli: Cli, revision: str
) -> None:
    said = cli("dry-run", f"--against={revision}", *JSON)
    assert (said.exit, said.json["error"]["code"]) == (2, "usage")


def test_outside_of_git_and_without_git_it_ends_with_2(
    project: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outside = cli("dry-run", "--against", "HEAD")
    monkeypatch.setenv("PATH", str(tmp_path))
    without = cli("dry-run", "--against", "HEAD")
    assert (outside.exit, without.exit) == (2, 2)
    assert "git" in outside.err and "git" in without.err


def test_a_workflow_that_neither_side_has_is_told_and_one_that_is_gone_is_shown(
    project: Project, repository: Repository, cli: Cli
) -> None:
    people(project, KH0001="Mới")
    (project.root / "hello.yaml").rename(project.root / "hullo.yaml")
    unknown = cli("dry-run", "hallo", "--against", "HEAD", *TEN)
    gone = cli("dry-run", "hello", "--against", "HEAD", *TEN, *JSON)
    assert unknown.exit == 2
    assert [found["leaves"] for found in gone.json["workflows"]] == [["KH0001"]]


def test_markdown_fits_a_comment_and_is_no_markup(
    project: Project, repository: Repository, cli: Cli
) -> None:
    project.add(
        *(
            person(n, name=f"<img src=x> `a` [x](http://y) @all 0900 000 {n:03} {'x' * 300}")
            for n in range(1, 40)
        )
    )
    for n in range(120):
        project.workflow(f"more-{n:03}", name='"<script>alert(1)</script> @team | ``` #1"')
    project.workflow(
        "hello", filter="[]", actions='[{send_sms: {content: "Hi {{ customer.name }}"}}]'
    )
    said = cli("dry-run", "--against", "HEAD", *TEN, "--format", "markdown")
    assert (said.exit, len(said.out) < 65_000) == (0, True)
    assert "| `hello` | 39 | 0 | 0 | 0 |" in said.out
    assert "enter 39: `KH0001`, " in said.out
    assert "which have no room here" in said.out
    assert "0900 000" not in said.out
    outside = "".join(_outside_of_code(said.out))
    assert [word for word in ("<", "@", "[", "http", "#1") if word in outside] == []


def _outside_of_code(text: str) -> Iterator[str]:
    """Yield what of a Markdown text is not code: the parts that may be markup."""
    fence = ""
    for line in text.splitlines():
        if fence:
            fence = "" if line == fence else fence
            continue
        if line.startswith("```"):
            fence = line.rstrip("dif")
            continue
        yield from _outside_of_spans(line)


def _outside_of_spans(line: str) -> Iterator[str]:
    while "`" in line:
        before, _tick, rest = line.partition("`")
        ticks = len(rest) - len(rest.lstrip("`")) + 1
        yield before
        _code, _end, line = rest.lstrip("`").partition("`" * ticks)
    yield line


EMAIL = (
    '{{subject: "{}", content: "Hi", html: "<p>{}</p>", cc: [{}@example.com], attachments: [{}]}}'
)


@pytest.mark.parametrize(
    ("changed", "lines"),
    [
        (("B", "p", "a", "a.pdf"), ["- A", "+ B"]),
        (("A", "q", "a", "a.pdf"), ["- html: <p>p</p>", "+ html: <p>q</p>"]),
        (("A", "p", "b", "a.pdf"), ["- cc: a@example.com", "+ cc: b@example.com"]),
        (("A", "p", "a", "b.pdf"), ["- attachments: a.pdf", "+ attachments: b.pdf"]),
    ],
)
def test_whatever_changes_of_an_email_is_shown(
    project: Project, repository: Repository, cli: Cli, changed: tuple[str, ...], lines: list[str]
) -> None:
    for name in ("a.pdf", "b.pdf"):
        project.write(name, "%PDF")
    project.settle(active="{email: thu}")
    project.workflow("hello", actions=f"[send_email: {EMAIL.format('A', 'p', 'a', 'a.pdf')}]")
    repository.commit()
    project.add(person(1, email="an@example.com"))
    project.workflow("hello", actions=f"[send_email: {EMAIL.format(*changed)}]")
    (found,) = cli("dry-run", "--against", "HEAD", *TEN, *JSON).json["workflows"]
    assert found["changed"] == ["KH0001"]
    (change,) = found["changes"]
    assert change["before"] != change["after"]
    said = cli("dry-run", "--against", "HEAD", *TEN).out
    assert all(f"    {line}\n" in said for line in lines)
    markdown = cli("dry-run", "--against", "HEAD", *TEN, "--format", "markdown").out
    assert "\n".join(lines) in markdown


def test_another_provider_is_shown_though_the_text_stays(
    project: Project, repository: Repository, cli: Cli
) -> None:
    two = "{thu: {type: sandbox, file: a, price: 100}, hai: {type: sandbox, file: b, price: 100}}"
    people(project, KH0001="Mới")
    project.settle(providers=two, active="{sms: hai}")
    (found,) = cli("dry-run", "--against", "HEAD", *TEN, *JSON).json["workflows"]
    (change,) = found["changes"]
    assert (change["before"]["provider"], change["after"]["provider"]) == ("thu", "hai")
