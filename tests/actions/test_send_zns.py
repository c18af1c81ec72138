from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from cskh.actions.send_zns import Fallback, SendZns, SmsInstead
from cskh.model.effects import Send, Skip
from cskh.model.message import Channel, Purpose
from cskh.model.secret import Secret
from cskh.model.settings import Account
from cskh.providers.zns import Zns
from tests.actions.worlds import context, customer

ZNS = Account(
    id="zns",
    type="zns",
    price=300,
    settings=Zns(
        app_id="1234567",
        app_secret=Secret("s"),
        refresh_token=Secret("r"),
        templates={"358203": {"name": 20, "code": 3}},
    ),
)
CONTEXT = context()
WORLD = replace(
    CONTEXT,
    settings=replace(
        CONTEXT.settings,
        providers={**CONTEXT.settings.providers, "zns": ZNS},
        active={**CONTEXT.settings.active, Channel.ZNS: "zns"},
    ),
)


def what(action: SendZns, **values: Any) -> Send | Skip:
    (only,) = action.effects(customer(**values), WORLD)
    assert isinstance(only, Send | Skip)
    return only


def notification(**data: str) -> SendZns:
    return SendZns(template_id="358203", data=data or {"name": "{{ customer.name }}"})


def test_the_data_is_made_for_the_customer() -> None:
    send = what(notification())
    assert isinstance(send, Send)
    assert (send.recipient, send.provider, send.price) == ("0900000103", "zns", 300)
    assert json.loads(send.content) == {"name": "Nguyễn Thị Ánh"}
    assert send.data == {"template_id": "358203", "template_data": {"name": "Nguyễn Thị Ánh"}}


def test_the_sms_to_fall_back_to_is_made_at_the_same_time_and_without_diacritics() -> None:
    sms = SmsInstead(content="Cảm ơn {{ customer.name }}")
    send = what(replace(notification(), fallback=Fallback(sms=sms)))
    assert isinstance(send, Send)
    assert send.data["fallback"] == {
        "provider": "chinh",
        "content": "Cam on Nguyen Thi Anh",
        "parts": 1,
        "price": 350,
    }


def test_the_sms_may_be_a_template() -> None:
    fallback = Fallback(sms=SmsInstead(template="chao"))
    send = what(replace(notification(), fallback=fallback))
    assert isinstance(send, Send)
    assert send.data["fallback"]["content"] == "Chao ban"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"phone": None, "phone_kind": None}, "no_phone"),
        ({"phone_kind": "landline"}, "not_a_mobile"),
        ({"name": None}, "missing customer.name"),
        ({"name": "Công Tằng Tôn Nữ Thị Huyền"}, "text_too_long name"),
    ],
)
def test_who_cant_get_it_is_skipped_with_the_reason(values: dict[str, Any], reason: str) -> None:
    assert what(notification(), **values) == Skip(
        reason=reason, channel=Channel.ZNS, purpose=Purpose.CARE
    )


def test_who_has_too_long_a_value_gets_the_sms_at_once() -> None:
    sms = SmsInstead(content="Cảm ơn {{ customer.given_name }}")
    action = replace(notification(), fallback=Fallback(sms=sms), send_at="+2h")
    send = what(action, name="Công Tằng Tôn Nữ Thị Huyền")
    assert isinstance(send, Send)
    assert (send.channel, send.content, send.data) == (Channel.SMS, "Cam on Huyen", {})
    assert (send.provider, send.parts, send.price, send.purpose) == ("chinh", 1, 350, Purpose.CARE)
    assert send.send_at is not None and send.when == "+2h"


def test_a_value_is_one_line_and_never_empty() -> None:
    send = what(notification(name=" An \n Ánh "))
    assert json.loads(getattr(send, "content", "")) == {"name": "An Ánh"}
    assert what(notification(name="{% if false %}x{% endif %}")) == Skip(
        reason="empty_text", channel=Channel.ZNS, purpose=Purpose.CARE
    )
