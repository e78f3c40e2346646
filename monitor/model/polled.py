"""What is known of a feed from polling it: how its polls end, how it goes on, and when it publishes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


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


_PROVEN = 3
"""So many polls in a row prove that a publisher's clock is behind."""

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
class DateLag:
    """How far the dates of a feed's articles are behind the clock.

    All that was new in the last `polls` polls appeared between `least` and `most` after the date that it has, about.
    """

    least: timedelta
    most: timedelta
    polls: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRhythm:
    """When a feed publishes, and what that means for its next poll.

    `hours` are counts of its entries by the hour of the day (UTC), `days` by the day of the week, Monday first, both
    empty before the first. `recent` counts those of the last hour, about. All of them fade; they stand as they were at
    `counted_at`, and entries were counted from `since` on. `wishes` are those of the last document that was read, and
    the publisher asked not to be polled before `not_before`. `why` explains the next poll. `lag` is None for a feed
    whose dates are right.
    """

    since: datetime | None = None
    counted_at: datetime | None = None
    hours: tuple[float, ...] = ()
    days: tuple[float, ...] = ()
    recent: float = 0.0
    wishes: FeedWishes = FeedWishes()
    not_before: datetime | None = None
    why: PollReason | None = None
    lag: DateLag | None = None

    @property
    def behind(self) -> timedelta:
        """How far the publisher's clock is behind, at least; zero until enough polls agree on it."""
        return self.lag.least if self.lag is not None and self.lag.polls >= _PROVEN else timedelta(0)


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
