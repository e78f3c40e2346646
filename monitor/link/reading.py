"""What linking reads in a report: what it says, the first things its headline says before others, and which events.

docs/decisions/0067 says which round-ups are read event by event.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from monitor.link.acts import acts_in
from monitor.link.attacks import attack_in
from monitor.link.clauses import WORD, Part, Weights
from monitor.link.datelines import dateline_end
from monitor.link.gist import gist_of
from monitor.link.origins import credit_of
from monitor.link.places.ids import is_settlement
from monitor.link.rarity import stem_of
from monitor.link.roundups import Scope, scope_of
from monitor.link.statements import statements_of
from monitor.link.stretches import match_within, stretches_of
from monitor.link.whereabouts import possible_countries
from monitor.model import (
    TOLLS,
    Addition,
    ClaimKind,
    FeedKind,
    Item,
    Match,
    Profile,
    Report,
    Statement,
    squares,
)

LEAD = 400
"""Characters of a summary that are read: what comes later is background, the same for many events."""

_CREDIT = re.compile(r"\s+[|–—-]\s+[^|–—-]{2,30}$")
_TAG = re.compile(
    r"^(?:[^:|]{0,40}\b(?:live|latest|latest news|updates?|breaking|exclusive|watch|video|analysis|opinion|war|direct"
    r"|en direct|en vivo|срочно|онлайн|терміново|наживо|عاجل|مباشر)\b[^:|]{0,14}[:|]\s+"
    r"|[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]\s*|#\w+\s+)+",
    re.IGNORECASE,
)
_SHORTEST_HEADLINE = 15
_SUMMARY_SHARE = 0.68
# What a later clause of a headline and a later sentence of a summary count of the one before, and how much less they
# do in what a story keeps of the report: "A strikes B as C hits D" is about A and B.
_CLAUSE, _SENTENCE, _KEPT = 0.25, 0.7, 0.55
_KEPT_OF_MANY_EVENTS = 0.2
_MOST_KEPT = 120
_KEYS = 14
_SUPPLY = frozenset({"#supply"})
# Tables are loaded by script and language when a word of it is first looked up.
_A_TEXT_OF_EACH_SCRIPT = ("Eight killed in Idlib", "Восемь убитых в Идлибе", "مقتل ثمانية في إدلب")


def read_report(item: Item, matches: Sequence[Match], addition: Addition | None = None) -> Report:
    """Read an item that rules matched, or that may be an `addition` to a story, for linking and for what it says.

    Words of an addition that may name a town are among the keys that stories are looked up by. Takes time linear in the
    length of the item; of a summary, linking reads the lead only.
    """
    headline, lead = _parts(item.title, item.summary)
    may_be_towns = [key for _, key in addition.names] if addition else ()
    scope = scope_of(item.title, item.link, towns=len(headline.settled()))
    apart = scope is Scope.SEVERAL
    if not (apart or headline.tells_of_several()):
        share = 1.0 if scope is Scope.ONE else _KEPT_OF_MANY_EVENTS
        return _read(item, matches, headline, lead, share=share, more_keys=may_be_towns)
    # What tells of several events keeps nothing that another report may be alike in as a whole.
    events = tuple(_events(item, matches, headline_only=not apart))
    keys = [key for _, event in events for key in event.keys if key[0] == "@"]
    report = _read(item, matches, headline, lead, share=0.0, more_keys=(*may_be_towns, *keys))
    return replace(report, many_events=scope is not Scope.ONE, apart=apart, events=events)


@lru_cache(maxsize=512)
def events_of(title: str, summary: str, seen_at: datetime) -> tuple[tuple[str, Report], ...]:
    """The events that a round-up of a story tells, by what the story remembers of it, for comparing with others."""
    item = Item(
        feed_id="",
        family="",
        kind=FeedKind.OUTLET,
        source="",
        title=title,
        summary=summary,
        seen_at=seen_at,
        content_hash="",
    )
    return tuple(_events(item, (), headline_only=scope_of(title) is Scope.ONE))


def _events(item: Item, matches: Sequence[Match], *, headline_only: bool) -> Iterator[tuple[str, Report]]:
    """The stretches of an item that tell an event each, with what they say; what tells none is left out."""
    for told in stretches_of(item, headline_only=headline_only):
        within = [one for one in (match_within(match, told) for match in matches) if one.evidence]
        event = _read_event(replace(item, title=told.text, summary="", body=""), within)
        whole = {one.rule: len(one.evidence) for one in within}
        if _is_event(event) or any(whole.get(match.rule) == len(match.evidence) for match in matches):
            yield told.text, event


def _read_event(item: Item, matches: Sequence[Match]) -> Report:
    return replace(_read(item, matches, *_parts(item.title, ""), share=1.0), retold=True)


def _is_event(event: Report) -> bool:
    """Whether a stretch tells something that was done: an attack, the dead of a place, or what an official says."""
    kinds = {said.kind for said in event.statements}
    counts = not kinds.isdisjoint(TOLLS)
    attack = event.attack is not None and (counts or event.towns or event.attack.targets)
    return bool(attack or (counts and event.towns) or ClaimKind.REACTION in kinds)


def _read(
    item: Item,
    matches: Sequence[Match],
    headline: Part,
    lead: Part,
    *,
    share: float,
    more_keys: Iterable[str] = (),
) -> Report:
    """An item as a report of one event; `share` is what its words count in what its story keeps."""
    said, asked = _asked(headline, lead)
    kept = _merged(headline.weights(1.0, _CLAUSE * _KEPT), headline.sounds(), lead.weights(_SUMMARY_SHARE, _SENTENCE))
    heaviest = sorted(kept, key=lambda key: (-kept[key], key))
    length = math.sqrt(sum(weight * weight for weight in kept.values())) or 1.0
    towns = headline.towns()
    statements = statements_of(item, matches)
    statements = statements if share == 1.0 else without_tolls(statements)
    return Report(
        asked=asked,
        squares=squares(asked),
        headline=said,
        profile=_profile({key: kept[key] / length * share for key in heaviest[:_MOST_KEPT] if share}, share, towns),
        keys=frozenset(heaviest[:_KEYS]).union(more_keys),
        towns=towns,
        many_events=share != 1.0,
        settled=headline.settled(),
        countries=possible_countries(item.title),
        beside=_beside(asked, said.keys() | lead.names(), evidence_keys(matches)),
        attack=attack_in(item, statements),
        credit=credit_of(item.title, item.summary, item.body),
        statements=statements,
        gist=gist_of(item, statements),
    )


def without_tolls(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """What is said, without its tolls: of several events, or maybe of none, nobody can tell whom they count."""
    return tuple(said for said in statements if said.kind not in TOLLS)


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
    return Part(_headline(title), headline=True).towns()


def _parts(title: str, summary: str) -> tuple[Part, Part]:
    """The headline, and the lead after its dateline."""
    start = dateline_end(summary)
    return Part(_headline(title), headline=True), Part(summary[start : start + LEAD], headline=False)


def _asked(headline: Part, lead: Part) -> tuple[Weights, Weights]:
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


def evidence_keys(matches: Iterable[Match]) -> frozenset[str]:
    """The keys of the words that made rules match, in every form and language: their stems, and what they mean.

    A place is none, even where a rule asks for it: who acts where tells events apart.
    """
    found: set[str] = set()
    met = {text for match in matches for text in (*match.topic, *(piece.text for piece in match.evidence))}
    for text in met:
        found.update(f"#{act}" for _, acts in acts_in(text) for act in acts)
        found.update(map(stem_of, WORD.findall(text)))
    return frozenset(found)


def _beside(asked: Weights, telling: AbstractSet[str], evidence: frozenset[str]) -> Weights | None:
    """What a report says beside the words that made rules match: its headline, and names, places and tolls of the lead.

    What else a lead says of a weapon is background, much the same under every report of it. Which country supplies a
    weapon, or gets it, is not, though rules look for that too.
    """
    if not evidence:
        return None
    return {
        key: weight
        for key, weight in asked.items()
        if not (key in evidence or _act(key) in evidence - _SUPPLY) and (key in telling or key[0] in "@#")
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
