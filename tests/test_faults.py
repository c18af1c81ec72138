"""Where a message ends whose provider misbehaves: each provider, each fault, over real sockets."""

from __future__ import annotations

from pathlib import Path

import pytest

from cskh.providers import discover
from tests.faults import broken, faults_of, suffer
from tests.peers import WIRES

LATER = "queued > accepted (1)"
LEFT, MAYBE = "unknown (1)", "unknown (0)"
TOLD = "unknown > accepted (1)"  # by who was asked, or who takes one number once
FAILED = "failed (0)"
# Written down a second time, so that no cell moves by accident.
USUAL = {
    "refused": LATER,
    "unread": MAYBE,
    "read": LEFT,
    "slow": LEFT,
    "garbage": LEFT,
    "error in 200": FAILED,
    "429": LATER,
    "500": MAYBE,
    "taken, 500": LEFT,
    "503": LATER,
}
SURE = dict.fromkeys(("unread", "read", "slow", "garbage", "500", "taken, 500"), TOLD)
TAKEN = "accepted (1)"
UNUSUAL = {
    "esms": SURE,
    "dinstar": {**SURE, "gone then": TAKEN},
    # Its page says nothing, the status of its line all: it is looked at until the line is done.
    "goip": {
        **dict.fromkeys(("read", "slow", "garbage", "taken, 500"), TAKEN),
        "error in 200": MAYBE,
        "gone then": TOLD,
    },
    # What it said at last is that the token has expired: the message certainly didn't go.
    "zns": {"gone then": LATER},
    # The window has closed.
    "zalo_oa": {"gone then": LATER, "error in 200": "skipped (0)"},
    "facebook": {"error in 200": "skipped (0)"},
    "yeastar": {"error in 200": LATER},
    "kannel": {"error in 200": MAYBE},
    # The mail is only read when the server has said yes to it; no server answers 500 before that.
    "smtp": {"unread": LATER, "500": LATER},
}


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("name", WIRES)
def test_a_message_ends_where_its_fault_allows(tmp_path: Path, name: str) -> None:
    ends = {}
    for fault in faults_of(name):
        folder = tmp_path / fault.replace(" ", "-")
        folder.mkdir()
        ends[fault] = suffer(folder, name, fault)
    assert {fault: str(end) for fault, end in ends.items()} == {**USUAL, **UNUSUAL.get(name, {})}
    assert {fault: broken(end) for fault, end in ends.items() if broken(end)} == {}


def test_every_provider_meets_every_fault() -> None:
    drivers = {"dinstar", "goip", "openvox", "yeastar", "kannel"}
    assert WIRES.keys() - drivers == discover().keys() - {"sandbox", "sms_gateway"}
    assert drivers <= WIRES.keys()
