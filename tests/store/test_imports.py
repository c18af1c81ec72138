from __future__ import annotations

from pathlib import Path

import pytest

from cskh.store.sqlite import SqliteStore
from cskh.store.values import ImportOf, Keys
from tests.sample import lead, stamp
from tests.store.worlds import NOW, rows


@pytest.fixture
def path(store: SqliteStore, tmp_path: Path) -> Path:
    store.customers.create(
        [
            lead("KH1", phone="0900000101", email="AN@example.com", hang_the="Vàng", tags=("VIP",)),
            lead("KH2", phone="0900000101", phone_2="0900000102"),
            lead("AUTO-7", automatic_pid=True, phone="0900000103"),
        ],
        stamp(),
    )
    return tmp_path / "cskh.db"


@pytest.mark.parametrize(
    ("keys", "ids"),
    [
        (Keys({"kh1", "kh9"}, (), ()), [1]),
        (Keys((), {"0900000101"}, ()), [1, 2]),
        (Keys((), {"0900000102"}, ()), []),
        (Keys((), (), {"an@example.com"}), [1]),
        (Keys({"kh2"}, {"0900000103"}, {"an@example.com"}), [1, 2, 3]),
        (Keys((), (), ()), []),
    ],
)
def test_rows_may_be_about_those_with_a_code_phone_or_email(
    keys: Keys, ids: list[int], store: SqliteStore, path: Path
) -> None:
    assert [found.id for found in store.imports.candidates(keys, ["pid"])] == ids


def test_candidates_come_with_the_fields_that_were_asked_for(
    store: SqliteStore, path: Path
) -> None:
    fields = ["pid", "automatic_pid", "hang_the", "tags"]
    (found,) = store.imports.candidates(Keys({"kh1"}, (), ()), fields)
    assert dict(found.values) == {"pid": "KH1", "automatic_pid": 0, "hang_the": "Vàng",
                                  "tags": ("VIP",)}  # fmt: skip


def test_automatic_codes_go_on_where_they_ended(store: SqliteStore, path: Path) -> None:
    assert store.imports.last_automatic_pid() == 7
    store.customers.create([lead("auto-12"), lead("AUTO-x"), lead("automat-99")], stamp())
    assert store.imports.last_automatic_pid() == 12


def test_an_import_is_recorded_with_what_became_of_its_rows(store: SqliteStore, path: Path) -> None:
    with store.writing():
        id_ = store.imports.start(ImportOf("customers", "kh.xlsx", "ab12", "lan"), NOW)
        counts = {"rows": 4, "created": 1, "updated": 1, "unchanged": 1, "rejected": 1}
        store.imports.finish(id_, counts)
    columns = "id, kind, file, sha256, actor, at, rows, created, updated, unchanged, rejected"
    assert rows(path, f"SELECT {columns} FROM imports") == [
        (1, "customers", "kh.xlsx", "ab12", "lan", NOW, 4, 1, 1, 1, 1)
    ]
