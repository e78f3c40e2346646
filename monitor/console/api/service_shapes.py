"""What the API answers of feeds, rules, judgements, messages and the service itself; see `story_shapes`."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Literal

from monitor.console.api.item_shapes import ItemLine, Verdict
from monitor.console.api.shape import shape
from monitor.console.api.story_shapes import Mute


@shape
class WhyStep:
    """One step of the way that an article took."""

    name: str
    words: str
    stopped: bool
    """Whether the way ended here."""


@shape
class Why:
    """Whether the desk got an article, and why."""

    said: str
    """The answer, in a sentence or two."""
    steps: tuple[WhyStep, ...]
    item: str | None
    """The item; null when no feed has shown the article, or several items may be meant."""
    alike: tuple[ItemLine, ...]
    """Items with words like those of a headline that no item has."""
    feeds: tuple[str, ...]
    """The ids of the feeds of the article's site, when no feed has shown it."""


@shape
class FeedLine:
    """A feed, and how it does."""

    id: str
    health: str
    """`ok`, `quiet`, `failing`, `blocked`, `frozen`, `moved` or `gone`."""
    polled: datetime | None
    succeeded: datetime | None
    next_poll: datetime | None
    failures: int
    """How many polls failed in a row."""
    failing_since: datetime | None
    reason: str | None
    """Why the last poll failed."""
    doubt: str | None
    left_out: int
    """How many entries its document has beyond those that are read."""


@shape
class FeedList:
    """The feeds that are polled."""

    feeds: tuple[FeedLine, ...]


@shape
class Feed:
    """A feed, how it does, and its newest items."""

    feed: FeedLine
    enabled: bool
    """Whether it is polled now."""
    items: tuple[ItemLine, ...]


@shape
class PollAsked:
    """When a feed is polled that was to be polled now."""

    feed: str
    at: datetime
    """At once, or when its publisher allows it."""
    said: str
    """The same in words."""


@shape
class RuleLine:
    """A rule that the service uses."""

    id: str
    title: str
    status: str
    """`live`, or `test`: recorded, not posted."""
    severity: str
    file: str
    hash: str


@shape
class RuleList:
    """The rules that the service uses."""

    rules: tuple[RuleLine, ...]


@shape
class MatchedItem:
    """An item that a rule matched."""

    item: str
    title: str
    source: str
    url: str | None
    seen: datetime
    way: str
    severity: str
    sure: bool
    words: tuple[str, ...]
    verdict: Verdict | None


@shape
class Rule:
    """A rule, and what it matched in the last 30 days."""

    id: str
    rule: RuleLine | None
    """Null when the service does not use it any more."""
    ways: dict[str, int]
    """How many matches each way made."""
    matches: tuple[MatchedItem, ...]
    """The newest 100."""


@shape
class RuleWeek:
    """What became of a rule's alerts in a week."""

    rule: str
    title: str
    alerts: int
    claimed: int
    """Stories that somebody took and nobody rated."""
    relevant: int
    not_relevant: int
    besides: int
    """Ratings that say nothing about the rule: old, or a duplicate."""
    precision: float | None
    """The share that was right, 0 to 1; null when nothing was rated."""


@shape
class Week:
    """A week, from Monday to Monday in UTC."""

    week: str
    """As ISO 8601 names it: `2026-W48`."""
    rules: tuple[RuleWeek, ...]


@shape
class Judgement:
    """What somebody said of an item."""

    item: str
    title: str
    rule: str
    relevant: bool
    cause: str | None
    word: str
    """The words that misled the rule."""
    reason: str
    by: str
    at: datetime


@shape
class Judgements:
    """How often each rule was right, week by week, and what people said."""

    weeks: tuple[Week, ...]
    """This one first."""
    said: tuple[Judgement, ...]
    """The newest 200, each with the last word on an item and rule."""


@shape
class AlertLine:
    """A card or digest, with the first of the items that it tells of."""

    id: str
    kind: str
    """`card` or `digest`."""
    route: str
    state: str
    severity: str
    decided: datetime
    posted: datetime | None
    items: int
    item: str | None
    title: str
    source: str
    published: datetime | None
    found: datetime | None
    story: str | None


@shape
class WaitingMessage:
    """A message that was not posted and should be."""

    id: str
    kind: str
    route: str
    channel: str
    state: str
    decided: datetime
    not_before: datetime
    tries: int
    reason: str


@shape
class Deliveries:
    """The last alerts, and what waits."""

    alerts: tuple[AlertLine, ...]
    """The newest first."""
    waiting: tuple[WaitingMessage, ...]
    """The oldest first."""


@shape
class File:
    """A file that people edit, as the service uses it."""

    name: str
    good_since: datetime | None
    wrong: str
    """Its mistakes, a line each; empty when it is used as it stands on the disk."""


@shape
class Health:
    """Whether everything works: the facts of `service.py health` and of the console's first page."""

    healthy: bool
    said: str
    """The sentence that says that all is well; empty when it is not."""
    troubles: tuple[str, ...]
    """What keeps alerts from arriving."""
    degraded: tuple[str, ...]
    """What needs somebody, though alerts arrive."""
    needs: tuple[str, ...]
    """All that needs a person, the worst first."""
    feeds: int
    failing: int
    last_beat: datetime | None
    """The last sign of life of the service."""
    outbox: dict[str, int]
    """How many messages are in each state; those that were sent are left out."""
    channels: dict[str, str]
    """What is wrong with each broken channel."""
    files: tuple[File, ...]
    mutes: tuple[Mute, ...]


@shape
class Problem:
    """Why a request was refused, and what to do (RFC 9457)."""

    title: str
    status: int
    detail: str
    """What to do."""
    invalid: tuple[str, ...] = field(default=())
    """Which parameters or fields are wrong, and how."""
    type: Literal["about:blank"] = "about:blank"
