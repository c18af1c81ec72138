from __future__ import annotations

from typing import Any

import pytest

from cskh.actions._messages import ToGroup, ToStaff
from cskh.actions.send_sms import SendSms
from cskh.actions.update import Note, Update
from cskh.model.message import Purpose

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "send an SMS"),
        ({"to": "assignee"}, "send an SMS to the assignee"),
        ({"to": ToStaff(staff="lan")}, "send an SMS to lan"),
        ({"to": ToGroup(group="telesales")}, "send an SMS to the group telesales"),
        ({"send_at": "09:00"}, "send an SMS, at 09:00"),
        ({"send_at": "+2h"}, "send an SMS, 2 hours later"),
        ({"send_at": "2026-12-24 09:00"}, "send an SMS, at 24/12/2026 09:00"),
        ({"send_at": "+1 day", "purpose": Purpose.ADVERTISING},
         "send an SMS, 1 day later, as advertising"),
    ],
)  # fmt: skip
def test_a_message_says_to_whom_and_when(parameters: dict[str, Any], words: str) -> None:
    assert SendSms(content="Chào", **parameters).says() == words


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"status": "Lost", "add_tags": ("VIP",)}, "set the status to Lost; add the tags VIP"),
        ({"assignee": "lan", "source": "Web", "industry": "Bác sĩ"},
         "make lan the assignee; set the source to Web; set the industry to Bác sĩ"),
        ({"pinned": True}, "pin"),
        ({"pinned": False}, "unpin"),
        ({"add_tags": ("A", "B", "C", "D")}, "add the tags A, B, C …"),
        ({"remove_tags": ("A", "B")}, "remove the tags A, B"),
        ({"note": Note(append="x")}, "append to the note"),
        ({"note": Note(replace="x")}, "replace the note"),
        ({"fields": {"hang_the": "Vàng", "dong_y": True, "so_con": None, "x": ""}},
         "set hang_the to Vàng; set dong_y to yes; clear so_con; clear x"),
    ],
)  # fmt: skip
def test_an_update_says_what_it_changes(parameters: dict[str, Any], words: str) -> None:
    assert Update(**parameters).says() == words
