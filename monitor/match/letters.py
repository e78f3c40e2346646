"""Letters that readers take for one another: joined and crossed ones, and those of another script that look alike.

docs/decisions/0020 says why.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from itertools import product

_PLAIN = """
    oe œ  ae æ  ss ß  th þ  ij ĳ  d đðɖɗ  o ø  l łŀƚ  i ıɨ  n ŋɲ  h ħ  f ƒ  t ŧ  k ĸƙ  g ǥɠ  z ƶ  b ɓƀ  e ɛ  a ə  c ɔ
    u ʉ  y ƴ  s ſ  a ᴀ  b ʙ  c ᴄ  d ᴅ  e ᴇ  f ꜰ  g ɢ  h ʜ  i ɪ  j ᴊ  k ᴋ  l ʟ  m ᴍ  n ɴ  o ᴏ  p ᴘ  q ꞯ  r ʀ  s ꜱ
    t ᴛ  u ᴜ  v ᴠ  w ᴡ  y ʏ  z ᴢ
""".split()
PLAIN_LETTERS: Mapping[int, str] = {
    ord(letter): plain for plain, letters in zip(_PLAIN[::2], _PLAIN[1::2], strict=True) for letter in letters
}
"""Joined and crossed letters and small capitals, which have no accent to take off, as people type them without."""

_LETTERS = {
    "latin": re.compile("[A-Za-z\u00c0-\u024f]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "greek": re.compile("[\u0370-\u03ff]"),
}
_NOT_LATIN = re.compile("[\u0370-\u052f]")


def _pairs(written: str) -> dict[str, str]:
    return {pair[0]: pair[1:] for pair in written.split()}


# What a letter looks like in another script. Small letters also stand for their capitals ("k" for "К"), as words are
# compared in small letters; capitals are here where they look like something else than their small letters do.
_ALIKE = {
    ("latin", "cyrillic"): _pairs("aа bв cс eе hн iі jј kк mм nп oо pр rг sѕ tт uи xх yу"),
    ("cyrillic", "latin"): _pairs(
        "аa вb гr еe зz иu іi јj кk лl мm нh оo пn рp сc ѕs тt уy хx ьb һh ӏl ԁd ԛq ԝw",
    ),
    ("greek", "latin"): _pairs("αa βb γy εe ζz ηn ιi κk μu νv οo ρp ςs τt υu χx ωw Ηh Μm Νn Υy"),
    ("greek", "cyrillic"): _pairs("αа βв γг εе ηн ιі κк λл μм νн οо πп ρр ςс τт υу φф χх"),
}
# A small "b" is drawn like the soft sign, its capital like "В".
_SOFT_SIGN = str.maketrans({"b": "ь"})
# Small letters that look like one of the other script though their capitals do not.
_SMALL_ONLY = frozenset("nrusjzгзилпьһӏԁ")

# How the letters of designations are written in the other script by their sound: RBK-500, РБК-500.
_SOUNDS = {
    "cyrillic": dict(
        zip(
            "shch sh ch zh kh ts yu ya a b c d e f g h i k l m n o p r s t u v y z".split(),
            "щшчжхцюяабцдефгхиклмнопрстувыз",
            strict=True,
        )
    ),
    "latin": dict(
        zip(
            "щшчжхцюяабвгдеёзийіклмнопрстуфыэ",
            "shch sh ch zh kh ts yu ya a b v g d e e z i i i k l m n o p r s t u f y e".split(),
            strict=True,
        )
    ),
}
_LONGEST_CODE, _MOST_SPELLINGS = 12, 32
_SOUND = {script: re.compile("|".join(table)) for script, table in _SOUNDS.items()}


def readings_of(word: str) -> tuple[str, ...]:
    """The words that a word with letters of several scripts may be meant to be; none for a word of one script.

    In Cyrillic "бoмбa" with a Latin "o" and "a" is "бомба". Where letters look alike both ways there are several;
    where some look like none of the other script, the others are read as those of the script that has the most.
    """
    if word.isascii() or not _NOT_LATIN.search(word) or len(_scripts(word)) < 2:
        return ()
    word = unicodedata.normalize("NFKC", word)
    if len(_scripts(word)) < 2:
        return (word,)
    count = {script: len(_LETTERS[script].findall(word)) for script in _scripts(word)}
    targets = sorted((script for script in count if script != "greek"), key=lambda script: -count[script])
    whole = [reading for target in targets for reading in _in_script(word, target) if _scripts(reading) == [target]]
    return tuple(dict.fromkeys(whole or _in_script(word, targets[0])[:1]))


def spellings_of(code: str) -> tuple[str, ...]:
    """How else the letters of a designation ("9M55K", the "RBK" of "RBK-500") are written, in small letters.

    In the other script as they look (9М55К), which are capitals, and as they sound (РБК), some this way and some that
    (РВК, СВУ for "CBU"); and in its own script what looks like its sounds in the other: "9H210" for "9N210".
    """
    code, scripts = code.lower(), _scripts(code)
    if scripts not in (["latin"], ["cyrillic"]) or len(code) > _LONGEST_CODE:
        return ()
    own, other = scripts[0], "cyrillic" if scripts == ["latin"] else "latin"
    heard = _SOUND[other].sub(lambda found: _SOUNDS[other][found[0]], code)
    found = [_seen(code, own, other), heard]
    sounds = [_SOUNDS[other].get(char, char) for char in code]
    looks = list(_seen(code, own, other))
    either = [dict.fromkeys(pair) for pair in zip(looks, sounds, strict=True)]
    if math.prod(map(len, either)) <= _MOST_SPELLINGS:
        found += map("".join, product(*either))
    return tuple(
        dict.fromkeys(
            [
                *(spelling for spelling in found if _scripts(spelling) == [other]),
                *(again for again in [_seen(heard, other, own)] if again != code and _scripts(again) == [own]),
            ]
        )
    )


def _seen(code: str, own: str, other: str) -> str:
    """A designation in the letters of another script that its capitals look like; without one, a letter stays."""
    alike = _ALIKE[own, other]
    return "".join(char if char in _SMALL_ONLY else alike.get(char, char) for char in code)


def _scripts(word: str) -> list[str]:
    return [script for script, letters in _LETTERS.items() if letters.search(word)]


def _in_script(word: str, target: str) -> list[str]:
    words = [word, word.translate(_SOFT_SIGN)] if target == "cyrillic" and "b" in word else [word]
    for (_, other), alike in _ALIKE.items():
        if other == target:
            words = ["".join(_read(char, alike) for char in one) for one in words]
    return words


def _read(char: str, alike: Mapping[str, str]) -> str:
    """What a letter looks like, with its own accents: "ï" as "ї"."""
    letter = unicodedata.normalize("NFD", char)
    found = alike.get(letter[0]) or alike.get(letter[0].lower())
    return unicodedata.normalize("NFC", found + letter[1:]) if found else char
