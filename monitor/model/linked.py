"""What linking gives: stories, their members, and what each route was told of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from monitor.model.claimed import ClaimKind, Gist, Statement
from monitor.model.configured import Severity
from monitor.model.decided import Alert
from monitor.model.matched import Evidence
from monitor.model.profile import Profile
from monitor.model.rated import Dismissal

MOST_CANDIDATES = 20
"""How many stories a report is compared with: those that share most with it."""

NEWEST_OF_A_KEY = 40
"""To how many stories a key leads: a word that thousands share says little, and must cost little."""

COMMON_KEY = 10
"""In how many stories a key must be to count half of one that is in no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An item of a story, reduced to what linking compares. `keys` are what its story is found by.

    `credit` is the news agency it credits, "" for none; `copy_of` the item whose text it repeats.
    """

    item_id: str
    family: str
    title: str
    summary: str = ""
    keys: frozenset[str]
    seen_at: datetime
    profile: Profile = field(default_factory=Profile)
    credit: str = ""
    copy_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """An attack that a report's headline speaks of.

    `fresh` says that the attack is the news, and not what followed from it; `again` that the place was struck before;
    `wide` that it is told of a whole region or country. `days` are the days on which it is said to have been, `since`
    the earliest time it may have been by them, or by a night that is named; None when no day or night is. `hours` are
    the parts of the day that it names; `past` says that it was years before. `killed` is the toll, None for none;
    `counted_in` are the countries in which the headline says that it happened, where dead or hurt are counted;
    `victims` are traits of the one who was killed; `targets` are classes of what was hit. `weapons` are the classes of
    weapons that the headline may mean, or the lead where the headline names none; `all_weapons` those of both.
    `told_at` is when the report was published.
    """

    told_at: datetime
    fresh: bool
    again: bool
    days: frozenset[date] = frozenset()
    since: datetime | None = None
    wide: bool = False
    hours: frozenset[str] = frozenset()
    past: bool = False
    killed: int | None = None
    counted_in: frozenset[str] = frozenset()
    victims: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    weapons: frozenset[str] = frozenset()
    all_weapons: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What a headline that no rule matches may add to a story that is known: a toll of its town.

    `killed` is the toll, None where only others are counted; `follows` says that it is told as what follows, `lowered`
    that it is said to be lower than it was, `accident` that it is of an accident. `towns` are the ids of the towns
    named. `rest` are the other words that say something, each with its keys; `names` those that may name a town which
    no map has, with the key of one. `evidence` are the words that tell the toll and the town.
    """

    killed: int | None
    follows: bool = False
    lowered: bool = False
    accident: bool = False
    towns: frozenset[str] = frozenset()
    rest: tuple[tuple[str, frozenset[str]], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What linking needs of an item's text, read once, before the store is asked for anything.

    `asked` is what it is compared with stories by, a weight for each key; `squares` are the sums of its squares by
    script, `headline` is the part of it that the headline says (none is normalised). `profile` is what its story keeps
    of it, `keys` are what stories are looked up by, `towns` the towns, regions and sites that the headline names.
    `many_events` says that it is a live page, a round-up or a briefing, `apart` that it is of several events at once
    and names none of them alone, `retold` that it is a stretch of one. `events` are the stretches of its text that tell
    one event each, with what each says as a report of its own, where it tells several. `settled` are the towns and
    sites that the headline names, none of them within another; `countries` those in which it may say that something
    happened. `beside` is what it says beside the words that made rules match, the part of `asked` that tells its event:
    None when no such words are known. `attack` is the one that its headline speaks of. `credit` is the news agency it
    credits, "" for none; `statements` are what it says, `gist` the same in a few English words.
    """

    asked: Mapping[str, float]
    squares: Mapping[str, float]
    headline: Mapping[str, float]
    profile: Profile
    keys: frozenset[str]
    towns: frozenset[str]
    many_events: bool = False
    retold: bool = False
    apart: bool = False
    events: tuple[tuple[str, Report], ...] = ()
    settled: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    beside: Mapping[str, float] | None = None
    attack: Attack | None = None
    credit: str = ""
    statements: tuple[Statement, ...] = ()
    gist: Gist = field(default_factory=Gist)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a channel was told aloud of a story's facts: in its card and updates, not in the thread alone.

    `ways` are "rule: way", `tolls` the highest number of each kind that no report corrected since.
    `reactions` are (reaction, speaker, language), and `corrections` what was said to be corrected (`Claim.correction`).
    `confirmed` says that a second source was among it.
    """

    ways: frozenset[str] = frozenset()
    tolls: Mapping[ClaimKind, int] = field(default_factory=dict)
    reactions: frozenset[tuple[str, str, str]] = frozenset()
    corrections: frozenset[str] = frozenset()
    confirmed: bool = False

    def __or__(self, other: Told) -> Told:
        """What is known once `other` was told too: the higher counts, or those of `other` where it corrects any."""
        both = ({**self.tolls, **other.tolls},) if other.corrections - self.corrections else (self.tolls, other.tolls)
        kinds = sorted({kind for tolls in both for kind in tolls})
        return Told(
            ways=self.ways | other.ways,
            tolls={kind: max(tolls.get(kind, 0) for tolls in both) for kind in kinds},
            reactions=self.reactions | other.reactions,
            corrections=self.corrections | other.corrections,
            confirmed=self.confirmed or other.confirmed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a route knows of a story: the delivery that is its card, the rules named and the highest severity.

    A digest that shows the story counts as its card, and `listed` says that it is one. `unsure` are the rules that were
    named as unsure only. `told` is None on a card that was made before facts were kept. `gone` says that somebody
    deleted the message, `rejected` that it could never be posted. `channel` is where its message is, or will be posted.
    `dismissed` says what somebody found not relevant about it.
    """

    story_id: str
    route: str
    delivery_id: str
    rules: frozenset[str]
    severity: Severity
    unsure: frozenset[str] = frozenset()
    told: Told | None = None
    gone: bool = False
    rejected: bool = False
    listed: bool = False
    channel: str = ""
    dismissed: Dismissal | None = None

    @property
    def is_dismissed(self) -> bool:
        """Whether everything that it tells was found not relevant."""
        return self.dismissed is not None and self.rules <= self.dismissed.rules

    @property
    def sure(self) -> frozenset[str]:
        """The rules that were named as sure."""
        return self.rules - self.unsure

    def with_more(self, later: Card) -> Card:
        """What the route knows after another message about the story; that message is the card from then on.

        A rule that was named as sure stays so. `later.told` is None when nothing was posted aloud. What was found not
        relevant stays so only if it is for `later` too.
        """
        return Card(
            story_id=later.story_id,
            route=later.route,
            delivery_id=later.delivery_id,
            rules=self.rules | later.rules,
            severity=max(self.severity, later.severity),
            unsure=(self.unsure | later.unsure) - self.sure - later.sure,
            told=self.told | later.told if self.told and later.told else later.told or self.told,
            gone=self.gone and later.delivery_id == self.delivery_id,
            rejected=self.rejected and later.delivery_id == self.delivery_id,
            listed=self.listed and later.delivery_id == self.delivery_id,
            channel=later.channel or self.channel,
            dismissed=later.dismissed if self.dismissed else None,
        )

    def with_others(self, cards: Sequence[Card]) -> Card:
        """This card as if it were that of other stories too: with their rules, and as severe as the severest."""
        every = (self, *cards)
        rules = frozenset[str]().union(*(one.rules for one in every))
        sure = frozenset[str]().union(*(one.sure for one in every))
        return replace(self, rules=rules, unsure=rules - sure, severity=max(one.severity for one in every))

    def only_of(self, severities: Mapping[str, Severity], *, story_id: str, items: Collection[str]) -> Card:
        """This card as that of another story, of some `items`: with those of its rules that matched any of them.

        It is as severe as those, and not relevant if one of the items was found so.
        """
        rules = self.rules & severities.keys()
        highest = max((severities[rule] for rule in rules), default=self.severity)
        severity = min(self.severity, highest)
        dismissed = self.dismissed if self.dismissed and self.dismissed.item_id in items else None
        return replace(
            self,
            story_id=story_id,
            rules=rules,
            unsure=self.unsure & rules,
            severity=severity,
            dismissed=dismissed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event: its newest members, newest last, the profile of all of them, and what each route was told."""

    story_id: str
    started_at: datetime
    updated_at: datetime
    members: tuple[Member, ...]
    cards: tuple[Card, ...] = ()
    profile: Profile = field(default_factory=Profile)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnansweredStory:
    """A story without a claim of an official reaction, and a card of it.

    `title` is its first headline. `alerts` are what its cards show of it, this one's first, but for those that somebody
    found not relevant; empty where this is one of them, or its text is not kept any more.
    """

    story_id: str
    title: str
    started_at: datetime
    card: Card
    alerts: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VanishedItem:
    """A report that its feed took out again, seen to be gone since `since`, and a card of its story."""

    item_id: str
    title: str
    source: str
    since: datetime
    card: Card


@dataclass(frozen=True, slots=True)
class Link:
    """The story an item joins or starts, and why.

    `copy_of` is the item whose text this one repeats; `own` says that an earlier revision was in the story already.
    `several` says that the item tells of other attacks too, each on another place, or a toll that may be another
    event's: not all it says is of this story. `said` is what is, None when that is not known. `repeats` are the stories
    of all the events that a round-up tells, where each of them is in an open one.
    """

    story_id: str
    new: bool
    reason: str
    score: float = 0.0
    copy_of: str | None = None
    own: bool = False
    several: bool = False
    repeats: tuple[str, ...] = ()
    said: tuple[Statement, ...] | None = None
