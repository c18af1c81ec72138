"""What is said when a file of cells can't be read, and what people can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cskh.errors import CskhError, NotFound, Refused, UsageProblem
from cskh.language import N_, _


class _Saying(NamedTuple):
    """The message and the hint (gettext msgids) of a fault, and the error it is raised as."""

    message: str
    hint: str
    error: type[CskhError] = NotFound


_SAVE_AGAIN = N_("Open it in Excel or LibreOffice and save it as .xlsx.")
_SAYINGS: Mapping[str, _Saying] = {
    "missing": _Saying(N_("There is no file {file}."), N_("Check the path.")),
    "no_file": _Saying(N_("{file} is not a regular file."), N_("Name a file.")),
    "unreadable": _Saying(
        N_("{file} can't be read: {why}."), N_("Check that it is there and who may read it.")
    ),
    "empty": _Saying(N_("{file} is empty."), N_("Export it again.")),
    "size": _Saying(
        N_("{file} has {size}, more than {most}."),
        N_("Delete pictures and unused sheets, or split it."),
    ),
    "bomb": _Saying(
        N_("{file} unpacks to {size}, more than {most}."),
        N_("Copy the rows into a new workbook."),
    ),
    "content": _Saying(N_("{file} is no spreadsheet: its content is {content}."), _SAVE_AGAIN),
    "damaged": _Saying(N_("{file} is damaged, or is no spreadsheet."), _SAVE_AGAIN),
    "password": _Saying(
        N_("{file} is protected by a password."), N_("Open it and save it without one.")
    ),
    "no_sheet": _Saying(
        N_("{file} has no sheet {sheet}."), N_("Its sheets: {names}."), UsageProblem
    ),
    "no_sheets": _Saying(
        N_("{file} is a text file: it has no sheet {sheet}."),
        N_("Leave --sheet out."),
        UsageProblem,
    ),
    "several": _Saying(
        N_("Several sheets of {file} have customers: {names}."),
        N_("Name one: --sheet NAME."),
        Refused,
    ),
    "hidden": _Saying(
        N_("All sheets of {file} are hidden: {names}."), N_("Name one: --sheet NAME.")
    ),
    "no_rows": _Saying(N_("{file} has no rows."), N_("Is it the right file, and the right sheet?")),
    "no_header": _Saying(
        N_("No row of {file} looks like a header of customers."),
        N_(
            "Tell where it is: --header-row 3; or --header-row none --map phone=B "
            "(of codes: --column B)."
        ),
    ),
    "header_row": _Saying(
        N_("{file} has no row {row}."), N_("--header-row takes the row's number."), UsageProblem
    ),
    "columns": _Saying(
        N_("The sheet {sheet} of {file} goes on to column {count}; {most} can be read."),
        N_("Delete what stands far on the right, or copy the table into a new workbook."),
    ),
    "broken": _Saying(
        N_("More than {most} cells of {file} are errors or formulas without a value."),
        N_("Open it in Excel, let it calculate, and save it."),
    ),
    "encoding": _Saying(
        N_("The encoding of {file} can't be told."),
        N_("Save it as CSV UTF-8, or name it: --encoding cp1258 (or tcvn3, vni, utf-16)."),
    ),
    "field": _Saying(
        N_("{file} has a cell without an end in line {line}."),
        N_("Look for a quotation mark that is not closed."),
    ),
    "quote": _Saying(
        N_("{file} has a quotation mark in line {line} that is never closed."),
        N_("Close it or delete it: the rows after it would be lost."),
    ),
    "memory": _Saying(
        N_("{file} takes more memory than a spreadsheet may."),
        N_("A cell far down or right may be in use: copy the table into a new workbook."),
    ),
    "time": _Saying(N_("Reading {file} took too long."), N_("Split it, or save it as CSV.")),
    "died": _Saying(N_("{file} can't be read: reading it failed ({why})."), _SAVE_AGAIN),
}
_BYTES = frozenset({"size", "bomb"})


def problem_of(fault: str, file: str, details: Mapping[str, Any]) -> CskhError:
    """Return the error that says a fault in the language in use."""
    saying = _SAYINGS[fault]
    shown = {name: _shown(fault, value) for name, value in details.items()}
    message, hint = (_(text).format(file=file, **shown) for text in (saying.message, saying.hint))
    return saying.error(message, hint)


def _shown(fault: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return f"{value / 2**20:.0f} MiB" if fault in _BYTES else str(value)
