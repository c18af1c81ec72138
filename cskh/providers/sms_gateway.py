"""The provider `sms_gateway`: a SIM gateway or a Kannel of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from cskh.model.message import Channel, Message
from cskh.model.secret import Secret
from cskh.model.shape import GoesWith, Pattern, Says, Size, Text
from cskh.providers import _dinstar, _goip, _kannel, _openvox, _yeastar
from cskh.providers._base import Flow, provider
from cskh.providers._box import Box, Driver
from cskh.providers._sms import HOST, no_phone

DRIVERS: Mapping[str, Driver] = MappingProxyType(
    {
        "dinstar": _dinstar,
        "goip": _goip,
        "openvox": _openvox,
        "yeastar": _yeastar,
        "kannel": _kannel,
    }
)
_SIMS = ("dinstar", "goip", "openvox", "yeastar")


@provider("sms_gateway", Channel.SMS)
class SmsGateway:
    """SMS through a SIM gateway of your own (Dinstar, GoIP, OpenVox, Yeastar), or through Kannel.

    A SIM takes some seconds for each SMS: `rate` is best six a minute for each port, and `parallel`
    one for a GoIP, whose lines lose what comes while they are at work.

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
        return (yield from DRIVERS[self.driver].flow(self._box, message, phone))

    def ask(self, message: Message) -> Flow:
        """Ask what became of a message, if the gateway can tell."""
        return DRIVERS[self.driver].ask(self._box, message)

    def check(self) -> Flow:
        """Try the account without sending anything, as far as the gateway lets."""
        return DRIVERS[self.driver].check(self._box)

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
