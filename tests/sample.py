"""A project's settings and customers as several tests need them; all people are invented.

Phones are from the runs 0900 000 1xx and 0987 654 3xx.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from cskh.model.clock import Clock
from cskh.model.fields import customer_fields
from cskh.model.settings import CustomField, Group, Settings, Staff
from cskh.store.values import Stamp

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

SETTINGS = Settings(
    version=1,
    staff=(
        Staff(id="lan", name="Nguyễn Thị Lan", role="owner", phone="0900000101"),
        Staff(id="minh", name="Trần Minh", role="admin", phone="0900000102"),
        Staff(id="an", name="Lê An", role="agent", phone="0900000101"),
        Staff(id="ha", name="Phạm Hà", role="agent"),
    ),
    groups={
        "telesales": Group(name="Telesales", members=("lan", "minh", "an", "ha")),
        "nobody": Group(name="Nobody"),
    },
    statuses=("Mới", "Quan tâm", "Lost"),
    fields={
        "so_thich": CustomField(type="text"),
        "so_con": CustomField(type="number"),
        "han_muc": CustomField(type="money"),
        "ngay_ky": CustomField(type="date"),
        "hen_goi": CustomField(type="datetime"),
        "dong_y": CustomField(type="boolean"),
        "hang_the": CustomField(type="choice", choices=("Bạc", "Vàng")),
    },
)
FIELDS = customer_fields(SETTINGS)


def at(text: str, zone: ZoneInfo = HANOI) -> Clock:
    """Return a clock that stands at an ISO time, in the zone if it names no other."""
    return Clock.at(dt.datetime.fromisoformat(text), zone)


def stamp(at: str = "2026-12-01T03:00:00Z", cause: str = "test") -> Stamp:
    """Return who changed something, and when."""
    return Stamp(cause=cause, actor="lan", at=at)


def lead(pid: str, **values: Any) -> dict[str, Any]:
    """Return a customer as the store is given one."""
    return {"pid": pid, "kind": "lead", "type": "individual", **values}
