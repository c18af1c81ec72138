import pytest

from cskh.cells.delimiters import declared_delimiter, find_delimiter
from cskh.cells.encodings import (
    ENCODINGS,
    decoder,
    encoding_by_mark,
    guess_bytes,
    guess_text,
)
from cskh.cells.legacy import TCVN3, VNI, from_tcvn3, from_vni
from tests.cells.legacy_texts import as_cp1258, as_legacy

TEXT = "Họ tên;Địa chỉ\nNguyễn Văn Đức;Đường Hùng Vương\nTrần Thị Hằng;Phước Mỹ, Sơn Trà\n"


def test_tcvn3_has_seventy_four_letters_with_the_invisible_one() -> None:
    assert len(TCVN3) == len(set(TCVN3.values())) == 74
    assert TCVN3["\xad"] == "ư"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("NguyÔn V¨n §øc", "Nguyễn Văn Đức"), ("Ph\xad¬ng", "Phương"), ("ViÖt Nam", "Việt Nam")],
)
def test_tcvn3_is_read(written: str, meant: str) -> None:
    assert from_tcvn3(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Nguyeãn Vaên Ñöùc", "Nguyễn Văn Đức"),
        ("TRAÀN THÒ HÖÔNG", "TRẦN THỊ HƯƠNG"),
        ("Quyønh, Myõ, lyù, kyû, Thuûy, Bình", "Quỳnh, Mỹ, lý, kỷ, Thủy, Bình"),
        ("AÙnh Ñaøo", "Ánh Đào"),
    ],
)
def test_vni_is_read_the_longest_match_first(written: str, meant: str) -> None:
    assert from_vni(written) == meant


def test_every_vietnamese_letter_has_a_place_in_vni() -> None:
    letters = set(TCVN3.values()) | {letter.upper() for letter in TCVN3.values()}
    assert letters == set(VNI.values())


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("cp1258", as_cp1258(TEXT)),
        ("tcvn3", as_legacy(TEXT.replace("Đ", "đ"), TCVN3)),
        ("vni", as_legacy(TEXT, VNI)),
    ],
)
def test_a_legacy_encoding_is_guessed_and_read(encoding: str, written: bytes) -> None:
    codec, converted = ENCODINGS[encoding]
    assert guess_bytes(written) == encoding
    assert converted(written.decode(codec)).casefold() == TEXT.casefold()


@pytest.mark.parametrize(
    "sample", ["Caf\xe9 r\xe9sum\xe9".encode("latin-1"), b"\xff\xfe\xff", b"an"]
)
def test_what_reads_like_no_vietnamese_is_not_guessed(sample: bytes) -> None:
    assert guess_bytes(sample) is None


def test_a_sheet_in_an_old_font_is_known_by_its_words() -> None:
    assert guess_text("NguyÔn V¨n §øc, TrÇn ThÞ H»ng") == "tcvn3"
    assert guess_text("Nguyeãn Vaên Ñöùc") == "vni"
    assert guess_text("Nguyễn Văn Đức, Lê Tú, Hà") is None
    assert guess_text("plain") is None


def test_true_unicode_beside_an_old_font_is_left_alone() -> None:
    mended = decoder("tcvn3")
    assert mended("Nguyễn Văn Đức") == "Nguyễn Văn Đức"
    assert mended("NguyÔn") == "Nguyễn"
    assert mended("An") == "An"


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("\ufeffHọ".encode(), "utf-8"),
        ("Họ tên\tSĐT".encode("utf-16"), "utf-16"),
        ("Họ tên\tSĐT".encode("utf-16-le"), "utf-16-le"),
        ("Họ tên\tSĐT".encode("utf-16-be"), "utf-16-be"),
        ("Họ tên".encode(), None),
        (b"", None),
    ],
)
def test_unicode_shows_in_the_first_bytes(head: bytes, encoding: str | None) -> None:
    assert encoding_by_mark(head) == encoding


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_a_header(delimiter: str) -> None:
    lines = [
        "Danh sách khách hàng, tháng 12; in ngày 01/12/2026",
        delimiter.join(["STT", "Họ tên", "SĐT", "Địa chỉ"]),
        delimiter.join(["1", "An", "0900000101", '"1 Lê Lợi, Hải Châu; Đà Nẵng | VN"']),
    ]
    assert find_delimiter(lines) == delimiter


def test_without_a_header_the_delimiter_makes_most_cells() -> None:
    assert find_delimiter(["An;0900000101;x,y", "Bình;0900000102;z"]) == ";"
    assert find_delimiter(["0900000101", "0900000102"]) == ","


def test_excel_declares_its_delimiter() -> None:
    assert declared_delimiter("sep=;\r\n") == ";"
    assert declared_delimiter("sep=\t\n") == "\t"
    assert declared_delimiter("Họ tên;SĐT") is None
