"""SIM gateways and Kannel: every driver in its vendor's language, and whose turn a port has."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.engine.project import load
from cskh.model.message import Outcome, Receipt
from cskh.model.secret import Secret
from cskh.providers import Failure, Response
from cskh.providers._answers import HOUR
from cskh.providers._box import Box
from cskh.providers._dinstar import CODES
from cskh.providers.sms_gateway import ASK, CHECK, SEND, SmsGateway
from tests.providers.fakes import gateways, vendor
from tests.providers.fakes.gateways import ACCOUNT, PASSWORD, Gateway
from tests.providers.wired import asked, hear, said, sms, talk

KINDS: Mapping[str, type[Gateway]] = {
    "dinstar": gateways.Dinstar,
    "goip": gateways.Goip,
    "openvox": gateways.OpenVox,
    "yeastar": gateways.Yeastar,
    "kannel": gateways.Kannel,
}
SIMS = sorted(set(KINDS) - {"kannel"})
TEXTS = ["Cam on anh An, 20% & {qua} = [€] + 1", "Cảm ơn chị Đào & cả nhà\nhẹn gặp lại", "🎉"]

pytestmark = pytest.mark.usefixtures("english")
every_driver = pytest.mark.parametrize("driver", sorted(KINDS))


def account(driver: str, **parts: Any) -> SmsGateway:
    common = {"account": ACCOUNT, "password": Secret(PASSWORD), "host": "http://192.0.2.10"}
    own = {"sender": "MYBRAND"} if driver == "kannel" else {"ports": (1, 2, 3)}
    return SmsGateway(driver=driver, **{**common, **own, **parts})


def at(device: Gateway, **parts: Any) -> SmsGateway:
    driver = next(name for name, kind in KINDS.items() if isinstance(device, kind))
    return account(driver, **{"host": device.url, **parts})


@pytest.fixture
def device(driver: str) -> Iterator[Gateway]:
    with KINDS[driver]() as stand_in:
        yield stand_in
        assert stand_in.slips == []


@pytest.fixture
def dinstar() -> Iterator[gateways.Dinstar]:
    with gateways.Dinstar() as stand_in:
        yield stand_in
        assert stand_in.slips == []


@pytest.fixture
def goip() -> Iterator[gateways.Goip]:
    with gateways.Goip() as stand_in:
        yield stand_in
        assert stand_in.slips == []


@pytest.fixture
def kannel() -> Iterator[gateways.Kannel]:
    with gateways.Kannel() as stand_in:
        yield stand_in
        assert stand_in.slips == []


# What all have in common


def test_every_driver_has_a_stand_in() -> None:
    assert SEND.keys() == KINDS.keys()


@every_driver
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_arrives_as_it_was_written(device: Gateway, text: str) -> None:
    assert talk(at(device).flow(sms(content=text))).outcome is Outcome.ACCEPTED
    assert [each[1] for each in device.sent] == [text]


@every_driver
def test_a_wrong_password_sends_nothing_and_is_not_told(device: Gateway) -> None:
    found = talk(at(device, password=Secret("sai & mat khau")).flow(sms()))
    # Yeastar's refusals look all alike.
    assert found.outcome in (Outcome.STOPPED, Outcome.RETRY)
    assert device.sent == []
    assert "sai" not in (found.error or "")


@every_driver
@pytest.mark.parametrize(
    "mood",
    [vendor.cut_read, vendor.silent, vendor.says("", 500), vendor.taken_then(500)],
    ids=["cut", "silent", "500", "taken, 500"],
)
def test_a_message_that_may_have_left_is_unknown(driver: str, device: Gateway, mood: Any) -> None:
    before = {"dinstar": 1, "goip": 1}.get(driver, 0)  # questions that hold no message
    device.moods.extend([vendor.content] * before + [mood])
    # And a GoIP nobody can ask afterwards.
    device.mood = vendor.cut_unread if driver == "goip" else vendor.content
    assert talk(at(device).flow(sms()), timeout=0.5).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("driver", ["dinstar", "goip"])
@pytest.mark.parametrize("mood", [vendor.cut_read, vendor.cut_unread, vendor.silent])
def test_what_is_lost_before_the_message_is_tried_again(device: Gateway, mood: Any) -> None:
    device.moods.append(mood)
    assert talk(at(device).flow(sms()), timeout=0.5).outcome is Outcome.RETRY
    assert device.sent == []


@every_driver
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_gateway_is_tried_again(driver: str, device: Gateway, status: int) -> None:
    before = {"dinstar": 1}.get(driver, 0)
    device.moods.extend([vendor.content] * before + [vendor.says("later", status)])
    assert talk(at(device).flow(sms())).outcome is Outcome.RETRY


@every_driver
def test_nobody_there_is_tried_again(driver: str) -> None:
    found = talk(account(driver, host="http://127.0.0.1:1").flow(sms()))
    assert found.outcome is Outcome.RETRY


@every_driver
@pytest.mark.parametrize("recipient", ["", "900000101", "+12025550101"])
def test_what_isnt_a_vietnamese_number_is_never_sent(driver: str, recipient: str) -> None:
    assert hear(account(driver).flow(sms(recipient=recipient))).outcome is Outcome.FAILED


BODIES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(["{", "null", '{"report":[{"0":[1]}]}', "Response:", "9:", "[" * 60_000]).map(
        str.encode
    ),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["error_code", "report", "0", "result", "task_id"]), inner
            )
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
)


@every_driver
@given(body=BODIES, status=st.just(200) | st.integers(100, 599))
def test_no_answer_is_too_strange(driver: str, body: bytes, status: int) -> None:
    answers = [Response(status=status, body=body)] * 3
    one = account(driver)
    flows = [one.flow(sms())]
    flows += [one.ask(sms(age=1))] if driver in ASK else []
    flows += [one.check()] if driver in CHECK else []
    for flow in flows:
        receipt = hear(flow, *answers)
        for text in (receipt.error or "", receipt.provider_id or ""):
            assert text.isprintable()
            assert len(text) < 400


@every_driver
def test_nothing_that_is_asked_shows_the_password(driver: str) -> None:
    one = account(driver)
    for flow in (one.flow(sms()), *([one.check()] if driver in CHECK else ())):
        assert PASSWORD not in repr(asked(flow)) + repr(one)


@pytest.mark.parametrize("driver", sorted(CHECK))
def test_a_check_sends_nothing(device: Gateway) -> None:
    assert talk(at(device).check()) == Receipt(outcome=Outcome.ACCEPTED)
    assert device.sent == []


@pytest.mark.parametrize("driver", sorted(CHECK))
def test_a_check_finds_a_wrong_password(device: Gateway) -> None:
    assert talk(at(device, password=Secret("sai")).check()).outcome is Outcome.STOPPED


@pytest.mark.parametrize("driver", sorted(CHECK))
def test_a_check_finds_nobody(driver: str) -> None:
    found = talk(account(driver, host="http://127.0.0.1:1").check())
    assert (found.outcome, found.error) == (Outcome.RETRY, "127.0.0.1:1 can't be reached.")


@every_driver
def test_who_cant_be_asked_or_tried_doesnt_claim_it(driver: str) -> None:
    assert hasattr(account(driver), "ask") is (driver in ("dinstar", "goip"))
    assert hasattr(account(driver), "check") is (driver in ("dinstar", "goip", "kannel"))


# Whose turn it is


def box(count: int) -> Box:
    ports = tuple(f"gsm-{port}" for port in range(count))
    return Box(host="", account="", password=Secret(""), ports=ports)


@given(st.integers(1, 32), st.integers(0, 10_000))
def test_as_many_messages_as_ports_use_each_port_once(count: int, rounds: int) -> None:
    ids = range(rounds * count + 1, rounds * count + count + 1)
    used = [box(count).port(sms(id_, recipient="0900000101")) for id_ in ids]
    assert sorted(used) == sorted(box(count).ports)


@given(st.integers(2, 8), st.integers(1, 16), st.integers(1, 1000))
def test_no_distance_between_messages_leaves_a_port_idle(
    count: int, distance: int, first: int
) -> None:
    ids = range(first, first + 60 * count * distance, distance)
    used = Counter(box(count).port(sms(id_, recipient="0900000101")) for id_ in ids)
    assert len(used) == count
    assert 10 <= min(used.values()) <= max(used.values()) <= 120


@given(st.integers(2, 32), st.integers(1, 10_000), st.integers(0, 4))
def test_the_next_try_takes_another_port(count: int, number: int, attempts: int) -> None:
    tries = [sms(number, recipient="0900000101", attempts=attempts + more) for more in (0, 1)]
    assert box(count).port(tries[0]) != box(count).port(tries[1])


@pytest.mark.parametrize("driver", SIMS)
def test_messages_go_round_the_ports(device: Gateway) -> None:
    for number in range(1, 7):
        talk(at(device).flow(sms(number)))
    assert [each[2] for each in device.sent[:3]] == ["1", "2", "3"]
    assert Counter(each[2] for each in device.sent) == {"1": 2, "2": 2, "3": 2}


@pytest.mark.parametrize(
    ("driver", "port"),
    [("dinstar", 32), ("dinstar", "gsm-1"), ("goip", 0), ("goip", "a"), ("yeastar", 0)],
)
def test_a_port_that_the_vendor_doesnt_have_stops_the_gateway(driver: str, port: Any) -> None:
    found = hear(account(driver, ports=(port,)).flow(sms()))
    assert found.outcome is Outcome.STOPPED
    assert f"There is no port {port} on this gateway" in (found.error or "")


def test_dinstar_counts_from_0_and_openvox_may_name_its_ports() -> None:
    assert asked(account("dinstar", ports=(0,)).flow(sms())).json["port"] == [0]
    named = asked(account("openvox", ports=("gsm-1.2",)).flow(sms()))
    assert named.params["port"] == "gsm-1.2"


@pytest.mark.parametrize(
    ("driver", "numbers", "number"),
    [
        ("openvox", None, "0900000041"),
        ("openvox", "international", "84900000041"),
        ("kannel", None, "84900000041"),
        ("kannel", "local", "0900000041"),
    ],
)
def test_a_gateway_gets_the_numbers_that_it_dials(
    driver: str, numbers: str | None, number: str
) -> None:
    params = asked(account(driver, numbers=numbers).flow(sms())).params
    assert number in params.values()


# Dinstar


@pytest.mark.parametrize("basic", [False, True], ids=["digest", "basic"])
@pytest.mark.parametrize("fresh", [False, True], ids=["one nonce", "fresh nonces"])
@pytest.mark.parametrize("other", [None, 200, 404, 405])
def test_dinstar_asks_in_its_own_way_who_calls(basic: bool, fresh: bool, other: int | None) -> None:
    with gateways.Dinstar(basic, other, fresh) as stand_in:
        one = at(stand_in)
        assert [talk(one.flow(sms(number))).outcome for number in (1, 2)] == [Outcome.ACCEPTED] * 2
        assert talk(one.check()).outcome is Outcome.ACCEPTED
        assert talk(at(stand_in, password=Secret("sai")).flow(sms(3))).outcome is Outcome.STOPPED
        assert len(stand_in.sent) == 2
        assert stand_in.slips == []


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (400, Outcome.FAILED),
        (413, Outcome.FAILED),
        (500, Outcome.UNKNOWN),
        (550, Outcome.RETRY),
        (777, Outcome.UNKNOWN),
    ],
)
def test_dinstars_code_decides(dinstar: gateways.Dinstar, code: int, outcome: Outcome) -> None:
    dinstar.code = code
    assert talk(at(dinstar).flow(sms())).outcome is outcome
    assert CODES.keys() == {400, 413, 500, 550}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("SENDING", Outcome.ACCEPTED),
        ("SENT_OK", Outcome.ACCEPTED),
        ("DELIVERED", Outcome.DELIVERED),
        ("FAILED", Outcome.FAILED),
        ("ELSE", Outcome.UNKNOWN),
    ],
)
def test_dinstar_tells_what_became_of_a_message(
    dinstar: gateways.Dinstar, status: str, outcome: Outcome
) -> None:
    dinstar.moods.extend([vendor.content, vendor.cut_read])
    assert talk(at(dinstar).flow(sms())).outcome is Outcome.UNKNOWN
    dinstar.results[0]["status"] = status
    assert talk(at(dinstar).ask(sms(age=30))).outcome is outcome


def test_what_dinstar_never_got_is_sent_again_while_it_would_know(
    dinstar: gateways.Dinstar,
) -> None:
    assert talk(at(dinstar).ask(sms(age=HOUR))) == Receipt(outcome=Outcome.RETRY)
    for age in (None, HOUR + 1):
        assert talk(at(dinstar).ask(sms(age=age))).outcome is Outcome.UNKNOWN


def test_dinstars_word_about_somebody_else_is_not_taken(dinstar: gateways.Dinstar) -> None:
    talk(at(dinstar).flow(sms()))
    dinstar.results[0]["number"] = "0900000999"
    assert talk(at(dinstar).ask(sms(age=1))).outcome is Outcome.RETRY
    dinstar.moods.extend([vendor.content, vendor.says("{}")])
    assert talk(at(dinstar).ask(sms(age=1))).outcome is Outcome.UNKNOWN


# GoIP


def test_goip_skips_lines_that_are_at_work(goip: gateways.Goip) -> None:
    goip.lines[1] = ("aaaaaaaa", "STARTED", "")
    talk(at(goip).flow(sms(1)))
    assert [each[2] for each in goip.sent] == ["2"]


def test_goip_with_all_lines_at_work_waits_without_losing_a_message(goip: gateways.Goip) -> None:
    goip.looks = 1000
    found = [talk(at(goip).flow(sms(number))).outcome for number in range(1, 5)]
    assert found == [Outcome.ACCEPTED] * 3 + [Outcome.BUSY]
    assert (len(goip.sent), goip.lost) == (3, [])


def test_goip_is_watched_until_its_line_says_what_became_of_a_message(goip: gateways.Goip) -> None:
    goip.looks, goip.errors["0900000002"] = 3, "38 <network> out of order"
    found = [talk(at(goip, ports=(1,)).flow(sms(number))) for number in (1, 2, 3)]
    assert [each.outcome for each in found] == [
        Outcome.ACCEPTED,
        Outcome.FAILED,
        Outcome.ACCEPTED,
    ]
    assert found[1].error == "The gateway could not send it: 38 <network> out of order"
    assert len(goip.sent) == 3


@pytest.mark.parametrize(
    "mood",
    [vendor.cut_read, vendor.silent, vendor.taken_then(500)],
    ids=["cut", "silent", "500"],
)
def test_goips_line_knows_a_message_whose_answer_was_lost(goip: gateways.Goip, mood: Any) -> None:
    goip.moods.extend([vendor.content, mood])
    assert talk(at(goip).flow(sms()), timeout=0.5).outcome is Outcome.ACCEPTED


def test_a_form_that_no_line_of_goip_shows_may_be_anywhere(goip: gateways.Goip) -> None:
    goip.moods.extend([vendor.content, vendor.says("<html>Session expired</html>")])
    assert talk(at(goip).flow(sms()), waits=99).outcome is Outcome.UNKNOWN
    assert len(goip.asked) == 1 + 3  # it isn't looked for until the end of time


def test_goip_that_is_gone_after_it_took_a_message_leaves_it_unknown(goip: gateways.Goip) -> None:
    goip.moods.extend([vendor.content, vendor.last_words()])
    assert talk(at(goip).flow(sms())).outcome is Outcome.UNKNOWN
    assert len(goip.sent) == 1


def test_what_goip_shows_of_an_earlier_try_is_not_taken_for_this_one(goip: gateways.Goip) -> None:
    talk(at(goip, ports=(1,)).flow(sms()))
    goip.moods.extend([vendor.content, vendor.says("<html>Session expired</html>")])
    assert talk(at(goip, ports=(1,)).flow(sms(attempts=1))).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("status", "error", "outcome"),
    [
        ("STARTED", "", Outcome.ACCEPTED),
        ("DONE", "", Outcome.ACCEPTED),
        ("DONE", "SIM <full>", Outcome.FAILED),
        ("", "", Outcome.UNKNOWN),
    ],
)
def test_goip_tells_what_became_of_our_key(
    goip: gateways.Goip, status: str, error: str, outcome: Outcome
) -> None:
    goip.moods.extend([vendor.content, vendor.last_words()])
    assert talk(at(goip).flow(sms(1))).outcome is Outcome.UNKNOWN
    goip.come_back()
    goip.left.clear()
    goip.lines[1] = (goip.lines[1][0], status, error)
    found = talk(at(goip).ask(sms(1, attempts=1, age=1)))
    assert found.outcome is outcome
    if error:
        assert found.error == "The gateway could not send it: SIM <full>"


def test_a_key_that_goip_doesnt_show_may_have_been_followed_by_another(
    goip: gateways.Goip,
) -> None:
    assert talk(at(goip).ask(sms(age=1))).outcome is Outcome.UNKNOWN


# OpenVox


@pytest.mark.parametrize(
    ("result", "place", "outcome"),
    [
        ("sending", "0", Outcome.ACCEPTED),
        ("success", "1", Outcome.ACCEPTED),
        ("fail", "0", Outcome.FAILED),
        ("perhaps", "0", Outcome.UNKNOWN),
    ],
)
def test_openvox_reports(result: str, place: str, outcome: Outcome) -> None:
    with gateways.OpenVox() as stand_in:
        stand_in.result, stand_in.place = result, place
        assert talk(at(stand_in).flow(sms())).outcome is outcome
        assert stand_in.slips == []


def test_two_reports_about_one_message_are_no_answer() -> None:
    one = {"result": "sending"}
    answer = said(json.dumps({"report": [{"0": [one], "1": [one]}]}))
    assert hear(account("openvox").flow(sms()), answer).outcome is Outcome.UNKNOWN


# Yeastar


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Response: Success\r\nMessage: Commit successfully!\r\n", Outcome.ACCEPTED),
        ("Response: Success\nPrivilege: all\nMessage: Commit successfully!", Outcome.ACCEPTED),
        ("Response: Success\r\nMessage: something else\r\n", Outcome.UNKNOWN),
        ("Response: Success\r\n", Outcome.UNKNOWN),
        ("Response: Error\r\nMessage: no such port\r\n", Outcome.RETRY),
        ("Response: \r\nMessage: \r\n", Outcome.UNKNOWN),
        ("", Outcome.UNKNOWN),
    ],
)
def test_yeastar_took_it_only_if_it_says_both_words(text: str, outcome: Outcome) -> None:
    assert hear(account("yeastar").flow(sms()), said(text)).outcome is outcome


def test_yeastars_account_may_have_any_sign() -> None:
    url = asked(account("yeastar", account="a&b=c d").flow(sms())).url
    assert url.endswith("/cgi/WebCGI?1500101=account=a%26b%3Dc%20d")


# Kannel


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("0: Accepted for delivery", Outcome.ACCEPTED),
        ("3: Queued for later delivery", Outcome.ACCEPTED),
        ("4: Something", Outcome.UNKNOWN),
        ("Sent.", Outcome.UNKNOWN),
        ("", Outcome.UNKNOWN),
    ],
)
def test_kannels_text_decides(kannel: gateways.Kannel, text: str, outcome: Outcome) -> None:
    kannel.taken = text
    assert talk(at(kannel).flow(sms())).outcome is outcome


def test_kannel_says_why_not(kannel: gateways.Kannel) -> None:
    unroutable = talk(at(kannel).flow(sms(recipient="0990000101")))
    unsigned = talk(at(kannel, sender=None).flow(sms()))
    stranger = talk(at(kannel, account="khac").flow(sms()))
    outcomes = [each.outcome for each in (unroutable, unsigned, stranger)]
    assert outcomes == [Outcome.FAILED, Outcome.STOPPED, Outcome.STOPPED]
    assert "(sender:)" in (unsigned.error or "")
    assert (stranger.error or "").endswith("(HTTP 403): Authorization failed for sendsms")


def test_kannels_own_sender_is_left_to_it(kannel: gateways.Kannel) -> None:
    kannel.has_sender = True
    assert talk(at(kannel, sender=None).flow(sms())).outcome is Outcome.ACCEPTED
    assert kannel.sent[0][2] == ""


def test_a_lost_answer_to_a_question_is_no_loss() -> None:
    lost = Failure(refused=False, error="no answer")
    for driver in CHECK:
        assert hear(account(driver).check(), lost).outcome is Outcome.RETRY


# In cskh.yaml

SETTINGS = """
version: 1
providers:
  box: {{type: sms_gateway, host: "http://192.0.2.10", account: a, password: "${{P}}", {keys}}}
"""


def problems(folder: Path, keys: str) -> list[str]:
    (folder / "cskh.yaml").write_text(SETTINGS.format(keys=keys), encoding="utf-8")
    found = load(folder, {"P": "mat-khau"}).problems
    return [each.path for each in found if each.severity == "error"]


@pytest.mark.parametrize(
    "keys",
    [
        "driver: dinstar, ports: [0, 1]",
        "driver: goip, ports: [1]",
        'driver: openvox, ports: ["gsm-1.2", 2]',
        "driver: yeastar, ports: [8], numbers: international",
        "driver: kannel",
        "driver: kannel, sender: MYBRAND",
    ],
)
def test_settings_that_fit_their_driver(tmp_path: Path, keys: str) -> None:
    assert problems(tmp_path, keys) == []


@pytest.mark.parametrize(
    "keys",
    [
        "driver: dinstar",
        "driver: dinstar, ports: []",
        "driver: dinstar, ports: [1.5]",
        "driver: goip, ports: [1], sender: MYBRAND",
        "driver: kannel, ports: [1]",
        "driver: nokia, ports: [1]",
        "ports: [1]",
    ],
)
def test_settings_that_dont_fit_their_driver(tmp_path: Path, keys: str) -> None:
    assert problems(tmp_path, keys) != []
