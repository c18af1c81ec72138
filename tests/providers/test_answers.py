"""What HTTP statuses mean, and how much of a provider's words is told."""

from __future__ import annotations

import pytest

from cskh.model.message import Outcome
from cskh.model.secret import Secret
from cskh.providers import Response
from cskh.providers._answers import identifier, quoted, rejected, whole

pytestmark = pytest.mark.usefixtures("english")

CERTAINLY_NOT_SENT = {Outcome.RETRY, Outcome.FAILED, Outcome.STOPPED}


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_success_is_left_to_the_body(status: int) -> None:
    assert rejected(Response(status=status)) is None


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ([429, 503], Outcome.RETRY),
        ([301, 307, 308, 401, 402, 403, 404, 405, 410], Outcome.STOPPED),
        ([400, 411, 413, 414, 415, 422, 431], Outcome.FAILED),
        # A redirect may come after the work, and gateways answer while the server still works.
        ([302, 303, 408, 409, 499], Outcome.UNKNOWN),
        ([500, 502, 504, 520, 524, 599], Outcome.UNKNOWN),
        ([101, 304, 418], Outcome.UNKNOWN),
    ],
)
def test_a_status_means_what_is_certain(statuses: list[int], outcome: Outcome) -> None:
    receipts = [rejected(Response(status=status)) for status in statuses]
    assert {receipt and receipt.outcome for receipt in receipts} == {outcome}
    assert all(
        str(status) in str(receipt) for status, receipt in zip(statuses, receipts, strict=True)
    )


def test_no_status_of_a_server_that_broke_down_is_certain() -> None:
    broken = [rejected(Response(status=status)) for status in range(500, 600) if status != 503]
    assert not [receipt for receipt in broken if receipt and receipt.outcome in CERTAINLY_NOT_SENT]


DATE = "Tue, 01 Dec 2026 03:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 5 "}, 5),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "-5"}, 1),
        ({"retry-after": "86400"}, 3600),
        ({"retry-after": "9" * 30}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "Tue, 01 Dec 2026 03:02:00 GMT", "date": DATE}, 120),
        ({"retry-after": "Tue, 01 Dec 2026 02:00:00 GMT", "date": DATE}, 1),
        ({"retry-after": "Wed, 02 Dec 2026 03:00:00 GMT", "date": DATE}, 3600),
        ({"retry-after": "Tue, 01 Dec 2026 03:02:00 GMT"}, None),
        ({"retry-after": "Tue, 01 Dec 2026 03:02:00 GMT", "date": "today"}, None),
        ({"retry-after": "Tue, 01 Dec 2026 03:02:00 +" + "9" * 25, "date": DATE}, None),
    ],
)
def test_a_busy_server_is_given_what_it_asks_for_up_to_an_hour(
    headers: dict[str, str], seconds: int | None
) -> None:
    receipt = rejected(Response(status=503, headers=headers))
    assert receipt is not None
    assert receipt.retry_after == seconds


def test_only_a_busy_server_is_asked_when_to_come_back() -> None:
    receipt = rejected(Response(status=500, headers={"retry-after": "5"}))
    assert receipt is not None
    assert receipt.retry_after is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        ("-7", -7),
        (" 7\n", 7),
        ("007", 7),
        (True, None),
        (7.0, None),
        ("7.0", None),
        ("٧", None),
        ("1" * 21, None),
        (10**20, None),
        (None, None),
        ([7], None),
    ],
)
def test_a_whole_number_may_come_as_a_text(value: object, number: int | None) -> None:
    assert whole(value) == number


@pytest.mark.parametrize(
    ("value", "id_"),
    [
        ("abc-1", "abc-1"),
        (70012, "70012"),
        ("", None),
        ("\x00", None),
        ("a\nb\ud800", "a b"),
        ("x" * 300, "x" * 100),
        (True, None),
        (None, None),
        ({"id": 1}, None),
    ],
)
def test_an_id_is_a_short_printable_text(value: object, id_: str | None) -> None:
    assert identifier(value) == id_


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("sai mat khau p@ss w0rd", "sai mat khau •••"),
        ("u=demo&pwd=p%40ss+w0rd", "u=demo&pwd=•••"),
        ("so 0900000101, 84 900 000 101", "so 0900•••101, 84 9•••101"),
        ("don hang 123456", "don hang 123456"),
        ("hai\ndong\tva \x1b[0m", "hai dong va [0m"),
        (None, "None"),
    ],
)
def test_a_providers_words_are_told_without_secrets_and_phones(said: object, told: str) -> None:
    assert quoted(said, Secret("p@ss w0rd"), Secret("")) == told


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("IP_INVALID (YOUR IP: 203.190.170.43)", "IP_INVALID (YOUR IP: 203.190.170.43)"),
        ("not from 203.190.170.43.", "not from 203.190.170.43."),
        ("84.912.345.678 is no phone", "84.9•••678 is no phone"),
        ("0912.345.678", "0912•••678"),
        ("203.190.170.43.0912345678", "203.•••678"),
    ],
)
def test_an_address_that_must_be_allowed_is_shown_whole(said: str, shown: str) -> None:
    assert quoted(said) == shown
