"""Where a text says that something happened, and whether two places may be where one event was.

docs/decisions/0062 and 0064 say which places are where it happened, and which are of those who act and speak.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, pairwise

from monitor.link.acts import ATTACKS, acts_of, attacks
from monitor.link.datelines import dateline_end
from monitor.link.places.gazetteer import gazetteer
from monitor.link.places.ids import SETTLED, countries, meet
from monitor.link.places.mentions import mentions
from monitor.link.places.unlisted import settlements
from monitor.link.places.words import WORD, fold, is_arabic
from monitor.link.targets import attack_beside
from monitor.link.tolls.tolls import tolls_in
from monitor.link.venues import is_venue
from monitor.model import Place, PlaceKind, PlaceMention

_Named = list[tuple[str, PlaceMention]]

_BESIDE, _ATTACK = 60, 6
"""How many characters beside a name are looked at, and how many words before it may be the attack on it."""

_OWN = 4
"""In so many words behind "Russia's" stands what Russia did."""

_ATTACKS = ATTACKS | {"ground"}
_HARM = _ATTACKS | {"kill", "cluster munition"}
_SENTENCE = 240
"""Characters beside a place in which its sentence may tell of an attack."""

_SENTENCE_START = re.compile(r"[!?؟…\n](?=\s)|\.(?=\s+[A-ZÀ-ÞА-ЯЁІЇЄҐ\u0600-\u06ff])")
_SENTENCE_END = re.compile(r"[!?؟…\n]|\.(?=\s|$)")
_LONGEST_ACRONYM = 4
_CLAUSE_START = re.compile(r"[!?;:؟؛…\n](?=\s)|\.(?=\s+[A-ZÀ-ÞА-ЯЁІЇЄҐ\u0600-\u06ff])")
_CLAUSE_END = re.compile(r"[,.;:!?،؛…\n]")
_HEADING = re.compile(r"\s*(?::|\||\.\.)|\s+[–—-]\s")
"""What stands behind a country that a headline begins with to say where: "Sudan: …"."""

_AGENCY = re.compile(r"\s*\([^()\n]{2,20}\)")
_OWNER, _JOINED = re.compile(r"['’]s?\b|['’](?=\s)"), re.compile(r"\.?[-‑–](?=[^\W\d_])")
_JOINTS, _BORDERS = frozenset("-‑–"), frozenset("border borders frontier".split())
# In English who acts may stand before what they do or have: what ends so, or is one of these, is a verb.
_VERB_ENDS = ("s", "ed", "ing")
_VERBS = frozenset("has had is was are were will would could may might can to said told and or but".split())
_FORCES = frozenset(
    "forces troops soldiers military army navy personnel warship warships citizens diplomats"
    " base bases airbase airbases embassy consulate destroyer carrier tanker tankers ship ships vessel vessels"
    " assets interests outpost".split()
)
"""Behind an acronym: who was attacked is of the country, and need not be in it: "attack on US forces"."""

_NOT_THERE = frozenset("of from by with for to against between via than and or".split())
LISTED = "+"
"""Stands before the id of a town that a sentence names together with others, in the words of a toll."""
_TO = "a"
"""Before a state that is asked or blamed, in French and Spanish, as it is folded."""
_RUSSIAN_ON, _RUSSIAN_THERE = "на", ("е", "ах")
"""Before what ends so it is where something is ("на Украине"), before other endings what it is done to."""

_LISTED = re.compile(r"\s*(?:&|and|et|y|e|и|й|і|та|و)\s*(?:(?:in|on|à|a|en|в|во|на|у|في|على|ب)\s*)?", re.IGNORECASE)
"""What stands between two towns that are named together."""
_LISTED_TOO = re.compile(rf"{_LISTED.pattern}|,\s+(?:the\s+)?", re.IGNORECASE)


def places_in(text: str) -> list[PlaceMention]:
    """The places that a text names as such: not where it was filed, nor a capital, a people or a party that acts.

    Nor is what a text tells of an attack where people talk about it or judge it.
    """
    start = dateline_end(text)
    named = mentions(text)
    acting = {(mention.start, mention.end) for mention in named if mention.metonym} | _parties(text, named)
    return [
        mention
        for mention in named
        if not mention.adjective and (mention.start, mention.end) not in acting and mention.start >= start
        if not _is_filing(text, mention)
        if not (is_venue(text, mention.start, mention.end) and _tells_of_harm(text, mention))
    ]


def _parties(text: str, named: Sequence[PlaceMention]) -> set[tuple[int, int]]:
    """The characters of a country and of what is joined to it: "Israel-Gaza war", but "Israel-Lebanon border"."""
    found: set[tuple[int, int]] = set()
    for one, other in pairwise(named):
        joined = one.place.kind is PlaceKind.COUNTRY and text[one.end : other.start] in _JOINTS
        if joined and _BORDERS.isdisjoint(_words_behind(text, other.end)[:1]):
            found |= {(one.start, one.end), (other.start, other.end)}
    return found


def event_places(texts: Sequence[str], *, english: bool) -> list[tuple[str, PlaceMention]]:
    """Where a report says that it happened, each place with the text that names it.

    Countries act and speak, and are places of what they speak of only where the words say so. They count when nothing
    closer is named that is on the map: those in or on which something happened; in `english`, where "Syria air strike"
    is one in Syria, if there are none, also those that neither act nor speak.
    """
    named = [(text, mention) for text in texts for mention in places_in(text)]
    unmapped = [(text, mention) for text in texts for mention in _settlements(text)]
    there = [(text, mention) for text in texts for mention in countries_there(text)] if named else []
    close = [one for one in named if one[1].place.kind is not PlaceKind.COUNTRY]
    if close := _told_of(close, texts[0], instead=any(_tells_of_harm(*one) for one in there)):
        return [*close, *unmapped]
    there = there or [one for one in named if english and not (_acts(*one) or _may_act(*one))]
    return [*unmapped, *there]


def names_of_towns(text: str) -> list[tuple[int, int]]:
    """The characters of the names of towns, regions and quarters, which may hold words for other things: Port Sudan.

    A camp that is a town is a camp too.
    """
    named = mentions(text)
    known = [(one.start, one.end) for one in named]
    towns = [one for one in named if one.place.kind not in (PlaceKind.SITE, PlaceKind.COUNTRY)]
    spans = [(one.start, one.end) for one in (*towns, *settlements(text, known, called_so=False))]
    return [
        (start, end)
        for start, end in spans
        if not any("camp" in acts_of(word) for word in WORD.findall(text[start:end]))
    ]


def _settlements(text: str) -> list[PlaceMention]:
    """The towns and quarters of which no map has the name, in sentences that tell of an attack."""
    known = [(one.start, one.end) for one in mentions(text)]
    return [one for one in settlements(text, known) if _tells_of_harm(text, one)]


def _told_of(named: _Named, headline: str, *, instead: bool) -> _Named:
    """The places of a headline, and of sentences that tell an attack, with what lies in them or around them.

    Other sentences name where people meet or flee to. Where no sentence with a place tells an attack, they are all that
    is known, unless countries are named as where it was, which count `instead`.
    """
    there = {mention.place.place_id for text, mention in named if _tells_of_harm(text, mention)}
    if not there:
        return [one for one in named if one[0] == headline] if instead else named
    return _struck_among([one for one in named if one[0] == headline or meet([one[1].place.place_id], there)])


def _struck_among(named: _Named) -> _Named:
    """The places in the countries of those beside whose names an attack stands, if it stands beside any.

    In others somebody speaks: "UN in Geneva condemns strike on Gaza school", "US summons envoy in Washington over it".
    """
    struck = {one.place.place_id for text, one in named if attack_beside(text, one.start, one.end)}
    theirs = countries(struck)
    if not theirs:
        return named
    of_each = [(one, one[1].place.place_id) for one in named]
    return [one for one, place in of_each if place in struck or not countries([place]) or countries([place]) & theirs]


def _tells_of_harm(text: str, place: PlaceMention) -> bool:
    """Whether the sentence that names a place tells of an attack, or of the dead or hurt."""
    before = _SENTENCE_START.split(text[max(0, place.start - _SENTENCE) : place.start + 1])[-1][:-1]
    behind = _SENTENCE_END.split(text[place.end : place.end + _SENTENCE], maxsplit=1)[0]
    sentence = before + text[place.start : place.end] + behind
    harm = any(not _HARM.isdisjoint(acts_of(word)) for word in WORD.findall(before) + WORD.findall(behind))
    return harm or bool(tolls_in(sentence))


def scenes(text: str) -> tuple[Place, ...]:
    """Where a sentence says that it happened: the towns and regions it names, else the countries behind an "in"."""
    named = places_in(text)
    close = [mention.place for mention in named if mention.place.kind is not PlaceKind.COUNTRY]
    return tuple(dict.fromkeys(close or [mention.place for mention in countries_there(text)]))


def scene_countries(text: str) -> frozenset[str]:
    """The ids of the countries in which a sentence says that something happened, by its towns and by their names."""
    return countries(frozenset(place.place_id for place in scenes(text)))


def possible_countries(text: str) -> frozenset[str]:
    """As `scene_countries`; if there are none, all countries named but those that attack: "Kuwait reports one dead"."""
    named = (one for one in places_in(text) if one.place.kind is PlaceKind.COUNTRY)
    return scene_countries(text) or frozenset(one.place.place_id for one in named if not _acts(text, one))


def towns_listed(text: str) -> frozenset[str]:
    """The ids of the towns that a sentence names together, as "Kharkiv and Kherson"; none of fewer than two."""
    settled = [one for one in places_in(text) if one.place.kind in SETTLED]
    pairs = (
        (one.place.place_id, other.place.place_id)
        for one, other in pairwise(settled)
        if _LISTED.fullmatch(text, one.end, other.start) and not meet([one.place.place_id], [other.place.place_id])
    )
    return frozenset(chain.from_iterable(pairs))


def toll_places(text: str) -> str:
    """The ids of the places where a sentence says that something happened; after them those of `towns_listed`."""
    listed = sorted(f"{LISTED}{place_id}" for place_id in towns_listed(text))
    return " ".join([*(place.place_id for place in scenes(text)), *listed])


def countries_there(text: str) -> list[PlaceMention]:
    """The countries in or on which a text says that something happened; countries also act and are spoken of."""
    found: list[PlaceMention] = []
    before: PlaceMention | None = None
    for mention in places_in(text):
        there = mention.place.kind is PlaceKind.COUNTRY and not _acts(text, mention)
        listed = before is not None and _LISTED_TOO.fullmatch(text, before.end, mention.start)
        there = there and (bool(listed) or _is_there(text, mention))
        before = mention if there else None
        if there:
            found.append(mention)
    return found


def _is_there(text: str, country: PlaceMention) -> bool:
    """Whether the words before a country say that something happened in it, or was done to it."""
    if not text[: country.start].strip() and _HEADING.match(text, country.end):
        return True
    if text[max(0, country.start - 2) : country.start].strip() == "ب":
        return True
    known = gazetteer().words
    words = [word for word in _words_before(text, country) if fold(word) not in known["articles"]]
    last, before = (fold(word) for word in [*words[:-3:-1], "", ""][:2])
    if last in known["parting"] and before in known["parts"]:
        words.pop()
        last, before = before, fold(words[-2]) if len(words) > 1 else ""
    if last == _TO and before in known["addressing"]:
        return False
    if not words or (last in known["parts"] and before in known["parting_from"]) or before in known["said_in"]:
        return False
    if last == _RUSSIAN_ON and text[country.start : country.end].endswith(_RUSSIAN_THERE):
        return True
    if any(last in known[name] for name in ("there", "parts", "attack_of")) or _is_verb_of_attack(words[-1]):
        return True
    earlier = words[-_ATTACK - 1 : -1]
    return last in known["attacked"] and any(_is_attack(word) or fold(word) in known["war_on"] for word in earlier)


def _is_verb_of_attack(word: str) -> bool:
    """Whether the object of an attack follows; Arabic verbs of the present begin with ya or ta."""
    if not is_arabic(word):
        return attacks(word)
    return "strike" in acts_of(word) and fold(word).startswith(("ي", "ت", "استهدف"))


def _is_attack(word: str) -> bool:
    return not _ATTACKS.isdisjoint(acts_of(word))


def _acts(text: str, country: PlaceMention) -> bool:
    """Whether a country is who does or has something: "Russia strikes", "US air strike", "Israel's raid", "US-made"."""
    if _JOINED.match(text, country.end):
        return True
    owner = _OWNER.match(text, country.end)
    dotted = text[country.end : country.end + 1] == "." in text[country.start : country.end]  # "U.S."
    following = _words_behind(text, owner.end() if owner else country.end + dotted)
    name = text[country.start : country.end].replace(".", "")
    acronym = name.isascii() and name.isupper() and len(name) <= _LONGEST_ACRONYM
    if acronym and following and following[0] in _FORCES:
        return True
    return any(map(_is_attack, following[: _OWN if owner else 2 if acronym else 1]))


def _may_act(text: str, country: PlaceMention) -> bool:
    """Whether an English text may say that a country did something, or speaks of it, and not of what happened there."""
    following = _words_behind(text, country.end)[:1]
    verb = any(word in _VERBS or word in _NOT_THERE or word.endswith(_VERB_ENDS) for word in following)
    before = _words_before(text, country)
    acronym = text[country.start : country.end].isupper()
    return not following or verb or acronym or bool(before and fold(before[-1]) in _NOT_THERE)


def _is_filing(text: str, place: PlaceMention) -> bool:
    """Whether a place is only where somebody files from: "our correspondent in Homs: raid on village", "HOMS (AP)"."""
    if text[place.start : place.end].isupper() and _AGENCY.match(text, place.end) and not text.isupper():
        return True
    words = _words_before(text, place)[-_OWN:]
    return any(fold(word) in gazetteer().words["filing"] for word in words)


def _words_behind(text: str, start: int) -> list[str]:
    """The next words of the clause, in small letters."""
    return WORD.findall(_CLAUSE_END.split(text[start : start + _BESIDE], maxsplit=1)[0].lower())


def _words_before(text: str, place: PlaceMention) -> list[str]:
    """The words of the sentence before a place."""
    # With its first letter, by which a full stop before it is known to end a sentence.
    before = text[max(0, place.start - _BESIDE) : place.start + 1]
    return WORD.findall(_CLAUSE_START.split(before)[-1][:-1])
