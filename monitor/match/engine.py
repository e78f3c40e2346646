"""Which rules an item meets: candidates by the words it has, then each rule's ways; and why, for `explain`.

    skim -> screen -> scan -> screen -> rulehits -> ways -> features -> opinion

`skim` looks up each stretch of a text and says which needs may be met, and `screen` which rules that leaves: of most
items none. `scan` finds where the terms of these rules stand, and with what it found `screen` is asked again.
`rulehits` gives the hits of a rule's groups, without those in phrases to ignore, and `combine` those of groups built
from others. `ways` looks for hits that make a way hold. Then `features` has what an opinion weighs, and `opinion` says
how sure the match is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.match.compile import build_index, evaluated
from monitor.match.features import Features, features_of
from monitor.match.hits import Hit
from monitor.match.itemtexts import ItemTexts
from monitor.match.meaning import Meanings, beginning_of
from monitor.match.opinion import Opinion, Said
from monitor.match.rule import Rule, Status, Term, Way, rule_of_lists
from monitor.match.rulehits import RuleHits, hits_of, hits_of_terms
from monitor.match.scan import Scan, Words, scan
from monitor.match.screen import Screen
from monitor.match.skim import Skim
from monitor.match.unmet import WayResult, evidence_of, way_unmet
from monitor.match.ways import find_choice
from monitor.model import Evidence, Field, How, Match, Unsure

ENGINE = "3"
"""The version of the matching semantics: the same engine, rule hash and text give the same match."""

MOST_IN_DOUBT = 0.49
"""The most confidence in a match of a case that the rule is never sure of: rather no than yes (decision 0031)."""

_EVERYTHING = Evidence(
    field=Field.TITLE, start=0, end=0, text="", term="everything", how=How.EVERYTHING, group="everything"
)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All there is to say about a rule and an item. `applies` is False when the rule is for other feeds or kinds.

    `hits` are by group; `ignored` were dropped because they lie in a phrase to ignore; `vetoes` stop the rule.
    `against` are the words by which the rule is never sure of it, each with a minus before it.
    """

    rule: Rule
    applies: bool
    hits: dict[str, tuple[Evidence, ...]]
    ignored: tuple[Evidence, ...]
    vetoes: tuple[Evidence, ...]
    ways: tuple[WayResult, ...]
    match: Match | None
    against: tuple[str, ...] = ()


class Engine:
    """A set of compiled rules. Not to be used by two threads at once: it remembers the words it has met."""

    def __init__(
        self, rules: Sequence[Rule], opinions: Mapping[str, Opinion], meanings: Meanings | None = None
    ) -> None:
        self.rules = evaluated(rules)
        self.flagging = tuple(_flagging(rule) for rule in self.rules if rule.status is Status.LIVE)
        """For each live rule, what a match of it is like that no way of it made."""
        self._opinions = opinions
        self._meanings = meanings
        self._numbers = {rule.id: number for number, rule in enumerate(self.rules)}
        self._index = build_index(self.rules)
        self._screen = Screen(self.rules, self._index)
        self._words = Words(self._index)
        self._skim = Skim(self._index, self._words, self._screen.needs)
        self._weighed: dict[tuple[str, str], frozenset[int]] = {}

    def weighs(self, encoder: str) -> bool:
        """Whether any opinion weighs vectors of an encoder."""
        return any(encoder in opinion.informed for opinion in self._opinions.values())

    def match(self, texts: ItemTexts, meanings: Meanings | None = None) -> tuple[Match, ...]:
        """One match for each rule that holds, in the order of the rules.

        Opinions that weigh vectors are asked with those of `meanings`, or else of what the engine was compiled with;
        where the vector of an item is not known the plain ones judge.
        """
        meanings = meanings or self._meanings
        weighed = self._speaking(texts.language, meanings.encoder if meanings else "")
        possible = self._screen.candidates(self._skim.met(texts), weighed)
        if not possible:
            return ()
        scans = scan(texts, self._index, self._words, possible)
        matches = []
        for number in self._screen.candidates(self._met(scans), weighed):
            rule = self.rules[number]
            if _applies(rule, texts):
                hits = self._hits(number, scans)
                if not hits.vetoes and (match := self._judged(rule, hits, texts, meanings)):
                    matches.append(match)
        return tuple(matches)

    def _met(self, scans: Sequence[Scan]) -> set[int]:
        """The needs met by the terms of an item."""
        return {need for one in scans for term in one.occurrences for need in self._screen.needs.get(term, ())}

    def _speaking(self, language: str, encoder: str) -> frozenset[int]:
        """The numbers of the rules with a second opinion on items in a language, with vectors of an encoder."""
        key = language, encoder
        if key not in self._weighed:
            speaking = {
                rule
                for rule, opinion in self._opinions.items()
                if opinion.speaks(language) or opinion.with_vectors_of(encoder, language)
            }
            self._weighed[key] = frozenset(self._numbers[rule] for rule in speaking & self._numbers.keys())
        return self._weighed[key]

    def features(self, rule_id: str, texts: ItemTexts) -> Features:
        """What a second opinion on this rule weighs in an item, whether the rule matches or not.

        Raises:
            KeyError: no rule that is not off has this id.
        """
        number = self._numbers[rule_id]
        hits = self._hits(number, scan(texts, self._index, self._words))
        return features_of(texts, hits.groups, _holding(hits), self.rules[number].groups)

    def _judged(self, rule: Rule, hits: RuleHits, texts: ItemTexts, meanings: Meanings | None) -> Match | None:
        """The match by the best way that holds, with the second opinion on it; broad ways hold by that alone."""
        alone = _best(rule, hits)
        match = alone or (_best(rule, hits, broad=True) if rule.id in self._opinions else None)
        said = self._said(rule, match, hits, texts, meanings) if match else None
        if match is None or said is None:
            against = _against(rule, hits) if alone else ()
            return replace(alone, sure=False, reasons=against) if alone and against else alone
        if match.broad and not said.enough_for_broad_ways:
            return None
        against = _against(rule, hits)
        confidence = min(said.confidence, MOST_IN_DOUBT) if against else said.confidence
        sure = said.sure and not against
        faint = not sure and confidence < rule.digest_below
        return replace(
            match,
            confidence=confidence,
            sure=sure,
            unsure=Unsure.FAINT if faint else match.unsure,
            reasons=tuple(dict.fromkeys((*against, *said.reasons))),
            opinion=said.version,
        )

    def _said(
        self, rule: Rule, match: Match, hits: RuleHits, texts: ItemTexts, meanings: Meanings | None
    ) -> Said | None:
        """What the second opinion says of a match; None when there is none on items in this language.

        One that weighs the vector of the item is asked first, and the plain one where that vector is not known.
        """
        opinion = self._opinions.get(rule.id)
        if opinion is None:
            return None
        vector = None
        informed = opinion.with_vectors_of(meanings.encoder, texts.language) if meanings else None
        if meanings and informed:
            vector = meanings.of(beginning_of(texts), live=rule.status is Status.LIVE)
            opinion = informed if vector is not None and informed.weighs(vector) else opinion
        if not opinion.speaks(texts.language):
            return None
        features = features_of(texts, hits.groups, _holding(hits), rule.groups)
        return opinion.say(features, broad=match.broad, vector=vector)

    def evaluate(self, rule_id: str, texts: ItemTexts) -> Evaluation:
        """Everything about one rule and one item, with the vectors the engine was compiled with.

        Raises:
            KeyError: no rule that is not off has this id.
        """
        number = self._numbers[rule_id]
        rule = self.rules[number]
        hits = self._hits(number, scan(texts, self._index, self._words))
        applies = _applies(rule, texts)
        return Evaluation(
            rule=rule,
            applies=applies,
            hits={group: _evidence(group, found) for group, found in hits.groups.items()},
            ignored=_evidence("", hits.ignored),
            vetoes=tuple(
                hit.evidence(group) for group in rule.never for hit in hits.groups.get(group, ()) if hit in hits.vetoes
            ),
            ways=tuple(_way_result(way, hits) for way in rule.ways),
            match=self._judged(rule, hits, texts, self._meanings) if applies and not hits.vetoes else None,
            against=_against(rule, hits),
        )

    def terms_in(self, rule_id: str, text: str) -> tuple[Mapping[str, Sequence[Hit]], Sequence[Hit]]:
        """The hits of a rule's terms in a text, by the groups they stand in; and those that phrases to ignore cover.

        Raises:
            KeyError: no rule that is not off has this id.
        """
        number = self._numbers[rule_id]
        scans = scan(ItemTexts("", "", text), self._index, self._words, [number])
        return hits_of_terms(self.rules[number], self._index.uses[number], scans)

    def _hits(self, number: int, scans: Sequence[Scan]) -> RuleHits:
        return hits_of(self.rules[number], self._index.uses[number], scans)


def compile_rules(
    rules: Sequence[Rule], opinions: Mapping[str, Opinion] | None = None, meanings: Meanings | None = None
) -> Engine:
    """An engine for these rules, with second opinions by rule id; rules that are off are left out.

    `meanings` knows the vectors of items at once, as where nobody waits; the service gives them with each item.
    """
    return Engine(rules, opinions or {}, meanings)


def hits_of_lists(words: Mapping[str, tuple[Term, ...]], texts: ItemTexts) -> Mapping[str, tuple[Evidence, ...]]:
    """Where the words of lists of terms stand in a text, by list."""
    return compile_rules([rule_of_lists("lists", words)]).evaluate("lists", texts).hits


def _applies(rule: Rule, texts: ItemTexts) -> bool:
    return (not rule.feeds or texts.feed_id in rule.feeds) and (not rule.kinds or texts.kind in rule.kinds)


def _best(rule: Rule, hits: RuleHits, *, broad: bool = False) -> Match | None:
    """The match by the most severe way that holds, among equals the first; of the broad ways or of the others."""
    for way in sorted(hits.ways, key=lambda way: way.severity or rule.severity, reverse=True):
        evidence = _holds(way, hits) if way.needs_opinion is broad else None
        if evidence is not None:
            return Match(
                rule=rule.id,
                rule_title=rule.title,
                rule_hash=rule.hash,
                engine=ENGINE,
                way=way.name,
                says=way.says,
                severity=way.severity or rule.severity,
                send_to=rule.send_to,
                live=rule.status is Status.LIVE,
                evidence=evidence,
                topic=frozenset(
                    hit.source[hit.start : hit.end] for piece in evidence for hit in hits.groups.get(piece.group, ())
                ),
                unsure=rule.unsure,
                broad=broad,
            )
    return None


def _flagging(rule: Rule) -> Match:
    return Match(
        rule=rule.id,
        rule_title=rule.title,
        rule_hash=rule.hash,
        engine=ENGINE,
        way="",
        severity=rule.severity,
        send_to=rule.send_to,
    )


def _holding(hits: RuleHits) -> list[str]:
    """The names of all ways that hold."""
    return [way.name for way in hits.ways if way.everything or hits.choice(way)]


def _holds(way: Way, hits: RuleHits) -> tuple[Evidence, ...] | None:
    if way.everything:
        return (_EVERYTHING,)
    choice = hits.choice(way)
    return None if choice is None else evidence_of(choice, hits.roles)


def _against(rule: Rule, hits: RuleHits) -> tuple[str, ...]:
    """What makes a match unsure whatever the opinion says, as reasons against it; empty when nothing does."""
    there = {group: found for group in rule.against if (found := hits.groups.get(group))}
    if not there:
        return ()
    plain = {group: [hit for hit in found if hit.how is not How.TYPO] for group, found in there.items()}
    for case in rule.never_sure:
        if choice := find_choice(case, plain | {group: hits.groups.get(group, []) for group in case.none}):
            words = (hit.source[hit.start : hit.end] for _, hit in choice)
            return tuple(f"-{word}" for word in words)
    return ()


def _evidence(group: str, hits: Sequence[Hit]) -> tuple[Evidence, ...]:
    return tuple(hit.evidence(group) for hit in hits)


def _way_result(way: Way, hits: RuleHits) -> WayResult:
    evidence = _holds(way, hits)
    if evidence is not None:
        return WayResult(way, holds=True, evidence=evidence)
    return way_unmet(way, hits.groups)
