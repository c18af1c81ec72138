"""Where a message ends whose provider misbehaves: each provider, each fault, over real sockets."""

from __future__ import annotations

from pathlib import Path

import pytest

from cskh.providers import discover
from tests.faults import broken, suffer
from tests.peers import FAULTS, WIRES

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
    "503": LATER,
}
SURE = {"unread": TOLD, "read": TOLD, "slow": TOLD, "garbage": TOLD, "500": TOLD}
UNUSUAL = {
    "esms": SURE,
    "dinstar": {**SURE, "error in 200": LATER},
    # Its page says nothing, its status all: but only until the line has the next message.
    "goip": {"read": TOLD, "slow": TOLD, "garbage": "accepted (1)", "error in 200": MAYBE},
    "yeastar": {"error in 200": LATER},
    "kannel": {"error in 200": MAYBE},
    # The mail is only read when the server has said yes to it; no server answers 500 before that.
    "smtp": {"unread": LATER, "500": LATER},
}


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("name", WIRES)
def test_a_message_ends_where_its_fault_allows(tmp_path: Path, name: str) -> None:
    ends = {}
    for fault in FAULTS:
        folder = tmp_path / fault.replace(" ", "-")
        folder.mkdir()
        ends[fault] = suffer(folder, name, fault)
    assert {fault: str(end) for fault, end in ends.items()} == {**USUAL, **UNUSUAL.get(name, {})}
    assert {fault: broken(end) for fault, end in ends.items() if broken(end)} == {}


def test_every_provider_meets_every_fault() -> None:
    drivers = {"dinstar", "goip", "openvox", "yeastar", "kannel"}
    assert WIRES.keys() - drivers == discover().keys() - {"sandbox", "sms_gateway"}
    assert drivers <= WIRES.keys()
