from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cskh.cells.drafts import Remark
from cskh.cells.rows import CleanRow
from cskh.engine.environment import Environment
from cskh.engine.importing import Imported, import_customers, preview
from cskh.store.values import ImportOf
from tests.project import Project
from tests.sample import stamp

OF = ImportOf(kind="customers", file="khach.xlsx", sha256="0" * 64, actor="lan")
P1, P2, P3 = "0900000101", "0900000102", "0900000103"
Rows = Callable[..., Imported]


def row(number: int = 2, tags: tuple[str, ...] = (), **values: Any) -> CleanRow:
    if "phone" in values:
        values = {"phone_kind": "mobile", **values}
    return CleanRow(number, values, tags)


def bring(environment: Environment, *rows: CleanRow, kind: str = "contact") -> Imported:
    return import_customers(environment, rows, OF, kind, lambda _rows: None)


def counts(imported: Imported) -> list[int]:
    return [imported.told()[name] for name in ("created", "updated", "unchanged", "rejected")]


def people(project: Project, columns: str = "pid, name, phone") -> list[tuple[Any, ...]]:
    return project.rows(f"SELECT {columns} FROM customers ORDER BY id")


def test_a_known_code_is_that_customer_however_it_is_written(
    project: Project, environment: Environment
) -> None:
    first = bring(environment, row(pid="KH1", name="An", phone=P1))
    again = bring(environment, row(pid="kh1", name="Bình", email="b@example.com"))
    assert (counts(first), counts(again)) == ([1, 0, 0, 0], [0, 1, 0, 0])
    assert people(project, "pid, name, phone, email") == [("KH1", "Bình", P1, "b@example.com")]


def test_a_new_code_is_a_new_customer_even_where_somebody_else_has_the_phone(
    project: Project, environment: Environment
) -> None:
    bring(environment, row(pid="KH1", name="An", phone=P1))
    family = bring(environment, row(pid="KH2", name="Bé", phone=P1))
    assert counts(family) == [1, 0, 0, 0]
    assert family.notes["shared_phone"] == 1
    assert people(project) == [("KH1", "An", P1), ("KH2", "Bé", P1)]


@pytest.mark.parametrize("together", [False, True])
def test_an_automatic_code_gives_way_to_the_real_one(
    project: Project, environment: Environment, together: bool
) -> None:
    rows = [row(name="An", phone=P1), row(pid="KH1", phone=P1)]
    if together:
        bring(environment, *rows)
    else:
        assert counts(bring(environment, rows[0])) == [1, 0, 0, 0]
        assert people(project, "pid, automatic_pid") == [("AUTO-1", 1)]
        assert counts(bring(environment, rows[1])) == [0, 1, 0, 0]
    assert people(project, "pid, name, automatic_pid") == [("KH1", "An", 0)]


def test_two_people_with_automatic_codes_keep_them_when_a_code_could_be_either(
    project: Project, environment: Environment
) -> None:
    bring(environment, row(phone=P1, name="An"))
    bring(environment, row(pid="KH2", phone=P2), row(phone=P3, email="a@example.com"))
    bring(environment, row(pid="AUTO-1", phone=P3))
    new = bring(environment, row(pid="KH3", phone=P3))
    assert counts(new) == [1, 0, 0, 0]
    assert [pid for (pid,) in people(project, "pid")] == ["AUTO-1", "KH2", "AUTO-2", "KH3"]


@pytest.mark.parametrize("keys", [{"phone": P1}, {"email": "A@example.com"}])
def test_without_a_code_a_row_is_found_by_phone_else_by_email(
    project: Project, environment: Environment, keys: dict[str, str]
) -> None:
    bring(environment, row(pid="KH1", name="An", phone=P1, email="a@example.com"))
    found = bring(environment, row(name="Ân", **keys))
    assert counts(found) == [0, 1, 0, 0]
    assert people(project, "pid, name") == [("KH1", "Ân")]


@pytest.mark.parametrize(
    "keys", [{"phone": P1, "email": "b@example.com"}, {"phone": P3}], ids=["phone and email", "two"]
)
def test_a_row_that_two_customers_could_be_is_rejected_and_both_are_named(
    environment: Environment, keys: dict[str, str]
) -> None:
    bring(
        environment,
        row(pid="KH1", phone=P1),
        row(pid="KH2", email="b@example.com"),
        row(pid="KH3", phone=P3),
        row(pid="KH4", phone=P3),
    )
    rejected = bring(environment, row(7, name="Ai", **keys))
    assert counts(rejected) == [0, 0, 0, 1]
    ((whose, why),) = rejected.rejects
    names = ("KH1", "KH2") if "email" in keys else ("KH3", "KH4")
    assert (whose.row, why) == (
        7,
        Remark(None, None, f"Phone and email belong to {names[0]}, {names[1]}."),
    )


def test_a_placeholder_in_every_row_is_nobodys_own_phone(
    project: Project, environment: Environment
) -> None:
    family = bring(environment, *(row(pid=f"KH{number}", phone=P1) for number in range(4500)))
    assert (counts(family), family.notes["shared_phone"]) == ([4500, 0, 0, 0], 4499)
    rejected = bring(environment, row(phone=P1))
    ((_whose, why),) = rejected.rejects
    assert why.reason == "Phone and email belong to KH0, KH1, KH2, KH3, KH4, …."


def test_a_second_phone_finds_nobody(project: Project, environment: Environment) -> None:
    bring(environment, row(pid="KH1", phone=P1, phone_2=P2))
    assert counts(bring(environment, row(phone=P2))) == [1, 0, 0, 0]


def test_rows_apply_in_order_also_across_batches(
    project: Project, environment: Environment
) -> None:
    def rows() -> Iterator[CleanRow]:
        yield row(pid="KH1", phone=P1, status="Mới")
        yield row(phone=P1, status="Lost")
        yield row(phone=P1, status="Lost")
        for number in range(2500):
            yield row(pid=f"X{number}")
        yield row(phone=P1, phone_2=P2)

    imported = bring(environment, *rows())
    assert counts(imported) == [2501, 2, 1, 0]
    assert imported.rows == 2504
    columns = "status, phone_2"
    assert people(project, columns)[0] == ("Lost", P2)


def test_a_phone_that_somebody_gave_up_finds_him_no_more(
    project: Project, environment: Environment
) -> None:
    bring(environment, row(pid="KH1", phone=P1))
    bring(environment, row(pid="KH1", phone=P2), row(phone=P1, name="Bé"))
    assert people(project) == [("KH1", None, P2), ("AUTO-1", "Bé", P1)]


def test_an_empty_cell_erases_nothing_and_tags_are_added(
    project: Project, environment: Environment
) -> None:
    bring(environment, row(pid="KH1", name="An", phone=P1, tags=("VIP", "Mới")))
    same = bring(environment, row(pid="KH1", tags=("vip",)))
    more = bring(environment, row(pid="KH1", tags=("Thân thiết",)))
    assert (counts(same), counts(more)) == ([0, 0, 1, 0], [0, 1, 0, 0])
    assert people(project) == [("KH1", "An", P1)]
    assert project.rows("SELECT tag FROM tags ORDER BY tag") == [
        ("Mới",),
        ("Thân thiết",),
        ("VIP",),
    ]


def test_the_same_file_again_changes_nothing(project: Project, environment: Environment) -> None:
    rows = [row(pid="KH1", name="An", phone=P1, tags=("A",)), row(phone=P2), row(email="c@d.vn")]
    bring(environment, *rows)
    before = project.rows("SELECT count(*) FROM changes")
    assert counts(bring(environment, *rows)) == [0, 0, 3, 0]
    assert project.rows("SELECT count(*) FROM changes") == before


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("contact", {}, ("contact", "individual")),
        ("lead", {}, ("lead", "individual")),
        ("account", {}, ("account", "business")),
        ("lead", {"kind": "account"}, ("account", "business")),
        ("account", {"type": "individual"}, ("account", "individual")),
    ],
)
def test_new_customers_are_of_a_kind_and_a_type(
    project: Project,
    environment: Environment,
    kind: str,
    values: dict[str, str],
    expected: tuple[str, str],
) -> None:
    bring(environment, row(pid="KH1", **values), kind=kind)
    assert people(project, "kind, type") == [expected]


def test_known_customers_keep_their_kind(project: Project, environment: Environment) -> None:
    bring(environment, row(pid="KH1"), kind="lead")
    assert counts(bring(environment, row(pid="KH1"), kind="account")) == [0, 0, 1, 0]
    assert people(project, "kind") == [("lead",)]


def test_automatic_codes_go_on_counting_and_keep_out_of_each_others_way(
    project: Project, environment: Environment
) -> None:
    bring(environment, row(phone=P1))
    bring(environment, row(phone=P2), row(pid="auto-3"), row(pid="AUTO-x"), row(phone=P3))
    pids = [pid for (pid,) in people(project, "pid")]
    assert pids == ["AUTO-1", "AUTO-4", "auto-3", "AUTO-x", "AUTO-5"]


def test_every_row_is_accounted_for(environment: Environment) -> None:
    why = Remark("SĐT", "12", "12 is no phone number.")
    warning = Remark("Email", "x@", "x@ is no address.")
    imported = bring(
        environment,
        CleanRow(2, {"pid": "KH1"}, repairs=("lost_zero", "name_case"), warnings=(warning,)),
        CleanRow(3, {"pid": "KH2"}, repairs=("lost_zero",)),
        CleanRow(4, {}, reject=why, cells=("12",)),
    )
    assert imported.told() == {
        "rows": 3,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
    }
    assert imported.repairs == {"lost_zero": 2, "name_case": 1}
    assert imported.warnings == [(2, warning)]
    assert [(rejected.row, reason) for rejected, reason in imported.rejects] == [(4, why)]


def test_an_import_is_recorded_with_who_did_it(project: Project, environment: Environment) -> None:
    imported = bring(environment, row(pid="KH1"), row(pid="KH1", name="An"))
    assert project.rows("SELECT * FROM imports") == [
        (
            imported.id,
            "customers",
            "khach.xlsx",
            "0" * 64,
            "lan",
            "2026-12-01T03:00:00Z",
            2,
            1,
            1,
            0,
            0,
        )
    ]
    assert project.rows("SELECT DISTINCT cause, actor FROM changes") == [("import:1", "lan")]


def test_a_change_is_logged_once_with_what_was_before_the_file(
    project: Project, environment: Environment
) -> None:
    bring(environment, row(pid="KH1", name="An"))
    bring(environment, row(pid="KH1", name="Bình"), row(pid="KH1", name="Chi"))
    asked = "SELECT field, old, new FROM changes WHERE field IS NOT NULL"
    assert project.rows(asked) == [("name", '"An"', '"Chi"')]


def test_a_preview_tells_the_same_and_leaves_nothing(
    project: Project, environment: Environment
) -> None:
    bring(environment, row(pid="KH1", name="An"))
    before = list(project.rows("SELECT * FROM customers")), project.rows("SELECT * FROM imports")
    rows = [row(pid="KH1", name="Bình"), row(phone=P1), row(pid="KH1", name="Bình")]
    seen = preview(environment, rows, OF, "contact")
    assert counts(seen) == [1, 1, 1, 0]
    assert seen.id is None
    assert [verdict for verdict, _values in seen.samples] == ["updated", "created", "unchanged"]
    assert before == (
        list(project.rows("SELECT * FROM customers")),
        project.rows("SELECT * FROM imports"),
    )
    assert counts(bring(environment, *rows)) == counts(seen)


def test_an_import_that_is_cut_short_leaves_nothing(
    project: Project, environment: Environment
) -> None:
    def rows() -> Iterator[CleanRow]:
        for number in range(4500):
            yield row(pid=f"KH{number}", phone=P1, tags=("A",))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        import_customers(environment, rows(), OF, "contact", lambda _rows: None)
    for table in ("customers", "changes", "imports", "tags"):
        assert project.rows(f"SELECT count(*) FROM {table}") == [(0,)]


def test_progress_is_told_in_rows(environment: Environment) -> None:
    told: list[int] = []
    rows = (row(pid=f"KH{number}") for number in range(4500))
    import_customers(environment, rows, OF, "contact", told.append)
    assert sum(told) == 4500
    assert len(told) > 1


def test_an_import_never_touches_what_it_does_not_name(
    project: Project, environment: Environment
) -> None:
    environment.store.customers.create(
        [{"pid": "KH1", "kind": "lead", "type": "individual", "note": "!", "revenue": 7}], stamp()
    )
    bring(environment, row(pid="KH1", name="An"))
    assert people(project, "kind, note, revenue, name") == [("lead", "!", 7, "An")]


def test_the_log_has_an_imports_numbers_and_nobodys_name(
    project: Project, environment: Environment
) -> None:
    bring(environment, row(pid="KH1", name="Nguyễn An", phone=P1))
    text = (project.root / "cskh.log").read_text(encoding="utf-8")
    line = json.loads(text)
    assert (line["event"], line["import_id"], line["counts"]["created"]) == ("imported", 1, 1)
    assert not any(word in text for word in ("Nguyễn", P1, "KH1"))
