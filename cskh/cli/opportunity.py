"""Look at opportunities, move them through a pipeline, win or lose them.

Example: cskh opportunity add customer=A1 pipeline=ban-moi amount=5tr
"""

from __future__ import annotations

from typing import Annotated

import typer

from cskh.cli import _work
from cskh.cli._console import ROWS_SHOWN
from cskh.cli._firing import NoDeliver, NoRun
from cskh.cli._lists import LISTED, ONLY_LOOKED_AT, Limit
from cskh.cli._session import Session
from cskh.cli._work import Filters, Number, OfCustomer, OfStatus, Words
from cskh.errors import Exit
from cskh.language import _

FORMATS = LISTED
SETTLED = ONLY_LOOKED_AT

Stage = Annotated[str, typer.Argument(metavar="STAGE", help=_("One of the pipeline's stages"))]
OfPipeline = Annotated[
    str | None, typer.Option("--pipeline", metavar="ID", help=_("Only cards in this pipeline"))
]
OfStage = Annotated[
    str | None, typer.Option("--stage", metavar="STAGE", help=_("Only cards in this stage"))
]


def add(
    session: Session, words: Words, no_run: NoRun = False, no_deliver: NoDeliver = False
) -> Exit:
    """Put a customer into a pipeline; workflows that wait for it act at once.

    Without stage= it begins at the first one. A customer has one card a
    pipeline. The fields: customer pipeline stage amount.

    Example: cskh opportunity add customer=A1 pipeline=ban-moi amount=5tr

    Exit status: 0 done · 1 there is no such customer · 2 a field or value can't
    be · 3 some messages failed or wait · 4 the customer has a card there; or a
    guard refused what a workflow would do, and the card is there.
    """
    return _work.add_work(session, "opportunity", words, no_run=no_run, no_deliver=no_deliver)


def set_(
    session: Session,
    number: Number,
    words: Words,
    no_run: NoRun = False,
    no_deliver: NoDeliver = False,
) -> Exit:
    """Change a card's amount, status or stage; workflows act at once.

    status=open opens a card again that was won or lost.

    Example: cskh opportunity set 7 amount=12.000.000

    Exit status: 0 done, also when all was so already · 1 there is no such card ·
    2 a field or value can't be · 3 some messages failed or wait · 4 the card is
    won or lost and can't move; or a guard refused what a workflow would do, and
    the change is made.
    """
    return _work.set_work(
        session, "opportunity", number, words, no_run=no_run, no_deliver=no_deliver
    )


def move(
    session: Session,
    number: Number,
    stage: Stage,
    no_run: NoRun = False,
    no_deliver: NoDeliver = False,
) -> Exit:
    """Move a card to another stage; workflows that wait for it act at once.

    Example: cskh opportunity move 7 "Báo giá"

    Exit status: 0 done, also when it was there · 1 there is no such card · 2
    there is no such stage · 3 some messages failed or wait · 4 the card is won
    or lost; or a guard refused what a workflow would do, and the card is moved.
    """
    return _work.set_work(
        session, "opportunity", number, [f"stage={stage}"], no_run=no_run, no_deliver=no_deliver
    )


def win(
    session: Session, number: Number, no_run: NoRun = False, no_deliver: NoDeliver = False
) -> Exit:
    """Note that a card is won; it stays in its stage.

    Example: cskh opportunity win 7

    Exit status: 0 done, also when it was before · 1 there is no such card · 3
    some messages failed or wait · 4 it is lost; or a guard refused what a
    workflow would do, and the card is won.
    """
    return _finish(session, number, "won", no_run=no_run, no_deliver=no_deliver)


def lose(
    session: Session, number: Number, no_run: NoRun = False, no_deliver: NoDeliver = False
) -> Exit:
    """Note that a card is lost; it stays in its stage.

    Example: cskh opportunity lose 7

    Exit status: 0 done, also when it was before · 1 there is no such card · 3
    some messages failed or wait · 4 it is won; or a guard refused what a
    workflow would do, and the card is lost.
    """
    return _finish(session, number, "lost", no_run=no_run, no_deliver=no_deliver)


def show(session: Session, number: Number) -> Exit:
    """Show a card, when it came to each stage, and every change.

    Example: cskh opportunity show 7

    Exit status: 0 · 1 there is no such card.
    """
    return _work.show_work(session, "opportunity", number)


def list_(
    session: Session,
    words: Filters = None,
    pipeline: OfPipeline = None,
    stage: OfStage = None,
    status: OfStatus = None,
    customer: OfCustomer = None,
    limit: Limit = ROWS_SHOWN,
) -> Exit:
    """List opportunities: open ones first, those that wait longest in a stage.

    Words ask for any field of the card, or of its customer:
    customer.assignee=lan.

    Example: cskh opportunity list --pipeline ban-moi --status open

    Exit status: 0, also when there are none · 1 there is no such customer.
    """
    asked = {"pipeline": pipeline, "stage": stage, "status": status, "customer": customer}
    return _work.list_work(session, "opportunity", words, asked, limit)


COMMANDS = {
    "add": add,
    "list": list_,
    "lose": lose,
    "move": move,
    "set": set_,
    "show": show,
    "win": win,
}


def _finish(session: Session, number: int, status: str, *, no_run: bool, no_deliver: bool) -> Exit:
    from cskh.engine.work import finish

    return _work.change_work(
        session,
        "opportunity",
        number,
        lambda environment: finish(environment, "opportunity", number, status),
        no_run=no_run,
        no_deliver=no_deliver,
    )
