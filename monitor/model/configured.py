"""What people configure: feeds, routes, severities, and the files that say so."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import IntEnum, StrEnum
from urllib.parse import urlsplit

WEBHOOK = "webhook:"
"""How a channel is named that is a webhook."""


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
    """One entry of feeds.yaml. `family` is the publisher family: all of its feeds count as one origin.

    `promised` says that `interval` was written for this feed: its polls are never further apart, unless the publisher
    asks for it. Otherwise `interval` is what all feeds are polled at on average. docs/decisions/0042.

    Headers and proxies may hold passwords, so they are not shown where a feed is.
    """

    id: str
    name: str
    url: str
    kind: FeedKind = FeedKind.OUTLET
    language: str | None = None
    family: str
    interval: timedelta = timedelta(minutes=5)
    promised: bool = False
    tags: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    enabled: bool = True
    proxy: str | None = field(default=None, repr=False)


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
class Webhook:
    """An address that alerts are sent to as JSON. `secret` names the environment variable that holds the secret.

    The address may itself be a secret, so it is not shown where a webhook is.
    """

    url: str = field(repr=False)
    secret: str

    @property
    def channel(self) -> str:
        """What the outbox calls it: its host and a number that tells two addresses apart, and nothing secret."""
        number = hashlib.sha256(f"{self.url}\n{self.secret}".encode()).hexdigest()[:8]
        return f"{WEBHOOK}{urlsplit(self.url).hostname}/{number}"


def is_webhook(channel: str) -> bool:
    """Whether a channel is a webhook, and not one of Slack's."""
    return channel.startswith(WEBHOOK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which alerts go to which channel. `on_unknown` None: repost what is critical, hold the rest.

    `webhook` is None for a channel of Slack's; the `channel` of one that has it is the webhook's.
    """

    name: str
    channel: str
    webhook: Webhook | None = None
    min_severity: Severity = Severity.LOW
    followups: FollowUps = FollowUps.THREAD
    max_per_hour: int | None = None
    quiet_hours: QuietHours | None = None
    on_unknown: OnUnknown | None = None


@dataclass(frozen=True, slots=True)
class Routes:
    """routes.yaml: the desk's routes, and `ops`, the one that gets notices about the service itself (not in `desk`)."""

    desk: tuple[Route, ...] = ()
    ops: Route | None = None

    def all(self) -> tuple[Route, ...]:
        """Every route, ops last."""
        return (*self.desk, self.ops) if self.ops else self.desk


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesNow:
    """What routes.yaml asks for at this moment of what waits, by the name of the route.

    `channels` is where each route leads. `quiet_until` has the routes that are in their quiet hours, with the end of
    those (UTC), `quiet_ended` the end of the last ones for those that have quiet hours and are not in them. `limits`
    are the `max_per_hour` of the routes that have one. A route that is not in the file is in none of these.
    """

    channels: Mapping[str, str] = field(default_factory=dict)
    quiet_until: Mapping[str, datetime] = field(default_factory=dict)
    quiet_ended: Mapping[str, datetime] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)


ANY_ROUTES = RoutesNow()
"""No file is asked: every delivery goes to the channel it has, at any hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFile:
    """What is remembered of a file that people edit: its last good version, and the mistakes that ops has a notice of.

    `name` is feeds.yaml, routes.yaml or rules/…, wherever they lie. `content` and `good_since` (when it went live) are
    None for a file that never was good, `wrong` is empty for one that is as it should be.
    """

    name: str
    content: str | None = None
    good_since: datetime | None = None
    wrong: str = ""
    told_at: datetime | None = None
