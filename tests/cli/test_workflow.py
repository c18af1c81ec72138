from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.project import Cli, Project

LIST = ["id", "name", "group", "object", "moment", "at", "enabled", "file", "actions"]
SHOW = [*LIST, "description", "repeat", "catch_up", "filter", "trigger", "conditions",
        "sentences", "tests"]  # fmt: skip
JSON = ("--format", "json")
CREATED = "{moment: created}"
UPDATE = "[{update: {status: Lost}}]"


@pytest.fixture
def groups(project: Project) -> None:
    """Four workflows: one in a group that cskh.yaml knows, one in one it doesn't, one broken."""
    project.settle(workflow_groups="{sau: Chăm sóc sau, truoc: Chăm sóc trước}")
    project.workflow("zulu", group="truoc", enabled="false", trigger=CREATED, actions=UPDATE)
    project.workflow("alfa", group="sau", name="Gọi lại")
    project.workflow("broken", object="nobody", trigger="[]", actions="pin")


def listed(cli: Cli, *argv: str) -> list[str]:
    return [row["id"] for row in cli("workflow", "list", *argv, *JSON).json["workflows"]]


def test_workflows_as_json(cli: Cli, groups: None) -> None:
    said = cli("workflow", "list", *JSON)
    assert said.exit == 0
    rows = {row["id"]: row for row in said.json["workflows"]}
    assert {tuple(row) for row in rows.values()} == {tuple(LIST)}
    assert rows["hello"] == {
        "id": "hello",
        "name": "Hello",
        "group": None,
        "object": "customer",
        "moment": "daily",
        "at": "10:00",
        "enabled": True,
        "file": "hello.yaml",
        "actions": ["send_sms"],
    }
    assert (rows["zulu"]["at"], rows["zulu"]["enabled"]) == (None, False)


def test_workflows_stand_by_group_as_the_settings_list_them(cli: Cli, groups: None) -> None:
    assert listed(cli) == ["alfa", "zulu", "broken", "hello"]
    assert listed(cli, "--group", "truoc") == ["zulu"]


def test_an_unknown_group_is_told_with_the_nearest(cli: Cli, groups: None) -> None:
    said = cli("workflow", "list", "--group", "trouc")
    assert said.exit == 2
    assert "truoc" in said.err


def test_workflows_as_a_table(cli: Cli, groups: None) -> None:
    said = cli("workflow", "list")
    assert said.exit == 0
    lines = {line.split()[0]: line for line in said.out.splitlines() if line.strip()}
    assert "Chăm sóc sau" in lines["alfa"]
    assert lines["alfa"].rstrip().endswith("yes")
    assert lines["zulu"].rstrip().endswith("no")
    assert lines["broken"].rstrip().endswith("errors")
    assert "1 workflow has errors: cskh lint" in said.err
    assert "hello" not in cli("workflow", "list", "--limit", "1").out


def test_a_project_without_workflows_says_how_to_begin(project: Project, cli: Cli) -> None:
    (project.root / "hello.yaml").unlink()
    said = cli("workflow", "list")
    assert (said.exit, said.out) == (0, "")
    assert "cskh workflow new" in said.err


def test_a_workflow_in_sentences(project: Project, cli: Cli) -> None:
    project.workflow("hello", description="Lời chào", tests="[]", repeat="{after: 30 days}",
                     filter="[{status: Mới}]")  # fmt: skip
    said = cli("workflow", "show", "hello")
    assert said.exit == 0
    assert [line.strip() for line in said.out.splitlines() if line.strip()] == [
        "hello · Hello",
        "Lời chào",
        "It works on customers for which this is true:",
        "- Status is Mới",
        "Every day at 10:00.",
        "Then, at most once in 30 days for each of them, it does this:",
        "1. send an SMS",
        "“Hello {{ customer.name }}”",
        "enabled · hello.yaml · no tests",
    ]


def test_a_workflow_in_vietnamese_sentences(cli: Cli) -> None:
    said = cli("workflow", "show", "hello", "--lang", "vi")
    assert "10:00" in said.out
    assert "it does this" not in said.out


def test_a_workflow_as_json(project: Project, cli: Cli) -> None:
    project.workflow("hello", repeat="{after: 30 days}", catch_up="12h",
                     filter="[{status: Mới}]", description="Lời chào")  # fmt: skip
    told = cli("workflow", "show", "hello", *JSON).json
    assert list(told) == SHOW
    assert told["repeat"] == {"after": "30 days"}
    assert told["catch_up"] == "12 hours"
    assert told["filter"] == ["Status is Mới"]
    assert told["trigger"] == "Every day at 10:00"
    assert told["conditions"] == {"all": []}
    assert told["description"] == "Lời chào"
    assert told["tests"] == 0
    assert told["sentences"][0] == "It works on customers for which this is true:"


def test_what_has_errors_cannot_be_shown(cli: Cli, groups: None) -> None:
    said = cli("workflow", "show", "broken", *JSON)
    assert said.exit == 1
    assert said.json["error"]["code"] == "invalid"
    assert "broken.yaml" in said.json["error"]["message"]


@pytest.mark.parametrize("verb", ["show", "enable", "disable", "delete"])
def test_an_unknown_workflow_is_told_with_the_nearest(cli: Cli, verb: str) -> None:
    said = cli("workflow", verb, "helo", "--yes")
    assert said.exit == 2
    assert "Did you mean hello?" in said.err


@pytest.mark.parametrize("verb", ["show", "enable", "disable", "delete"])
def test_an_id_that_two_files_have_is_refused(project: Project, cli: Cli, verb: str) -> None:
    project.write("more/hello.yaml", "name: Other\n")
    said = cli("workflow", verb, "hello", "--yes")
    assert said.exit == 1
    assert "more/hello.yaml" in said.err
    assert (project.root / "hello.yaml").exists()


ODD = b"\xef\xbb\xbf# \xc4\x91\xe1\xba\xa7u\r\nname:   'Hello'   # t\xc3\xaan\r\n\r\n%s" + (
    b'object: "customer"\r\n'
    b'trigger: {moment: daily,   at: "10:00"}\r\n'
    b"repeat: always\r\nactions:\r\n- update: {status: Lost} # h\xe1\xba\xbft"
)


def test_disabling_adds_one_line_and_enabling_changes_one_word(project: Project, cli: Cli) -> None:
    path = project.root / "hello.yaml"
    path.write_bytes(ODD % b"")
    assert cli("workflow", "disable", "hello").exit == 0
    head, tail = (ODD % b"").split(b"t\xc3\xaan\r\n")
    assert path.read_bytes() == head + b"t\xc3\xaan\r\nenabled: false\r\n" + tail
    assert listed_enabled(cli) == {"hello": False}
    assert cli("workflow", "enable", "hello").exit == 0
    assert path.read_bytes() == head + b"t\xc3\xaan\r\nenabled: true\r\n" + tail
    assert listed_enabled(cli) == {"hello": True}


def listed_enabled(cli: Cli) -> dict[str, bool]:
    rows = cli("workflow", "list", *JSON).json["workflows"]
    return {row["id"]: row["enabled"] for row in rows}


@pytest.mark.parametrize(
    ("verb", "text"), [("enable", b""), ("enable", b"enabled: true\r\n"),
                       ("enable", b"enabled: null\r\n"), ("disable", b"enabled: false\r\n")]
)  # fmt: skip
def test_what_is_so_already_leaves_the_file_alone(
    project: Project, cli: Cli, verb: str, text: bytes
) -> None:
    path = project.root / "hello.yaml"
    path.write_bytes(ODD % text)
    before = path.stat()
    said = cli("workflow", verb, "hello")
    assert said.exit == 0
    assert "already" in said.out
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_switching_tells_in_json_what_show_would(cli: Cli) -> None:
    said = cli("workflow", "disable", "hello", *JSON)
    assert said.json == cli("workflow", "show", "hello", *JSON).json
    assert said.json["enabled"] is False


def test_a_workflow_with_errors_can_be_disabled_and_not_enabled(
    project: Project, cli: Cli, groups: None
) -> None:
    said = cli("workflow", "disable", "broken", *JSON)
    assert (said.exit, said.json["enabled"]) == (0, False)
    before = (project.root / "broken.yaml").read_bytes()
    assert b"enabled: false\n" in before
    said = cli("workflow", "enable", "broken")
    assert said.exit == 1
    assert "broken.yaml" in said.err
    assert (project.root / "broken.yaml").read_bytes() == before


def test_errors_elsewhere_keep_nobody_from_switching_a_workflow(
    project: Project, cli: Cli, groups: None
) -> None:
    project.write("cskh.yaml", "version: 1\nlanguage: en\nnonsense: [\n")
    assert cli("workflow", "enable", "zulu").exit == 0
    assert cli("workflow", "disable", "hello").exit == 0
    assert cli("workflow", "delete", "broken", "--yes").exit == 0


@pytest.mark.parametrize(
    "text",
    ["name: [\n", "enabled: &a true\nname: X\ndescription: *a\n", "- a\n"],
)
def test_a_file_that_cannot_be_changed_safely_is_left_alone(
    project: Project, cli: Cli, text: str
) -> None:
    project.write("odd.yaml", text)
    said = cli("workflow", "disable", "odd")
    assert said.exit == 1
    assert "odd.yaml" in said.err
    assert (project.root / "odd.yaml").read_text() == text
    assert sorted(path.name for path in project.root.glob("*odd*")) == ["odd.yaml"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_new_workflow_is_explained_disabled_and_without_errors(
    project: Project, cli: Cli, language: str
) -> None:
    project.settle(language=language)
    said = cli("workflow", "new", "moi", "--lang", "en")
    assert said.exit == 0
    assert said.out.strip() == str(project.root / "moi.yaml")
    text = (project.root / "moi.yaml").read_text(encoding="utf-8")
    assert text.count("#") > 8
    assert ("hay" in text) is (language == "vi")
    linted = cli("lint", "moi.yaml", *JSON)
    assert (linted.exit, linted.json["problems"]) == (0, [])
    assert listed_enabled(cli)["moi"] is False


def test_a_new_workflow_may_get_its_name_at_once(cli: Cli) -> None:
    said = cli("workflow", "new", "moi", "--name", "Gọi: lại #1", *JSON)
    assert list(said.json) == SHOW
    assert said.json["name"] == "Gọi: lại #1"


def test_a_copy_keeps_all_but_its_name_and_is_disabled(project: Project, cli: Cli) -> None:
    text = (
        "# đầu\nname: Gọi # tên\nenabled: true\nobject: customer\ntrigger: {moment: created}\n"
        "actions: [{update: {status: Lost}}] # hết\n"
    )
    project.write("nhom/goi.yaml", text)
    assert cli("workflow", "new", "goi-2", "--like", "goi").exit == 0
    copy = (project.root / "nhom" / "goi-2.yaml").read_text(encoding="utf-8")
    assert copy == text.replace("name: Gọi", "name: Gọi (copy)").replace("true", "false")
    assert (project.root / "nhom" / "goi.yaml").read_text(encoding="utf-8") == text
    assert cli("lint", *JSON).exit == 0


@pytest.mark.parametrize(
    ("id_", "word"),
    [
        ("hello", "hello.yaml"),
        ("HELLO", "hello.yaml"),
        ("cskh", "cskh.yaml"),
        ("Sinh nhật", "sinh-nhat"),
        ("../x", "Write it as x."),
        ("a.b", "a-b"),
        ("", "can't be"),
        ("-", "can't be"),
        ("x" * 200, "can't be"),
        ("con\nmeo", "con-meo"),
    ],
)
def test_an_id_that_is_taken_or_no_file_name_is_refused(
    project: Project, cli: Cli, id_: str, word: str
) -> None:
    before = files(project.root)
    said = cli("workflow", "new", "--", id_)
    assert said.exit == 2
    assert word in said.err
    assert files(project.root) == before


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_cannot_be_copied_is_told(project: Project, cli: Cli, groups: None) -> None:
    said = cli("workflow", "new", "moi", "--like", "helo")
    assert said.exit == 2
    assert "Did you mean hello?" in said.err
    assert cli("workflow", "new", "moi", "--like", "broken").exit == 1
    assert not (project.root / "moi.yaml").exists()


def test_a_workflow_is_deleted_after_a_yes(project: Project, cli: Cli) -> None:
    project.crowd(1)
    cli("run", "daily", "--now", "2026-12-01T10:00")
    said = cli("workflow", "delete", "hello", "--yes", *JSON)
    assert said.exit == 0
    assert (said.json["id"], said.json["deleted"]) == ("hello", True)
    assert not (project.root / "hello.yaml").exists()
    assert cli("report", "workflows", *JSON).json["workflows"][0]["workflow"] == "hello"


def test_nothing_is_deleted_without_a_yes(
    project: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/null").open(encoding="utf-8") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        said = cli("workflow", "delete", "hello")
    assert said.exit == 4
    assert "--yes" in said.err
    assert (project.root / "hello.yaml").exists()


def test_no_store_is_made_for_looking_after_files(project: Project, cli: Cli) -> None:
    for argv in (["list"], ["show", "hello"], ["disable", "hello"], ["enable", "hello"],
                 ["new", "moi"], ["delete", "moi", "--yes"]):  # fmt: skip
        assert cli("workflow", *argv).exit == 0
    assert not (project.root / "cskh.db").exists()


def test_outside_a_project_it_says_so(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = str(tmp_path_factory.mktemp("elsewhere"))
    assert cli("workflow", "list", "--project", elsewhere).exit == 2
