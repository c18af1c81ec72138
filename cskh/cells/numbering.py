"""The Vietnamese numbering plan: which numbers there are, and what became of the old ones.

Mobile heads and their carriers: the carriers' own lists; 11-digit mobiles moved to 10 digits from
15 September 2018, landline area codes changed in 2017.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from cskh.language import _

MOBILE, SUSPECT, LANDLINE, HOTLINE = "mobile", "suspect", "landline", "hotline"
KINDS = (MOBILE, SUSPECT, LANDLINE, HOTLINE)

# Only the head changed, and not in order: the last seven digits stayed.
MOVED = {
    **{"0162": "032", "0163": "033", "0164": "034", "0165": "035"},
    **{"0166": "036", "0167": "037", "0168": "038", "0169": "039"},
    **{"0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078"},
    **{"0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082"},
    **{"0186": "056", "0188": "058", "0199": "059"},
}
_OLD = re.compile(r"0(?:12[0-9]|16[2-9]|18[68]|199)[0-9]{7}")
_OLD_WITHOUT_ZERO = re.compile(r"(?:12|16|18[68]|199|2)[0-9]+")
_MOBILE = re.compile(r"0(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-46-9])[0-9]{7}")
# Most old landlines of Ho Chi Minh City were 08 38.. .... and 08 39.. ....
_SAIGON = re.compile(r"083[89][0-9]{6}")
_OLD_LANDLINE = re.compile(r"0(?:3[01]|5[347]|7[2-5])[0-9]{7}")
_LOOKS_OLD = re.compile(r"0(?:3[0136-9]|5[2689]|7[0679]|8[0-9])[0-9]{7}")
_MAYBE_MOBILE = re.compile(r"0[35789][0-9]{8}")
_LANDLINE = re.compile(r"02[0-9]{9}")
_HOTLINE = re.compile(r"1[89]00(?:[0-9]{4}|[0-9]{6})")
_ABROAD = re.compile(r"0?(?:\+84)+")


class Number(NamedTuple):
    """A number as people dial it, what it reaches, its repairs, and what makes it doubtful."""

    digits: str
    kind: str
    repairs: tuple[str, ...] = ()
    doubt: str | None = None


def find_number(dialled: str, *, desk: bool = False) -> Number:
    """Return the number meant by digits and `+`; raises ValueError with a sentence.

    `desk` says that it was called a landline: then one that looks like an old one is suspect.
    """
    digits, repairs = _without_country(dialled)
    digits, lost = _with_zero(digits)
    repairs += lost
    if _OLD.fullmatch(digits):
        return Number(MOVED[digits[:4]] + digits[4:], MOBILE, (*repairs, "old_prefix"))
    kind = _kind(digits, desk)
    return Number(digits, kind, repairs, _doubt(digits, kind))


def _without_country(dialled: str) -> tuple[str, tuple[str, ...]]:
    digits = _ABROAD.sub("84", dialled, count=1) if "+" in dialled else dialled
    if "+" in digits:
        raise ValueError(_("A foreign number: only Vietnamese ones can be reached."))
    if digits.startswith("0084"):
        digits = digits[2:]
    elif digits.startswith("00"):
        raise ValueError(_("It begins with two zeros, and not with 0084."))
    elif digits.startswith("084") and len(digits) == 12:
        digits = digits[1:]
    if digits.startswith("840") and len(digits) in (12, 13):
        digits = "84" + digits[3:]
    if digits.startswith("84") and _is_whole(digits[2:]):
        return "0" + digits[2:], ("country_code",)
    return digits, ()


def _is_whole(rest: str) -> bool:
    return len(rest) == 9 or (len(rest) == 10 and _OLD_WITHOUT_ZERO.fullmatch(rest) is not None)


def _with_zero(digits: str) -> tuple[str, tuple[str, ...]]:
    if digits.startswith("0") or _HOTLINE.fullmatch(digits):
        return digits, ()
    if _is_whole(digits):
        return "0" + digits, ("lost_zero",)
    return digits, ()


def _kind(digits: str, desk: bool) -> str:
    if _MOBILE.fullmatch(digits):
        saigon = _SAIGON.fullmatch(digits) is not None
        return SUSPECT if saigon or (desk and _LOOKS_OLD.fullmatch(digits)) else MOBILE
    if _LANDLINE.fullmatch(digits):
        return LANDLINE
    if _HOTLINE.fullmatch(digits):
        return HOTLINE
    if _OLD_LANDLINE.fullmatch(digits):
        return SUSPECT
    if _MAYBE_MOBILE.fullmatch(digits):
        return MOBILE
    return _kind_by_library(digits)


def _doubt(digits: str, kind: str) -> str | None:
    if kind == SUSPECT:
        return _("It may be a landline from before 2017, which gets no messages.")
    if kind == MOBILE and not _MOBILE.fullmatch(digits):
        return _("No carrier is known to use this prefix.")
    return None


def _kind_by_library(digits: str) -> str:
    """Ask the library, whose tables are renewed more often than ours; it must be sure."""
    import phonenumbers as library

    kinds = {
        library.PhoneNumberType.MOBILE: MOBILE,
        library.PhoneNumberType.TOLL_FREE: HOTLINE,
        library.PhoneNumberType.PREMIUM_RATE: HOTLINE,
        library.PhoneNumberType.FIXED_LINE: LANDLINE,
        library.PhoneNumberType.UAN: LANDLINE,
    }
    try:
        found = library.parse(digits, "VN")
    except library.NumberParseException:
        raise ValueError(_wrong(digits)) from None
    kind = kinds.get(library.number_type(found))
    if (
        kind is None
        or found.country_code != 84
        or library.national_significant_number(found) != digits.removeprefix("0")
    ):
        raise ValueError(_wrong(digits))
    return kind


def _wrong(digits: str) -> str:
    if len(digits) in (10, 11) and digits[0] == "0" and digits[1] in "345678":
        return _("A landline from before 2017: its area code has changed.")
    if len(digits) != 10:
        return _("A phone number has 10 digits, and this one {count}.").format(count=len(digits))
    return _("No Vietnamese number begins like this.")
