"""Rules that match far less than they did: what is counted, what is found, and what ops got to read of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHour:
    """How many reports of a feed a live rule matched in one hour; `hour` is when that began (UTC)."""

    rule: str
    language: str
    feed_id: str
    hour: datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHours:
    """What rules matched since the beginning of an hour, `since`.

    `looks` is how often the service looked in each hour of which that is known: in others before the first of them it
    is not known, in others after it the service did not run.
    """

    since: datetime
    counts: tuple[RuleHour, ...] = ()
    looks: Mapping[datetime, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A rule that matches far less than it did, in one language ("" for all of them together).

    In the `hours` hours before `found_at` it matched `seen` reports; about `expected` would have been usual. `since` is
    when that began or, where it matched none, when its matches ended. `told_at` is when ops got to read of it,
    `over_at` when the rule matched as usual again and `over_told_at` when ops got to read that; None for what was not.
    """

    rule: str
    language: str
    since: datetime
    found_at: datetime
    hours: int
    expected: float
    seen: int
    cause: str = ""
    told_at: datetime | None = None
    over_at: datetime | None = None
    over_told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedBefore:
    """What the last matches of a rule in a language were by, before it fell silent.

    `count` is how many there were, `hashes` the versions of the rule, the newest first, and `terms` in how many of
    them each term was hit.
    """

    count: int = 0
    hashes: tuple[str, ...] = ()
    terms: Mapping[str, int] = field(default_factory=dict)
