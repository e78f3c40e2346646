"""What a headline says was struck: a hospital, a bus, a funeral; and whether its news is who mourns the dead.

docs/decisions/0064 says what is struck, and what only stands beside an attack.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial

from monitor.link.acts import ATTACKS, HARM, TARGETS, acts_of
from monitor.link.phrases import MARKS, Folded, Hit, folded, table
from monitor.link.places.mentions import mentions
from monitor.link.places.words import WORD
from monitor.model import PlaceKind

_words = partial(table, "attacks")

_SAYS = frozenset({"condemn", "deny", "warn"})
_LEADING = frozenset(",:")
_QUOTED = frozenset(",'\"’”»“")
_OF_WHAT = frozenset({"residential"})
"""Words that only say of which kind what stands behind them is."""
_NEXT_WORD = re.compile(r"[ \u00a0][^\W\d_]+")
_STATE = frozenset({"state", "states"})
_REFLEXIVE = re.compile(r"s['’]", re.IGNORECASE)
_BESIDE = 40
"""Characters beside a word in which a phrase that it is a part of may stand."""

_WEAPONS = frozenset({"drone", "missile", "missile artillery", "air", "artillery"})
"""The kinds of weapons that headlines name; an air strike, a jet or a shooting is none."""

_VERBS = frozenset({"shell", "shells", "shelled"})
_FROM_ATTACK, _TO_ATTACK, _FROM_WEAPON, _TO_SPEECH = 5, 2, 3, 3
"""The most words between an attack and what it was on, between that and an attack that is named behind it, between an
attack and its weapon, on either side, and between who speaks and the word for it."""


@lru_cache(maxsize=4096)
def kinds_of_weapon(text: str) -> frozenset[str]:
    """The kinds of weapons that a few words mean, the same in every language."""
    return _words("weapons").kinds(folded(text))


@lru_cache(maxsize=4096)
def targets_in(text: str) -> frozenset[str]:
    """The kinds of what a text says was hit, the same in every language, such as `hospital` and `home`."""
    return _words("targets").kinds(folded(text)).union(*(acts_of(word[0]) & TARGETS for word in WORD.finditer(text)))


def struck_in(headline: str) -> Iterator[tuple[str, int, int]]:
    """What a headline says was attacked: its kind, and the characters that name it. Takes time linear in its length.

    What stands apart from the words of the attack was not hit ("markets fall after strikes", "strike near a school"),
    and a part of a place's name neither, unless the place is a site: a hospital is one.
    """
    text = folded(headline)
    names = [(one.start, one.end) for one in mentions(headline) if one.metonym or one.place.kind is not PlaceKind.SITE]
    before = Hit("", 0, 0)
    for hit in hits_struck(text):
        goes_on = hit.kind == before.kind and hit.start <= before.end + 1  # "жилых домов"
        before = Hit(hit.kind, before.start if goes_on else hit.start, hit.end)
        start, end = text.span(before.start, before.end)
        # In "le bilan s'élève" nobody is a pupil.
        if not (_REFLEXIVE.match(headline, start) or any(first < end and start < last for first, last in names)):
            yield hit.kind, start, end


def hits_struck(text: Folded) -> list[Hit]:
    """What a headline says was attacked, whatever places its names are of."""
    named = _named(text)
    others = list(_words("not_hit").find(text)) if named else []
    return [hit for hit in named if not _within(hit, others) and _is_struck(hit, text)]


def weapons_in(headline: str) -> Iterator[tuple[str, int, int]]:
    """What a headline says it was attacked with: the kind of weapon, and the characters that name it.

    A weapon counts where the attack, or the dead, stand beside it, with nothing that parts them: "drone hits bus", and
    not "missiles for Kyiv after strike". Takes time linear in its length.
    """
    text = folded(headline)
    weapons = [hit for hit in _words("weapons").find(text) if hit.kind in _WEAPONS]
    spans = [(bisect_left(text.at, hit.start), bisect_left(text.at, hit.end)) for hit in weapons]
    others = frozenset(number for first, last in spans for number in range(first, last))
    words = text.text.split()
    for hit, (first, last) in zip(weapons, spans, strict=True):
        before = range(first - 1, max(-1, first - 2 - _FROM_WEAPON), -1)
        behind = range(last, min(len(words), last + 1 + _FROM_WEAPON))
        beside = any(_reaches(numbers, words, text, HARM, others) for numbers in (before, behind))
        if beside and text.text[hit.start : hit.end] not in _VERBS:
            yield (hit.kind, *text.span(hit.start, hit.end))


def is_other(text: str, start: int, end: int) -> bool:
    """Whether some characters are a part of words for what was not hit: the "prisoners" of a swap, a "port" city.

    Nor was who flees, or who speaks: "residents flee", "evacuates patients", "the embassy says".
    """
    said = folded(text[max(0, start - _BESIDE) : end + _BESIDE])
    first = start - max(0, start - _BESIDE)
    if _speaks(said, said.place(first), said.place(first + end - start - 1)):
        return True
    beside = (*WORD.findall(text[max(0, start - _BESIDE) : start])[-1:], *WORD.findall(text[end : end + _BESIDE])[:1])
    if any("flee" in acts_of(word) for word in beside):
        return True
    spans = (said.span(hit.start, hit.end) for hit in _words("not_hit").find(said))
    return any(begin < first + end - start and first < stop for begin, stop in spans)


def _speaks(text: Folded, first: int, last: int) -> bool:
    """Whether the words that begin from `first` to `last` say something, and were not attacked before that."""
    words, begin, number = text.text.split(), bisect_left(text.at, first), bisect_left(text.at, last)
    verbs = table("reactions", "verbs")
    before = range(begin - 1, max(-1, begin - 2 - _FROM_ATTACK), -1)
    if _reaches(before, words, text, HARM):
        return False
    behind = range(number + 1, min(len(words), number + 2 + _TO_ATTACK))
    told = range(max(0, begin - _TO_SPEECH), begin)
    if any(_ends_quote(text, at) for at in told) and not _reaches(behind, words, text, HARM):
        return True
    for at in range(number + 1, min(len(words), number + 2 + _TO_SPEECH)):
        acts, start = acts_of(words[at]), text.at[at]
        if words[at] in MARKS or acts & HARM:
            return False
        said = verbs.find(text, start, start + len(words[at]) + 1)
        # Nor does "Kordofan state" say anything, or a town: Tell Rifaat.
        named = words[at] in _STATE or text.written[text.starts[at]].isupper()
        if acts & _SAYS or (any(hit.kind == "speech" for hit in said) and not named):
            return True
    return False


def _ends_quote(text: Folded, at: int) -> bool:
    """Whether a word is "says" behind what is quoted, so that who says it follows: "“…”, says Indian Embassy"."""
    start = text.at[at]
    said = table("reactions", "verbs").find(text, start, start + len(text.pieces[at]) + 1)
    before = text.written[: text.starts[at]].rstrip()[-1:]
    return before in _QUOTED and any(hit.kind == "speech" for hit in said)


def in_full(text: str, start: int, end: int) -> int:
    """Where the words for what was hit end: "residential" alone says of nothing that it was hit."""
    word = _NEXT_WORD.match(text, end) if text[start:end].casefold() in _OF_WHAT else None
    return word.end() if word else end


def attack_beside(text: str, start: int, end: int, *, marks_part: bool = False) -> bool:
    """Whether an attack, or the dead, stand beside some characters of a text, with nothing that parts them.

    A comma or a colon behind them parts nothing ("In Dnipro, a missile"), unless `marks_part`.
    """
    said = folded(text)
    words = said.text.split()
    first, last = bisect_left(said.at, said.place(start)), bisect_left(said.at, said.place(end - 1)) + 1
    behind = last + (not marks_part and last < len(words) and words[last] in _LEADING)
    before = range(first - 1, max(-1, first - 2 - _FROM_ATTACK), -1)
    after = range(behind, min(len(words), behind + 1 + _TO_ATTACK))
    return any(_reaches(numbers, words, said, HARM) for numbers in (before, after))


def mourns(headline: Folded) -> bool:
    """Whether a headline tells that the dead are buried or mourned; a funeral that was attacked is no such news."""
    return bool(besides_struck("mourning", headline))


def besides_struck(table: str, text: Folded) -> list[Hit]:
    """The phrases of a table in a headline, but for those that name what was struck: a strike on a birthday party."""
    hits = list(_words(table).find(text))
    struck = hits_struck(text) if hits else []
    return [hit for hit in hits if not _within(hit, struck)]


def _within(hit: Hit, others: Sequence[Hit]) -> bool:
    """Whether a phrase shares words with one of some others."""
    return any(hit.start < one.end and one.start < hit.end for one in others)


def only_mourns(headline: str) -> bool:
    """The same of a headline as it is written: "Sumy buries six killed in school strike"."""
    return mourns(folded(headline))


def _named(text: Folded) -> list[Hit]:
    """What a text names that may have been hit, by the phrases of the table and the words for acts and targets."""
    found = list(_words("targets").find(text))
    more = [
        Hit(kind, start, start + len(word))
        for start, word in zip(text.at, text.text.split(), strict=True)
        for kind in sorted(acts_of(word) & TARGETS)
    ]
    return [*found, *(hit for hit in more if not _within(hit, found))]


def _is_struck(target: Hit, text: Folded) -> bool:
    """Whether an attack stands shortly before what it was on, or right behind it, with nothing that parts them."""
    words, first, last = text.text.split(), bisect_left(text.at, target.start), bisect_left(text.at, target.end)
    before = range(first - 1, max(-1, first - 2 - _FROM_ATTACK), -1)
    behind = range(last, min(len(words), last + 1 + _TO_ATTACK))
    return any(_reaches(numbers, words, text, ATTACKS) for numbers in (before, behind))


def _reaches(
    numbers: range, words: list[str], text: Folded, acts: frozenset[str], besides: frozenset[int] = frozenset()
) -> bool:
    """Whether one of some acts is among some words, the nearest first, before anything that parts it from the rest.

    `besides` are the numbers of words that count as no act.
    """
    for number in numbers:
        if number not in besides and acts_of(words[number]) & acts:
            return True
        start = text.at[number]
        says = bool(acts_of(words[number]) & _SAYS)  # "Embassy condemns strike"
        if says or words[number] in MARKS or _words("parting").any(text, start, start + len(words[number]) + 1):
            return False
    return False
