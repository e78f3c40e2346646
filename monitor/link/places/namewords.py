"""What is a word of a text to the gazetteer: the names that it may be, or may begin?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.link.places.gazetteer import gazetteer
from monitor.link.places.senses import ACRONYM, ADJECTIVE, ANY_CASE, LISTED, Sense
from monitor.link.places.words import fold, is_arabic, text_keys, trimmed

_LONGEST_WORD = 40
_TANWIN = "\u064b"
_OTHER_STEM = 2


@dataclass(frozen=True, slots=True)
class NameWord:
    """A word that some name has: its keys, and the length (in words) of the longest name that starts with it.

    `alone` is what the word by itself may mean as it is written, unless it is in capitals. `lead` is how many
    characters before the name are written as part of it: l'Iran.
    """

    keys: tuple[str, ...]
    longest: int
    lead: int
    length: int
    capital: bool
    capitals: bool
    arabic: bool
    alone: Sequence[Sense]


@lru_cache(maxsize=16_384)
def name_word(written: str) -> NameWord | None:
    """What a word of a text is to the gazetteer; None when no name has it."""
    if len(written) > _LONGEST_WORD or _TANWIN in written:  # درعاً is a coat of mail, not Daraa
        return None
    known = gazetteer().longest
    folded = fold(written)
    keys = tuple(key for key in text_keys(folded) if key in known) if folded else ()
    if not keys:
        return None
    lead, trail = trimmed(written)
    bare = written[lead : len(written) - trail]
    capital, arabic = bare[:1].isupper(), is_arabic(folded)
    return NameWord(
        keys=keys,
        longest=max(map(known.get, keys)),
        lead=1 if arabic and keys[0] != folded else lead,
        length=len(bare),
        capital=capital,
        capitals=bare.isupper() and len(bare) > 1,
        arabic=arabic,
        alone=_alone(keys, capital=capital, arabic=arabic),
    )


def preferred(senses: list[Sense]) -> Sequence[Sense]:
    """Names written by hand before those of the table, and nouns before adjectives: Донецка, not a form of донецкий."""
    if len(senses) == 1:
        return senses
    by_hand = [sense for sense in senses if not sense.flags & LISTED] or senses
    return [sense for sense in by_hand if not sense.flags & ADJECTIVE] or by_hand


def _alone(keys: tuple[str, ...], *, capital: bool, arabic: bool) -> Sequence[Sense]:
    found: list[Sense] = []
    stem = 0
    for key in keys:
        if len(key) + _OTHER_STEM <= stem:
            break
        senses = (sense for sense in gazetteer().senses(key) if not sense.flags & ACRONYM)
        found += (sense for sense in senses if capital or arabic or sense.flags & ANY_CASE)
        # An Arabic word without what may be a prefix is a guess: وجدة is Oujda, not "and Jeddah". So is a Cyrillic stem
        # much shorter than that of another name: Харкові is in Kharkiv, not on Kharg.
        stem = stem or (len(key) if found else 0)
        if found and arabic:
            break
    return preferred(found)
