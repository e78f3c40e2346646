"""How much a text looks like text: which letters stand in it, beside which, and what stands between them.

It serves to tell one reading of the same bytes from another, so only characters beyond ASCII count, each beside its
neighbours. Wrong readings have letters that no language uses, two scripts in a word, capitals behind small letters, and
signs within words.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

# Letters from the commonest to the rarest in running text of the languages of a script (frequency lists of ru, uk, ar,
# fa, and of what fr, es, de, pt, it, pl, cs and tr add to ASCII). The place of a letter is all that counts.
_BY_SCRIPT = {
    "CYRILLIC": "оаеинтрсвлкмдпуязьбгчіыйхжшюцщїфєёэґъў",
    "ARABIC": "اليمونرتبةعدسفهكقحجشطصخأذئزثضغىءؤإآظیکپچگژ\u064b\u064e\u064f\u0650\u0651\u0652",
    "LATIN": "éáóíèàñúçãüöäêìâùôîûëïœřčžšěýůąęłśżćńźışğßåøæőűăđșțţďťňľ",
    "GREEK": "αοιετνσηρπκμλυςωγδάίόέήύώχθφβξζψ",
    "THAI": "านรอกเงมยลวดทสตะปบคหแจพชขใไโผภถซธศณฟญษฐ\u0e31\u0e34\u0e35\u0e48\u0e49\u0e47\u0e38\u0e39\u0e37\u0e4c\u0e33",
    "HEBREW": "יוהלרתמאבשנםקדעכחפגטצזסןךץףג",
}
_LANGUAGES = {
    "CYRILLIC": {"ru", "uk", "be", "bg", "sr", "mk", "kk"},
    "ARABIC": {"ar", "fa", "ur", "ps", "ku"},
    "LATIN": {"en", "fr", "es", "de", "pt", "it", "pl", "cs", "tr", "nl", "sv", "da", "no", "fi", "ro", "hu"},
    "GREEK": {"el"},
    "THAI": {"th"},
    "HEBREW": {"he", "yi"},
}
_OWN = {
    "ru": "ыэёъ",
    "uk": "іїєґ",
}
# What the alphabets of languages in Latin letters add to ASCII: a language's texts keep to it, but for a name.
_ALPHABETS = tuple(
    map(
        frozenset,
        (
            "éèàùâêîôûçëïüœæÿ", "áéíóúñü", "áâãàçéêíóôõúü", "äöüß", "àèéìíòóùú", "åäöé", "æøåéèóòâôü", "áðéíóúýþæö",
            "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîșțşţ", "čćđšž", "çğıİöşüâîûə",
            "äõöüšž", "āčēģīķļņšūž", "ąčęėįšųūž",
        ),
    )
)  # fmt: skip
_STRANGE = 2.0
"""What it costs that no alphabet has a text's Latin letters, for the share of them that even the best one lacks."""
_PUNCTUATION = "«»“”„‘’–—…№€•°§·،؛؟\u00a0¿¡"
_FITS = 0.5
"""What a letter of the language's script is worth more than another's."""


def likeness(text: str, language: str = "") -> float:
    """How much a text looks like text, on average for a character beyond ASCII; the more the better, 0 for none.

    `language` is a two-letter code, when it is known which language to expect.
    """
    total, count = 0.0, 0
    before = " "
    for place, char in enumerate(text):
        if char > "\x7f":
            after = text[place + 1] if place + 1 < len(text) else " "
            total += _worth(char, before, after, language)
            count += 1
        before = char
    return total / count - _STRANGE * _strangers(text) / count if count else 0.0


def _strangers(text: str) -> int:
    """How many of a text's Latin letters beyond ASCII are strangers in the alphabet that has most of them."""
    letters = Counter(char if char == "İ" else char.lower() for char in text if char > "\x7f")
    latin = {letter: count for letter, count in letters.items() if _script(letter[0]) == "LATIN"}
    known = (sum(count for letter, count in latin.items() if letter in alphabet) for alphabet in _ALPHABETS)
    return sum(latin.values()) - max(known)


def _worth(char: str, before: str, after: str, language: str) -> float:
    script = _script(char)
    if not script:
        if char == "£" and (before.isdigit() or after.isdigit()):
            return 0.9  # a price, and never the Polish letter that other sets have in its place
        if char in _PUNCTUATION:
            return 0.3 if not (before.isalpha() and after.isalpha()) or char in "’·" else -1.0
        within = before.isalpha() and after.isalpha()
        return -3.0 if within or unicodedata.category(char)[0] == "C" or char == "\ufffd" else -1.5
    worth = _commonness(char.lower(), script)
    for neighbour in (before, after):
        if neighbour.isalpha() and _script(neighbour) not in (script, ""):
            worth -= 1.5
    if char.isupper() and before.isalpha():
        worth -= 1.5 if before.islower() else 0.1
    if script != "LATIN":
        # Such letters stand beside others of their kind; those of Latin stand among ASCII.
        worth -= 0.0 if _script(before) == script or _script(after) == script else 0.5
    elif not before.isascii() and before.isalpha():
        worth -= 1.0
    if language:
        worth += _FITS if language in _LANGUAGES.get(script, ()) else 0.0
        worth += 0.2 if char.lower() in _OWN.get(language, "") else 0.0
    return worth


@lru_cache(maxsize=2_048)
def _script(char: str) -> str:
    """The script of a letter, empty for what is none; ASCII letters are Latin."""
    if char.isascii():
        return "LATIN" if char.isalpha() else ""
    if unicodedata.category(char)[0] not in "LM":
        return ""
    name = unicodedata.name(char, "").partition(" ")[0]
    return name if name in _BY_SCRIPT else "OTHER"


@lru_cache(maxsize=2_048)
def _commonness(letter: str, script: str) -> float:
    """From 1 for the commonest letter of a script to -1 for the rarest; below that for one that is in no list."""
    letters = _BY_SCRIPT.get(script, "")
    place = letters.find(letter)
    return 1.0 - 2 * place / len(letters) if place >= 0 else -1.5
