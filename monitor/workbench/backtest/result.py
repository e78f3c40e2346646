"""What a backtest found, as frozen types that are printed in one format or another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.errors import Problem
from monitor.model import Rating, Severity


@dataclass(slots=True)
class Counts:
    """Alerts on both sides: `added` are on the side after alone, `removed` on the side before alone."""

    before: int = 0
    after: int = 0
    added: int = 0
    removed: int = 0

    def add(self, other: Counts) -> None:
        """Take the other's alerts in."""
        self.before += other.before
        self.after += other.after
        self.added += other.added
        self.removed += other.removed


@dataclass(frozen=True, slots=True)
class AlertKind:
    """What alerts are told apart by."""

    rule: str
    way: str
    language: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Change:
    """How an alert that is on both sides differs: `what` is way, severity, sure or routes."""

    rule: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One alert, for people to look at. `words` are those that matched; `rating` is what counts of what people said."""

    item_id: str
    revision: int
    rule: str
    way: str
    severity: Severity
    sure: bool
    language: str
    title: str
    source: str
    url: str
    seen_at: datetime | None
    words: tuple[str, ...]
    rating: Rating | None


@dataclass(frozen=True, slots=True)
class Rated:
    """An item that people rated for a rule: whether any revision of it is an alert of that rule on each side."""

    sample: Sample
    relevant: bool
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class Volume:
    """What one side sends a route: items, and the clock hour (UTC) with the most of them.

    `hours_above` counts the hours with more than the route's max_per_hour. Items without a time are in `items` alone.
    """

    items: int
    worst_hour: datetime | None
    worst: int
    hours_above: int


@dataclass(frozen=True, slots=True)
class RouteVolume:
    """What both sides send a route."""

    route: str
    max_per_hour: int | None
    before: Volume
    after: Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTest:
    """What a rule on test would have found by one way: how many items, the unsure ones among them, and some of them."""

    rule: str
    way: str
    items: int
    unsure: int
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All that a backtest found. `versions_before` and `versions_after` are the hashes of each rule with alerts.

    `changed` counts, for each rule, the alerts on both sides that differ; `added` and `removed` are samples of the
    others by rule, in the order they were seen. `rated` counts items and rules by what people said (relevant or not)
    and whether they are an alert before and after; `turned` are those that are so on one side alone.
    """

    revisions: int
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    counts: Mapping[AlertKind, Counts]
    changed: Mapping[str, int]
    changes: Mapping[Change, int]
    versions_before: Mapping[str, frozenset[str]]
    versions_after: Mapping[str, frozenset[str]]
    routes: tuple[RouteVolume, ...]
    added: Mapping[str, tuple[Sample, ...]]
    removed: Mapping[str, tuple[Sample, ...]]
    rated: Mapping[tuple[bool, bool, bool], int]
    turned: tuple[Rated, ...]
    on_test: tuple[OnTest, ...] = ()

    def lost(self) -> tuple[Rated, ...]:
        """What people rated relevant and is no alert any more."""
        return tuple(one for one in self.turned if one.relevant and one.before and not one.after)

    def total(self, rule: str | None = None) -> Counts:
        """The alerts of one rule, or of all."""
        found = Counts()
        for kind, counts in self.counts.items():
            if rule in (None, kind.rule):
                found.add(counts)
        return found

    def rules(self) -> list[str]:
        """The rules that have an alert on either side."""
        return sorted({kind.rule for kind in self.counts})

    def most_frequent_changes(self) -> list[tuple[Change, int]]:
        """What differs in alerts on both sides, the most frequent first."""
        return sorted(self.changes.items(), key=lambda pair: (-pair[1], str(pair[0])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What was compared, and what came of it. `notes` are sentences on what to keep in mind.

    `live` and `tested` are the edited rules that are live and on test, by id, with their versions: also those that
    found nothing.
    """

    items: str
    before: str
    after: str
    result: Result
    live: Mapping[str, str] = field(default_factory=dict)
    tested: Mapping[str, str] = field(default_factory=dict)
    errors_before: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
