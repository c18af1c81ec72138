"""How people are called: the name they are addressed by, and the word that goes before it."""

from __future__ import annotations

import re
from functools import lru_cache

from cskh.model.folding import fold

_BUSINESS_HEADS = (
    "công ty",
    "cong ty",
    "cty",
    "chi nhánh",
    "cửa hàng",
    "cua hang",
    "doanh nghiệp",
    "dntn",
    "đại lý",
    "hkd",
    "hộ kinh doanh",
    "htx",
    "khách sạn",
    "ngân hàng",
    "nhà hàng",
    "nhà thuốc",
    "nha thuoc",
    "phòng khám",
    "bệnh viện",
    "quán",
    "shop",
    "siêu thị",
    "spa",
    "tập đoàn",
    "tnhh",
    "trung tâm",
    "văn phòng",
)
# Trường alone is a given name, and Trương a family name.
_SCHOOLS = "trường (?:thpt|thcs|tiểu|mầm|mẫu|trung|cao|đại|quốc)"
_BUSINESS = re.compile(
    rf"(?:{'|'.join(_BUSINESS_HEADS)}|{_SCHOOLS})\b|.*\b(?:tnhh|dntn|jsc|co\., ?ltd)\b"
)
_TAIL = re.compile(r"\s+[-–—|/].*|\s*[(\[{,;].*")
_WORD = re.compile(r"[^\W\d_]+(?:['’.][^\W\d_]+)*")
_MIDDLE = {"thị": "female", "văn": "male"}
_WORDS = {"male": "anh", "female": "chị"}
EITHER = "anh/chị"
CUSTOMER = "quý khách"


@lru_cache(maxsize=64)  # a text asks for a customer's salutation and for his given name
def is_business(name: str) -> bool:
    """Say whether a name is a company's, shop's or school's rather than a person's."""
    return _BUSINESS.match(fold(name)) is not None


def given_name(name: str) -> str:
    """Return the name a person is addressed by, the last word: Nguyễn Thị Minh Hằng is Hằng.

    What stands behind the name (`(sỉ)`, `- Q7 0912…`) is not part of it; a company keeps its
    whole name.
    """
    if is_business(name):
        return name.strip()
    words: list[str] = _WORD.findall(_TAIL.sub("", name, count=1))
    return words[-1] if words else name.strip()


def salutation(gender: str | None, name: str | None, type_: str | None) -> str:
    """Return anh, chị, anh/chị or quý khách for a customer.

    Without a gender the middle names Thị and Văn are taken as signs; given names never are.
    """
    if type_ == "business" or (name and is_business(name)):
        return CUSTOMER
    return _WORDS.get(gender or _middle_sign(name or ""), EITHER)


def _middle_sign(name: str) -> str:
    middle = fold(name).split()[1:-1]
    return next((_MIDDLE[word] for word in middle if word in _MIDDLE), "")
