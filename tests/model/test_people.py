import pytest

from cskh.model.people import given_name, is_business, salutation


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Nguyễn Thị Minh Hằng", "Hằng"),
        ("Lan Anh", "Anh"),
        ("Đức", "Đức"),
        ("Nguyễn Thị Lan (sỉ) - Q7 0900000101", "Lan"),
        ("Trần Bình - Quận 7", "Bình"),
        ("Trần Bình, Đà Nẵng", "Bình"),
        ("Lê Na 0900000101", "Na"),
        ("H'Hen Niê", "Niê"),
        ("Ksor H’Bia", "H’Bia"),
        ("Công ty TNHH Minh Long", "Công ty TNHH Minh Long"),
        (" 123 ", "123"),
    ],
)
def test_people_are_called_by_their_last_word(name: str, called: str) -> None:
    assert given_name(name) == called


@pytest.mark.parametrize(
    "name",
    [
        "Công ty TNHH Minh Long",
        "CTY CP An Bình",
        "Cửa hàng Mẹ và Bé",
        "Shop Hoa Hồng",
        "Nhà thuốc số 5",
        "Trường THPT Trần Phú",
        "Minh Long TNHH",
        "HKD Nguyễn Văn An",
    ],
)
def test_a_business_is_known_by_its_name(name: str) -> None:
    assert is_business(name)


@pytest.mark.parametrize(
    "name", ["Trường Giang", "Trương Văn An", "Công Vinh", "Lan (shop giày)", "Spain Hằng"]
)
def test_a_person_is_no_business(name: str) -> None:
    assert not is_business(name)


@pytest.mark.parametrize(
    ("gender", "name", "type_", "word"),
    [
        ("male", "Trần Bình", "individual", "anh"),
        ("female", "Trần Bình", None, "chị"),
        (None, "Trần Bình", None, "anh/chị"),
        (None, None, None, "anh/chị"),
        (None, "NGUYỄN THỊ LAN", None, "chị"),
        (None, "Trần Văn Bình", None, "anh"),
        (None, "Văn Anh", None, "anh/chị"),
        (None, "Bình Văn", None, "anh/chị"),
        ("male", "Nguyễn Thị Lan", None, "anh"),
        ("male", "Trần Bình", "business", "quý khách"),
        (None, "Công ty TNHH Văn Minh", None, "quý khách"),
    ],
)
def test_the_salutation_follows_gender_then_middle_name(
    gender: str | None, name: str | None, type_: str | None, word: str
) -> None:
    assert salutation(gender, name, type_) == word
