import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from cskh.cells.emails import invented_phone, is_plain_email, read_email


@pytest.mark.parametrize(
    ("cell", "address", "repairs"),
    [
        ("lan@example.com", "lan@example.com", ()),
        (" lan.nguyen+shop@mail.example.vn ", "lan.nguyen+shop@mail.example.vn", ()),
        ("Lan.Nguyen@Example.COM", "Lan.Nguyen@example.com", ("email",)),
        ("mailto:lan@example.com", "lan@example.com", ("email",)),
        ("Chị Lan <lan@example.com>", "lan@example.com", ("email",)),
    ],
)
def test_an_address_is_put_right(cell: str, address: str, repairs: tuple[str, ...]) -> None:
    assert read_email(cell) == (address, repairs, None)


@pytest.mark.parametrize(
    "cell",
    ["lan", "lan@", "@example.com", "lan@@example.com", "lan@example", "lan@localhost", "#N/A"]
    + [
        ";",
        ",,",
        "lan nguyen@example.com",
        "nguyễn@example.com",
        "a..b@example.com",
        "lan@gmail,com",
    ]
    + ["lan@example.com\r\nBcc: all@example.com", "a" * 65 + "@example.com", "x@" + "a" * 600],
)
def test_what_is_no_address_is_told(cell: str) -> None:
    reading = read_email(cell)
    assert reading.value is None
    assert reading.problem


@pytest.mark.parametrize("cell", ["", "-", "không có", "0912345678@84.phone", "a@VN.phone"])
def test_no_address_and_an_invented_one_are_empty(cell: str) -> None:
    assert read_email(cell) == (None, (), None)


def test_an_invented_address_holds_a_phone() -> None:
    assert invented_phone("0912345678@84.phone") == "0912345678"
    assert invented_phone("lan@example.com") is None


def test_a_second_address_is_told() -> None:
    reading = read_email("lan@example.com; an@example.com")
    assert reading.value == "lan@example.com"
    assert "an@example.com" in (reading.problem or "")


PARTS = st.text(alphabet="abcXYZ019._+-@ễ", min_size=1, max_size=20)
TLDS = st.sampled_from(["vn", "com", "test", "local", "invalid", "phone", "example"])


@given(local=PARTS, domain=PARTS, tld=TLDS)
def test_the_quick_way_takes_nothing_that_the_library_refuses(
    local: str, domain: str, tld: str
) -> None:
    address = f"{local}@{domain}.{tld}"
    if is_plain_email(address):
        found = validate_email(address, check_deliverability=False, strict=True)
        assert found.normalized == address


@given(local=PARTS, domain=PARTS, tld=TLDS)
def test_an_address_reads_the_same_again_without_repairs(local: str, domain: str, tld: str) -> None:
    value = read_email(f"{local}@{domain}.{tld}").value
    if value is not None:
        assert read_email(value) == (value, (), None)
