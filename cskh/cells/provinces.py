"""Provinces as people write them: `TP. ĐN`, `Tỉnh Quảng Nam`, `HCM`, `Sài Gòn`.

The 63 provinces of before July 2025 and the 34 since keep their own names, because customers are
still grouped by both; what is no province is kept as it stands.
"""

from __future__ import annotations

import re

from cskh.cells.reading import Cell, Reading
from cskh.cells.texts import read_text
from cskh.model.folding import fold, unmark

_LIST = """
An Giang, Bà Rịa - Vũng Tàu, Bạc Liêu, Bắc Giang, Bắc Kạn, Bắc Ninh, Bến Tre, Bình Dương, Bình
Định, Bình Phước, Bình Thuận, Cà Mau, Cao Bằng, Cần Thơ, Đà Nẵng, Đắk Lắk, Đắk Nông, Điện Biên,
Đồng Nai, Đồng Tháp, Gia Lai, Hà Giang, Hà Nam, Hà Nội, Hà Tĩnh, Hải Dương, Hải Phòng, Hậu
Giang, Hòa Bình, Hưng Yên, Khánh Hòa, Kiên Giang, Kon Tum, Lai Châu, Lạng Sơn, Lào Cai, Lâm
Đồng, Long An, Nam Định, Nghệ An, Ninh Bình, Ninh Thuận, Phú Thọ, Phú Yên, Quảng Bình, Quảng
Nam, Quảng Ngãi, Quảng Ninh, Quảng Trị, Sóc Trăng, Sơn La, Tây Ninh, Thái Bình, Thái Nguyên,
Thanh Hóa, Huế, Tiền Giang, TP.HCM, Trà Vinh, Tuyên Quang, Vĩnh Long, Vĩnh Phúc, Yên Bái
"""
_NAMES = tuple(" ".join(name.split()) for name in _LIST.split(","))
_ALIASES = {
    "TP.HCM": ("hcm", "tphcm", "hồ chí minh", "sài gòn", "sg", "ho chi minh city", "hcmc"),
    "Huế": ("thừa thiên huế", "thừa thiên - huế", "tt huế", "tth"),
    "Hà Nội": ("hn", "ha noi city", "hanoi"),
    "Đà Nẵng": ("đn", "đà nẵng city", "danang"),
    "Bà Rịa - Vũng Tàu": ("vũng tàu", "brvt", "br-vt", "bà rịa"),
    "Đắk Lắk": ("đăk lăk", "đắc lắc", "daklak"),
    "Đắk Nông": ("đăk nông", "đắc nông", "daknong"),
    "Bắc Kạn": ("bắc cạn",),
}
_PREFIX = re.compile(r"(?:thanh pho|tinh|tp|t)(?:\.\s*|\s+)")


def _key(text: str) -> str:
    """Return a name without prefix, marks, spaces and dashes."""
    return re.sub(r"[\s.\-–]+", "", _PREFIX.sub("", unmark(fold(text)), count=1))


_PROVINCES = {_key(name): name for name in _NAMES} | {
    _key(alias): name for name, aliases in _ALIASES.items() for alias in aliases
}


def read_province(cell: Cell) -> Reading:
    """Read a province by any of its names; another text is kept."""
    text, repairs, problem = read_text(cell)
    if text is None or text in _PROVINCES.values():
        return Reading(text, repairs, problem)
    name = _PROVINCES.get(_key(text))
    return Reading(text, repairs) if name is None else Reading(name, (*repairs, "province"))
