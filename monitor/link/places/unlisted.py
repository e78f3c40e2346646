"""Towns that the gazetteer does not hold, told by how headlines write them: "strike on market in Kafr Takharim".

They have no place on the map, but their names still tell two strikes apart. A name counts only where the words before
it say that a place follows and its own words are rare, so that months, offices and people are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from monitor.link.places.gazetteer import gazetteer
from monitor.link.places.ids import UNLISTED
from monitor.link.places.words import WORD, fold, is_arabic, is_cyrillic, share_of
from monitor.link.rarity import weigh

_MOST_WORDS = 3
_LEAST = 3
_BETWEEN = frozenset({" ", "\u00a0", "-"})
_TITLED = 0.7
_POSSESSIVE = re.compile(r"['’]s?$")
_OF_SOMEBODY = frozenset({"attack", "strike", "raid", "bombing", "shelling", "war", "case", "trial", "film"})
_VOWELS = re.compile(r"[aeiouyhаеиоуыэюяієїьйاويى]+")
_DOUBLED = re.compile(r"(.)\1+")
_OF = re.compile(r"[dD]['’](?=\w{3})")


def unlisted_towns(text: str, known: Iterable[tuple[int, int]]) -> frozenset[str]:
    """The ids of the towns a headline names that are none of `known` (first character, the one after the last).

    An id is made of the consonants of the name, so that its spellings and cases meet, but not those of two scripts.
    """
    return frozenset(found for found in map(_id, _names(text, sorted(known))) if found)


def script_of_unlisted(place_id: str) -> str:
    """The script that an unlisted town was written in; empty for any other place."""
    return place_id.removeprefix(UNLISTED).partition(":")[0] if place_id.startswith(UNLISTED) else ""


def _names(text: str, known: Sequence[tuple[int, int]]) -> Iterator[list[str]]:
    found = list(WORD.finditer(text))
    words = [_OF.sub("", match[0]) for match in found]
    elided = ["de" if _OF.match(match[0]) else "" for match in found]
    titled = _is_titled(words)
    joined = [text[one.end() : other.start()] in _BETWEEN for one, other in pairwise(found)]

    def may_name(number: int) -> bool:
        start, end = found[number].span()
        return _is_rare(words[number]) and not any(first < end and start < last for first, last in known)

    for number in range(1, len(words)):
        before = [*words[:number], *filter(None, [elided[number]])]
        if joined[number - 1] and may_name(number) and _is_place_next(before, certain=not titled):
            last = number
            while not titled and last + 1 < len(words) and joined[last] and may_name(last + 1):
                last += 1
            following = words[last + 1] if last + 1 < len(words) and joined[last] else ""
            if following not in _OF_SOMEBODY and not _POSSESSIVE.search(words[last]):
                yield words[number : min(last + 1, number + _MOST_WORDS)]


def _is_rare(word: str) -> bool:
    named = is_arabic(word) or (word[0].isupper() and not word.isupper())
    return named and len(word) >= _LEAST and not share_of(fold(word))


def _is_place_next(before: Sequence[str], *, certain: bool) -> bool:
    """Whether the words before a name say that it is a place; `certain` when a capital says that it is a name."""
    said = gazetteer().words
    ends = {fold(before[-1]), fold(" ".join(before[-2:]))}
    return bool(ends & said["town_of"]) or (certain and not is_arabic(before[-1]) and bool(ends & said["at"]))


def _is_titled(words: Sequence[str]) -> bool:
    """Whether nearly every word has a capital, so that capitals mark no names."""
    capitals = [word[0].isupper() for word in words if len(word) > _LEAST]
    return sum(capitals) > _TITLED * len(capitals)


def _id(words: Sequence[str]) -> str:
    script = "cyrillic" if is_cyrillic(words[0]) else "arabic" if is_arabic(words[0]) else "latin"
    bare = (_DOUBLED.sub(r"\1", _VOWELS.sub("", weigh(fold(word))[0])) for word in words)
    name = "".join(bare)
    return f"{UNLISTED}{script}:{name}" if len(name) > 1 else ""
