"""Looks into an .xlsx beside the reader for what that doesn't tell: hidden rows, errors, formulas.

The reader gives an empty text for an error cell and for a formula that was never calculated; here
they are found again. Only .xlsx has this; in .xls, .xlsb and .ods they stay empty cells.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

from cskh.cells.reading import Broken
from cskh.edge.sheets_frames import Fault, Limits

_CHUNK = 2**20
_WIDEST = 2**25  # bytes of a row
_SMALL = 2**20  # bytes of the parts that name the sheets
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Cheap signs that a part of the sheet has to be looked at cell by cell.
_SIGNS = (b'"e"', b"'e'", b"f>", b"<f ", b":f ", b"hidden=")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_TYPE = re.compile(rb"""\bt=["'](\w+)["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>(.*?)</(?:\w+:)?v>", re.DOTALL)
_LONGEST = 200  # characters of a formula that are shown


@dataclass(slots=True)
class Look:
    """What was seen: hidden rows, and by row and column the cells without a value.

    `complete` is False where the file could not be looked into.
    """

    hidden_rows: int = 0
    broken: dict[int, dict[int, Broken]] = field(default_factory=dict)
    complete: bool = True


def check_size_unpacked(path: Path, limits: Limits) -> None:
    """Refuse a zip file that unpacks to too much; raises Fault."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Fault("damaged") from None
    if size > limits.unpacked:
        raise Fault("bomb", size=size, most=limits.unpacked)


def look_into(path: Path, sheet: str, limits: Limits) -> Look:
    """Look through a sheet; raises Fault if far too many of its cells have no value."""
    look = Look()
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_part(archive, sheet)) as xml:
            for piece in _pieces(iter(lambda: xml.read(_CHUNK), b"")):
                if any(sign in piece for sign in _SIGNS):
                    _look_at(piece, look, limits)
    except (
        zipfile.BadZipFile,
        zlib.error,
        ElementTree.ParseError,
        LookupError,
        ValueError,
        OSError,
    ):
        return Look(complete=False)
    except NotImplementedError:  # a way of packing that Python doesn't know
        return Look(complete=False)
    return look


def _part(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the part that holds a sheet; raises LookupError."""
    book = _tree(archive, "xl/workbook.xml")
    links = {
        node.get(_LINK): node.get("name") for node in book.iter() if node.tag.endswith("}sheet")
    }
    for node in _tree(archive, "xl/_rels/workbook.xml.rels"):
        target = node.get("Target", "")
        if links.get(node.get("Id")) == sheet:
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    raise LookupError(sheet)


def _tree(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    with archive.open(part) as file:
        text = file.read(_SMALL)
    if b"<!" in text:  # a document type could unfold to anything
        raise ValueError(part)
    return ElementTree.fromstring(text)


def _pieces(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut a sheet after its rows, so that no cell is cut in two."""
    rest = b""
    for chunk in chunks:
        if len(rest) > _WIDEST:
            raise ValueError("a row without an end")
        whole, end, more = (rest + chunk).rpartition(b"row>")
        if whole:
            yield whole + end
        rest = more
    yield rest


def _look_at(piece: bytes, look: Look, limits: Limits) -> None:
    look.hidden_rows += sum(_HIDDEN.search(row[1]) is not None for row in _ROW.finditer(piece))
    for cell in _CELL.finditer(piece):
        place, broken = _PLACE.search(cell[1]), _broken(cell[1], cell[2])
        if place is not None and broken is not None:
            look.broken.setdefault(int(place[2]), {})[_column(place[1])] = broken
    if sum(map(len, look.broken.values())) > limits.broken:
        raise Fault("broken", most=limits.broken)


def _broken(attributes: bytes, inside: bytes) -> Broken | None:
    kind, value = _TYPE.search(attributes), _VALUE.search(inside)
    text = value[1].decode("utf-8", "replace") if value else ""
    if kind is not None and kind[1] == b"e":
        return Broken("error", unescape(text) or "#N/A")
    formula = _FORMULA.search(inside)
    if formula is None or text or kind is not None:
        return None
    return Broken(
        "formula", "=" + unescape((formula[1] or b"").decode("utf-8", "replace"))[:_LONGEST]
    )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
