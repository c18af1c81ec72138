"""A customer file on its way in: opened, its columns mapped to fields, what is odd told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cskh.cells.days import Order
from cskh.cells.headers import IMPORTABLE, map_headers
from cskh.cells.layout import find_column
from cskh.cells.recipes import Recipe, custom_labels, recipe_for
from cskh.cells.rows import CleanRow
from cskh.edge.sheets import Sheet, Wanted, open_sheet
from cskh.engine.environment import Environment
from cskh.errors import NotFound, Refused, UsageProblem, did_you_mean
from cskh.language import _

_KEYS = frozenset({"pid", "phone", "email"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person says about a file; `header_row` 0 means that it has none."""

    sheet: str | None = None
    encoding: str | None = None
    header_row: int | None = None
    date_order: Order | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """An open file and what becomes of its columns."""

    sheet: Sheet
    recipe: Recipe

    def rows(self) -> Iterator[CleanRow]:
        """Yield the rows as customers; once."""
        return self.sheet.clean(self.recipe)

    def mapping(self) -> Mapping[str, str]:
        """Return header -> field of the columns that are read."""
        pairs = zip(self.sheet.header, self.recipe.fields, strict=True)
        return {header: name for header, name in pairs if name is not None}

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
def open_table(environment: Environment, path: Path, options: Options) -> Iterator[Table]:
    """Open a file and map its columns; raises CskhError with what to do about it."""
    settings = environment.project.settings
    custom = custom_labels(settings)
    wanted = Wanted(
        sheet=options.sheet,
        encoding=options.encoding,
        header_row=options.header_row,
        expected=tuple(options.mapped.values()),
        custom=custom,
    )
    with open_sheet(path, wanted) as sheet:
        if sheet.swapped and options.date_order is None:
            raise _swapped(sheet)
        guessed = map_headers(sheet.header, custom) if sheet.header_row else ()
        fields = _mapped(sheet, guessed, options.mapped, {*IMPORTABLE, *settings.fields})
        if _KEYS.isdisjoint(fields):
            raise _no_key(sheet)
        order = options.date_order or "dmy"
        recipe = recipe_for(sheet.header, fields, settings, environment.clock, order)
        yield Table(sheet, recipe)


def _mapped(
    sheet: Sheet, guessed: Sequence[str | None], mapped: Mapping[str, str], known: set[str]
) -> list[str | None]:
    """Put what `--map` says over what the headers say."""
    fields = list(guessed) or [None] * len(sheet.header)
    for name, header in mapped.items():
        if name not in known:
            message = _("There is no field {name}.").format(name=name)
            raise UsageProblem(message, did_you_mean(name, known))
        column = find_column(header, sheet.header)
        if column is None:
            message = _("There is no column {header}.").format(header=header)
            raise UsageProblem(message, did_you_mean(header, filter(None, sheet.header)))
        fields = [None if field == name else field for field in fields]
        fields[column] = name
    return fields


def _swapped(sheet: Sheet) -> Refused:
    columns = ", ".join(sheet.header[column] for column in sheet.swapped)
    message = _("In {columns} Excel seems to have swapped day and month.").format(columns=columns)
    hint = _("Look at the column, then say --date-order swapped, or dmy if it is right as it is.")
    return Refused(message, hint)


def _no_key(sheet: Sheet) -> NotFound:
    message = _("No column is a customer code, a phone or an email.")
    headers = ", ".join(filter(None, sheet.header))
    hint = _('Say which one is: --map phone="…". The columns are: {headers}.')
    return NotFound(message, hint.format(headers=headers))
