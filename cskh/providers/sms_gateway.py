"""The provider `sms_gateway`: a SIM gateway or a Kannel of one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from cskh.model.message import Channel, Message
from cskh.model.secret import Secret
from cskh.model.shape import GoesWith, Pattern, Says, Size, Text
from cskh.providers import _dinstar, _goip, _kannel, _openvox, _yeastar
from cskh.providers._base import Flow, provider
from cskh.providers._box import Ask, Box, Check, Ports, Send
from cskh.providers._sms import HOST, no_phone

SEND: Mapping[str, Send] = MappingProxyType(
    {
        "dinstar": _dinstar.flow,
        "goip": _goip.flow,
        "openvox": _openvox.flow,
        "yeastar": _yeastar.flow,
        "kannel": _kannel.flow,
    }
)
# OpenVox and Kannel only push what became of a message, Yeastar doesn't tell.
ASK: Mapping[str, Ask] = MappingProxyType({"dinstar": _dinstar.ask, "goip": _goip.ask})
CHECK: Mapping[str, Check] = MappingProxyType(
    {"dinstar": _dinstar.check, "goip": _goip.check, "kannel": _kannel.check}
)
_ONE_EACH = frozenset({"goip"})  # whose ports take one message after the other
_SIMS = ("dinstar", "goip", "openvox", "yeastar")


@provider("sms_gateway", Channel.SMS)
class SmsGateway:
    """SMS through a SIM gateway of your own (Dinstar, GoIP, OpenVox, Yeastar), or through Kannel.

    A SIM takes some seconds for each SMS: `rate` is best six a minute for each port. A GoIP gets as
    many messages at once as it has `ports`, as a line at work loses what comes.

    ```yaml
    providers:
      sim-bank:
        type: sms_gateway
        driver: dinstar
        host: "http://192.0.2.10"
        account: admin
        password: "${GW_PASSWORD}"
        ports: [0, 1, 2]
        rate: 6/m
      kannel:
        type: sms_gateway
        driver: kannel
        host: "http://192.0.2.20:13013"
        account: cskh
        password: "${KANNEL_PASSWORD}"
        sender: MYBRAND
    ```
    """

    PORTS: ClassVar[Mapping[str, Ports]] = MappingProxyType(
        {
            "dinstar": Ports(_dinstar.FIRST, _dinstar.LAST),
            "goip": Ports(_goip.FIRST),
            "openvox": Ports(_openvox.FIRST, names=True),
            "yeastar": Ports(_yeastar.FIRST),
        }
    )

    driver: Annotated[
        Literal["dinstar", "goip", "openvox", "yeastar", "kannel"],
        Says("The vendor of the gateway, whose language it speaks"),
    ]
    host: Annotated[
        str,
        Pattern(HOST, "http://192.0.2.10"),
        Says("Where the gateway is, as scheme, host and port"),
    ]
    account: Annotated[Text, Says("The user name on the gateway")]
    password: Annotated[Secret, Says("The password of that user")]
    ports: Annotated[
        tuple[int | Text, ...],
        GoesWith("driver", _SIMS),
        Size(least=1),
        Says("The ports that are used in turn: Dinstar counts them from 0, the others from 1"),
    ] = ()
    sender: Annotated[
        Text | None,
        GoesWith("driver", ("kannel",), needed=False),
        Says("The brand name or number that people see as the sender; left out, Kannel's own"),
    ] = None
    numbers: Annotated[
        Literal["local", "international"] | None,
        Says("Phones go as 0912… (local) or 84912…; left out, local but for Kannel"),
    ] = None

    def flow(self, message: Message) -> Flow:
        """Send one SMS."""
        phone = self._box.phone(message)
        if phone is None:
            return no_phone()
        return (yield from SEND[self.driver](self._box, message, phone))

    @property
    def at_once(self) -> int:
        """Return how many messages may be on the way at once; who queues them doesn't have this."""
        if self.driver not in _ONE_EACH:
            raise AttributeError(f"{self.driver} takes as many as come")
        return len(set(self.ports))

    @property
    def ask(self) -> Callable[[Message], Flow]:
        """Ask what became of a message; gateways that can't be asked don't have this."""
        if self.driver not in ASK:
            raise AttributeError(f"{self.driver} can't be asked")
        return partial(ASK[self.driver], self._box)

    @property
    def check(self) -> Callable[[], Flow]:
        """Try the account; gateways that have nothing harmless for that don't have this."""
        if self.driver not in CHECK:
            raise AttributeError(f"{self.driver} can't be tried")
        return partial(CHECK[self.driver], self._box)

    @property
    def _box(self) -> Box:
        return Box(
            host=self.host,
            account=self.account,
            password=self.password,
            ports=self.ports,
            sender=self.sender,
            is_international=(self.numbers or self._usual) == "international",
        )

    @property
    def _usual(self) -> str:
        return "international" if self.driver == "kannel" else "local"
