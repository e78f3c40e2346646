"""What a headline that no rule matches adds to the story of its town: a toll, and nothing else (docs/decisions/0059).

"Death toll in Derhachi climbs to nine" names neither an attack nor a weapon. Whether it is news is not for words to
say, but for what the desk was told: it is where a told story is of an attack on that town, and nothing else is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.link.acts import acts_of
from monitor.link.attacks import follows_in
from monitor.link.corrections import accident_in, what_it_corrects
from monitor.link.places.ids import UNLISTED, is_town
from monitor.link.places.mentions import mentions
from monitor.link.places.unlisted import sound_of_word
from monitor.link.rarity import weigh
from monitor.link.repeats import repeats
from monitor.link.storyattack import attacks_of
from monitor.link.tolls.claimants import attributions_in
from monitor.link.tolls.lexicon import Role
from monitor.link.tolls.spelled import is_number_word
from monitor.link.tolls.tokens import Token, may_tell, tokens_of
from monitor.link.tolls.tolls import report_tolls
from monitor.model import (
    Addition,
    Claim,
    ClaimKind,
    Evidence,
    Field,
    How,
    Link,
    Match,
    Member,
    Severity,
    Story,
    TollKind,
)

LATER_TOLL = "a later toll of its story"
"""The way in which a rule is said to match what adds to a story that it flagged."""

_RISES_FOR, _TOLD_FOR = timedelta(hours=72), timedelta(hours=12)
"""For how long after a story's first report a toll is of it: one that is said to follow, and one that says no such
thing, which may be the next attack's."""

_MOST_OTHERS = 4
"""The most words beside a toll and its town in a headline that says nothing else."""

_TELLING = 0.7
"""From this weight on a word says something of an event; what is more common says little."""

_LONGEST = 300
_OF_OTHERS = frozenset({Role.THING, Role.MONTH, Role.UNIT_BEFORE, Role.ORDINAL, Role.BREAK})
_TIMES_AS_MANY, _AT_LEAST = 20, 5
"""A toll so many times as high as what is known is of something else."""


def addition_in(title: str) -> Addition | None:
    """What a headline may add to a story that is known: None when it tells no toll, or no place.

    Most headlines have no word of harm and cost a look at their words; the others take time linear in their length.
    """
    if not may_tell(title) or len(title) > _LONGEST:
        return None
    tolls = report_tolls(title, "")
    killed, hurt = tolls.get(TollKind.KILLED), tolls.get(TollKind.HURT)
    if not (killed or hurt):
        return None
    tokens = tokens_of(title)
    places = [one for one in mentions(title) if not one.metonym and not one.adjective]
    follows = follows_in(title)
    said = attributions_in(title)
    rest = list(_telling_words(title, tokens, [*((one.start, one.end) for one in places), *follows, *said]))
    towns = frozenset(one.place.place_id for one in places if is_town(one.place.place_id))
    names = tuple((word, f"@{UNLISTED}{sound}") for word in rest if (sound := sound_of_word(word)))
    if len(rest) > _MOST_OTHERS or not (towns or names):
        return None
    pieces = [("toll", toll.start, toll.end) for toll in tolls.values()]
    pieces += [("place", one.start, one.end) for one in places if one.place.place_id in towns]
    return Addition(
        killed=killed.high if killed else None,
        follows=bool(follows) or any(Role.RISE in token.word.roles for token in tokens),
        lowered=what_it_corrects(title) is not None,
        accident=bool(accident_in(title)),
        towns=towns,
        names=names,
        rest=tuple((word, _keys_of(word)) for word in rest),
        evidence=tuple(_evidence(title, *piece) for piece in pieces),
    )


def added_to(
    addition: Addition,
    member: Member,
    stories: Iterable[Story],
    claims_of: Callable[[str], Sequence[Claim]],
    *,
    now: datetime,
) -> Link | None:
    """The told story that a headline adds to, None for none: of its town, of an attack, and with a toll no higher.

    Of several it is the one with the highest toll, and of those the newest.
    """
    fitting: list[tuple[int, datetime, Story]] = []
    for story in stories:
        least = _RISES_FOR if addition.follows or addition.lowered else _TOLD_FOR
        if addition.accident or not story.cards or now - story.started_at > least or not _is_of(addition, story):
            continue
        highest = max((one.high for one in claims_of(story.story_id) if one.kind is ClaimKind.KILLED), default=0)
        if _counts_dead(story, highest) and _may_be_its_toll(addition, highest):
            fitting.append((highest, story.started_at, story))
    if not fitting:
        return None
    _, _, story = max(fitting, key=lambda one: one[:2])
    copied = repeats(member, reversed(story.members)).copy_of
    reason = f"repeats a report of {copied.family}" if copied else "adds to the toll of a story of the same town"
    return Link(story.story_id, new=False, reason=reason, score=1.0, copy_of=copied.item_id if copied else None)


def matches_of(addition: Addition, rules: Iterable[Match], story: Story) -> tuple[Match, ...]:
    """The rules that a story was told by, as matching what adds to it, as severe as its cards are."""
    told = frozenset[str]().union(*(card.rules for card in story.cards))
    unsure = frozenset[str]().union(*(card.unsure for card in story.cards))
    severity = max((card.severity for card in story.cards), default=Severity.LOW)
    return tuple(
        replace(
            rule,
            way=LATER_TOLL,
            severity=severity,
            sure=rule.rule not in unsure,
            evidence=addition.evidence,
            broad=True,
        )
        for rule in rules
        if rule.rule in told
    )


def _is_of(addition: Addition, story: Story) -> bool:
    """Whether a story's headlines name the town, and have all else that a headline says."""
    profile = story.profile
    by_sound = {word for word, key in addition.names if key in profile.words}
    if not (by_sound or any(map(profile.is_of, addition.towns))):
        return False
    others = (keys for word, keys in addition.rest if word not in by_sound)
    return all(any(key in profile.words for key in keys) for keys in others)


def _counts_dead(story: Story, highest: int) -> bool:
    """Whether a story's reports tell an attack as news, or count dead of it, and not of years before."""
    told = attacks_of(story)
    return any(one.fresh for one in told) or (highest > 0 and not any(one.past for one in told))


def _may_be_its_toll(addition: Addition, highest: int) -> bool:
    if addition.killed is None:
        return addition.follows
    if addition.lowered:
        return addition.killed < highest
    return highest <= addition.killed <= _TIMES_AS_MANY * max(highest, _AT_LEAST)


def _telling_words(title: str, tokens: Sequence[Token], known: Sequence[tuple[int, int]]) -> Iterator[str]:
    """The words that are neither of a toll nor of what is known: they have to be what a story says too."""
    for at, token in enumerate(tokens):
        of_a_toll = token.mark or token.word.kind or token.word.roles or is_number_word(tokens, at)
        if of_a_toll and token.word.roles.isdisjoint(_OF_OTHERS):
            continue
        if any(start < token.end and token.start < end for start, end in known):
            continue
        if weigh(token.folded)[1] >= _TELLING:
            yield title[token.start : token.end].casefold()


def _keys_of(word: str) -> frozenset[str]:
    """The keys of a word in a story's profile: its stem, and what it means in every language."""
    return frozenset({weigh(word)[0], *(f"#{act}" for act in acts_of(word))})


def _evidence(title: str, group: str, start: int, end: int) -> Evidence:
    text = title[start:end]
    return Evidence(field=Field.TITLE, start=start, end=end, text=text, term=text, how=How.SAME, group=group)
