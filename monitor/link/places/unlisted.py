"""Towns that the gazetteer does not hold, told by how headlines write them: "strike on market in Kafr Takharim".

They have no place on the map, but their names still tell two strikes apart. A name counts only where the words before
it say that a place follows and its own words are rare, so that months, offices and people are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from monitor.link.acts import acts_of
from monitor.link.places.gazetteer import gazetteer
from monitor.link.places.ids import UNLISTED
from monitor.link.places.words import WORD, fold, is_arabic, is_cyrillic, share_of
from monitor.link.rarity import weigh
from monitor.model import Place, PlaceKind, PlaceMention

_MOST_WORDS = 3
_LEAST, _SHORT = 3, 4
_IN, _THE = "في", "ال"
_PREPOSITIONS = ("ب", "ل")
_BETWEEN = frozenset({" ", "\u00a0", "-"})
_TITLED = 0.7
_POSSESSIVE = re.compile(r"['’]s?$")
_OF_SOMEBODY = frozenset(
    "attack strike raid bombing shelling war case trial film commander leader chief fighters militia group".split()
)
_VOWELS = re.compile(r"[aeiouyhаеиоуыэюяієїьйاويى]+")
_DOUBLED = re.compile(r"(.)\1+")
# Letters that are written for one sound, in Latin ones; those that are not written everywhere are left out.
_SOUNDS = str.maketrans(
    dict(zip("بتثجدذرزسشصضطظغفقكلمن", "bttjddrzsssdtzgfkklmn", strict=True))
    | dict(zip("бвгґджзклмнпрстфхцчшщ", "bvggdzzklmnprstfkkkss", strict=True))
    | {"c": "k", "q": "k", "w": None, "ح": None, "ع": None, "ه": None, "ء": None, "ь": None, "ъ": None}
)
_OF = re.compile(r"[dD]['’](?=\w{3})")


def unlisted_towns(text: str, known: Iterable[tuple[int, int]]) -> frozenset[str]:
    """The ids of the towns a headline names that are none of `known` (first character, the one after the last).

    An id is made of the consonants of the name, so that its spellings and cases meet, but not those of two scripts.
    """
    return frozenset(found for words, _ in _names(text, sorted(known)) if (found := _id(words)))


def settlements(text: str, known: Iterable[tuple[int, int]], *, called_so: bool = True) -> list[PlaceMention]:
    """The towns and quarters that a text calls so ("village of Hroza", "Rimal neighbourhood") and that no map has.

    They have the name that the text gives them. `known` are the places that the gazetteer has, as in `unlisted_towns`;
    without `called_so`, all those that `unlisted_towns` finds.
    """
    found = []
    for words, called in _names(text, sorted(known)):
        place_id = _id(words) if called or not called_so else ""
        written = re.search(r"[\s-]+".join(map(re.escape, words)), text) if place_id else None
        if written:
            start, end = written.span()
            found.append(PlaceMention(Place(place_id, written[0], "", PlaceKind.CITY), start, end))
    return found


def script_of_unlisted(place_id: str) -> str:
    """The script that an unlisted town was written in; empty for any other place."""
    return place_id.removeprefix(UNLISTED).partition(":")[0] if place_id.startswith(UNLISTED) else ""


def sound_of(place_id: str) -> str:
    """What the name of an unlisted town sounds like in any script, by its consonants; "" when they are too few."""
    sound = _DOUBLED.sub(r"\1", place_id.removeprefix(UNLISTED).partition(":")[2].translate(_SOUNDS))
    return sound if len(sound) >= _LEAST else ""


def sound_of_word(word: str) -> str:
    """What a word would sound like as the name of an unlisted town; "" when it has too few consonants."""
    return sound_of(_id([word]))


def _names(text: str, known: Sequence[tuple[int, int]]) -> Iterator[tuple[list[str], bool]]:
    """The names, and whether the words beside each call it a town, a village or a quarter."""
    found = list(WORD.finditer(text))
    words = [_OF.sub("", match[0]) for match in found]
    elided = ["de" if _OF.match(match[0]) else "" for match in found]
    titled = _is_titled(words)
    joined = [text[one.end() : other.start()] in _BETWEEN for one, other in pairwise(found)]
    listed = [any(first < match.end() and match.start() < last for first, last in known) for match in found]
    rare = [_is_rare(word) and not is_listed for word, is_listed in zip(words, listed, strict=True)]
    said = gazetteer().words

    if not titled and (in_front := _in_front(text, found, words, joined, listed, rare)):
        yield in_front, False
    number = 1
    while number < len(words):
        last, called_so = number - 1, False
        before = [*words[:number], *filter(None, [elided[number]])]
        if not titled and joined[last] and not listed[number] and _is_one_of(said["village"], before):
            last, called_so = _end_of_village(words, joined, listed, rare, number), True
        elif rare[number] and (
            (fold(words[last]) == _IN and listed[number + 1 : number + 2] == [True])
            or (not titled and joined[last] and listed[last] and _is_of_a_town_attacked(words[:number]))
        ):
            last = number  # "in Sarmada in Idlib", "strike on Gaza City's Zeitoun"
        elif joined[last] and (begins := _begins(words, joined, listed, rare, number)) and _is_place_next(before):
            last, called_so = number + begins - 1, _is_one_of(said["called_town"], before)
            while last + 1 < len(words) and joined[last] and rare[last + 1]:
                last += 1
        elif fold(words[number]) in said["of_that_name"] and joined[last]:
            first = number
            while first and joined[first - 1] and rare[first - 1] and (first == number or not titled):
                first -= 1
            if first < number:
                yield words[first:number][-_MOST_WORDS:], True
        if last >= number:
            following = words[last + 1] if last + 1 < len(words) and joined[last] else ""
            goes_on = (
                bool(following) and listed[last + 1] and not is_arabic(following)
            )  # a part of the name is a known place: "Velyka Zhuravka"
            if following not in _OF_SOMEBODY and not goes_on and not _POSSESSIVE.search(words[last]):
                yield words[number : min(last + 1, number + _MOST_WORDS)], called_so
        number = max(last, number) + 1


def _end_of_village(
    words: Sequence[str], joined: Sequence[bool], listed: Sequence[bool], rare: Sequence[bool], number: int
) -> int:
    """The last word of the name that a word for a village stands before; the word before it when there is none.

    Capitals show where a name ends; in Arabic, its first word may say that one more belongs to it.
    """
    last = number - 1
    goes_on = [True, *(joined[place] and not listed[place + 1] for place in range(number, len(words) - 1))]
    if is_arabic(words[number]):
        if fold(words[number]) in gazetteer().words["first_of_name"]:
            return number + 1 if goes_on[1:2] == [True] else last
        # Behind a noun without an article, what has one is whose it is, and no adjective: بلدة الشهابية.
        whose = words[number].startswith(_THE) and not words[number - 1].startswith(_THE)
        for place, on in enumerate(goes_on[:_MOST_WORDS], number):
            around = fold(words[place]) in gazetteer().words["region_before"]
            next_phrase = place > number and (around or words[place].startswith(_PREPOSITIONS))
            if not on or next_phrase or not (rare[place] or (place == number and whose)):
                break
            last = place
        return last
    for place, on in enumerate(goes_on[:_MOST_WORDS], number):
        if not (on and words[place][0].isupper() and (len(words[place]) >= _LEAST or place > number)):
            break
        last = place
    return last


def _is_rare(word: str) -> bool:
    named = is_arabic(word) or (word[0].isupper() and not word.isupper())
    return named and len(word) >= _LEAST and not share_of(fold(word))


def _begins(
    words: Sequence[str], joined: Sequence[bool], listed: Sequence[bool], rare: Sequence[bool], number: int
) -> int:
    """How many words a name surely has that may begin at a word: 1 for a rare one, 2 for "Tal Ferzan", 0 for none.

    Many names begin with a short word that is common in some language, or with one that names begin with.
    """
    if rare[number]:
        return 1
    if listed[number] or number + 1 >= len(words) or not joined[number] or not rare[number + 1]:
        return 0
    word = words[number]
    short = word[0].isupper() and not word.isupper() and len(word) <= _SHORT
    return 2 if short or fold(word) in gazetteer().words["first_of_name"] else 0


def _in_front(
    text: str,
    found: Sequence[re.Match[str]],
    words: Sequence[str],
    joined: Sequence[bool],
    listed: Sequence[bool],
    rare: Sequence[bool],
) -> list[str]:
    """The name before the colon that a headline begins with, if what follows is an attack that is nowhere else."""
    if not words or any(listed) or is_arabic(words[0]) or not (begins := _begins(words, joined, listed, rare, 0)):
        return []
    last = begins - 1
    while last + 1 < len(words) and last + 1 < _MOST_WORDS and joined[last] and rare[last + 1]:
        last += 1
    followed = text[found[last].end() :].startswith((":", " :"))
    return list(words[: last + 1]) if followed and _is_attack(words[last + 1 :]) else []


def _is_place_next(before: Sequence[str]) -> bool:
    """Whether the words before a name say that it is a place: "in", or what is on it, as "strike on"."""
    said = gazetteer().words
    if _is_one_of(said["town_of"], before):
        return True
    if is_arabic(before[-1]):
        return fold(before[-1]) in said["upon"] and _is_attack(before[-1 - _MOST_WORDS : -1])
    return _is_one_of(said["at"], before) or (
        fold(before[-1]) in said["upon"] and _is_attack(before[-1 - _MOST_WORDS : -1])
    )


def _is_of_a_town_attacked(before: Sequence[str]) -> bool:
    """Whether words end with a town in the possessive, behind an attack on it."""
    upon = any(fold(word) in gazetteer().words["upon"] for word in before[-1 - _MOST_WORDS : -1])
    return bool(_POSSESSIVE.search(before[-1])) and upon and _is_attack(before)


def _is_attack(words: Iterable[str]) -> bool:
    return any("strike" in acts_of(word) for word in words)


def _is_one_of(phrases: frozenset[str], before: Sequence[str]) -> bool:
    """Whether words end with one of these phrases of one or two words."""
    return not phrases.isdisjoint({fold(before[-1]), fold(" ".join(before[-2:]))})


def _is_titled(words: Sequence[str]) -> bool:
    """Whether nearly every word has a capital, so that capitals mark no names."""
    capitals = [word[0].isupper() for word in words if len(word) > _LEAST]
    return sum(capitals) > _TITLED * len(capitals)


def _id(words: Sequence[str]) -> str:
    script = "cyrillic" if is_cyrillic(words[0]) else "arabic" if is_arabic(words[0]) else "latin"
    stems = (_stem(word, first=word is words[0]) for word in words)
    name = "".join(_DOUBLED.sub(r"\1", _VOWELS.sub("", stem)) for stem in stems)
    return f"{UNLISTED}{script}:{name}" if len(name) > 1 else ""


def _stem(word: str, *, first: bool) -> str:
    """A word of a name without its endings; prepositions, as Arabic writes them, are before the first word alone."""
    folded = fold(word)
    return folded.removeprefix(_THE) if is_arabic(folded) and not first else weigh(folded)[0]
