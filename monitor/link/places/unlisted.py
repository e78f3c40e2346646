"""Towns that the gazetteer does not hold, told by how headlines write them: "strike on market in Kafr Takharim".

They have no place on the map, but their names still tell two strikes apart. A name counts only where the words before
it say that a place follows and its own words are rare, so that months, offices and people are none.
See docs/decisions/0069.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.link.acts import TARGETS, acts_of
from monitor.link.places.beside import is_titled
from monitor.link.places.gazetteer import gazetteer
from monitor.link.places.ids import UNLISTED
from monitor.link.places.sounds import DOUBLED, sound
from monitor.link.places.words import WORD, fold, is_arabic, is_cyrillic, share_of
from monitor.link.rarity import weigh
from monitor.model import Place, PlaceKind, PlaceMention

_MOST_WORDS = 3
_LEAST, _SHORT = 3, 4
_UNCOMMON = 1e-5
_IN, _THE = "في", "ال"
_ANSWERS = frozenset({"condemn", "deny"})
_PREPOSITIONS = ("ب", "ل")
_BETWEEN = frozenset({" ", "\u00a0", "-"})
_POSSESSIVE = re.compile(r"['’]s?$")
_OF_SOMEBODY = frozenset(
    "attack strike raid bombing shelling war case trial film commander leader chief fighters militia group".split()
)
_VOWELS = re.compile(r"[aeiouyhаеиоуыэюяієїьйاويى]+")
_OF = re.compile(r"[dD]['’](?=\w{3})")


def unlisted_towns(text: str, known: Iterable[tuple[int, int]]) -> frozenset[str]:
    """The ids of the towns a headline names that are none of `known` (first character, the one after the last).

    An id is made of the consonants of the name, so that its spellings and cases meet, but not those of two scripts.
    """
    return frozenset(one.place.place_id for one in settlements(text, known, called_so=False))


def settlements(text: str, known: Iterable[tuple[int, int]], *, called_so: bool = True) -> list[PlaceMention]:
    """The towns and quarters that a text calls so ("village of Hroza", "Rimal neighbourhood") and that no map has.

    They have the name that the text gives them. `known` are the places that the gazetteer has, as in `unlisted_towns`;
    without `called_so`, all those that `unlisted_towns` finds.
    """
    found = []
    for names, called in _names(text, sorted(known)):
        place_id = _id([_OF.sub("", name[0]) for name in names]) if called or not called_so else ""
        if place_id:
            elided = _OF.match(names[0][0])
            start, end = names[0].start() + (elided.end() if elided else 0), names[-1].end()
            found.append(PlaceMention(Place(place_id, text[start:end], "", PlaceKind.CITY), start, end))
    return found


def script_of_unlisted(place_id: str) -> str:
    """The script that an unlisted town was written in; empty for any other place."""
    return place_id.removeprefix(UNLISTED).partition(":")[0] if place_id.startswith(UNLISTED) else ""


def sound_of(place_id: str) -> str:
    """What the name of an unlisted town sounds like in any script, by its consonants; "" when they are too few."""
    return sound(place_id.removeprefix(UNLISTED).partition(":")[2])


def sound_of_word(word: str) -> str:
    """What a word would sound like as the name of an unlisted town; "" when it has too few consonants."""
    return sound_of(_id([word]))


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text, by number: where each stands, and itself without the "d'" before it.

    `joined` says that nothing stands between a word and the next one, `listed` that it is of a place of the gazetteer,
    `rare` that it is of none, and rare; `titled` that capitals mark no names.
    """

    text: str
    found: Sequence[re.Match[str]]
    words: Sequence[str]
    joined: Sequence[bool]
    listed: Sequence[bool]
    rare: Sequence[bool]
    titled: bool

    def goes_on(self, last: int) -> int:
        """The last of the rare words behind a word, with nothing between; the word itself when there are none."""
        while last + 1 < len(self.words) and self.joined[last] and self.rare[last + 1]:
            last += 1
        return last


def _read(text: str, known: Sequence[tuple[int, int]]) -> _Words:
    found = list(WORD.finditer(text))
    words = [_OF.sub("", match[0]) for match in found]
    listed = [any(first < match.end() and match.start() < last for first, last in known) for match in found]
    return _Words(
        text=text,
        found=found,
        words=words,
        joined=[text[one.end() : other.start()] in _BETWEEN for one, other in pairwise(found)],
        listed=listed,
        rare=[_is_rare(word) and not is_listed for word, is_listed in zip(words, listed, strict=True)],
        titled=is_titled(words),
    )


def _names(text: str, known: Sequence[tuple[int, int]]) -> Iterator[tuple[Sequence[re.Match[str]], bool]]:
    """The names, and whether the words beside each call it a town, a village or a quarter."""
    said, table = _read(text, known), gazetteer().words
    found, words, joined, listed, rare = said.found, said.words, said.joined, said.listed, said.rare
    if not said.titled and (in_front := _in_front(said)):
        yield found[:in_front], False
    number = 1
    while number < len(words):
        last, called_so = number - 1, False
        before = [*words[:number], *(["de"] if _OF.match(found[number][0]) else [])]
        if not said.titled and joined[last] and not listed[number] and _is_one_of(table["village"], before):
            last, called_so = _end_of_village(said, number), True
        elif rare[number] and (
            (fold(words[last]) == _IN and listed[number + 1 : number + 2] == [True])
            or (not said.titled and joined[last] and listed[last] and _is_of_a_town_attacked(words[:number]))
        ):
            last = number  # "in Sarmada in Idlib", "strike on Gaza City's Zeitoun"
        elif rare[number] and not said.titled and _is_of_what_follows(said, number):
            yield found[number : number + 1], False
        elif joined[last] and (begins := _begins(said, number)) and _is_place_next(before):
            last, called_so = said.goes_on(number + begins - 1), _is_one_of(table["called_town"], before)
        elif fold(words[number]) in table["of_that_name"] and (rare_before := _rare_before(said, number)):
            yield found[number - rare_before : number], True
        if last >= number and _is_whole(said, last):
            yield found[number : min(last + 1, number + _MOST_WORDS)], called_so
        number = max(last, number) + 1


def _is_whole(said: _Words, last: int) -> bool:
    """Whether a name ends with its last word, and is of no person or group: "Velyka Zhuravka", "in Kahane's film"."""
    following = said.words[last + 1] if last + 1 < len(said.words) and said.joined[last] else ""
    goes_on = following and said.listed[last + 1] and not is_arabic(following)
    return not (goes_on or following in _OF_SOMEBODY or _POSSESSIVE.search(said.words[last]))


def _rare_before(said: _Words, number: int) -> int:
    """How many rare words stand right before a word, with nothing between."""
    first, most = number, 1 if said.titled else _MOST_WORDS
    while first and number - first < most and said.joined[first - 1] and said.rare[first - 1]:
        first -= 1
    return number - first


def _end_of_village(said: _Words, number: int) -> int:
    """The last word of the name that a word for a village stands before; the word before it when there is none.

    Capitals show where a name ends; in Arabic, its first word may say that one more belongs to it.
    """
    words, last = said.words, number - 1
    goes_on = [True, *(said.joined[place] and not said.listed[place + 1] for place in range(number, len(words) - 1))]
    if is_arabic(words[number]):
        if fold(words[number]) in gazetteer().words["first_of_name"]:
            return number + 1 if goes_on[1:2] == [True] else last
        # Behind a noun without an article, what has one is whose it is, and no adjective: بلدة الشهابية.
        whose = words[number].startswith(_THE) and not words[number - 1].startswith(_THE)
        for place, on in enumerate(goes_on[:_MOST_WORDS], number):
            around = fold(words[place]) in gazetteer().words["region_before"]
            next_phrase = place > number and (around or words[place].startswith(_PREPOSITIONS))
            if not on or next_phrase or not (said.rare[place] or (place == number and whose)):
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


def _begins(said: _Words, number: int) -> int:
    """How many words a name surely has that may begin at a word: 1 for a rare one, 2 for "Tal Ferzan", 0 for none.

    Many names begin with a short word that is common in some language, or with one that names begin with.
    """
    if said.rare[number]:
        return 1
    if said.listed[number] or number + 1 >= len(said.words) or not said.joined[number]:
        return 0
    word, following = said.words[number], said.words[number + 1]
    named = fold(word) in gazetteer().words["first_of_name"]
    if not said.rare[number + 1]:
        first = is_arabic(word) and named
        return 2 if first and not said.listed[number + 1] and share_of(fold(following)) < _UNCOMMON else 0
    short = word[0].isupper() and not word.isupper() and len(word) <= _SHORT
    return 2 if short or named else 0


def _in_front(said: _Words) -> int:
    """How many words the name before the colon has that a headline begins with.

    None has any unless what follows is an attack that is nowhere else.
    """
    words = said.words
    if not words or any(said.listed) or is_arabic(words[0]) or not (begins := _begins(said, 0)):
        return 0
    last = min(said.goes_on(begins - 1), _MOST_WORDS - 1)
    followed = said.text[said.found[last].end() :].startswith((":", " :"))
    return last + 1 if followed and _is_attack(words[last + 1 :]) else 0


def _is_place_next(before: Sequence[str]) -> bool:
    """Whether the words before a name say that it is a place: "in", or what is on it, as "strike on"."""
    said = gazetteer().words
    if _is_one_of(said["town_of"], before):
        return True
    if is_arabic(before[-1]):
        near = before[:-1] if fold(before[-1]) == _IN else before[-1 - _MOST_WORDS : -1]
        return (fold(before[-1]) in said["upon"] or fold(before[-1]) == _IN) and _is_attack(near)
    return _is_one_of(said["at"], before) or (
        fold(before[-1]) in said["upon"] and _is_attack(before[-1 - _MOST_WORDS : -1])
    )


def _is_of_what_follows(said: _Words, number: int) -> bool:
    """Whether a word is the town of what the next one names: "bomb Pauktaw school".

    Of an attack it is where the word before says so: "over Poonch shelling", "condemns Qamishli strike".
    """
    words = said.words[number - 1 : number + 2]
    joined = all(said.joined[number - 1 : number + 1])
    if len(words) <= 2 or not joined or is_arabic(words[1]) or not (words[0].islower() and words[2].islower()):
        return False
    what, before = acts_of(words[2]), acts_of(words[0])
    answers = bool(before & _ANSWERS) or words[0] in gazetteer().words["answered"]
    noun = not words[2].endswith("s")  # "after Milei attacks Lula"
    return bool(what & TARGETS) or (answers and noun and "strike" in what)


def _is_of_a_town_attacked(before: Sequence[str]) -> bool:
    """Whether words end with a town in the possessive, behind an attack on it."""
    upon = any(fold(word) in gazetteer().words["upon"] for word in before[-1 - _MOST_WORDS : -1])
    return bool(_POSSESSIVE.search(before[-1])) and upon and _is_attack(before)


def _is_attack(words: Iterable[str]) -> bool:
    return any("strike" in acts_of(word) for word in words)


def _is_one_of(phrases: frozenset[str], before: Sequence[str]) -> bool:
    """Whether words end with one of these phrases of one or two words."""
    return not phrases.isdisjoint({fold(before[-1]), fold(" ".join(before[-2:]))})


def _id(words: Sequence[str]) -> str:
    script = "cyrillic" if is_cyrillic(words[0]) else "arabic" if is_arabic(words[0]) else "latin"
    name = "".join(DOUBLED.sub(r"\1", _VOWELS.sub("", _stem(word))) for word in words)
    return f"{UNLISTED}{script}:{name}" if len(name) > 1 else ""


def _stem(word: str) -> str:
    """A word of a name without its endings, and without the article; Arabic names have no endings."""
    folded = fold(word)
    return folded.removeprefix(_THE).removesuffix("ه") if is_arabic(folded) else weigh(folded)[0]
