"""What linking reads in a report: its weighed words, places and acts, the first things its headline says before others.

Keys are stems as they are, and `@place`, `#act`, `#act@place` and `#killed:8` for what is the same in every language.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import islice

from monitor.link.acts import acts_of
from monitor.link.attacks import attack_in
from monitor.link.claims import statements_of
from monitor.link.datelines import dateline_end
from monitor.link.gist import gist_of
from monitor.link.origins import credit_of
from monitor.link.places.ids import UNLISTED, is_settlement, within
from monitor.link.places.mentions import mentions
from monitor.link.places.unlisted import sound_of, unlisted_towns
from monitor.link.rarity import act_rarity, place_rarity, weigh
from monitor.link.roundups import Scope, scope_of
from monitor.link.tolls.tolls import tolls_in
from monitor.link.whereabouts import meet
from monitor.model import Addition, ClaimKind, Item, Match, Place, PlaceKind, Profile, Report, Statement, squares

Weights = Mapping[str, float]

LEAD = 400
"""Characters of a summary that are read: what comes later is background, the same for many events."""

_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_CLAUSE_END = re.compile(
    r"\s*(?:[,;:–—|]\s+|\s[-–—]\s|\s(?:as|while|amid|despite|but|and|mais|tandis que|alors que|pero|mientras"
    r"|на фоне|во время|а также|тоді як|وسط|فيما|بينما)\s)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…؟]\s+")
_SENTENCE_START = re.compile(r"(?:^|[.!?…:»”\"])\W*$")
_CREDIT = re.compile(r"\s+[|–—-]\s+[^|–—-]{2,30}$")
_TAG = re.compile(
    r"^(?:[^:|]{0,40}\b(?:live|latest|latest news|updates?|breaking|exclusive|watch|video|analysis|opinion|war|direct"
    r"|en direct|en vivo|срочно|онлайн|терміново|наживо|عاجل|مباشر)\b[^:|]{0,14}[:|]\s+"
    r"|[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]\s*|#\w+\s+)+",
    re.IGNORECASE,
)
_SHORTEST_HEADLINE = 15
_PREFIX_WORDS = 2
_PLACE_WEIGHT = {
    PlaceKind.COUNTRY: 1.3,
    PlaceKind.REGION: 1.1,
    PlaceKind.CITY: 2.7,
    PlaceKind.SITE: 2.5,
    PlaceKind.SEA: 0.8,
}
_METONYM, _AROUND = 0.7, 0.5
_NUMBER, _ACT, _ACT_AT_PLACE, _TOLL, _CAPITAL = 0.6, 1.6, 1.6, 1.0, 1.3
_SUMMARY_SHARE = 0.68
# What a later clause of a headline and a later sentence of a summary count of the one before, and how much less they
# do in what a story keeps of the report: "A strikes B as C hits D" is about A and B.
_CLAUSE, _SENTENCE, _KEPT = 0.25, 0.7, 0.55
_LAST_PART = 4
_KEPT_OF_MANY_EVENTS = 0.2
_MOST_KEPT = 120
_KEYS = 14
_SETTLED = frozenset({PlaceKind.CITY, PlaceKind.SITE})
_ATTACKS = frozenset({"strike", "blast", "kill"})
_TOLLS = frozenset({ClaimKind.KILLED, ClaimKind.HURT, ClaimKind.MISSING})
_MOST_ACTS, _MOST_PLACES = 12, 24
# Tables are loaded by script and language when a word of it is first looked up.
_A_TEXT_OF_EACH_SCRIPT = ("Eight killed in Idlib", "Восемь убитых в Идлибе", "مقتل ثمانية في إدلب")


def read_report(item: Item, matches: Sequence[Match], addition: Addition | None = None) -> Report:
    """Read an item that rules matched, or that may be an `addition` to a story, for linking and for what it says.

    Words of an addition that may name a town are among the keys that stories are looked up by. Takes time linear in the
    length of the item; of a summary, linking reads the lead only.
    """
    headline, lead = _parts(item.title, item.summary)
    evidence = evidence_keys(matches)
    said, asked = _asked(headline, lead)
    kept = _merged(headline.weights(1.0, _CLAUSE * _KEPT), headline.sounds(), lead.weights(_SUMMARY_SHARE, _SENTENCE))
    heaviest = sorted(kept, key=lambda key: (-kept[key], key))
    length = math.sqrt(sum(weight * weight for weight in kept.values())) or 1.0
    towns = headline.towns()
    may_be_towns = [key for _, key in addition.names] if addition else ()
    scope = scope_of(item.title, item.link, towns=headline.places_apart())
    many_events, apart = scope is not Scope.ONE, scope is Scope.SEVERAL
    scenes = headline.scenes()
    share = 0.0 if apart or scenes else _KEPT_OF_MANY_EVENTS if many_events else 1.0
    statements = statements_of(item, matches)
    statements = without_tolls(statements) if many_events or scenes else statements
    return Report(
        asked=asked,
        squares=squares(asked),
        headline=said,
        profile=_profile({key: kept[key] / length * share for key in heaviest[:_MOST_KEPT] if share}, share, towns),
        keys=frozenset(heaviest[:_KEYS]).union(may_be_towns),
        towns=towns,
        many_events=many_events,
        apart=apart,
        scenes=scenes,
        beside=_beside(asked, said.keys() | lead.names(), evidence),
        attack=attack_in(item, statements),
        credit=credit_of(item.title, item.summary, item.body),
        statements=statements,
        gist=gist_of(item, statements),
    )


def without_tolls(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """What is said, without its tolls: of several events, or maybe of none, nobody can tell whom they count."""
    return tuple(said for said in statements if said.kind not in _TOLLS)


def load() -> None:
    """Load the tables that reading and comparing need, which takes most of a second, before the first report does."""
    for text in _A_TEXT_OF_EACH_SCRIPT:
        asked_words(text)
        scope_of(text)
    is_settlement("")


def asked_words(title: str, summary: str = "") -> Weights:
    """What a report with these words is compared with stories by; `Report.asked` without the rest."""
    return _asked(*_parts(title, summary))[1]


def towns_of(title: str) -> frozenset[str]:
    """The towns that a headline names, and what they lie in; as `Report.towns`."""
    return _Part(_headline(title), _CLAUSE_END).towns()


def _parts(title: str, summary: str) -> tuple[_Part, _Part]:
    """The headline, and the lead after its dateline."""
    start = dateline_end(summary)
    return _Part(_headline(title), _CLAUSE_END), _Part(summary[start : start + LEAD], _SENTENCE_END)


def _asked(headline: _Part, lead: _Part) -> tuple[Weights, Weights]:
    """What the headline says, and what both say."""
    said = headline.weights(1.0, _CLAUSE) | headline.sounds()
    return said, _merged(said, lead.weights(_SUMMARY_SHARE, _SENTENCE))


def _profile(words: Weights, share: float, towns: frozenset[str]) -> Profile:
    """What a story keeps of a report; the towns in the headline of one about many events say nothing of its own."""
    placed = bool(towns) and share == 1.0
    only = Profile(words=words, reports=share, towns=dict.fromkeys(towns, 1) if placed else {}, placed=int(placed))
    return Profile.of([only])


def _headline(title: str) -> str:
    """A headline without what outlets put before and after it: "War live:", "WATCH |", "- The Harbour Post"."""
    bare = _TAG.sub("", _CREDIT.sub("", title))
    return bare if len(bare) >= _SHORTEST_HEADLINE else title


def _is_only_a_prefix(words: str) -> bool:
    """Whether what comes before the first colon or dash only says where or what about: "Syria: ", "Gaza strikes - "."""
    return len(words.split()) <= _PREFIX_WORDS


class _Part:
    """A headline or a lead: its words, places, acts and tolls, each with the number of the clause it stands in."""

    def __init__(self, text: str, ends: re.Pattern[str]) -> None:
        self._text = text
        self._ends = [match.end() for match in ends.finditer(text) if not _is_only_a_prefix(text[: match.start()])]
        self._places = list(islice(mentions(text), _MOST_PLACES)) if text else []
        self._words = list(self._read_words())
        self._acts = [(act, start) for word, start in self._words for act in sorted(acts_of(word))][:_MOST_ACTS]
        self._tolls = [f"#{toll.kind}:{toll.low}" for toll in tolls_in(text)]

    def weights(self, share: float, later: float) -> dict[str, float]:
        """By key, the weight of what is said; `later` is what each clause counts of the one before."""
        found: dict[str, float] = {}
        for key, weight, start in self._said():
            here = weight * share * later ** min(self._clause(start), _LAST_PART)
            if here > found.get(key, 0.0):
                found[key] = here
        return found

    def towns(self) -> frozenset[str]:
        """The ids of the places below a country that are named as where something is, and of what they lie in.

        Towns that the gazetteer does not hold are among them.
        """
        named = [
            one.place
            for one in self._places
            if one.place.kind in (PlaceKind.CITY, PlaceKind.SITE, PlaceKind.REGION)
            and not one.metonym
            and not one.adjective
        ]
        around = {around for place in named for around in within(place) if not around.startswith("country:")}
        return frozenset(around).union((place.place_id for place in named), self._unlisted)

    def names(self) -> frozenset[str]:
        """The stems of the words with a capital that does not only begin a sentence."""
        return frozenset(
            weigh(word)[0]
            for word, start in self._words
            if self._text[start].isupper()
            and start
            and not _SENTENCE_START.search(self._text, max(0, start - 4), start)
        )

    def places_apart(self) -> int:
        """How many towns or sites are named, none of them within another."""
        named = {one.place.place_id: one.place for one in self._places if not one.metonym and not one.adjective}
        settled = [place for place in named.values() if place.kind in _SETTLED]
        inside = {around for place in settled for around in within(place)}
        return sum(place.place_id not in inside for place in settled)

    def scenes(self) -> tuple[frozenset[str], ...]:
        """The towns of each of several attacks, where a text tells of one after the other: "Drones hit A; B shelled".

        Empty for one attack, on however many towns: "Missiles hit A and B".
        """
        settled = [one for one in self._places if one.place.kind in _SETTLED and not (one.metonym or one.adjective)]
        found: list[frozenset[str]] = []
        for clause in range(len(self._ends) + 1):
            attacked = any(act in _ATTACKS and self._clause(start) == clause for act, start in self._acts)
            towns = frozenset(one.place.place_id for one in settled if self._clause(one.start) == clause)
            if attacked and towns and not any(meet(towns, known) for known in found):
                found.append(towns)
        return tuple(found) if len(found) > 1 else ()

    @cached_property
    def _unlisted(self) -> frozenset[str]:
        return unlisted_towns(self._text, ((one.start, one.end) for one in self._places))

    def sounds(self) -> dict[str, float]:
        """The towns that the gazetteer does not hold, by what they sound like: the same in every script."""
        return {
            f"@{UNLISTED}{sound}": _PLACE_WEIGHT[PlaceKind.CITY] for sound in map(sound_of, self._unlisted) if sound
        }

    def _clause(self, start: int) -> int:
        return bisect_right(self._ends, start)

    def _read_words(self) -> Iterator[tuple[str, int]]:
        """The words that are no part of a place's name, folded, with the character they start at."""
        spans = sorted((one.start, one.end) for one in self._places)
        starts = [start for start, _ in spans]
        for match in _WORD.finditer(self._text):
            before = bisect_right(starts, match.start()) - 1
            if before < 0 or spans[before][1] <= match.start():
                yield unicodedata.normalize("NFKC", match[0]).casefold(), match.start()

    def _said(self) -> Iterator[tuple[str, float, int]]:
        for word, start in self._words:
            if not word:
                continue
            if word[0].isdigit():
                yield word, 0.0 if word in ("1", "2") else _NUMBER, start
            else:
                stem, weight = weigh(word)
                yield stem, weight * (_CAPITAL if self._text[start].isupper() else 1.0), start
        for one in self._places:
            weight = _place_weight(one.place) * (_METONYM if one.metonym else 1.0)
            yield f"@{one.place.place_id}", weight, one.start
            for around in within(one.place):
                share = _PLACE_WEIGHT[one.place.kind] * _AROUND * place_rarity(around)
                yield f"@{around}", share, one.start
        for act, start in self._acts:
            rarity = act_rarity(act)
            yield f"#{act}", _ACT * rarity, start
            for one in self._places:
                both = (rarity + place_rarity(one.place.place_id)) / 2
                yield f"#{act}@{one.place.place_id}", _ACT_AT_PLACE * both, max(start, one.start)
        for toll in self._tolls:
            yield toll, _TOLL, 0


def _place_weight(place: Place) -> float:
    return _PLACE_WEIGHT[place.kind] * place_rarity(place.place_id)


def evidence_keys(matches: Iterable[Match]) -> frozenset[str]:
    """The keys of the words that made rules match, in every form and language: their stems, and what they mean.

    A place is none, even where a rule asks for it: who acts where tells events apart.
    """
    found: set[str] = set()
    met = {text for match in matches for text in (*match.topic, *(piece.text for piece in match.evidence))}
    for text in met:
        for word in _WORD.findall(text):
            folded = unicodedata.normalize("NFKC", word).casefold()
            found.add(folded if folded[0].isdigit() else weigh(folded)[0])
            found.update(f"#{act}" for act in acts_of(folded))
    return frozenset(found)


def _beside(asked: Weights, telling: AbstractSet[str], evidence: frozenset[str]) -> Weights | None:
    """What a report says beside the words that made rules match: its headline, and names, places and tolls of the lead.

    What else a lead says of a weapon is background, much the same under every report of it.
    """
    if not evidence:
        return None
    return {
        key: weight
        for key, weight in asked.items()
        if not (key in evidence or _act(key) in evidence) and (key in telling or key[0] in "@#")
    }


def _act(key: str) -> str:
    """The act of an act at a place; any other key as it is."""
    return key.partition("@")[0] if key.startswith("#") else key


def _merged(*parts: Weights) -> dict[str, float]:
    """The heavier of the weights of each key."""
    found: dict[str, float] = {}
    for part in parts:
        for key, weight in part.items():
            if weight > found.get(key, 0.0):
                found[key] = weight
    return found
