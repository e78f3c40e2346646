"""One poll, one transaction: what judging asks of the store, gets, and gives back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.claimed import Claim
from monitor.model.collected import Identity, Item, KnownItem
from monitor.model.decided import Verdict
from monitor.model.desk import Mute, MutedItem
from monitor.model.linked import Card, Link, Member, Story
from monitor.model.matched import Match
from monitor.model.messages import CardChange, Delivery
from monitor.model.polled import FeedState


@dataclass(frozen=True, slots=True)
class Absent:
    """An article that was alerted lately and that the document its feed shows now does not hold.

    `key` is its guid, or its link where it has none.
    """

    item_id: str
    published: datetime | None
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What the store is asked for before a poll is judged: everything the items may turn out to be related to.

    `story_keys` has the keys of each report that a rule matched.
    """

    feed_id: str
    family: str
    guids: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    story_keys: tuple[frozenset[str], ...] = ()
    stories_since: datetime
    now: datetime


FEED_LIMIT = 300
"""How many of a feed's reports get messages of their own within an hour (docs/decisions/0027)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The store's answer to a `Lookup`, read inside the transaction that the judgement is written in.

    `known` has every item whose guid (in this feed), canonical link, folded title or text (in this family) was asked
    for. `stories` has, of the stories updated since `stories_since`, those that share most keys with each report, and
    those that a known item belongs to (`story_of`, item id to story id); their members come without profiles. `claims`
    has what each story claims, oldest first. It is read when it is first asked for, so that only stories that grow
    cost anything. `digests` are those still open for more, `cards_last_hour` counts cards per route,
    `told_of_feed` messages of their own that this feed caused in the hour before, up to `FEED_LIMIT`, and `mutes` are
    those that have not ended.
    """

    state: FeedState
    known: tuple[KnownItem, ...] = ()
    stories: tuple[Story, ...] = ()
    story_of: dict[str, str] = field(default_factory=dict)
    claims: Mapping[str, tuple[Claim, ...]] = field(default_factory=lambda: defaultdict(tuple))
    digests: tuple[Delivery, ...] = ()
    cards_last_hour: dict[str, int] = field(default_factory=dict)
    told_of_feed: int = 0
    mutes: tuple[Mute, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One entry, judged.

    `link` names its story, if it has one; `member` is set when the story has to remember this report, with its
    `claims`. An entry judged SEEN has neither matches nor verdict.
    """

    item: Item
    identity: Identity
    matches: tuple[Match, ...] = ()
    link: Link | None = None
    member: Member | None = None
    claims: tuple[Claim, ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All that one poll decided.

    `stories` are those that reports started or joined. `deliveries` may hold a grown version of an open digest: same
    id, more alerts. `muted` are the items that mutes held back from a route. `changes` are made to the cards that are
    there, those of `deliveries` too.
    """

    state: FeedState
    observations: tuple[Observation, ...] = ()
    stories: tuple[Story, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    cards: tuple[Card, ...] = ()
    muted: tuple[MutedItem, ...] = ()
    changes: tuple[CardChange, ...] = ()
