"""A customer and a world that actions see; all people are invented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cskh.model.acting import Context, Customer
from cskh.model.clock import Clock
from cskh.model.message import Channel
from cskh.model.settings import (
    Account,
    MessageTemplate,
    OptOutText,
    Pipeline,
    Policy,
    Settings,
    Sla,
    Telesales,
)
from tests.sample import SETTINGS, at

VALUES: Mapping[str, Any] = {
    "pid": "A1",
    "name": "Nguyễn Thị Ánh",
    "gender": None,
    "type": "individual",
    "phone": "0900000103",
    "phone_kind": "mobile",
    "email": "anh@example.com",
    "assignee": "minh",
    "status": "Mới",
    "source": None,
    "industry": None,
    "pinned": False,
    "tags": ("Khách sỉ", "VIP"),
    "note": None,
    "last_order_at": "2026-11-30T18:00:00Z",
    "birthday": "1990-12-01",
    "hang_the": None,
    "hen_goi": None,
    "so_con": 2,
    "kind": "contact",
    "company": "ACME",
    "account": None,
    "pipeline.ban-moi": "Tiếp cận",
    "card.ban-moi": "open",
    "telesales.tri-an": None,
    "telesales.khach-moi": None,
}
NOW = at("2026-12-01T10:00")
TEMPLATES = {"chao": MessageTemplate(name="Chào", channel=Channel.SMS, content="Chào bạn")}
ACCOUNTS = {
    "chinh": Account(id="chinh", type="sandbox", settings=None, price=350),
    "phu": Account(id="phu", type="sandbox", settings=None, price=100),
}


def customer(**values: Any) -> Customer:
    """Return the customer, with some values replaced."""
    return Customer(1, {**VALUES, **values})


def context(clock: Clock = NOW, active: str | None = "chinh") -> Context:
    """Return the sample project's world."""
    settings = Settings(
        version=1,
        staff=SETTINGS.staff,
        groups={**SETTINGS.groups, "telesales-hn": SETTINGS.groups["telesales"]},
        pipelines={"ban-moi": Pipeline(name="Bán mới", stages=("Tiếp cận", "Chốt"))},
        telesales={
            "tri-an": Telesales(name="Tri ân", group="telesales", distribute="auto"),
            "khach-moi": Telesales(name="Khách mới", audience="lead"),
        },
        sla={"gap": Sla(name="Gấp", respond="2h", resolve="24h")},
        fields=SETTINGS.fields,
        providers=ACCOUNTS,
        active={Channel.SMS: active} if active else {},
        policy=Policy(opt_out_text=OptOutText(sms="Từ chối: soạn TC", email="Trả lời STOP")),
    )
    return Context(settings=settings, clock=clock, templates=TEMPLATES)
