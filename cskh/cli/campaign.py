"""Plan SMS campaigns, have them approved, and see how they stand.

Example: cskh campaign list
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._affected import counting
from cskh.cli._console import ROWS_SHOWN, print_json, say, shown
from cskh.cli._lists import LISTED, ONLY_LOOKED_AT, Limit, print_list
from cskh.cli._progress import bar
from cskh.cli._session import Session
from cskh.errors import Exit
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.approving import Sign

FORMATS = LISTED
SETTLED = {**ONLY_LOOKED_AT, "pause": True, "reject": True}

Id = Annotated[str, typer.Argument(metavar="ID", help=_("The campaign's id"))]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help=_("Why, for the history"))]
Accept = Annotated[
    str | None,
    typer.Option(metavar="DIGEST", help=_("Submit just what has this digest, limits lifted")),
]
Key = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help=_("The SSH key that signs (default: ~/.ssh/id_ed25519, or the agent)")
    ),
]


def list_(session: Session, limit: Limit = ROWS_SHOWN) -> Exit:
    """List the campaigns: an owner sees all of them, an admin his own.

    Example: cskh campaign list

    Exit status: 0, also when there are none.
    """
    from cskh.cli._campaigns import print_rows
    from cskh.engine.campaign_facts import row
    from cskh.engine.campaigns import visible

    environment = session.environment
    rows = [row(environment, entry) for entry in visible(environment)]
    told = {"campaigns": rows}
    return print_list(session, "campaigns", lambda: told, lambda: print_rows(rows, limit))


def new(
    session: Session,
    id_: Annotated[
        str, typer.Argument(metavar="ID", help=_("Its id, and the name of its file: tri-an-12"))
    ],
    name: Annotated[str | None, typer.Option(metavar="NAME", help=_("What people call it"))] = None,
    content: Annotated[str | None, typer.Option(metavar="TEXT", help=_("The text itself"))] = None,
    template: Annotated[
        str | None, typer.Option(metavar="ID", help=_("A file in templates/ instead"))
    ] = None,
    purpose: Annotated[
        str | None, typer.Option(metavar="PURPOSE", help=_("care or advertising"))
    ] = None,
    send_at: Annotated[
        str | None, typer.Option(metavar="TIME", help=_("When it begins, as 2026-12-24T09:00"))
    ] = None,
    list_: Annotated[
        list[str] | None, typer.Option("--list", metavar="NAME", help=_("For those on a list"))
    ] = None,
    filter_: Annotated[
        list[str] | None,
        typer.Option(
            "--filter", metavar="FIELD=VALUE", help=_("For those who match: tags=VIP, status=Mới")
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="PID|PHONE", help=_("Not for this one")),
    ] = None,
    max_recipients: Annotated[
        int | None, typer.Option(metavar="N", min=1, help=_("At most so many"))
    ] = None,
) -> Exit:
    """Start a campaign: its file, from the options and from what you are asked on a terminal.

    Example: cskh campaign new tri-an-12 --name "Tri ân" --content "Cam on quy khach" --list vip

    Exit status: 0 · 2 the id is taken, or something can't be as it was given · 4 nobody knows who
    you are, or you are an agent.
    """
    from cskh.cli._campaigns import asked
    from cskh.engine.drafting import Draft, check_new, start

    draft = Draft(
        id=id_,
        name=name,
        content=content,
        template=template,
        purpose=purpose,
        send_at=send_at,
        lists=tuple(list_ or ()),
        filter=tuple(filter_ or ()),
        exclude=tuple(exclude or ()),
        max_recipients=max_recipients,
    )
    check_new(session.environment, draft)
    file = start(session.environment, asked(draft))
    if session.json:
        print_json({"id": id_, "file": file})
        return Exit.OK
    print(session.project.root / file)
    say(
        _("Next: {commands}").format(
            commands=f"cskh campaign show {id_} · cskh campaign submit {id_}"
        )
    )
    return Exit.OK


def show(session: Session, id_: Id) -> Exit:
    """Show a campaign: its text, whom it goes to, what it costs, and its history.

    Example: cskh campaign show tri-an-12

    Exit status: 0 · 2 there is no such campaign · 4 it is somebody else's.
    """
    from cskh.cli._campaigns import print_one
    from cskh.engine.campaign_facts import told
    from cskh.engine.campaigns import shown as entry_of

    environment = session.environment
    entry = entry_of(environment, id_)
    if session.json:
        print_json(told(environment, entry))
    else:
        print_one(environment, entry)
    return Exit.OK


def submit(session: Session, id_: Id, note: Note = None, accept: Accept = None) -> Exit:
    """Hand a campaign in for approval: its text, time and recipients are frozen.

    Example: cskh campaign submit tri-an-12 --note "như đã bàn"

    Exit status: 0 · 1 its file has errors, or it is for nobody · 2 there is no such campaign · 4
    you may not, it can't be submitted as it stands, it is too large, or no SMS provider is active.
    """
    from cskh.cli._campaigns import print_frozen
    from cskh.engine.submitting import submit as freeze

    with bar(_("planning")) as advance:
        frozen = freeze(session.environment, id_, note, accept, counting(advance))
    return print_frozen(session, frozen)


def edit(session: Session, id_: Id, note: Note = None, accept: Accept = None) -> Exit:
    """Read a campaign's file again: what it says now is frozen, and waits for approval.

    Example: cskh campaign edit tri-an-12

    Exit status: as of submit.
    """
    from cskh.cli._campaigns import print_frozen
    from cskh.engine.submitting import edit as freeze

    with bar(_("planning")) as advance:
        frozen = freeze(session.environment, id_, note, accept, counting(advance))
    return print_frozen(session, frozen)


def approve(session: Session, id_: Id, note: Note = None, key: Key = None) -> Exit:
    """Approve a campaign: it is sent when its time comes, exactly as it was submitted.

    Example: cskh campaign approve tri-an-12 --as lan

    Exit status: 0 · 2 there is no such campaign · 4 you may not, it doesn't wait for approval, its
    file says something else than was submitted, or the signature is wrong.
    """
    return _change(session, "approve", id_, note, key)


def reject(session: Session, id_: Id, note: Note = None, key: Key = None) -> Exit:
    """Reject a campaign; it may be submitted again.

    Example: cskh campaign reject tri-an-12 --note "sửa lại giờ gửi"

    Exit status: 0 · 2 there is no such campaign · 4 you may not, or it doesn't wait for approval.
    """
    return _change(session, "reject", id_, note, key)


def pause(session: Session, id_: Id, note: Note = None) -> Exit:
    """Pause a campaign, also while it is being sent: only what is on the wire still arrives.

    Example: cskh campaign pause tri-an-12

    Exit status: 0 · 2 there is no such campaign · 4 you may not, or there is nothing to pause.
    """
    return _change(session, "pause", id_, note, None)


def resume(session: Session, id_: Id, note: Note = None, key: Key = None) -> Exit:
    """Let a paused campaign go on where it stopped; nobody gets it twice.

    Example: cskh campaign resume tri-an-12

    Exit status: 0 · 2 there is no such campaign · 4 you may not, it isn't paused, its file says
    something else than was approved, or the signature is wrong.
    """
    return _change(session, "resume", id_, note, key)


def delete(session: Session, id_: Id, note: Note = None) -> Exit:
    """Delete a campaign with its file; its history stays.

    Example: cskh campaign delete tri-an-12

    Exit status: 0 · 2 there is no such campaign · 4 you may not, something was sent, or nobody said
    yes.
    """
    from cskh.engine.approving import check_deletable
    from cskh.engine.approving import delete as remove
    from cskh.engine.campaign_facts import told
    from cskh.engine.campaigns import find

    entry = check_deletable(session.environment, id_)
    question = _("Delete the campaign {id} ({name}) with its file?")
    session.confirm(shown(question.format(id=id_, name=entry.name)))
    is_draft = session.json and entry.submitted is None
    drafted = told(session.environment, entry) if is_draft else None
    remove(session.environment, id_, note)
    if session.json:
        facts = drafted or told(session.environment, find(session.environment, id_))
        print_json({**facts, "state": "deleted", "file": None, "deleted": True})
    else:
        print(shown(_("{id} is deleted.").format(id=id_)))
    return Exit.OK


COMMANDS = {
    "list": list_,
    "new": new,
    "show": show,
    "submit": submit,
    "edit": edit,
    "approve": approve,
    "reject": reject,
    "pause": pause,
    "resume": resume,
    "delete": delete,
}


def _change(session: Session, name: str, id_: str, note: str | None, key: Path | None) -> Exit:
    from cskh.cli._campaigns import print_moved
    from cskh.engine.approving import change

    moved = change(session.environment, name, id_, note, _sign(session, key))
    says = {
        "approve": _("{id} is approved."),
        "reject": _("{id} is rejected."),
        "pause": _("{id} is paused."),
        "resume": _("{id} goes on with the next run."),
    }
    return print_moved(session, moved.id, says[name].format(id=moved.id))


def _sign(session: Session, key: Path | None) -> Sign | None:
    if session.project.settings.approvals != "signed":
        return None
    from cskh.edge.ssh import DEFAULT_KEY
    from cskh.engine.signing import agent, signer

    file = (key or Path(DEFAULT_KEY)).expanduser()
    return signer(file) if key or file.exists() else agent(session.environment)
