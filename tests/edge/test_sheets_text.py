"""Text files, read in this process. The people are invented."""

import unicodedata
from pathlib import Path

import pytest

from cskh.cells.legacy import TCVN3, VNI
from cskh.edge.sheets_frames import Fault
from cskh.edge.sheets_text import open_text
from tests.cells.legacy_texts import as_cp1258, as_legacy

TEXT = "Họ tên;SĐT;Địa chỉ\r\nNguyễn Văn Đức;0900000101;Đường Hùng Vương\r\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "khach.csv"


def rows(path: Path, encoding: str | None = None) -> list[tuple[int, list[str]]]:
    return [(line, list(row)) for line, row in open_text(path, encoding).rows()]


@pytest.mark.parametrize(
    ("written", "encoding", "guessed"),
    [
        (TEXT.encode(), "utf-8", False),
        (TEXT.encode("utf-8-sig"), "utf-8", False),
        (TEXT.replace(";", "\t").encode("utf-16"), "utf-16", False),
        (TEXT.encode("utf-16-le"), "utf-16-le", False),
        (as_cp1258(TEXT), "cp1258", True),
        (as_legacy(TEXT, VNI), "vni", True),
    ],
)
def test_every_encoding_gives_the_same_composed_text(
    path: Path, written: bytes, encoding: str, guessed: bool
) -> None:
    path.write_bytes(written)
    table = open_text(path, None)
    assert (table.encoding, table.guessed) == (encoding, guessed)
    assert list(table.rows()) == [
        (1, ("Họ tên", "SĐT", "Địa chỉ")),
        (2, ("Nguyễn Văn Đức", "0900000101", "Đường Hùng Vương")),
    ]


def test_tcvn3_has_no_capitals_with_a_tone(path: Path) -> None:
    path.write_bytes(as_legacy("họ tên;sđt\nnguyễn văn đức;0900000101\n", TCVN3))
    assert rows(path)[1] == (2, ["nguyễn văn đức", "0900000101"])


def test_an_encoding_that_is_named_is_used(path: Path) -> None:
    path.write_bytes("Họ tên,SĐT\nÔng Đức,0900000101\n".encode())
    assert rows(path, "cp1258")[1][1][0] != "Ông Đức"


def test_a_letter_cut_in_two_at_the_end_leaves_the_file_unicode(path: Path) -> None:
    path.write_bytes("Họ tên,SĐT\nAn,0900000101\nLê Đứ".encode()[:-1])
    assert open_text(path, None).encoding == "utf-8"


def test_a_letter_between_two_chunks_is_whole(path: Path) -> None:
    line = "An,0900000101\n"
    plain = line * (2**20 // len(line)) + "A" * (2**20 % len(line) - 1)
    path.write_text(plain + "Đ", encoding="utf-8")
    assert path.read_bytes()[2**20 - 1 : 2**20 + 1] == "Đ".encode()
    assert open_text(path, None).encoding == "utf-8"


def test_an_encoding_that_cannot_be_told_is_asked_for(path: Path) -> None:
    path.write_bytes("Name,Phone\nJos\xe9 Mu\xf1oz,0900000101\n".encode("latin-1"))
    with pytest.raises(Fault, match="encoding"):
        open_text(path, None)


def test_a_record_is_numbered_by_the_line_it_starts_in(path: Path) -> None:
    path.write_text('Họ tên,Ghi chú\nAn,"gọi\nsau\n5h"\n\nBình,\n', encoding="utf-8")
    assert rows(path) == [
        (1, ["Họ tên", "Ghi chú"]),
        (2, ["An", "gọi\nsau\n5h"]),
        (5, []),
        (6, ["Bình", ""]),
    ]


def test_a_declared_delimiter_is_taken_and_its_line_counted(path: Path) -> None:
    path.write_text("sep=|\nHọ tên|SĐT\nAn|0900000101\n", encoding="utf-8")
    assert rows(path) == [(2, ["Họ tên", "SĐT"]), (3, ["An", "0900000101"])]


def test_a_quotation_mark_that_is_never_closed_is_refused(path: Path) -> None:
    path.write_text('Họ tên,SĐT\nAn,0900000101\n"Bình,0900000102\nChi,0900000103\n', "utf-8")
    with pytest.raises(Fault, match="quote") as caught:
        open_text(path, None)
    assert caught.value.details == {"line": 3}


def test_an_inch_mark_inside_a_cell_is_no_quotation(path: Path) -> None:
    path.write_text('Họ tên,Ghi chú\nAn,ống 5" dài\nBình,\n', encoding="utf-8")
    assert rows(path)[1:] == [(2, ["An", 'ống 5" dài']), (3, ["Bình", ""])]


def test_a_cell_without_an_end_is_refused(path: Path) -> None:
    path.write_text("Họ tên,SĐT\nAn," + "x" * 200_000 + "\n", encoding="utf-8")
    with pytest.raises(Fault, match="field") as caught:
        rows(path)
    assert caught.value.details == {"line": 2}


def test_bytes_that_are_no_letters_are_shown_as_lost(path: Path) -> None:
    path.write_bytes(b"Name,Phone\nL\xff\xfean,0900000101\n")
    assert "\ufffd" in rows(path, "utf-8")[1][1][0]


def test_text_apart_stays_apart_until_it_is_cleaned(path: Path) -> None:
    path.write_text(unicodedata.normalize("NFD", TEXT), encoding="utf-8")
    assert unicodedata.normalize("NFC", rows(path)[1][1][0]) == "Nguyễn Văn Đức"
