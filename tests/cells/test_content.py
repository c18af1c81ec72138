import pytest
from hypothesis import given
from hypothesis import strategies as st

from cskh.cells.content import content_of


@pytest.mark.parametrize(
    ("head", "content"),
    [
        (b"PK\x03\x04...", "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", "workbook"),
        ("Họ tên,SĐT\n".encode(), "text"),
        ("\ufeffHọ tên,SĐT\n".encode(), "text"),
        ("Họ tên\tSĐT\n".encode("utf-16"), "text"),
        (b"<not a tag>,0900000101", "text"),
        (b"%PDF-1.7", "PDF"),
        (b"{\\rtf1", "RTF"),
        (b"  <HTML>", "HTML"),
        (b"<!-- Excel --><table border=1>", "HTML"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "XML"),
        (b"SQLite format 3\0", "SQLite"),
        (b"\x00\x01\x02\xff\xfe\x00\x00abc", "binary"),
    ],
)
def test_a_file_is_known_by_its_first_bytes(head: bytes, content: str) -> None:
    assert content_of(head) == content


@given(st.binary(max_size=200))
def test_any_bytes_are_something(head: bytes) -> None:
    assert content_of(head)
