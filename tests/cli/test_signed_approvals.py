"""With `approvals: signed` nobody approves who hasn't an owner's key, whatever the store says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.campaigns import JSON, STAFF, TIME, guests, move, run, settle, state, told, write
from tests.project import Cli, Project

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not here")


def key(folder: Path, name: str) -> tuple[Path, str]:
    """Make a key; return its file and its public half."""
    file = folder / name
    argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "nobody", "-f", str(file)]
    subprocess.run(argv, check=True)
    return file, Path(f"{file}.pub").read_text().strip()


@pytest.fixture
def keys(project: Project, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The keys of an owner and of a stranger; a project that wants the owner's."""
    folder = tmp_path_factory.mktemp("keys")
    (lans, public), (strangers, _public) = key(folder, "lan"), key(folder, "stranger")
    staff = STAFF.replace("role: owner", f'role: owner, ssh_key: "{public}"')
    settle(project, approvals="signed", staff=staff)
    write(project)
    guests(project)
    return {"lan": lans, "stranger": strangers}


def test_an_owners_signature_approves(project: Project, cli: Cli, keys: dict[str, Path]) -> None:
    assert move(cli, "submit", "minh").exit == 0
    assert move(cli, "approve", "lan", "--key", str(keys["lan"])).exit == 0
    run(cli)
    assert (len(project.sent), state(project)) == (3, "sent")


@pytest.mark.parametrize("verb", ["approve", "reject"])
@pytest.mark.parametrize("signer", ["stranger", "nowhere"])
def test_a_wrong_key_or_none_moves_nothing(
    project: Project, cli: Cli, keys: dict[str, Path], verb: str, signer: str
) -> None:
    move(cli, "submit", "minh")
    file = keys.get(signer, Path("/nowhere/key"))
    refused = move(cli, verb, "lan", "--key", str(file))
    assert refused.exit == 4
    assert state(project) == "pending"
    assert project.rows("SELECT count(*) FROM moves") == [(1,)]


def test_an_approval_that_was_written_into_the_store_sends_nothing(
    project: Project, cli: Cli, keys: dict[str, Path]
) -> None:
    move(cli, "submit", "minh")
    project.execute(
        "UPDATE campaigns SET state = 'approved'",
        'INSERT INTO moves (campaign, move, "from", "to", actor, at, digest)'
        " SELECT id, 'approve', 'pending', 'approved', 'lan', at, digest FROM campaigns",
    )
    assert run(cli).exit == 0
    assert (project.sent, state(project)) == ([], "pending")
    assert ("changed", "tri-an") in told(cli, "lan")


def test_a_signature_is_for_one_move_of_one_digest(
    project: Project, cli: Cli, keys: dict[str, Path]
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve", "lan", "--key", str(keys["lan"]))
    ((signature,),) = project.rows("SELECT signature FROM moves WHERE move = 'approve'")
    move(cli, "pause")
    write(project, (project.root / "campaigns/tri-an.yaml").read_text().replace("Cam on", "Chao"))
    move(cli, "edit", "minh")
    project.execute(
        "UPDATE campaigns SET state = 'approved'",
        'INSERT INTO moves (campaign, move, "from", "to", actor, at, digest, signature)'
        f" SELECT id, 'resume', 'paused', 'approved', 'lan', at, digest, '{signature}'"
        " FROM campaigns",
    )
    run(cli)
    assert (project.sent, state(project)) == ([], "pending")


@pytest.mark.parametrize("last", ["pause", "reject"])
def test_what_an_owner_took_back_is_not_approved_by_her_earlier_signature(
    project: Project, cli: Cli, keys: dict[str, Path], last: str
) -> None:
    signed = ("--key", str(keys["lan"]))
    move(cli, "submit", "minh")
    move(cli, "approve", "lan", *signed)
    if last == "reject":
        project.execute("UPDATE campaigns SET state = 'pending'")
    assert move(cli, last, "lan", *(signed if last == "reject" else ())).exit == 0
    project.execute("UPDATE campaigns SET state = 'approved'")
    run(cli)
    assert (project.sent, state(project)) == ([], "pending")


def test_recipients_that_were_written_into_the_store_get_nothing(
    project: Project, cli: Cli, keys: dict[str, Path]
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve", "lan", "--key", str(keys["lan"]))
    project.crowd(1, first=50)
    project.execute(
        "INSERT INTO recipients SELECT 'tri-an', id, pid, phone FROM customers WHERE pid = 'KH0050'"
    )
    run(cli)
    assert (project.sent, state(project)) == ([], "pending")


def test_recipients_that_were_added_while_it_is_sent_stop_it(
    project: Project, cli: Cli, keys: dict[str, Path]
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve", "lan", "--key", str(keys["lan"]))
    run(cli, TIME, "--no-deliver")
    assert state(project) == "sending"
    project.crowd(1, first=50)
    project.execute(
        "INSERT INTO recipients SELECT 'tri-an', id, pid, phone FROM customers WHERE pid = 'KH0050'"
    )
    run(cli)
    assert (project.sent, state(project)) == ([], "pending")


@pytest.mark.parametrize("begun", [False, True])
def test_where_nobody_can_verify_a_signature_the_campaign_waits_and_the_rest_leaves(
    project: Project,
    cli: Cli,
    keys: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    begun: bool,
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve", "lan", "--key", str(keys["lan"]))
    if begun:
        run(cli, TIME, "--no-deliver")
    with monkeypatch.context() as without:
        without.setenv("PATH", "/nowhere")
        cli("run", "daily", "--now", "2026-12-24T10:30")
        assert {each["content"] for each in project.sent} == {f"Hello An {n}" for n in (1, 2, 3)}
        waits = run(cli, "2026-12-24T10:31")
        assert (waits.exit, "ssh-keygen can't be started" in waits.err) == (3, True)
        assert (len(project.sent), state(project)) == (3, "approved")
        assert told(cli, "lan") == [("submitted", "tri-an"), *[("started", "tri-an")] * begun]
    assert run(cli, "2026-12-24T10:32").exit == 0
    assert (len(project.sent), state(project)) == (6, "sent")


def test_a_key_that_was_taken_from_the_settings_approves_no_more(
    project: Project, cli: Cli, keys: dict[str, Path]
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve", "lan", "--key", str(keys["lan"]))
    settle(project, approvals="signed")
    run(cli)
    assert (project.sent, state(project)) == ([], "pending")


def test_pausing_needs_no_signature_and_going_on_does(
    project: Project, cli: Cli, keys: dict[str, Path]
) -> None:
    move(cli, "submit", "minh")
    move(cli, "approve", "lan", "--key", str(keys["lan"]))
    assert move(cli, "pause").exit == 0
    assert move(cli, "resume", "lan", "--key", str(keys["stranger"])).exit == 4
    assert move(cli, "resume", "lan", "--key", str(keys["lan"]), *JSON).json["state"] == "approved"


@pytest.mark.parametrize(
    "form", ["{} lan@may cua lan", "restrict {}", 'namespaces="cskh",command="echo ssh-x y" {}']
)
def test_a_key_may_have_options_and_a_comment(
    project: Project, cli: Cli, tmp_path: Path, form: str
) -> None:
    file, public = key(tmp_path, "key")
    written = form.format(" ".join(public.split()[:2]))
    staff = STAFF.replace("role: owner", f"role: owner, ssh_key: '{written}'")
    settle(project, approvals="signed", staff=staff)
    write(project)
    guests(project)
    move(cli, "submit", "minh")
    assert move(cli, "approve", "lan", "--key", str(file)).exit == 0
    run(cli)
    assert state(project) == "sent"


@pytest.mark.parametrize("written", ["khóa của Lan", "AAAAC3Nza", "ssh-ed25519", "~/.ssh/id.pub"])
def test_what_is_no_public_key_is_an_error(project: Project, cli: Cli, written: str) -> None:
    settle(project, staff=STAFF.replace("role: owner", f'role: owner, ssh_key: "{written}"'))
    problems = cli("lint", *JSON).json["problems"]
    (problem,) = [each for each in problems if each["file"] == "cskh.yaml"]
    assert (problem["code"], problem["path"]) == ("CK124", "staff[0].ssh_key")
    assert "ssh-ed25519 AAAA" in problem["hint"]


@pytest.mark.parametrize("named", [True, False])
def test_the_agent_signs_with_a_key_that_is_nowhere_else(
    project: Project,
    cli: Cli,
    keys: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    named: bool,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
    argv = ["ssh-agent", "-D", "-a", str(tmp_path / "agent")]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as agent:
        assert agent.stdout and agent.stdout.readline()  # it listens
        try:
            subprocess.run(["ssh-add", "-q", keys["lan"]], check=True)
            keys["lan"].unlink()
            move(cli, "submit", "minh")
            how = ("--key", f"{keys['lan']}.pub") if named else ()
            assert move(cli, "approve", "lan", *how).exit == 0
        finally:
            agent.terminate()
    run(cli)
    assert state(project) == "sent"


def test_without_an_agent_the_refusal_names_it(
    project: Project,
    cli: Cli,
    keys: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    move(cli, "submit", "minh")
    refused = move(cli, "approve", "lan")
    assert (refused.exit, "ssh-agent can't sign" in refused.err) == (4, True)
