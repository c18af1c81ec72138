"""A store of invented customers, the same in every run; phones are made from their number."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cskh.model.clock import Clock
from cskh.model.fields import customer_fields
from cskh.model.settings import Account, CustomField, Settings
from cskh.store.sqlite import SqliteStore
from cskh.store.values import Stamp

STATUSES = ("Mới", "Quan tâm", "Sẽ tham gia", "Khách hàng", "Lost")
PROVINCES = ("Đà Nẵng", "Hà Nội", "Huế", "Cần Thơ", "TP.HCM")
TAGS = ("VIP", "Nhãn 2", "Khách sỉ", "Chăm sóc lại", "Sinh nhật")
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CLOCK = Clock.at(dt.datetime(2026, 12, 1, 10), ZONE)
SETTINGS = Settings(
    version=1,
    statuses=STATUSES,
    fields={"hang_the": CustomField(type="choice", choices=("Bạc", "Vàng", "Kim cương"))},
    providers={"sms": Account(id="sms", type="sandbox", settings=None, price=350)},
    active={"sms": "sms"},
)
FIELDS = customer_fields(SETTINGS)
_STAMP = Stamp(cause="benchmark", actor=None, at="2026-11-01T00:00:00Z")


def customers(count: int) -> Iterator[dict[str, Any]]:
    """Yield invented customers, the same every time."""
    chance = random.Random(2026)
    for number in range(count):
        ago = dt.timedelta(days=chance.randrange(400))
        yield {
            "pid": f"KH{number:07}",
            "kind": chance.choice(("lead", "contact", "contact", "account")),
            "type": "individual",
            "name": f"Nguyễn Văn {chance.choice(('An', 'Bình', 'Đức', 'Hằng'))} {number}",
            "phone": f"09{number:08}",
            "phone_kind": "mobile",
            "birthday": f"{1950 + number % 55}-{1 + number % 12:02}-{1 + number % 28:02}",
            "gender": chance.choice(("male", "female", None)),
            "province": chance.choice(PROVINCES),
            "status": chance.choice((*STATUSES, None)),
            "source": chance.choice(("Website", "Facebook", None)),
            "revenue": chance.randrange(10_000_000),
            "order_count": chance.randrange(20),
            "last_contacted_at": CLOCK.stored(CLOCK.now - ago),
            "hang_the": chance.choice(("Bạc", "Vàng", "Kim cương", None)),
            "tags": tuple(sorted(chance.sample(TAGS, chance.randrange(4)))),
        }


def filled(path: Path, count: int) -> SqliteStore:
    """Make a store with so many customers, two tags each on average."""
    store = SqliteStore(path, FIELDS, "benchmark:0:0")
    rows = customers(count)
    while batch := list(islice(rows, 10_000)):
        store.customers.create(batch, _STAMP)
    return store
