"""Which character set of East Asia a text is in, where nobody says so, or what is said is not so.

In these sets a character takes two bytes, and the commonest characters of a language stand together: a text in a set
has nearly all of its pairs of bytes there, and a text in another set has not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FEWEST = 6
"""Pairs of bytes, from which on they are no chance."""

_SHARE = 0.9
"""Of all pairs and stray bytes, the share that must be common characters."""

_KANA_SHARE = 0.15
"""Of the pairs of a text in Japanese, the share that is in its own two alphabets, at least; most have a half."""


@dataclass(frozen=True, slots=True)
class _Set:
    """A character set: all its pairs of bytes, those of its common characters, and of these its language's own."""

    name: str
    language: str
    pair: re.Pattern[bytes]
    common: re.Pattern[bytes]
    own: re.Pattern[bytes] | None = None


_EUC = re.compile(rb"[\xa1-\xfe][\xa1-\xfe]")
_SETS = (
    _Set(
        "cp932",
        "ja",
        re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]"),
        re.compile(rb"[\x81-\x83\x88-\x98][\x40-\x7e\x80-\xfc]"),
        re.compile(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]"),
    ),
    _Set("euc_jp", "ja", _EUC, re.compile(rb"[\xa1\xa3-\xa5\xb0-\xcf][\xa1-\xfe]"), re.compile(rb"[\xa4\xa5].")),
    # Before Chinese, as the characters that are common in Korean are common in Chinese by their bytes.
    _Set("cp949", "ko", _EUC, re.compile(rb"[\xa1\xa3\xb0-\xc8][\xa1-\xfe]"), re.compile(rb"[\xb0-\xc8].")),
    _Set(
        "gb18030",
        "zh",
        re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]"),
        re.compile(rb"[\xa1\xa3\xb0-\xd7][\xa1-\xfe]"),
    ),
    _Set(
        "big5hkscs",
        "zh",
        re.compile(rb"[\x87-\xfe][\x40-\x7e\xa1-\xfe]"),
        re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]"),
    ),
)


def eastern_set(raw: bytes, language: str = "") -> str | None:
    """Python's name of the set that a text is in, None where it is in none of these for certain.

    `language` is a two-letter code, when it is known which language to expect.
    """
    known = {one.language for one in _SETS}
    if language and language not in known:
        return None
    return next((one.name for one in _SETS if language in ("", one.language) and _is_in(raw, one)), None)


def rather_in(raw: bytes, named: str) -> str:
    """The set that a text is in which is called `named`, and can be read as that: Big5 is often called GBK.

    Another one only where the text is plainly in it, and has not what is common in the one that is named.
    """
    said = next((one for one in _SETS if named in (one.name, *_ALSO.get(one.name, ()))), None)
    if said is None or _is_in(raw, said):
        return named
    return next((one.name for one in _SETS if one.language == said.language and _is_in(raw, one)), named)


_ALSO = {
    "gb18030": ("gbk", "gb2312"),
    "big5hkscs": ("big5",),
    "cp932": ("shift_jis",),
    "cp949": ("euc_kr",),
}


def _is_in(raw: bytes, one: _Set) -> bool:
    pairs = one.pair.findall(raw)
    stray = sum(byte > 0x7F for byte in one.pair.sub(b"", raw))
    common = sum(one.common.fullmatch(pair) is not None for pair in pairs)
    if len(pairs) < _FEWEST or common < _SHARE * (len(pairs) + stray):
        return False
    return one.own is None or sum(one.own.fullmatch(pair) is not None for pair in pairs) >= _KANA_SHARE * len(pairs)
