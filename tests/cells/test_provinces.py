import pytest

from cskh.cells.provinces import read_province


@pytest.mark.parametrize("province", ["Đà Nẵng", "Bình Dương", "TP.HCM", "Hà Tĩnh", "Tây Ninh"])
def test_a_province_stays_as_it_is(province: str) -> None:
    assert read_province(province) == (province, (), None)


@pytest.mark.parametrize(
    ("cell", "province"),
    [("TP. Đà Nẵng", "Đà Nẵng"), ("tp đà nẵng", "Đà Nẵng"), ("Tỉnh Quảng Nam", "Quảng Nam")]
    + [("TPHCM", "TP.HCM"), ("Thành phố Hồ Chí Minh", "TP.HCM"), ("Sài Gòn", "TP.HCM")]
    + [("thanh hoá", "Thanh Hóa"), ("Thừa Thiên - Huế", "Huế"), ("T. Quảng Ngãi", "Quảng Ngãi")],
)
def test_other_names_of_a_province_become_one(cell: str, province: str) -> None:
    assert read_province(cell) == (province, ("province",), None)


@pytest.mark.parametrize("cell", ["Quận 1", "California", "Tĩnh Gia"])
def test_what_is_no_province_is_kept(cell: str) -> None:
    assert read_province(cell) == (cell, (), None)


def test_lost_letters_are_told() -> None:
    assert read_province("?à N?ng").problem
