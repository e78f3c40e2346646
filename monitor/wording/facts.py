"""What a story says of its facts, in lines for a card: each claim with who makes it, never a bare number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import zip_longest

from monitor.model import Alert, Claim, ClaimKind, StoryFacts
from monitor.wording.lists import first_of
from monitor.wording.messages import clock, quoted, reach_words, reaction_words, said_by
from monitor.wording.safe import isolated, safe, shortened

_QUOTE = 160
_PLACES = 5
_REACTIONS = 3
_NAME = 60


def fact_lines(alert: Alert, now: datetime, *, quotes: bool = True) -> list[tuple[str, str]]:
    """What each line is about, and what is claimed: ("Killed", "at least 9 – medics, via The Wire: “…”").

    What the headline of the alert says, which stands above these lines, is not quoted again; nothing is where there is
    no room (`quotes`).
    """
    facts = alert.record
    lines = [*_tolls(alert, quotes=quotes), *_places(facts), *_things(facts), *_accusations(facts)]
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
    return f"{safe(claim.value)}{f' {what}' if what else ''}{where}"


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


def _accusations(facts: StoryFacts) -> Iterator[tuple[str, str]]:
    for claim in facts.accusations[-1:]:
        by = f"{'by ' if claim.claimant else 'via '}{said_by(claim)}"
        yield ClaimKind.ACCUSED.capitalize(), f"{isolated(shortened(safe(claim.words), _NAME))} ({by})"


def _official(alert: Alert, now: datetime, *, quotes: bool) -> Iterator[tuple[str, str]]:
    """What officials say; that none was seen only where the story is surely of an attack, which they could answer.

    A weapon alone is none: it may be banned, sold or taken apart. And where a rule found that officials speak, though
    nobody could read who says what, there is a reaction.
    """
    facts = alert.record
    attack = facts.targets or (facts.weapons and facts.latest)
    if facts.reactions or (attack and not any(match.says for match in alert.matches)):
        yield "Official reaction", _reactions(alert, now, quotes=quotes)


def _reactions(alert: Alert, now: datetime, *, quotes: bool) -> str:
    """The latest few, newest last: "denial by Defence ministry, via The Wire (09:12 UTC): “…”"; or "none seen".

    A sentence that says two of them, one after the other, is quoted once.
    """
    reactions = told_apart(alert.record.reactions)
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
    """Reactions but those of a state that its office has too: beside "foreign ministry of Spain" no "Spain"."""
    return [
        one
        for one in reactions
        if not any(
            one.value == other.value and one.claimant and other.claimant.endswith(f" of {one.claimant}")
            for other in reactions
        )
    ]
