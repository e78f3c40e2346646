"""The vocabulary of the project: the frozen types and enums the stages hand on to each other.

    Feed, FeedState -> collect.fetch  -> Fetched | NotModified | Failed
    Fetched         -> collect.parse  -> Parsed | Failed                Entry: the feed's words, untrusted
    Entry           -> collect.items  -> Item, Identity                 Item: ours, clean text and aware dates
    Item            -> match          -> Match with Evidence
    Item, Match     -> stories.link   -> Link
    all of these    -> alerts.decide  -> Verdict, Delivery
    Batch           -> storage, in ONE transaction
    Delivery        -> alerts.outbox  -> Outcome

Times are aware UTC `datetime`s and named `*_at` (except `published`), durations `timedelta`. Nothing in here does
anything: no clock, no network, no database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import IntEnum, StrEnum
from typing import Literal

# -- what people configure ---------------------------------------------------------------------------------------


class Severity(IntEnum):
    """How urgent a match is. Compares by urgency; `str()` is the word used in files, JSON and on cards."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Severity:
        """The severity named `word`.

        Raises:
            KeyError: no such severity.
        """
        return cls[word.upper()]


class FeedKind(StrEnum):
    """Who speaks in a feed."""

    WIRE = "wire"
    NGO = "ngo"
    OFFICIAL = "official"
    OUTLET = "outlet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One entry of feeds.yaml. `family` is the publisher family: all of its feeds count as one origin."""

    id: str
    name: str
    url: str
    kind: FeedKind = FeedKind.OUTLET
    language: str | None = None
    family: str
    interval: timedelta = timedelta(minutes=5)
    tags: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    enabled: bool = True
    proxy: str | None = None


class FollowUps(StrEnum):
    """Where later reports of a story go that a route already has a card for."""

    THREAD = "thread"
    THREAD_AND_CHANNEL = "thread+channel"
    CHANNEL = "channel"


class OnUnknown(StrEnum):
    """What to do with a message that may or may not have been posted, when Slack's history cannot be read."""

    REPOST = "repost"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours of the day, in an IANA timezone, in which all but critical alerts wait. May span midnight."""

    start: time
    end: time
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which alerts go to which channel. `on_unknown` None: repost what is critical, hold the rest."""

    name: str
    channel: str
    min_severity: Severity = Severity.LOW
    followups: FollowUps = FollowUps.THREAD
    max_per_hour: int | None = None
    quiet_hours: QuietHours | None = None
    on_unknown: OnUnknown | None = None


@dataclass(frozen=True, slots=True)
class Routes:
    """routes.yaml: the desk's routes, and `ops`, the one that hears about the service itself (not in `desk`)."""

    desk: tuple[Route, ...] = ()
    ops: Route | None = None

    def all(self) -> tuple[Route, ...]:
        """Every route, ops last."""
        return (*self.desk, self.ops) if self.ops else self.desk


# -- collect -----------------------------------------------------------------------------------------------------


class FailureClass(StrEnum):
    """Why a feed could not be read, as coarse as a person needs to know whom to ask."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    HTTP = "http"
    RATE_LIMITED = "rate_limited"
    GONE = "gone"
    REDIRECT = "redirect"
    BLOCKED_ADDRESS = "blocked_address"
    TOO_LARGE = "too_large"
    NOT_A_FEED = "not_a_feed"
    PARSE = "parse"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is known about a feed from polling it; one row.

    `url` is where a permanent redirect led (None: as configured). `body_hash` is of the last body that parsed.
    `baselined_at` is when its first successful poll was judged: from then on it is a known feed. `failing_since`,
    `failures` (in a row), `failure` and `reason` describe the present trouble, `failure_told` whether the ops route
    was told of it.
    """

    feed_id: str
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    next_poll_at: datetime | None = None
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    baselined_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    failure: FailureClass | None = None
    reason: str | None = None
    failure_told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body was read. `permanent_url`: the address a chain of permanent redirects led to, else None."""

    url: str
    body: bytes
    content_type: str | None = None
    content_location: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    permanent_url: str | None = None
    max_age: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The feed says, or its bytes show, that nothing changed."""

    etag: str | None = None
    last_modified: str | None = None
    permanent_url: str | None = None
    max_age: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The feed could not be read. `reason` is one line for a person, without secrets."""

    failure: FailureClass
    reason: str
    status: int | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry in the feed's own words: untrusted, uncleaned, possibly empty in every field.

    Texts are HTML or plain, as the feed has them. `published` and `updated` are the feed's date strings. `digest`
    identifies the entry's words: the same words in the same feed give the same digest, whatever else of the document
    changed.
    """

    digest: str
    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""
    published: str = ""
    updated: str = ""
    language: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A feed document. `ttl` is how long the feed asks to be left alone."""

    entries: tuple[Entry, ...]
    title: str = ""
    language: str = ""
    ttl: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry as we keep it: plain text, canonical `link` for comparing, `url` for people to open.

    `source` is the outlet's name for readers, `published` None when the feed gave no usable date, `content_hash`
    versioned ("1:…") and over title, summary and body. `title_key` is the folded title that look-ups go by.
    """

    feed_id: str
    family: str
    kind: FeedKind
    source: str
    title: str
    summary: str = ""
    body: str = ""
    guid: str = ""
    link: str = ""
    url: str = ""
    language: str | None = None
    published: datetime | None = None
    seen_at: datetime
    content_hash: str
    title_key: str = ""
    entry_digest: str = ""


class Judgement(StrEnum):
    """Whether an entry is a new article, a new revision of a known one, or one seen before."""

    NEW = "new"
    REVISION = "revision"
    SEEN = "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """What identity compares an item with: an article in the store, as last seen."""

    item_id: str
    revision: int
    feed_id: str
    family: str
    guid: str
    link: str
    title: str
    content_hash: str
    published: datetime | None
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """The article an item was judged to be, and why. `revision` counts from 1."""

    item_id: str
    judgement: Judgement
    revision: int
    reason: str


# -- match -------------------------------------------------------------------------------------------------------


class Field(StrEnum):
    """The parts of an item that are matched."""

    TITLE = "title"
    SUMMARY = "summary"
    BODY = "body"


class How(StrEnum):
    """How a term hit the words of the text."""

    SAME = "same"
    INFLECTED = "inflected"
    TYPO = "typo"
    JOINED = "joined"
    SPLIT = "split"
    ENDING = "ending"
    ACRONYM = "acronym"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Words that made a rule match: `text` is `field[start:end]` of the item, in characters."""

    field: Field
    start: int
    end: int
    text: str
    term: str
    how: How
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule met by an item through one of its ways.

    `rule_hash` and `engine` make it repeatable. `live` is False for a rule on test: recorded, never posted.
    `confidence` is 0 to 1, or None without a second opinion; `sure` is False when that opinion doubts the match.
    """

    rule: str
    rule_title: str
    rule_hash: str
    engine: str
    way: str
    severity: Severity
    send_to: tuple[str, ...] = ()
    live: bool = True
    evidence: tuple[Evidence, ...] = ()
    confidence: float | None = None
    sure: bool = True


# -- link --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An item of a story, reduced to what linking compares. `keys` are its rare words and numbers."""

    item_id: str
    family: str
    title: str
    summary: str = ""
    keys: frozenset[str]
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a route was told of a story: the delivery that is its card, the rules named and the highest severity.

    A digest that shows the story counts as its card.
    """

    story_id: str
    route: str
    delivery_id: str
    rules: frozenset[str]
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event: its members, newest last, and what each route was told."""

    story_id: str
    started_at: datetime
    updated_at: datetime
    members: tuple[Member, ...]
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """The story an item joins or starts, and why. `copy_of` is the item whose text this one repeats."""

    story_id: str
    new: bool
    reason: str
    score: float = 0.0
    copy_of: str | None = None


# -- decide ------------------------------------------------------------------------------------------------------


class Action(StrEnum):
    """What became of an item."""

    ALERT = "alert"
    UPDATE = "update"
    FOLLOW_UP = "follow-up"
    DUPLICATE = "duplicate"
    SUPPRESSED = "suppressed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end of the road for one revision of an item. `reason` is a stable word or two, `detail` a sentence."""

    action: Action
    reason: str
    detail: str = ""
    story_id: str | None = None


class DigestReason(StrEnum):
    """Why alerts go out together."""

    CATCH_UP = "catch-up"
    BUSY = "busy"
    QUIET_HOURS = "quiet hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Everything a sink needs to show one item to the desk, as it was when it was decided."""

    story_id: str
    item_id: str
    severity: Severity
    title: str
    summary: str
    url: str
    source: str
    language: str | None
    published: datetime | None
    seen_at: datetime
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMessage:
    """The first message a route gets about a story."""

    alert: Alert
    kind: Literal["card"] = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpMessage:
    """A later report of a story, for the card's thread. `news` says what it adds; empty for a plain further report."""

    alert: Alert
    news: str = ""
    kind: Literal["follow-up"] = "follow-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestMessage:
    """Several stories in one message. `part` counts from 1; parts after the first go to the thread of the first."""

    why: DigestReason
    alerts: tuple[Alert, ...]
    part: int = 1
    kind: Literal["digest"] = "digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeMessage:
    """Something about the service itself, for the ops route."""

    title: str
    text: str
    kind: Literal["notice"] = "notice"


Message = CardMessage | FollowUpMessage | DigestMessage | NoticeMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message for one channel: a row of the outbox.

    `key` is unique, so that deciding the same thing twice cannot post it twice; `delivery_id` derives from it.
    `parent_id` is the delivery whose thread this one belongs to; it waits until that one was posted. `broadcast`
    shows a thread reply in the channel too.
    """

    delivery_id: str
    key: str
    route: str
    channel: str
    severity: Severity
    message: Message
    created_at: datetime
    not_before: datetime
    parent_id: str | None = None
    broadcast: bool = False


# -- one poll, one transaction -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What the store is asked for before a poll is judged: everything the items may turn out to be related to."""

    feed_id: str
    family: str
    guids: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    story_keys: frozenset[str] = frozenset()
    stories_since: datetime
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The store's answer to a `Lookup`, read inside the transaction that the judgement is written in.

    `known` has every item whose guid (in this feed), canonical link, or folded title (in this family) was asked for.
    `stories` has those updated since `stories_since` that share a story key, or that a known item belongs to
    (`story_of`, item id to story id). `digests` are those still open for more. `cards_last_hour` counts per route.
    """

    state: FeedState
    known: tuple[KnownItem, ...] = ()
    stories: tuple[Story, ...] = ()
    story_of: dict[str, str] = field(default_factory=dict)
    digests: tuple[Delivery, ...] = ()
    cards_last_hour: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One entry, judged. `member` is set when it joins a story; a SEEN entry has neither matches nor verdict."""

    item: Item
    identity: Identity
    matches: tuple[Match, ...] = ()
    link: Link | None = None
    member: Member | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All that one poll decided. `deliveries` may hold a grown version of an open digest: same id, more alerts."""

    state: FeedState
    observations: tuple[Observation, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    cards: tuple[Card, ...] = ()


# -- deliver -----------------------------------------------------------------------------------------------------


class DeliveryState(StrEnum):
    """Where a delivery stands. `SENDING` is written before the call, so that a crash leaves a trace."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    HELD = "held"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A delivery taken for one attempt, under a lease on its channel.

    `look_up` is True when an earlier attempt's outcome is unknown and the channel's history must be read instead of
    posting; `first_attempt_at` is when it may have been posted earliest, `lookups` how often it was looked for in
    vain. `plain` asks for the fallback without blocks. `parent_ts` is Slack's timestamp of the parent message.
    """

    delivery: Delivery
    attempt: int
    look_up: bool
    lookups: int
    first_attempt_at: datetime
    plain: bool = False
    parent_ts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What an attempt led to, as it is to be written.

    `not_before` is when to try (or look) again, `channel_ready_at` the earliest next call on this channel (pacing,
    rate limit, broken channel) and `channel_problem` what is wrong with the channel, None when it works.
    `notices` are enqueued in the same transaction.
    """

    state: DeliveryState
    reason: str
    not_before: datetime
    channel_ready_at: datetime
    channel_problem: str | None = None
    ts: str | None = None
    lookups: int = 0
    plain: bool = False
    notices: tuple[Delivery, ...] = ()


# -- durations ---------------------------------------------------------------------------------------------------

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")


def duration(text: str) -> timedelta:
    """Read "90s", "5m", "1h30m", "7d".

    Raises:
        ValueError: anything else, including a bare number.
    """
    parts = _DURATION.findall(text.strip())
    if not parts or "".join(number + unit for number, unit in parts) != text.strip():
        raise ValueError(f'"{text}" is not a duration such as 30s, 5m, 12h or 7d')
    return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in parts))


def in_words(span: timedelta) -> str:
    """A duration for people, at most two units: "26 h", "3 d 4 h", "45 s"."""
    seconds = max(0, round(span.total_seconds()))
    words = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            words.append(f"{count} {unit}")
    return " ".join(words[:2]) or "0 s"
