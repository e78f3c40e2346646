"""What a story says of its facts, in lines for a card: each claim with who makes it, never a bare number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, zip_longest
from typing import Literal

from rapidfuzz.distance import Prefix

from monitor.model import EDITED, WITHDRAWN, Alert, Claim, ClaimKind, Reaction, StoryFacts
from monitor.wording.counts import grouped
from monitor.wording.lists import first_of, listed
from monitor.wording.messages import clock, quoted, reach_words, reaction_words, said_by
from monitor.wording.safe import folded, isolated, safe, shortened

_QUOTE = 160
_PLACES = 5
_REACTIONS = 3
_NAME = 60
_CORRECTED, _WITHDRAWN = "Corrected", "Withdrawn"
CORRECTIONS = (_CORRECTED, _WITHDRAWN)
"""What the lines are about that say what became of an earlier report."""

_WORDS = re.compile(r"\w+")
# Words that begin with so many letters alike, and of which no more than so many are left, are one name: Zelensky and
# Zelenskiy, Israel and Israeli; but not Austria and Australia, Niger and Nigeria.
_STEM, _ENDING = 6, 3


def fact_lines(alert: Alert, now: datetime, *, quotes: bool = True) -> list[tuple[str, str]]:
    """What each line is about, and what is claimed: ("Killed", "at least 9 – medics, via The Wire: “…”").

    What the headline of the alert says, which stands above these lines, is not quoted again; nothing is where there is
    no room (`quotes`).
    """
    facts = alert.record
    about = (_places(facts), _things(facts), _corrections(alert), _accusations(facts))
    lines = [*_tolls(alert, quotes=quotes), *chain.from_iterable(about)]
    if not facts.outlets:
        return lines
    reach = [("Reported by", words)] if (words := reach_words(facts)) else []
    return [*lines, *reach, *_official(alert, now, quotes=quotes)]


def _tolls(alert: Alert, *, quotes: bool) -> Iterator[tuple[str, str]]:
    """Label them "Killed", or "Killed (latest)" and "Killed (highest)" where the latest count is not the highest.

    Of the same count, who made it is named, and not an outlet that repeats it.
    """
    highest = {claim.kind: claim for claim in alert.record.highest}
    for latest in alert.record.latest:
        about = latest.kind.capitalize()
        top = highest.get(latest.kind, latest)
        if top.high <= latest.high:
            same = (top.value, top.words) == (latest.value, latest.words)
            repeats = same and bool(top.claimant) and not latest.claimant
            yield about, _claimed(top if repeats else latest, alert, quotes=quotes)
        else:
            yield f"{about} (latest)", _claimed(latest, alert, quotes=quotes)
            yield f"{about} (highest)", _claimed(top, alert, quotes=quotes)


def toll_words(claim: Claim, what: str = "") -> str:
    """How many, of `what`, and where, when that is not where the story's event is: "at least 20 killed in Iraq"."""
    where = f" in {isolated(shortened(safe(claim.words), _NAME))}" if claim.words not in ("", claim.value) else ""
    return f"{grouped(safe(claim.value))}{f' {what}' if what else ''}{where}"


def _claimed(claim: Claim, alert: Alert, *, quotes: bool) -> str:
    return _with_quote(f"{toll_words(claim)} – {said_by(claim)}", claim, alert, quotes=quotes)


def _with_quote(said: str, claim: Claim, alert: Alert, *, quotes: bool) -> str:
    return (
        said
        if not quotes or claim.quote in alert.title
        else f"{said}: “{isolated(shortened(safe(claim.quote), _QUOTE))}”"
    )


def _places(facts: StoryFacts) -> Iterator[tuple[str, str]]:
    if facts.places:
        names = [shortened(safe(claim.words), _NAME) for claim in facts.places]
        yield "Places", first_of(names, _PLACES)


def _things(facts: StoryFacts) -> Iterator[tuple[str, str]]:
    """Weapons and targets in the words of the reports, whatever their language."""
    for about, claims in (("Weapons", facts.weapons), ("Targets", facts.targets)):
        if words := quoted(claim.words for claim in claims):
            yield about, words


def _corrections(alert: Alert) -> Iterator[tuple[str, str]]:
    """The latest correction of a report, or that one was withdrawn; not where the headline above says so itself."""
    for claim in alert.record.corrections[-1:]:
        if claim.item_id == alert.item_id and claim.words != EDITED:
            continue
        outlet = isolated(shortened(safe(claim.source), _NAME))
        if claim.words == WITHDRAWN:
            yield _WITHDRAWN, f"by {outlet}"
        else:
            said = isolated(shortened(grouped(safe(claim.value)), _QUOTE))
            yield _CORRECTED, f"{said} – {outlet}" if claim.words == EDITED else f"“{said}” – {outlet}"


def _accusations(facts: StoryFacts) -> Iterator[tuple[str, str]]:
    for claim in facts.accusations[-1:]:
        by = f"{'by ' if claim.claimant else 'via '}{said_by(claim)}"
        yield ClaimKind.ACCUSED.capitalize(), f"{isolated(shortened(safe(claim.words), _NAME))} ({by})"


def awaits_answer(alert: Alert) -> bool:
    """Whether it can be said that no official reacted: to what is surely an attack, and where nobody seems to speak.

    A weapon alone is none: it may be banned, sold or taken apart. What only the text below the alert's own headline
    names may be an attack of another day, as in explainers and reports on those who live through a war. And where a
    rule found an official who speaks, nobody may have been able to read who says what.
    """
    facts, title = alert.record, alert.title.casefold()

    def told(claims: Sequence[Claim]) -> bool:
        return any(claim.item_id != alert.item_id or claim.words.casefold() in title for claim in claims)

    attack = told(facts.targets) or (told(facts.weapons) and facts.latest)
    spoken = alert.spoken or any(match.of_officials for match in alert.matches)
    return bool(attack) and not facts.reactions and not spoken and not alert.doubtful


def _official(alert: Alert, now: datetime, *, quotes: bool) -> Iterator[tuple[str, str]]:
    """What officials say, or that none was seen to react.

    That they accuse somebody is not said again where the line above says so.
    """
    facts = alert.record
    by = [claim.claimant for claim in facts.accusations[-1:]]
    if not quotes and facts.reactions and all(_only_accuses(claim, by) for claim in facts.reactions):
        return
    if facts.reactions or awaits_answer(alert):
        yield "Official reaction", _reactions(alert, now, quotes=quotes)


def _only_accuses(claim: Claim, by: Sequence[str]) -> bool:
    return claim.value == Reaction.ACCUSATION and any(same_speaker(claim.claimant, name) for name in by)


def _reactions(alert: Alert, now: datetime, *, quotes: bool) -> str:
    """The latest few, newest last: "denial by Defence ministry, via The Wire (09:12 UTC): “…”"; or "none seen".

    A sentence that says two of them, one after the other, is quoted once. Without quotes what belongs together is told
    together.
    """
    told = told_apart(alert.record.reactions)
    reactions = told if quotes else told_together(told)
    shown = reactions[-_REACTIONS:]
    said = [
        _with_quote(
            f"{reaction_words(claim)}{_when(claim, now) if quotes else ''}",
            claim,
            alert,
            quotes=quotes and (following is None or following.quote != claim.quote),
        )
        for claim, following in zip_longest(shown, shown[1:])
    ]
    before = len(reactions) - len(said)
    return "; ".join([*said, *([f"and {before} before"] if before else [])]) or "none seen"


def _when(claim: Claim, now: datetime) -> str:
    return f" ({clock(claim.seen_at, now)})"


def told_apart(reactions: Sequence[Claim]) -> list[Claim]:
    """Reactions, each once: of those of one kind that may be by one speaker, the first of the longest names."""
    return [
        one
        for place, one in enumerate(reactions)
        if not any(_is_told_by(one, other, place, at) for at, other in enumerate(reactions))
    ]


def told_together(reactions: Sequence[Claim]) -> list[Claim]:
    """Reactions that an outlet tells of one speaker, or of several alike, as one: "no comment by army and police"."""
    groups: list[list[Claim]] = []
    for claim in reactions:
        if groups and _belongs(claim, groups[-1]):
            groups[-1].append(claim)
        else:
            groups.append([claim])
    return [replace(group[0], value=_each(group, "value"), claimant=_each(group, "claimant")) for group in groups]


def _belongs(claim: Claim, group: Sequence[Claim]) -> bool:
    """Whether a reaction can be told with others: of one outlet, one speaker or one kind, and not too long."""
    every = [*group, claim]
    alike = len({one.value for one in every}) == 1 and all(one.claimant for one in every)
    same = alike or len({one.claimant for one in every}) == 1
    return same and claim.source == group[0].source and len(_each(every, "claimant")) <= _NAME


def _each(claims: Sequence[Claim], field: Literal["value", "claimant"]) -> str:
    return listed(list(dict.fromkeys(getattr(claim, field) for claim in claims)))


def _is_told_by(one: Claim, other: Claim, place: int, at: int) -> bool:
    if place == at or one.value != other.value or not same_speaker(one.claimant, other.claimant):
        return False
    return (len(_names(one.claimant)), -place) < (len(_names(other.claimant)), -at)


def same_speaker(some: str, other: str) -> bool:
    """Whether two names may be of one speaker: one stands in the other, however it is spelt or inflected.

    "Iraq" and "Iraq's authorities", "Zelenskyy" and "Volodymyr #Zelensky"; but not two ministries of one state.
    """
    fewer, more = sorted((_names(some), _names(other)), key=len)
    return bool(fewer) and all(any(_alike(name, known) for known in more) for name in fewer)


def _names(speaker: str) -> list[str]:
    return _WORDS.findall(folded(speaker))


def _alike(word: str, other: str) -> bool:
    begin = Prefix.similarity(word, other)
    return word == other or (begin >= _STEM and max(len(word), len(other)) - begin <= _ENDING)
