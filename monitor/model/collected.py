"""What collecting hands on: from a feed's state to an item and its identity."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from monitor.model.configured import FeedKind
from monitor.model.pushed import Hub


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


BY_OUR_SETTINGS = (FailureClass.BLOCKED_ADDRESS, FailureClass.TOO_LARGE)
"""Failures that are over as soon as an admin allows what was refused: nothing is wrong with the feed."""


class PollStatus(StrEnum):
    """How a poll of a feed ended: a stable name, which `poll --json` prints."""

    OK = "ok"
    """A document was read."""
    NOT_MODIFIED = "not_modified"
    """The feed says, or its bytes show, that nothing changed."""
    FAILED = "failed"
    """The feed could not be read, or what it showed not be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """How a feed uses one of its keys.

    Counts of entries: that had the key (`seen`), whose key had been another article's (`reused`), whose article had
    been known under another (`changed`).
    """

    seen: int = 0
    reused: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedKeys:
    """What a feed has shown of the keys that tell its articles apart."""

    guid: KeyUse = KeyUse()
    link: KeyUse = KeyUse()
    text: KeyUse = KeyUse()
    date: KeyUse = KeyUse()


class FeedHealth(StrEnum):
    """How a feed does, in a word for people."""

    OK = "ok"
    QUIET = "quiet"
    """It answers, and is empty, or has shown nothing new for longer than it usually pauses."""
    FAILING = "failing"
    BLOCKED = "blocked"
    """It refuses: too many requests, not allowed, a challenge page."""
    FROZEN = "frozen"
    """It answers, and has shown nothing new for much longer than it ever pauses."""
    MOVED = "moved"
    """It works, at another address than feeds.yaml has."""
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCourse:
    """How a feed went on so far.

    `newest_at` is when its newest entry appeared, by its own date, `new_at` when a poll last showed something new, and
    `patience` how old that may get before the feed looks frozen. `shown` is how many entries its last document had,
    `empty_since` since when it has had none, `a_second` how many come in a second, about. `pace` is the part of its
    interval after which it is polled, less than 1 while nearly all it shows is new. About `missed` articles may have
    come and gone unseen between `missed_after` and `missed_until`, the last time that can have happened. `told` is what
    ops has a notice of and is not over. `polls` are the last polls that brought something new or failed, in few
    letters, because each poll reads it: see `PollNote`.
    """

    newest_at: datetime | None = None
    new_at: datetime | None = None
    patience: timedelta | None = None
    shown: int = 0
    empty_since: datetime | None = None
    a_second: float | None = None
    pace: float = 1.0
    missed: int = 0
    missed_after: datetime | None = None
    missed_until: datetime | None = None
    told: tuple[str, ...] = ()
    polls: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollNote:
    """How a poll went that brought something new or failed: how many articles were new, or why it failed."""

    at: datetime
    new: int = 0
    reason: str = ""


class PollReason(StrEnum):
    """Why a feed is polled next when it is."""

    INTERVAL = "interval"
    """Its interval: nothing else is known, or nothing else is wanted."""
    RHYTHM = "rhythm"
    """How often it usually publishes at this time."""
    ASKED = "asked"
    """It asks for polls that are further apart."""
    GAP = "gap"
    """Nearly all it showed was new."""
    STORY = "story"
    """It reports on a story that many feeds report on."""
    SPREAD = "spread"
    """A first wait of its own length, so that feeds that began together do not stay together."""
    PUSHED = "pushed"
    """It pushes what is new by itself; polls only make sure that nothing was lost."""
    FAILED = "failed"
    """It could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedWishes:
    """What a document asks of those who poll it: to be left alone for so long, at which hours (UTC), on which days.

    Days are counted from Monday, which is 0.
    """

    ttl: timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRhythm:
    """When a feed publishes, and what that means for its next poll.

    `hours` are counts of its entries by the hour of the day (UTC), `days` by the day of the week, Monday first, both
    empty before the first. `recent` counts those of the last hour, about. All of them fade; they stand as they were at
    `counted_at`, and entries were counted from `since` on. `wishes` are those of the last document that was read, and
    the publisher asked not to be polled before `not_before`. `why` explains the next poll.
    """

    since: datetime | None = None
    counted_at: datetime | None = None
    hours: tuple[float, ...] = ()
    days: tuple[float, ...] = ()
    recent: float = 0.0
    wishes: FeedWishes = FeedWishes()
    not_before: datetime | None = None
    why: PollReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is known about a feed from polling it; one row.

    `url` is where a permanent redirect led (None: as configured). `etag` and `last_modified` are what the address
    `validated_url` gave. `body_hash` is of the last body that parsed, and `whole_at` when a whole body last came.
    `baselined_at` is when its first successful poll was judged: from then on it is a known feed. `failing_since`,
    `failures` (in a row), `failure` and `reason` describe the present trouble, `failure_told` whether the ops route
    has a notice of it. `keys` is what identity has learnt of the feed's guids, links, texts and dates. `doubt` and
    `left_out` are those of the last document that was read, `course` is how it went on so far, and `rhythm` when it
    publishes.
    """

    feed_id: str
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    validated_url: str | None = None
    body_hash: str | None = None
    whole_at: datetime | None = None
    next_poll_at: datetime | None = None
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    baselined_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    failure: FailureClass | None = None
    reason: str | None = None
    failure_told: bool = False
    keys: FeedKeys = FeedKeys()
    doubt: str | None = None
    left_out: int = 0
    course: FeedCourse = FeedCourse()
    rhythm: FeedRhythm = FeedRhythm()

    def without_validators(self) -> FeedState:
        """The state by which a feed is asked for its whole document."""
        return replace(self, etag=None, last_modified=None, validated_url=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body was read; a long one is in a file, which is there until the fetch is left.

    `body_hash` tells whether it is the one that was read last. `permanent_url` is the address that a chain of permanent
    redirects led to, else None. `hub` is the one that the answer's header names.
    """

    url: str
    body: bytes | Path
    body_hash: str | None = None
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    permanent_url: str | None = None
    max_age: timedelta | None = None
    hub: Hub = field(default_factory=Hub)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The feed says, or its bytes show (`whole`), that nothing changed. `validated_url` gave the validators."""

    whole: bool = False
    validated_url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    permanent_url: str | None = None
    max_age: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The feed could not be read. `reason` is one line for a person, without secrets.

    `feeds` are the addresses that a web page in the place of the feed names as feeds, the likeliest first.
    The server asks to be left alone for `retry_after`, or until `retry_at` where it does not show its clock.
    """

    failure: FailureClass
    reason: str
    status: int | None = None
    retry_after: timedelta | None = None
    retry_at: datetime | None = None
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry in the feed's own words: untrusted, uncleaned, possibly empty in every field.

    Texts are HTML or plain, as the feed has them. `published` and `updated` are the feed's date strings, and `dates`
    all that say when the article appeared, in the order in which they are to be believed after `published`. Those that
    can be read in two ways are written out as the rest of the document proves. `digest` identifies the entry's words:
    the same words in the same feed give the same digest, whatever else of the document changed.
    """

    digest: str
    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""
    published: str = ""
    updated: str = ""
    dates: tuple[str, ...] = ()
    language: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A feed document. `wishes` are what it asks of those who poll it, `site` is the address of the site it is of.

    `hub` is where its pushes come from. `left_out` is how many entries it has beyond those that are read at most.
    `doubt` is empty, or says in a line that its character set had to be guessed, or is another than it says. `times` is
    when its entries appeared, of as many as tell its rhythm. `brief` are the digests of entries that come without
    summary and body, because they were read from an earlier document (docs/decisions/0035).
    """

    entries: tuple[Entry, ...]
    title: str = ""
    language: str = ""
    wishes: FeedWishes = FeedWishes()
    site: str = ""
    hub: Hub = field(default_factory=Hub)
    left_out: int = 0
    doubt: str = ""
    times: tuple[datetime, ...] = ()
    brief: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """What the store knows of a document's entries.

    `seen` are the digests of those that the feed has shown before. `watched`: the feed has articles of which it would
    be noted that it removed them, or shows them again.
    """

    seen: frozenset[str]
    watched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry as we keep it: plain text, canonical `link` for comparing, `url` for people to open.

    `source` is the outlet's name for readers, `published` None when the feed gave no usable date, `content_hash`
    versioned ("1:…") and over title, summary and body. `title_key` is the folded title that look-ups go by, empty for
    an entry without words, `text_key` a hash of the folded summary or body, empty when that is too short to tell.
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
    text_key: str = ""
    entry_digest: str = ""


class Judgement(StrEnum):
    """Whether an entry is a new article, a new revision of a known one, or one seen before."""

    NEW = "new"
    REVISION = "revision"
    SEEN = "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """What identity compares an item with: an article in the store, as it was when its words last changed.

    `last_seen_at` is when an entry that was not known word for word was last judged to be this article.
    """

    item_id: str
    revision: int
    feed_id: str
    family: str
    guid: str
    link: str
    title: str
    title_key: str
    text_key: str
    content_hash: str
    published: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    url: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """The article an item was judged to be, and why. `revision` counts from 1."""

    item_id: str
    judgement: Judgement
    revision: int
    reason: str
