"""Every provider's server as tests meet it: how to reach it, and how to make it ill."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cskh.edge import mail_lines, moods, stand_in
from cskh.model.message import Channel
from tests.edge.loopback import Listener, listening
from tests.edge.mail_servers import GOOD, HANG_UP, Reply, saying
from tests.project import PASSCODE
from tests.providers.fakes import facebook, gateways, vendor, zalo
from tests.providers.fakes.esms import Esms
from tests.providers.fakes.viettel import Viettel

# No server, a server that hangs up before or after it has read, and what it may answer.
FAULTS = ("refused", "unread", "read", "slow", "garbage", "error in 200", "429", "500",
          "taken, 500", "503")  # fmt: skip
# Of who is called several times for one message: it answers the message, and then it is gone.
MORE = dict.fromkeys(("dinstar", "goip", "zns", "zalo_oa"), "gone then")


@dataclass(frozen=True)
class Peer:
    """A provider's server: where it is, how often it has taken the message, what it suffers from.

    `slips` are requests that the vendor would not understand.
    """

    place: Callable[[], str]
    taken: Callable[[], int]
    suffer: Callable[[str | None], None]
    slips: Callable[[], list[str]] = list


@dataclass(frozen=True)
class Wire:
    """How a project reaches a server: the account's keys, and what a message to it needs."""

    channel: Channel
    keys: str
    serve: Callable[[], AbstractContextManager[Peer]]
    message: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def vietguys() -> Iterator[Peer]:
    with stand_in.StandIn(passcode=PASSCODE) as server:
        faults: dict[str | None, stand_in.Mood] = {
            None: stand_in.answer,
            "unread": moods.cut_unread,
            "read": moods.cut_read,
            "slow": moods.slow(server.closing),
            "garbage": moods.says("<html>Chào</html>"),
            "error in 200": moods.refuse(-18),
            "429": moods.status(429, Retry_After="90"),
            "500": moods.status(500),
            "taken, 500": _taken_then_500,
            "503": moods.status(503),
        }

        def suffer(fault: str | None) -> None:
            server.mood = faults[fault]

        yield Peer(lambda: server.url, lambda: len(server.accepted), suffer)


def _taken_then_500(call: stand_in.Call) -> None:
    call.judge()
    call.reply("", status=500)


def of(
    make: Callable[[], Any], path: str, error: str, last: str | None = None
) -> Callable[[], AbstractContextManager[Peer]]:
    """Serve a stand-in that misbehaves when it is given a message, which comes to a path.

    `last` is what it says before it is gone, if that isn't that it took the message.
    """

    @contextmanager
    def serve() -> Iterator[Peer]:
        with make() as server:
            faults: dict[str | None, vendor.Mood] = {
                None: vendor.content,
                "unread": vendor.cut_unread,
                "read": vendor.cut_read,
                "slow": vendor.silent,
                "garbage": _taking("<html>Chào</html>"),
                "error in 200": vendor.says(error),
                "429": vendor.says("", 429, Retry_After="90"),
                "500": vendor.says("", 500),
                "taken, 500": vendor.taken_then(500),
                "503": vendor.says("", 503),
                "gone then": vendor.last_words(last),
            }

            def suffer(fault: str | None) -> None:
                server.come_back()
                server.mood = _when_it_is(path, faults[fault])

            sent = server.sent
            yield Peer(lambda: server.url, lambda: len(sent), suffer, lambda: server.slips)

    return serve


def _taking(said: str) -> vendor.Mood:
    def mood(call: Any, answer: vendor.Answer) -> None:
        reply = answer(call.read())
        call.reply(vendor.Reply(said) if reply.status < 300 else reply)

    return mood


def _when_it_is(path: str, mood: vendor.Mood) -> vendor.Mood:
    def treat(call: Any, answer: vendor.Answer) -> None:
        asked = urlsplit(call.path)
        # A bare question for the way to log in has neither.
        has_message = asked.query or call.headers.get("Content-Length", "0") != "0"
        is_it = asked.path == path and has_message
        (mood if is_it else vendor.content)(call, answer)

    return treat


@contextmanager
def smtp() -> Iterator[Peer]:
    ill: dict[str, Reply] = {}
    enough = threading.Event()

    def serve(connection: Any, listener: Listener) -> None:
        saying({**GOOD, **ill})(connection, listener)

    with listening(serve) as listener:
        faults: dict[str | None, dict[str, Reply]] = {
            None: {},
            "unread": {"HELLO": HANG_UP},
            "read": {".": HANG_UP},
            "slow": {".": enough},
            "garbage": {".": b"Chao ban\r\n"},
            "error in 200": {"RCPT": b"550 5.1.1 No such mailbox\r\n"},
            "429": {"RCPT": b"451 4.7.1 Try again later\r\n"},
            "500": {"DATA": b"451 4.3.0 Local error\r\n"},
            # A server that says 451 to the whole mail has not taken it: this is half an answer.
            "taken, 500": {".": b"45"},
            "503": {"HELLO": b"421 4.3.2 Too busy\r\n"},
        }

        def suffer(fault: str | None) -> None:
            mail_lines.close()
            enough.set() if fault is None else enough.clear()
            ill.clear()
            ill.update(faults[fault])

        def taken() -> int:
            return listener.said.count(b".\r\n")

        yield Peer(lambda: str(listener.port), taken, suffer)
        mail_lines.close()


SIM = f'account: {gateways.ACCOUNT}, password: "${{BOX}}"'
ZALO = f'app_id: "{zalo.APP}", app_secret: "${{ZALO}}", refresh_token: "${{TOKEN}}"'
SECRETS = {
    "VIETTEL": "mật & <khẩu>",
    "ESMS_KEY": "khoa+demo",
    "ESMS_SECRET": "bí mật/demo",
    "BOX": gateways.PASSWORD,
    "ZALO": zalo.SECRET,
    "TOKEN": zalo.FIRST,
    "FB": facebook.SECRET,
    "PAGE": "page-token",
}

VIETTEL = """<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>
<ns2:wsCpMtResponse xmlns:ns2="http://impl.bulkSms.ws/"><return>
<message>Check Content: MAXLENGTH_LIMIT_480_BYTE</message><result>0</result>
</return></ns2:wsCpMtResponse></S:Body></S:Envelope>"""


def gateway(driver: str, path: str, error: str, ports: str = ", ports: [1, 2]") -> Wire:
    """Return how a project reaches a gateway of a vendor."""
    keys = f'type: sms_gateway, driver: {driver}, host: "{{place}}", {SIM}{ports}'
    made = {"dinstar": gateways.Dinstar, "goip": gateways.Goip, "openvox": gateways.OpenVox,
            "yeastar": gateways.Yeastar, "kannel": gateways.Kannel}[driver]  # fmt: skip
    return Wire(Channel.SMS, keys, of(made, path, error))


WIRES: Mapping[str, Wire] = {
    "vietguys": Wire(
        Channel.SMS,
        'type: vietguys, account: demo, service_id: MYBRAND, passcode: "${PASSCODE}", '
        'url: "{place}"',
        vietguys,
    ),
    "viettel": Wire(
        Channel.SMS,
        'type: viettel, username: demo, password: "${VIETTEL}", service_id: MYBRAND, '
        'cp_code: MYCOMPANY, url: "{place}"',
        of(Viettel, "/bulkapi", VIETTEL),
    ),
    "esms": Wire(
        Channel.SMS,
        'type: esms, api_key: "${ESMS_KEY}", secret_key: "${ESMS_SECRET}", '
        'brandname: MYBRAND, url: "{place}"',
        of(
            Esms,
            "/MainService.svc/json/SendMultipleMessage_V4_post_json/",
            '{"CodeResult": "146", "ErrorMessage": "no template"}',
        ),
    ),
    "dinstar": gateway("dinstar", "/api/send_sms", '{"error_code": 413, "sn": "db00"}'),
    "goip": gateway("goip", "/default/en_US/sms_info.html", "<html>ERROR</html>"),
    "openvox": gateway(
        "openvox", "/sendsms", '{"message": "Hi", "report": [{"0": [{"result": "fail"}]}]}'
    ),
    "yeastar": gateway(
        "yeastar", "/cgi/WebCGI", "Response: Error\r\nMessage: Check information error\r\n\r\n"
    ),
    "kannel": gateway(
        "kannel", "/cgi-bin/sendsms", "Temporal failure, try again later.", ", sender: MYBRAND"
    ),
    "zns": Wire(
        Channel.ZNS,
        f'type: zns, {ZALO}, url: "{{place}}", oauth_url: "{{place}}"',
        of(
            zalo.Zalo,
            "/message/template",
            '{"error": -108, "message": "Phone number invalid"}',
            '{"error": -124, "message": "Access token is invalid"}',
        ),
        {"content": "", "data": {"template_id": "358203", "template_data": {"name": "An"}}},
    ),
    "zalo_oa": Wire(
        Channel.ZALO,
        f'type: zalo_oa, {ZALO}, url: "{{place}}", oauth_url: "{{place}}"',
        of(
            zalo.Zalo,
            "/v3.0/oa/message/cs",
            '{"error": -230, "message": "No interaction"}',
            '{"error": -216, "message": "Access token is invalid"}',
        ),
        {"recipient": "777001"},
    ),
    "facebook": Wire(
        Channel.FACEBOOK,
        'type: facebook, app_secret: "${FB}", url: "{place}"',
        of(
            lambda: facebook.Facebook({"102938": SECRETS["PAGE"]}),
            "/v25.0/102938/messages",
            '{"error": {"message": "(#10)", "code": 10, "error_subcode": 2018278}}',
        ),
        {"recipient": "880001", "page": "102938"},
    ),
    "smtp": Wire(
        Channel.EMAIL,
        'type: smtp, host: 127.0.0.1, port: {place}, security: none, from: "A <a@example.com>"',
        smtp,
        {"recipient": "an@example.com", "subject": "Hi"},
    ),
}
