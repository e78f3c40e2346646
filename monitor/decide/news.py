"""What a report adds to what a channel knows of its story, and whether that is worth the channel's attention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.model import (
    EDITED,
    WITHDRAWN,
    Alert,
    Card,
    Claim,
    ClaimKind,
    Match,
    Reaction,
    Reason,
    Role,
    Severity,
    StoryFacts,
    Told,
)
from monitor.wording.counts import grouped
from monitor.wording.facts import same_speaker, told_apart, told_together, toll_words
from monitor.wording.lists import first_of
from monitor.wording.messages import quoted, reaction_words, said_by
from monitor.wording.safe import folded, isolated, safe, shortened

# A toll is news when it exceeds the one that the channel knows by so many people and by that share, or by very many
# people whatever the share. Tolls rise by ones and twos for hours, as every outlet counts anew, and a desk that gets
# each of them stops reading; three and a fifth more, or 25 more, is what a headline is rewritten for. The hurt are
# counted less well, and there are more of them (docs/decisions/0010).
_RAISED = {ClaimKind.KILLED: (3, 0.2, 25), ClaimKind.MISSING: (3, 0.2, 25), ClaimKind.HURT: (10, 0.5, 100)}

_TOLL = {ClaimKind.KILLED: "death toll", ClaimKind.HURT: "hurt:", ClaimKind.MISSING: "missing:"}
_MERE_WORDS = frozenset({str(Reaction.STATEMENT), str(Reaction.CALL)})
"""Reactions that are no news by themselves of somebody who has reacted before."""

_SPEAKING = (Role.OFFICIAL, Role.SAID)
_SHOWN = 2
_LONGEST_OUTLET = 60


@dataclass(frozen=True, slots=True)
class News:
    """One material change: its stable name, and words for people.

    `happened` says whether it is about what happened, and not about what Wirewatch makes of a story; `aloud` whether
    the channel is to hear of it, and not the thread alone.
    """

    reason: Reason
    words: str
    happened: bool = True
    aloud: bool = True


_OF_ANY_EVENT = (Reason.NEW_WAY, Reason.CONFIRMED)
"""What a report that tells of several events says of none in particular."""


def told_first(changes: Sequence[News]) -> str:
    """What happened, in words: what a reply begins with."""
    return "; ".join(change.words for change in changes if change.happened)


def told_last(changes: Sequence[News]) -> str:
    """What Wirewatch makes of it, in words: what stands in a reply's small print."""
    return "; ".join(change.words for change in changes if not change.happened)


def news_of(card: Card, alert: Alert, *, several: bool = False) -> tuple[News, ...]:
    """What an alert adds to what a channel knows of its story, the weightiest first; empty when nothing material.

    An unsure match that waits for a digest is no news; a sure match is, if the rule was shown as unsure before.
    `several` says that the item tells of other events too: the way in which a rule matched may be theirs, and a mention
    beside them is no second source. The words do not name the alert's own outlet, beside which they stand.
    """
    loud = [match for match in alert.matches if not match.waits]
    if not loud:
        return ()
    severity, rules = (
        _severity(card, loud),
        _rules(card, [match for match in loud if not _only_gives_facts(match, alert)], alert),
    )
    facts = _facts(card.told, alert.record, alert.source) if card.told else ()
    second = _second_source(card, alert) if card.told else ()
    found = (*severity, *facts, *second, *rules)
    return tuple(one for one in found if not (several and one.reason in _OF_ANY_EVENT))


def adds_rules(card: Card, alert: Alert) -> bool:
    """Whether an alert names a rule that a card does not, or is more severe."""
    loud = [match for match in alert.matches if not match.waits]
    return bool(loud and (*_severity(card, loud), *_rules(card, loud, alert)))


def told_of(alert: Alert) -> Told:
    """What a channel knows of a story's facts once it was shown this alert aloud."""
    facts = alert.record
    return Told(
        ways=frozenset(_way(match) for match in alert.matches),
        tolls={claim.kind: claim.high for claim in facts.highest},
        reactions=frozenset((claim.value, folded(claim.claimant), claim.language) for claim in facts.reactions),
        corrections=frozenset(claim.correction for claim in facts.corrections),
        confirmed=facts.origins > 1,
    )


def _facts(told: Told, facts: StoryFacts, outlet: str) -> Iterator[News]:
    yield from _corrections(told, facts, outlet)
    yield from _reactions(told, facts, outlet)
    yield from _raised(told, facts, outlet)


def _corrections(told: Told, facts: StoryFacts, outlet: str) -> Iterator[News]:
    for claim in facts.corrections:
        if claim.correction not in told.corrections:
            how = "withdrawn" if claim.words == WITHDRAWN else "corrected"
            change = claim.value if claim.words == EDITED else _lowered(claim, told, facts)
            what = f": {safe(change)}" if change else ""
            by = f" by {said}" if (said := said_by(claim, besides=outlet)) else ""
            yield News(Reason.CORRECTION, f"{how}{by}{what}")


def _lowered(correction: Claim, told: Told, facts: StoryFacts) -> str:
    """The counts that a corrected report lowers below those that the channel knows: "47 → 41 killed"; "" for none."""
    counted = {claim.kind: claim for claim in (*facts.highest, *facts.latest) if claim.item_id == correction.item_id}
    return ", ".join(
        f"{told.tolls[kind]:,} → {grouped(claim.value)} {kind}"
        for kind, claim in counted.items()
        if correction.words != WITHDRAWN and claim.high < told.tolls.get(kind, 0)
    )


def _new_reactions(told: Told, facts: StoryFacts) -> list[Claim]:
    """The reactions that are the first of their kind, or of another speaker.

    Names in another language cannot be told from those that are known, so they make no second news of a kind. Mere
    words of somebody who reacted before are none.
    """
    found = []
    for claim in facts.reactions:
        if claim.value in _MERE_WORDS and _has_reacted(claim, told):
            continue
        same = {(speaker, language) for reaction, speaker, language in told.reactions if reaction == claim.value}
        speaker = folded(claim.claimant)
        in_language = {name for name, language in same if language == claim.language}
        if not same or (speaker and in_language and not any(same_speaker(speaker, name) for name in in_language)):
            found.append(claim)
    return found


def _has_reacted(claim: Claim, told: Told) -> bool:
    """Whether the channel was told of any reaction of this speaker."""
    names = [speaker for _, speaker, language in told.reactions if language == claim.language]
    return any(same_speaker(folded(claim.claimant), name) for name in names if name and claim.claimant)


def _reactions(told: Told, facts: StoryFacts, outlet: str) -> Iterator[News]:
    new = told_together(told_apart(_new_reactions(told, facts)))
    words = [reaction_words(claim, besides=outlet) for claim in new]
    if words:
        yield News(Reason.REACTION, f"official reaction: {first_of(words, _SHOWN)}")


def _raised(told: Told, facts: StoryFacts, outlet: str) -> Iterator[News]:
    for claim in facts.highest:
        before = told.tolls.get(claim.kind, 0)
        least, share, many = _RAISED[claim.kind]
        more = claim.high - before
        first = not before and claim.kind is ClaimKind.KILLED and claim.high > 0
        if first or more >= many or (more >= least and more >= before * share):
            rise = f"{_TOLL[claim.kind]} {before:,} → {toll_words(claim)}"
            by = f" ({said})" if (said := said_by(claim, besides=outlet)) else ""
            yield News(Reason.TOLL, f"{rise if before else toll_words(claim, claim.kind)}{by}")


def _second_source(card: Card, alert: Alert) -> Iterator[News]:
    """That another text reports it too: for the channel only where it is critical (docs/decisions/0068)."""
    facts = alert.record
    if card.told and not card.told.confirmed and facts.origins > 1:
        second = "" if facts.second == alert.source else isolated(shortened(safe(facts.second), _LONGEST_OUTLET))
        words = f"second source: {second}" if second else "second source"
        yield News(Reason.CONFIRMED, words, aloud=max(card.severity, alert.severity) is Severity.CRITICAL)


def _rules(card: Card, loud: Sequence[Match], alert: Alert) -> Iterator[News]:
    if added := [match.rule_title for match in loud if match.rule not in card.rules]:
        yield News(Reason.NEW_RULE, f"also {', '.join(added)}", happened=False)
    if ways := [match for match in loud if _is_new_way(card, match, alert)]:
        if hit := _first_hit(alert):
            yield News(Reason.NEW_WAY, f"{'targets' if len(hit) > 1 else 'target'}: {quoted(hit)}")
        else:
            named = ", ".join(f"{match.rule_title}: {match.way}" for match in ways)
            yield News(Reason.NEW_WAY, f"also {named}", happened=False)
    if confirmed := [match.rule_title for match in loud if match.rule in card.unsure and not match.doubtful]:
        yield News(Reason.NOW_SURE, f"now clearly on topic: {', '.join(confirmed)}", happened=False)


def _only_gives_facts(match: Match, alert: Alert) -> bool:
    """Whether a broad way about what officials say met one who only gives facts: "six killed, says the ministry".

    No reaction was read in the report, and the card says that there is none yet.
    """
    speaks = match.broad and any(piece.role in _SPEAKING for piece in match.evidence)
    return speaks and not _reacts(alert)


def _is_new_way(card: Card, match: Match, alert: Alert) -> bool:
    """Whether a rule matches in a way in which it matched no earlier report, and that tells something new of the event.

    How else reports word one event is no news of it: "deadly strike" behind "hospital hit" (docs/decisions/0062). It is
    news that something else was hit, or that somebody reacts whose sentence could not be read.
    """
    known = card.told.ways if card.told and match.rule in card.rules else None
    if known is None or match.doubtful or match.broad or _way(match) in known:
        return False
    return (match.says is not None and not _reacts(alert)) or bool(_first_hit(alert))


def _first_hit(alert: Alert) -> list[str]:
    """What the headline says was hit, if it is the first in its story to say so of its kind: in its words.

    An earlier revision may have said so before: a feed cuts a text short, and a rule matches by what is left.
    """
    title = alert.title.casefold()
    own = (claim for claim in alert.record.targets if claim.item_id == alert.item_id)
    hit = [claim.words for claim in own if claim.seen_at >= alert.seen_at]
    return [words for words in hit if words.casefold() in title]


def _reacts(alert: Alert) -> bool:
    """Whether a reaction was read in the report."""
    return any(claim.item_id == alert.item_id for claim in alert.record.reactions)


def _severity(card: Card, loud: Iterable[Match]) -> Iterator[News]:
    severity = max(match.severity for match in loud)
    if severity > card.severity:
        yield News(Reason.SEVERITY_RAISED, f"severity raised from {card.severity} to {severity}", happened=False)


def _way(match: Match) -> str:
    return f"{match.rule}: {match.way}"
