"""A file on its way in: opened, its columns mapped to fields, what is odd told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from cskh.cells.days import Order
from cskh.cells.drafts import Remark
from cskh.cells.headers import IMPORTABLE, map_headers
from cskh.cells.layout import find_column
from cskh.cells.recipes import Recipe, custom_labels, recipe_for
from cskh.cells.rows import CleanRow
from cskh.edge.sheets import Sheet, Wanted, open_sheet
from cskh.engine.environment import Environment
from cskh.errors import NotFound, Refused, UsageProblem, did_you_mean
from cskh.language import _
from cskh.model.settings import Settings

_KEYS = frozenset({"pid", "phone", "email"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person says about a file; `header_row` 0 means that it has none."""

    sheet: str | None = None
    encoding: str | None = None
    header_row: int | None = None
    date_order: Order | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)


class Needed(NamedTuple):
    """A field without whose column a file can't be used, what to say then, and what to do."""

    field: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the columns of a kind of file may be: fields, found by labels beside the usual ones.

    `called` are the fields that people call otherwise than the reading of customers does; columns
    of other fields than the `known` ones are not read if the file is `strict`.
    """

    settings: Settings
    labels: Mapping[str, str]
    known: Collection[str]
    called: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    needed: Needed | None = None

    def own(self, name: str) -> str:
        """Return what the reading calls a field."""
        return self.called.get(name, name)


@dataclass(frozen=True, slots=True)
class Table:
    """An open file and what becomes of its columns; `names` are what people call its fields."""

    sheet: Sheet
    recipe: Recipe
    names: Mapping[str, str] = field(default_factory=dict)

    def rows(self) -> Iterator[CleanRow]:
        """Yield the rows as customers; once."""
        return self.sheet.clean(self.recipe)

    def with_cells(self, row: CleanRow, why: Remark) -> CleanRow:
        """Return a row with its cells, which are kept only of those that nobody could read."""
        texts = (
            why.value if header == why.column else row.values.get(name or "")
            for header, name in zip(self.sheet.header, self.recipe.fields, strict=True)
        )
        cells = ("" if text is None else str(text) for text in texts)
        return row if row.cells else row._replace(cells=tuple(cells))

    def mapping(self) -> Mapping[str, str]:
        """Return header -> field of the columns that are read."""
        pairs = zip(self.sheet.header, self.recipe.fields, strict=True)
        return {header: self.names.get(name, name) for header, name in pairs if name is not None}

    def review(self) -> dict[str, Any]:
        """Return what a person should see before the rows are written."""
        return {
            "sheet": self.sheet.name,
            "encoding": self.sheet.encoding,
            "guessed_encoding": self.sheet.guessed,
            "header_row": self.sheet.header_row,
            "mapping": self.mapping(),
            "unread": self.unread(),
            "hidden_sheets": list(self.sheet.hidden_sheets),
            "hidden_rows": self.sheet.hidden_rows,
        }

    def unread(self) -> list[str]:
        """Return the headers of the columns that are not read."""
        pairs = zip(self.sheet.header, self.recipe.fields, strict=True)
        return [header for header, name in pairs if name is None and header]


@contextmanager
def open_table(
    environment: Environment, path: Path, options: Options, columns: Columns | None = None
) -> Iterator[Table]:
    """Open a file and map its columns, those of customers unless others are said.

    Raises CskhError with what to do about it.
    """
    columns = columns or of_customers(environment.project.settings)
    wanted = Wanted(
        sheet=options.sheet,
        encoding=options.encoding,
        header_row=options.header_row,
        expected=tuple(options.mapped.values()),
        custom=columns.labels,
    )
    with open_sheet(path, wanted) as sheet:
        fields = _mapped(sheet, columns, options.mapped)
        swapped = [sheet.header[column] for column in sheet.swapped if fields[column] is not None]
        if swapped and options.date_order is None:
            raise _swapped(swapped)
        _check_needed(sheet, fields, columns.needed)
        order, clock = options.date_order or "dmy", environment.clock
        recipe = recipe_for(sheet.header, fields, columns.settings, clock, order)
        yield Table(sheet, recipe, {own: name for name, own in columns.called.items()})


def of_customers(settings: Settings) -> Columns:
    """Return what the columns of a file of customers may be."""
    known = {*IMPORTABLE, *settings.fields}
    return Columns(settings=settings, labels=custom_labels(settings), known=known)


def _mapped(sheet: Sheet, columns: Columns, mapped: Mapping[str, str]) -> list[str | None]:
    """Put what `--map` says over what the headers say."""
    guessed = map_headers(sheet.header, columns.labels) if sheet.header_row else ()
    fields = list(guessed) or [None] * len(sheet.header)
    for name, header in mapped.items():
        if name not in columns.known:
            message = _("There is no field {name}.").format(name=name)
            raise UsageProblem(message, did_you_mean(name, columns.known))
        column = find_column(header, sheet.header)
        if column is None:
            message = _("There is no column {header}.").format(header=header)
            raise UsageProblem(message, did_you_mean(header, filter(None, sheet.header)))
        own = columns.own(name)
        fields = [None if field == own else field for field in fields]
        fields[column] = own
    if not columns.strict:
        return fields
    read = set(map(columns.own, columns.known))
    return [field if field in read else None for field in fields]


def _swapped(headers: Sequence[str]) -> Refused:
    message = _("In {columns} Excel seems to have swapped day and month.")
    message = message.format(columns=", ".join(headers))
    hint = _("Look at the column, then say --date-order swapped, or dmy if it is right as it is.")
    return Refused(message, hint)


def _check_needed(sheet: Sheet, fields: Collection[str | None], needed: Needed | None) -> None:
    """Refuse a file without the column that it can't be used without, or without any key."""
    headers = ", ".join(filter(None, sheet.header))
    if needed is not None and needed.field not in fields:
        raise NotFound(needed.message, needed.hint.format(headers=headers))
    if _KEYS.isdisjoint(fields):
        message = _("No column is a customer code, a phone or an email.")
        hint = _('Say which one is: --map phone="…". The columns are: {headers}.')
        raise NotFound(message, hint.format(headers=headers))
