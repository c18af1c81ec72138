"""Lists in the store: who is on them, and the condition that campaigns ask by."""

from __future__ import annotations

from cskh.store.listing import Listed, Member
from cskh.store.sqlite import SqliteStore
from cskh.store.values import ImportOf, Stamp

AT = "2026-12-01T03:00:00Z"
LATER = "2026-12-02T03:00:00Z"


def people(store: SqliteStore, *pids: str) -> list[int]:
    rows = [{"pid": pid, "kind": "contact", "type": "individual"} for pid in pids]
    return store.customers.create(rows, Stamp(cause="cli", actor=None, at=AT))


def an_import(store: SqliteStore) -> int:
    with store.writing():
        return store.imports.start(ImportOf("pids", "a.csv", "", None), AT)


def test_a_list_keeps_its_first_name_and_each_customer_once(store: SqliteStore) -> None:
    first, second = people(store, "A1", "A2")
    import_ = an_import(store)
    store.lists.add("Khách VIP", [second], import_, AT)
    store.lists.add("KHÁCH vip", [first, second], import_, LATER)
    assert store.lists.all() == [Listed("Khách VIP", 2, AT)]
    assert store.lists.names() == ["Khách VIP"]
    assert store.lists.members("khách vip") == [Member("A1", None, None), Member("A2", None, None)]


def test_a_cleared_list_is_still_there(store: SqliteStore) -> None:
    store.lists.add("vip", people(store, "A1"), an_import(store), AT)
    store.lists.clear("VIP")
    assert store.lists.all() == [Listed("vip", 0, AT)]


def test_the_dialect_finds_those_who_are_on_one_of_the_lists(store: SqliteStore) -> None:
    a, b, _c = people(store, "A", "B", "C")
    import_ = an_import(store)
    store.lists.add("one", [a], import_, AT)
    store.lists.add("two", [a, b], import_, AT)
    sql = f"SELECT pid FROM customers c WHERE {store.dialect.on_lists((':x', ':y'))} ORDER BY 1"
    found = store._write.conn.execute(sql, {"x": "one", "y": "two"}).fetchall()
    assert found == [("A",), ("B",)]
