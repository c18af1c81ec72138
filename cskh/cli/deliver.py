"""cskh deliver."""

from __future__ import annotations

from cskh.cli._console import print_json
from cskh.cli._session import Session
from cskh.cli.run import WAIT, Wait, ask
from cskh.errors import Exit

SETTLED = True


def command(session: Session, wait: Wait = WAIT) -> Exit:
    """Send the messages that are queued and whose time has come.

    What a crash left half-way is settled first: what may have gone out is unknown, and is
    never sent again by itself, unless its provider can say that it never got it.

    Example: cskh deliver

    Exit status: 0 done · 3 some messages failed, are unknown, or wait for a provider that is
    down · 4 another run was not done in time.
    """
    from cskh.cli._plans import print_delivery, tell_troubles
    from cskh.engine.telling import told_delivery, told_now

    with session.alone(wait):
        delivered = session.deliver()
        ask(session, delivered)
    if session.json:
        print_json({"now": told_now(session.clock), "delivery": told_delivery(delivered)})
    else:
        print_delivery(delivered)
    tell_troubles(delivered)
    return Exit.PARTIAL if delivered.is_partial else Exit.OK
