r"""Text that somebody misread before it was published, read back (docs/decisions/0024).

Such a document is sound: only its words are none. Publishers paste what a tool read in a wrong character set, and
import old databases so. Others publish text as programs and mails have it: `\u201cNo\u201d`, `It\'s`, `=?utf-8?Q?No?=`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from functools import cache

from monitor.collect.charsets.letters import likeness
from monitor.collect.charsets.onebyte import likeliest

# UTF-8 that was read as windows-1252, windows-1251, windows-1256, or by old machines of Apple and IBM.
_UTF8 = re.compile(
    "[\u00c2-\u00f4\u0420\u0421\u0432][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u0402-\u040f\u0451-\u045f\u0490\u0491\u2013-\u2122]"
    "|[طظعغ][\u0080-\u00bf\u0152-\u0192\u02c6\u0679-\u0691\u06a9-\u06be\u2013-\u2122]|[√├][^\\w\\s]|‚Ä|ΓÇ"
)
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_READ_AS = ("cp1251", "cp1256")
"""Sets as which UTF-8 is read beside those that ftfy knows best."""

_GLANCE = 100
"""Characters by which it is told whether to look at a text whole."""

_FEWEST, _BAD = 3, 10
"""How many sequences of UTF-8 are no chance, and of so many of them one may be cut off, as at the end of a text."""

# Letters that languages in Latin letters have among others: there, few of them stand in such a row.
_ACCENT, _ROW = re.compile("[\u00c0-\u00ff]"), re.compile("[\u00c0-\u00ff]{3,}")
_FEWEST_IN_ROWS = 8
# Small letters before capitals, as Russian has them where one of its two old sets was read as the other.
_SMALL_BEFORE_CAPITALS = re.compile("[\u0430-\u044f\u0451][\u0410-\u042f\u0401]{3}")
_LATIN = {"cp1252", "iso8859-15", "cp1250", "iso8859-2", "cp1254"}
_SAMPLE = 6_000
_BETTER = 0.25
"""How much more a text must look like text, in the measure of `likeness`, to have been misread."""

_MOST_TIMES = 3
"""How often a text may have been misread, one time after another."""


# What programs write for a letter, and before a quotation mark; and the words of a mail's header (RFC 2047).
_LETTERS, _QUOTED = re.compile(r"(?:\\u[0-9a-fA-F]{4})+"), re.compile(r"\\(['\"/])")
_MAIL_WORD = r"=\?[\w-]{1,40}\?[bBqQ]\?[^?\s]{1,2000}\?="
_MAILED = re.compile(rf"{_MAIL_WORD}(?:\s+{_MAIL_WORD})*")


def read_back(text: str) -> str:
    """A text without the traces of what it was misread as before it was published."""
    if "\\" in text and "<script" not in text:  # there they are what they seem, and end it when they are read
        text = _QUOTED.sub(r"\1", _LETTERS.sub(_of_a_program, text))
    if "=?" in text:
        text = _MAILED.sub(_of_a_mail, text)
    for _ in range(_MOST_TIMES):
        if text.isascii():
            break
        before, text = text, _once(text)
        if text == before:
            break
    return text


def _of_a_program(found: re.Match[str]) -> str:
    units = b"".join(int(code, 16).to_bytes(2, "big") for code in found[0].split("\\u")[1:])
    return units.decode("utf-16-be", "replace")


def _of_a_mail(found: re.Match[str]) -> str:
    try:
        return str(make_header(decode_header(found[0])))
    except (HeaderParseError, LookupError, ValueError):
        return found[0]


def _once(text: str) -> str:
    if found := _UTF8.search(text):
        for charset in _READ_AS:
            if _from_utf8(text[found.start() :][:_GLANCE], charset) and (meant := _from_utf8(text, charset)):
                return meant
        # Takes a moment to import, and few feeds need it.
        import ftfy  # noqa: PLC0415

        text = ftfy.fix_encoding(text)
    if _is_all_accents(text):
        return _in_another_set(text, "cp1252")
    if _SMALL_BEFORE_CAPITALS.search(text):
        return max((_in_another_set(text, charset) for charset in ("cp1251", "koi8-r")), key=_looks)
    return text


def _is_all_accents(text: str) -> bool:
    in_rows = sum(map(len, _ROW.findall(text)))
    return in_rows >= _FEWEST_IN_ROWS and 2 * in_rows > len(_ACCENT.findall(text))


def _from_utf8(text: str, charset: str) -> str | None:
    """What a text says that is UTF-8, read in a set of one byte a character; None where it is not."""
    raw = _bytes(text, charset)
    if raw is None:
        return None
    sequences = len(_SEQUENCE.findall(raw))
    bad = len(_HIGH.findall(_SEQUENCE.sub(b"", raw)))
    return raw.decode("utf-8", "replace") if sequences >= max(_FEWEST, _BAD * bad) else None


def _in_another_set(text: str, charset: str) -> str:
    """A text read in one set of one byte a character, as the one says it in which it looks clearly more like text."""
    raw = _bytes(text, charset)
    if raw is None:
        return text
    other = likeliest(raw[:_SAMPLE], (), "")
    meant = raw.decode(other, "replace")
    return meant if other not in _LATIN and _looks(meant) > _looks(text) + _BETTER else text


def _looks(text: str) -> float:
    return likeness(text[:_SAMPLE])


def _bytes(text: str, charset: str) -> bytes | None:
    """The bytes that a text is in a set; None where it has characters that are not in it."""
    codes = _codes(charset)
    if not all(char in codes for char in set(text)):
        return None
    return bytes(map(codes.__getitem__, text))


@cache
def _codes(charset: str) -> Mapping[str, int]:
    """The byte of each character. One that a set leaves out is read as what it is in windows-1252, or left as it is."""
    codes: dict[str, int] = {}
    for code in range(256):
        byte = bytes([code])
        for char in byte.decode(charset, "ignore") or byte.decode("cp1252", "ignore") + chr(code):
            codes.setdefault(char, code)
    return codes
