import unicodedata
from typing import Any

import pytest

from cskh.actions._messages import ToGroup, ToStaff
from cskh.actions.send_sms import SendSms
from cskh.model.effects import Send, Skip
from cskh.model.message import Channel, Purpose
from tests.actions.worlds import context, customer
from tests.sample import at


def outcomes(values: dict[str, Any] | None = None, **parameters: Any) -> list[Send | Skip]:
    content = {} if "template" in parameters else {"content": "Hi"}
    action = SendSms(**{**content, **parameters})
    return list(action.effects(customer(**(values or {})), context()))


def sent(values: dict[str, Any] | None = None, **parameters: Any) -> Send:
    (what,) = outcomes(values, **parameters)
    assert isinstance(what, Send)
    return what


def reason(values: dict[str, Any] | None = None, **parameters: Any) -> str:
    (what,) = outcomes(values, **parameters)
    assert isinstance(what, Skip)
    assert what.channel is Channel.SMS
    return what.reason


def test_a_message_says_to_whom_what_and_for_how_much() -> None:
    assert sent(content="Chào {{ customer.name }}") == Send(
        channel=Channel.SMS,
        recipient="0900000103",
        content="Chao Nguyen Thi Anh",
        provider="chinh",
        parts=1,
        price=350,
    )


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"phone": None, "phone_kind": None}, "no_phone"),
        ({"phone": "", "phone_kind": None}, "no_phone"),
        ({"phone": "02412345678", "phone_kind": "landline"}, "not_a_mobile"),
        ({"phone": "19001234", "phone_kind": "hotline"}, "not_a_mobile"),
        ({"phone": "0900000103", "phone_kind": None}, "not_a_mobile"),
    ],
)
def test_without_a_mobile_number_there_is_no_message(values: dict[str, Any], why: str) -> None:
    assert reason(values) == why


def test_a_suspect_number_gets_its_message() -> None:
    assert sent({"phone_kind": "suspect"}).recipient == "0900000103"


@pytest.mark.parametrize("name", [None, "", "   "])
@pytest.mark.parametrize("variable", ["name", "given_name"])
def test_a_blank_name_is_never_sent(name: str | None, variable: str) -> None:
    content = f"Chào {{{{ customer.{variable} }}}}!"
    assert reason({"name": name}, content=content) == f"missing customer.{variable}"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Chào {{ customer.salutation }} {{ customer.given_name }}", "Chao chi Anh"),
        ("{{ customer.source | default('bạn') }}", "ban"),
        ("{{ customer.birthday | date }}", "01/12/1990"),
        ("{{ customer.so_con }}", "2"),
        ("{{ customer.tags }}", "Khach si, VIP"),
        # 18:00 UTC is one in the morning of the next day in Hà Nội.
        ("{{ customer.last_order_at | date }}", "01/12/2026"),
        ("{{ customer.last_order_at | date('%H:%M') }}", "01:00"),
        ("Em là {{ staff.name }}", "Em la Tran Minh"),
        ("  Hi\n", "Hi"),
    ],
)
def test_texts_are_made_for_the_customer(content: str, text: str) -> None:
    assert sent(content=content).content == text


@pytest.mark.parametrize("assignee", [None, "somebody who left"])
def test_without_anybody_in_charge_a_text_about_him_is_not_sent(assignee: str | None) -> None:
    values = {"assignee": assignee}
    assert reason(values, content="Em là {{ staff.name }}") == "missing staff.name"


def test_what_an_event_tells_is_not_taken_from_the_customer() -> None:
    assert reason(content="{{ event.phone }}") == "missing event.phone"


def test_a_text_of_nothing_is_not_sent() -> None:
    assert reason(content="{% if customer.source %}Hi{% endif %}") == "empty_text"
    assert reason(content="\u200b\u200b") == "empty_text"


def test_marks_stay_if_the_workflow_says_so_and_cost_more() -> None:
    text = "Chúc mừng sinh nhật! " * 4
    assert (sent(content=text).parts, sent(content=text, unaccent=False).parts) == (1, 2)
    apart = sent(content=unicodedata.normalize("NFD", "Huế"), unaccent=False)
    assert (apart.content, apart.parts) == ("Huế", 1)


def test_the_price_is_the_providers_for_every_part() -> None:
    assert sent(content="a" * 161).price == 700
    other = sent(content="a" * 161, provider="phu")
    assert (other.provider, other.price) == ("phu", 200)


def test_without_an_active_provider_the_message_waits_for_one() -> None:
    (what,) = SendSms(content="Hi").effects(customer(), context(active=None))
    assert isinstance(what, Send)
    assert (what.provider, what.price) == (None, 0)


def test_a_template_is_a_text_in_a_file_of_its_own() -> None:
    assert sent(template="chao").content == "Chao ban"


@pytest.mark.parametrize(
    ("now", "send_at", "when"),
    [
        ("10:00", "now", None),
        ("10:00", "+2h", "2026-12-01 12:00"),
        ("10:00", "+90 minutes", "2026-12-01 11:30"),
        ("23:00", "+2h", "2026-12-02 01:00"),
        ("10:00", "+3 days", "2026-12-04 10:00"),
        ("10:00", "10:01", "2026-12-01 10:01"),
        ("10:00", "10:00", "2026-12-02 10:00"),
        ("10:00", "09:00", "2026-12-02 09:00"),
        ("10:00", "2026-12-24 09:00", "2026-12-24 09:00"),
        ("10:00", "2026-12-24T09:00:30", "2026-12-24 09:00"),
        ("10:00", "2026-11-01 09:00", "2026-11-01 09:00"),
    ],
)
def test_a_message_goes_at_once_or_at_its_time(now: str, send_at: str, when: str | None) -> None:
    action = SendSms(content="Hi", send_at=send_at)
    (what,) = action.effects(customer(), context(at(f"2026-12-01T{now}")))
    assert isinstance(what, Send)
    assert what.when == send_at
    assert (f"{what.send_at:%Y-%m-%d %H:%M}" if what.send_at else None) == when


def told(what: Send | Skip) -> tuple[str | None, str]:
    return what.to_staff, what.content if isinstance(what, Send) else what.reason


ABOUT = "{{ staff.name }}: {{ customer.name }}"


def test_the_one_in_charge_is_told_about_the_customer() -> None:
    (what,) = outcomes({"phone": None}, to="assignee", content=ABOUT)
    assert told(what) == ("minh", "Tran Minh: Nguyen Thi Anh")
    assert isinstance(what, Send)
    assert what.recipient == "0900000102"


@pytest.mark.parametrize("assignee", [None, "somebody who left"])
def test_a_message_to_nobody_is_skipped(assignee: str | None) -> None:
    assert reason({"assignee": assignee}, to="assignee") == "nobody"
    assert reason(to=ToGroup(group="nobody")) == "nobody"


def test_a_colleague_is_named_by_id() -> None:
    (what,) = outcomes(to=ToStaff(staff="lan"), content=ABOUT)
    assert told(what) == ("lan", "Nguyen Thi Lan: Nguyen Thi Anh")


def test_a_group_is_every_member_and_a_shared_phone_rings_once() -> None:
    made = outcomes(to=ToGroup(group="telesales"), content=ABOUT)
    assert [told(what) for what in made] == [
        ("lan", "Nguyen Thi Lan: Nguyen Thi Anh"),
        ("minh", "Tran Minh: Nguyen Thi Anh"),
        ("ha", "no_phone"),
    ]


def test_the_purpose_goes_along_also_where_nothing_is_sent() -> None:
    for values in ({}, {"phone": None}):
        (what,) = outcomes(values, purpose=Purpose.ADVERTISING)
        assert what.purpose is Purpose.ADVERTISING


@pytest.mark.parametrize(
    ("parameters", "fields"),
    [
        ({"content": "Hi"}, {"phone", "phone_kind"}),
        ({"template": "chao"}, {"phone", "phone_kind"}),
        ({"content": "{{ customer.status }}"}, {"phone", "phone_kind", "status"}),
        ({"content": "{{ staff.name }}"}, {"phone", "phone_kind", "assignee"}),
        (
            {"content": "{{ customer.given_name }}"},
            {"phone", "phone_kind", "name", "gender", "type"},
        ),
        ({"content": "Hi", "to": "assignee"}, {"assignee"}),
        ({"content": "Hi", "to": ToStaff(staff="lan")}, set()),
    ],
)
def test_only_what_is_needed_is_read(parameters: dict[str, Any], fields: set[str]) -> None:
    assert SendSms(**parameters).reads(context()) == fields
