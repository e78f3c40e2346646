"""In which character set of one byte a character does a text look most like text?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.collect.charsets.letters import likeness

_ASCII = bytes(range(128))
_TRUSTED, _TRUSTED_BY_LETTER = 0.2, 1.5
"""By how much a set that nobody names must look better than one that is named, in the measure of `likeness`; and by how
much more for one letter, half of it for two, and so on: few letters look like text by chance."""

# Sets of one byte a character that feeds in the six languages and their neighbours come in, and what a set gains for
# being common. What is named is tried too, whatever it is.
_TRIED = {
    "cp1252": 0.1, "cp1251": 0.1, "cp1256": 0.1, "koi8-u": 0.05, "koi8-r": 0.0, "iso8859-5": 0.0, "cp866": 0.0,
    "iso8859-15": 0.05, "iso8859-6": 0.05, "cp1250": 0.0, "iso8859-2": 0.0, "cp1254": 0.0, "cp1253": -0.1,
    "cp1255": -0.1, "cp874": -0.1, "mac-cyrillic": 0.1,
}  # fmt: skip

_VOWEL_AND_TONE = re.compile(
    rb"(?:(?<=[A-Za-z])[\xc2\xc3\xca\xd4\xd5\xdd\xe2\xe3\xea\xf4\xf5\xfd][\xcc\xd2\xde\xec\xf2]|"
    rb"[\xc2\xc3\xca\xd4\xd5\xdd\xe2\xe3\xea\xf4\xf5\xfd][\xcc\xd2\xde\xec\xf2](?=[A-Za-z]))"
)

_TONES = 2
"""How many such pairs are no chance: no other language has any."""

_DOTLESS_I = 0xFD
_TURKISH = frozenset(b"\xd0\xdd\xde\xf0\xfd\xfe")
_BESIDE_TURKISH = frozenset("çöüÇÖÜ".encode("cp1252"))
_IN_A_NAME = 2
"""How many of these letters stand in the name of a place in Iceland."""

_ICELANDIC = frozenset("áíóúæÁÍÓÚÆ".encode("cp1252"))
WESTERN = ("cp1252", "iso8859-15")

# Sets that differ in few characters, so that one is often named for the other.
_SISTERS = {
    "koi8-r": ("koi8-u",), "koi8-u": ("koi8-r",), "cp1252": ("iso8859-15",), "iso8859-15": ("cp1252",),
    "cp1250": ("iso8859-2",), "iso8859-2": ("cp1250",), "cp1251": ("mac-cyrillic",),
}  # fmt: skip


def likeliest(sample: bytes, named: Iterable[str], language: str) -> str:
    """The set in which bytes look most like text; a named one unless another looks clearly better."""
    named = [one for name in named for one in (name, *(_SISTERS.get(name, ())))]
    trusted = _TRUSTED + _TRUSTED_BY_LETTER / max(1, len(beyond_ascii(sample)))
    looks = {
        charset: likeness(sample.decode(charset, "replace"), language)
        + _TRIED.get(charset, 0.0)
        + (trusted if charset in named else 0.0)
        for charset in dict.fromkeys([*named, *_TRIED])
    }
    return max(looks, key=lambda charset: looks[charset])


def is_turkish(raw: bytes, language: str) -> bool:
    """Whether six bytes stand for letters of Turkish, and not of Icelandic, as windows-1252 has it."""
    if language in ("tr", "az", "is", "fo"):
        return language in ("tr", "az")
    high = set(raw)
    if _DOTLESS_I not in high or high & _ICELANDIC:
        return False
    return len(high & _TURKISH) > 1 and len(high & (_TURKISH | _BESIDE_TURKISH)) > _IN_A_NAME


def is_vietnamese(raw: bytes) -> bool:
    """Whether tones stand behind vowels that are beyond ASCII, and beside letters of it, as in windows-1258."""
    return len(_VOWEL_AND_TONE.findall(raw)) >= _TONES


def beyond_ascii(raw: bytes) -> bytes:
    """The bytes that are no ASCII characters."""
    return raw.translate(None, _ASCII)
