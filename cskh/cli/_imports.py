"""How an import looks: the review before it, and what became of the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from typing import Any

from cskh.cells.drafts import Remark
from cskh.cells.layout import column_letter
from cskh.cells.repairs import label
from cskh.cli._console import day_and_time, err, print_json, print_table, say, shown
from cskh.cli._firing import Fired
from cskh.cli._session import Session
from cskh.engine.importing import Imported
from cskh.engine.tables import Table
from cskh.language import N_, _, ngettext
from cskh.model.clock import from_text, is_stored
from cskh.model.fields import customer_fields
from cskh.model.masking import masked
from cskh.model.settings import Settings
from cskh.model.wording import word
from cskh.renderers.table_text import csv_text

_REJECTS_SHOWN = 20
_VERDICTS = {
    "created": N_("new"),
    "updated": N_("changed"),
    "unchanged": N_("unchanged"),
    "rejected": N_("rejected"),
}
# What a preview calls a customer who only comes on a list.
_SAMPLED = _VERDICTS | {"found": N_("found")}
_LISTED = {
    "found": N_("found"),
    "not_found": N_("not found"),
    "no_phone": N_("without a mobile number"),
    "duplicate": N_("repeated"),
}
_PHONES = ("phone", "phone_2")


def print_review(table: Table, seen: Imported) -> None:
    """Print on stderr what is about to be imported, before anybody is asked."""
    print_facts(table)
    console = err()
    for verdict, values in seen.samples:
        line = f"  {_(_SAMPLED[verdict])}: {_sample(values, table)}"
        console.print(line, markup=False, style="cyan")
    for line in _counts(seen):
        console.print(line, markup=False)


def print_facts(table: Table) -> None:
    """Print on stderr what a file was understood to be, column by column."""
    console = err()
    sheet = table.sheet
    facts = [f"{_('sheet')} {sheet.name}" if sheet.name else f"{_('encoding')} {sheet.encoding}"]
    if sheet.guessed:
        facts.append(_("the encoding is a guess: say --encoding if the names look wrong"))
    if sheet.hidden_rows:
        text = ngettext(
            "{n} hidden row is read too", "{n} hidden rows are read too", sheet.hidden_rows
        )
        facts.append(text.format(n=sheet.hidden_rows))
    if sheet.hidden_sheets:
        facts.append(_("hidden sheets: {names}").format(names=", ".join(sheet.hidden_sheets)))
    console.print(" · ".join(facts), markup=False, style="dim")
    pairs = [f"{header} → {name}" for header, name in table.mapping().items()]
    console.print(", ".join(pairs), markup=False)
    if unread := table.unread():
        text = _("not read: {headers}").format(headers=", ".join(unread))
        console.print(text, markup=False, style="dim")


def _sample(values: Mapping[str, Any], table: Table) -> str:
    called = _called(table)
    words = (
        f"{called.get(name, name)}: {_read(name, value, table)}"
        for name, value in values.items()
        if value not in (None, ()) and name not in ("phone_kind", "automatic_pid")
    )
    return ", ".join(words)


def _called(table: Table) -> Mapping[str, str]:
    """Return what fields are called: by the file where it has them, else as everywhere."""
    known = {**customer_fields(Settings(version=1)), **table.recipe.custom}
    headers = {name: header for header, name in table.mapping().items() if header}
    return {name: field.title for name, field in known.items()} | headers


def _read(name: str, value: Any, table: Table) -> str:
    if name in _PHONES:
        return masked(value)
    if is_stored(value):
        return day_and_time(from_text(value, table.recipe.clock.zone))
    return shown(word(name, value) if isinstance(value, str) else value)


def _counts(imported: Imported) -> Iterator[str]:
    words = [f"{_(text)} {shown(imported.counts[name])}" for name, text in _VERDICTS.items()]
    rows = ngettext("{n} row", "{n} rows", imported.rows).format(n=shown(imported.rows))
    yield f"{rows}: {' · '.join(words)}"
    if imported.listing is not None:
        words = [f"{_(text)} {shown(imported.listed[name])}" for name, text in _LISTED.items()]
        name = _("list {name}").format(name=imported.listing)
        yield f"{name}: {' · '.join(words)}"


def print_imported(
    session: Session,
    imported: Imported,
    table: Table,
    fired: Fired | None,
    *,
    may_fire: bool = True,
) -> None:
    """Print what became of a file's rows, and how workflows answered if they were asked to."""
    if session.json:
        print_json(_told(imported, table) | (fired.told() if fired else {}))
        return
    print(*_counts(imported), sep="\n")
    if imported.repairs:
        print(_("repaired: {repairs}").format(repairs=_labelled(imported.repairs)))
    if notes := +imported.notes:
        print(_("noted: {notes}").format(notes=_labelled(notes)))
    remarks = [(row.row, why) for row, why in imported.rejects]
    private = frozenset(header for header, name in table.mapping().items() if name in _PHONES)
    _print_remarks(_("Rejected rows"), remarks, private)
    _print_remarks(_("Cells that were left out"), imported.warnings, private)
    if imported.id is None:
        say(_("Only a preview: nothing was written."), "dim")
    elif fired or not may_fire:
        say(_("Import {id}.").format(id=imported.id), "dim")
        if fired:
            fired.show()
    else:
        say(_("Import {id}. It fired no workflows.").format(id=imported.id), "dim")


def _labelled(counts: Counter[str]) -> str:
    return ", ".join(f"{label(name)} {shown(n)}" for name, n in counts.most_common())


def _print_remarks(
    title: str, remarks: list[tuple[int, Remark]], private: Container[str | None]
) -> None:
    if not remarks:
        return
    print(f"\n{title}: {len(remarks)}")
    columns = (_("Row"), _("Column"), _("Cell"), _("Reason"))
    rows = [(row, why.column, _cell(why, private), why.reason) for row, why in remarks]
    print_table(columns, rows, _REJECTS_SHOWN)


def _cell(why: Remark, private: Container[str | None]) -> str | None:
    """Return a cell as a table shows it: what may be a phone is masked."""
    may_be_phone = why.column in private and any(char.isdigit() for char in why.value or "")
    return masked(why.value) if may_be_phone else why.value


def _told(imported: Imported, table: Table) -> dict[str, Any]:
    rejects = [_remark(table, row.row, why) for row, why in imported.rejects]
    return {
        "import": imported.id,
        **imported.told(),
        "repairs": dict(imported.repairs),
        "rejects": rejects,
        "warnings": [_remark(table, row, why) for row, why in imported.warnings],
        "notes": dict(+imported.notes),
        "review": table.review(),
        **_told_list(imported),
    }


def _told_list(imported: Imported) -> Mapping[str, Any]:
    if imported.listing is None:
        return {}
    return {"list": imported.listing, **{name: imported.listed[name] for name in _LISTED}}


def _remark(table: Table, row: int, why: Remark) -> dict[str, Any]:
    return {
        "sheet": table.sheet.name,
        "row": row,
        "column": why.column,
        "value": why.value,
        "reason": why.reason,
    }


def rejects_text(imported: Imported, table: Table) -> str:
    """Return the rejected rows as CSV for Excel: place and reason, then the cells as they were."""
    names = table.sheet.header
    titles = [name or column_letter(column) for column, name in enumerate(names)]
    columns = (_("Row"), _("Column"), _("Cell"), _("Reason"), *titles)
    rows = [
        (row.row, why.column, why.value, why.reason, *row.cells) for row, why in imported.rejects
    ]
    # Excel takes a CSV for UTF-8 only if it begins with a byte order mark.
    return "\ufeff" + csv_text(columns, rows)
