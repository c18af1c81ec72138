"""What repairs are called: stable words in JSON, labels for people."""

from __future__ import annotations

from collections.abc import Mapping

from cskh.language import N_, _

LABELS: Mapping[str, str] = {
    "country_code": N_("country code taken off"),
    "currency": N_("currency taken off"),
    "date_serial": N_("date out of Excel's number"),
    "decimals": N_("decimals taken off"),
    "digits": N_("digits of another script"),
    "email": N_("email address tidied"),
    "label": N_("words beside the phone taken off"),
    "lost_zero": N_("lost zero put back"),
    "mobile_first": N_("mobile number put first"),
    "mojibake": N_("broken letters put back"),
    "money_unit": N_("amount written out (500k, 2tr5)"),
    "name_case": N_("capitals of a name"),
    "no_mobile": N_("new, but without a mobile number"),
    "old_prefix": N_("old 11-digit number renewed"),
    "phone_from_email": N_("phone out of an email address"),
    "province": N_("name of a province"),
    "repeated_number": N_("number given twice"),
    "rounded": N_("amount rounded"),
    "scientific": N_("number written with E+"),
    "second_phone": N_("second phone made the first"),
    "shared_phone": N_("phone shared with another customer"),
    "short_year": N_("year of two digits"),
    "spelling": N_("spelling of a choice"),
    "title": N_("title taken off a name"),
    "two_numbers": N_("two numbers parted"),
    "unicode_form": N_("Unicode form of letters"),
}


def label(rule: str) -> str:
    """Return what people call a repair, or a note."""
    return _(LABELS[rule]) if rule in LABELS else rule
