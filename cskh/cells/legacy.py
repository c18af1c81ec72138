"""The Vietnamese encodings from before Unicode, for which Python has no codec: TCVN3 and VNI.

Both put Vietnamese letters where Western code pages have others: TCVN3 (ABC, the .VnTime fonts)
one character a letter, VNI-Windows a letter and a mark.
"""

from __future__ import annotations

import re
import unicodedata

# Pairs of a character in Latin-1 and its letter. ư is U+00AD, which is invisible and so stands
# apart: copies of this table that lost it are wrong for every letter after it.
_PAIRS = (
    "µà ¸á ¶ả ·ã ¹ạ ¨ă »ằ ¾ắ ¼ẳ ½ẵ Æặ ©â Çầ Êấ Èẩ Éẫ Ëậ ®đ Ìè Ðé Îẻ Ïẽ Ñẹ ªê Òề Õế Óể Ôễ Öệ "
    "×ì Ýí Øỉ Üĩ Þị ßò ãó áỏ âõ äọ «ô åồ èố æổ çỗ éộ ¬ơ êờ íớ ëở ìỡ îợ ïù óú ñủ òũ ôụ õừ øứ öử "
    "÷ữ ùự úỳ ýý ûỷ üỹ þỵ ¡Ă ¢Â §Đ £Ê ¤Ô ¥Ơ ¦Ư"
)
TCVN3 = {pair[0]: pair[1] for pair in _PAIRS.split(" ")} | {"\xad": "ư"}
_TCVN3 = str.maketrans(TCVN3)

_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"
_TONES = {"ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_CIRCUMFLEXES = {"â": "", "á": _ACUTE, "à": _GRAVE, "å": _HOOK, "ã": _TILDE, "ä": _DOT}
_BREVES = {"ê": "", "é": _ACUTE, "è": _GRAVE, "ú": _HOOK, "ü": _TILDE, "ë": _DOT}
_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_small() -> dict[str, str]:
    table = dict(_ALONE)
    for base in ("a", "e", "o", "u", "y", "ô", "ö"):
        table |= {base + mark: _ALONE.get(base, base) + tone for mark, tone in _TONES.items()}
    for base in ("a", "e", "o"):
        table |= {base + mark: base + _CIRCUMFLEX + tone for mark, tone in _CIRCUMFLEXES.items()}
    return table | {"a" + mark: "a" + _BREVE + tone for mark, tone in _BREVES.items()}


def _vni() -> dict[str, str]:
    small = {key: unicodedata.normalize("NFC", letter) for key, letter in _vni_small().items()}
    capital = {key.upper(): letter.upper() for key, letter in small.items()}
    mixed = {key[0].upper() + key[1:]: letter.upper() for key, letter in small.items()}
    return small | capital | mixed


VNI = _vni()
_VNI = re.compile("|".join(sorted(VNI, key=len, reverse=True)))


def from_tcvn3(text: str) -> str:
    """Return TCVN3 that was read as Latin-1; it has no capitals with a tone."""
    return text.translate(_TCVN3)


def from_vni(text: str) -> str:
    """Return VNI-Windows that was read as Latin-1, the longest match first."""
    return _VNI.sub(lambda match: VNI[match[0]], text)
