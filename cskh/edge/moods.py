"""The ways in which a provider's server misbehaves, for the stand-in to imitate."""

from __future__ import annotations

import json
import threading

from cskh.edge.stand_in import Call, Mood, refusal


def busy(call: Call) -> None:
    """Refuse as too busy, whatever the message is."""
    refuse(-2)(call)


def refuse(code: int) -> Mood:
    """Refuse with one of the vendor's codes, whatever the message is."""

    def mood(call: Call) -> None:
        call.form()
        call.reply(json.dumps(refusal(code)))

    return mood


def array(call: Call) -> None:
    """Answer with an array of one object."""
    call.reply(json.dumps([call.judge()]))


def number(call: Call) -> None:
    """Answer with nothing but the message's id or the code of the refusal."""
    answer = call.judge()
    call.reply(str(answer.get("error_code") or answer["msgid"]))


def says(text: str) -> Mood:
    """Take the message, and answer with a text that may be anything."""

    def mood(call: Call) -> None:
        call.judge()
        call.reply(text)

    return mood


def status(code: int, **headers: str) -> Mood:
    """Answer with an HTTP status; `Retry_After="5"` makes the header Retry-After."""

    def mood(call: Call) -> None:
        call.form()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        call.reply("", status=code, headers=named)

    return mood


def cut_unread(call: Call) -> None:
    """Cut the connection before the message is read."""
    call.hang_up()


def cut_read(call: Call) -> None:
    """Take the message, then cut the connection instead of answering."""
    call.judge()
    call.hang_up()


def slow(until: threading.Event) -> Mood:
    """Take the message, and answer when the event has come."""

    def mood(call: Call) -> None:
        answer = call.judge()
        closing = call.server.stand_in.closing
        while not until.is_set() and not closing.wait(0.01):
            pass
        call.reply(json.dumps(answer))

    return mood


def drip(call: Call) -> None:
    """Take the message, and answer a byte at a time until the caller has enough of it."""
    call.judge()
    call.send_response(200)
    call.end_headers()
    while not call.server.stand_in.closing.wait(0.01):
        call.wfile.write(b" ")


def flood(call: Call) -> None:
    """Take the message, and answer without an end."""
    call.judge()
    call.send_response(200)
    call.end_headers()
    while not call.server.stand_in.closing.is_set():
        call.wfile.write(b" " * 65536)
