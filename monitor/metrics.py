"""The figures that Prometheus gets. Each part of the service gets its metrics here, in one registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from monitor.model import DeliveryState, Judgement, Observation, PollStatus, Stored, VitalSigns


class LoadedRule(Protocol):
    """A rule that is live or on test, as far as it is counted."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def hash(self) -> str:
        """Its version."""

    @property
    def status(self) -> StrEnum:
        """Whether it is live or on test."""


class _Restarts(Collector):
    """How often the processes that take documents apart were begun anew, asked at each scrape."""

    def __init__(self, count: Callable[[], int]) -> None:
        self.count = count

    def collect(self) -> Iterator[CounterMetricFamily]:
        yield CounterMetricFamily(
            "wirewatch_parser_restarts",
            "How often the processes that take documents apart were ended because a document hung or crashed them.",
            value=self.count(),
        )


_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_DELAYS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 6 * 3600, 24 * 3600)


class Metrics:
    """The metrics of one service. docs/reference/metrics.md lists them.

    No label has values that come from outside: rules and ways are those of the files, all others are sets of our own.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._begin_files()
        self._begin_feeds()
        self._begin_messages()
        self._begin_database()
        self._restarts = _Restarts(lambda: 0)
        self.registry.register(self._restarts)

    def _begin_files(self) -> None:
        self._last_reload = self._gauge(
            "wirewatch_config_last_reload_successful",
            "1 when feeds, routes and rules had no error when they were last read, else 0.",
        )
        self._reloads = self._counter(
            "wirewatch_config_reloads",
            "How often changed files were read, and whether all of them had no error (success) or not (failure).",
            "result",
        )
        self._rules = self._gauge(
            "wirewatch_rules_loaded",
            "1 for each rule that is live or on test, with the hash of its version.",
            "rule",
            "hash",
            "status",
        )
        self._canary = Gauge(
            "wirewatch_canary_last_arrival_timestamp_seconds",
            "When the last test entry stood in the ops channel, 0 when none did yet.",
            registry=self.registry,
        )
        for result in ("success", "failure"):
            self._reloads.labels(result)

    def _begin_feeds(self) -> None:
        self._polls = self._counter("wirewatch_polls", "Polls of feeds, by how they ended.", "outcome")
        self._pushes = self._counter("wirewatch_pushes", "What hubs pushed, by what became of it.", "outcome")
        for outcome in ("taken", "failed", "forged"):
            self._pushes.labels(outcome)
        self._pushing = self._gauge("wirewatch_feeds_pushing", "Feeds that push what is new, so that polls may wait.")
        self._meanings = self._counter(
            "wirewatch_meaning_texts", "Texts that the sentence encoder was to read, by what became of them.", "outcome"
        )
        self._meaning_restarts = self._counter(
            "wirewatch_meaning_restarts", "How often the process of the encoder was ended, for it hung or crashed."
        )
        self._entries = self._counter("wirewatch_entries", "Entries in the documents that polls read.")
        self._items = self._counter(
            "wirewatch_items", "Entries that were not known word for word, by what identity made of them.", "judgement"
        )
        self._matches = self._counter(
            "wirewatch_matches", "Matches of rules, by rule and way; those of rules on test too.", "rule", "way"
        )
        self._verdicts = self._counter(
            "wirewatch_verdicts", "Verdicts on new items and revisions, by what was done and why.", "action", "reason"
        )
        for status in PollStatus:
            self._polls.labels(str(status))
        for judgement in Judgement:
            self._items.labels(str(judgement))

    def _begin_messages(self) -> None:
        self._calls = self._counter(
            "wirewatch_sink_calls",
            "Calls to Slack (or the terminal) and to webhooks, by what was asked and what came of it.",
            "sink",
            "call",
            "outcome",
        )
        self._call_seconds = self._histogram(
            "wirewatch_sink_call_seconds", "How long calls to a sink took.", _SECONDS, "sink", "call"
        )
        self._published_to_posted = self._histogram(
            "wirewatch_published_to_posted_seconds",
            "From when a report says it was published until its card was posted.",
            _DELAYS,
        )
        self._found_to_posted = self._histogram(
            "wirewatch_found_to_posted_seconds", "From when a report was found until its card was posted.", _DELAYS
        )

    def _begin_database(self) -> None:
        self._began = self._gauge(
            "wirewatch_process_began_timestamp_seconds",
            "When each process that lives began, by its name and its command.",
            "process",
            "command",
        )
        self._seen = self._gauge(
            "wirewatch_process_last_sign_timestamp_seconds",
            "When each process that lives last wrote that it does, by its name and its command.",
            "process",
            "command",
        )
        self._versions = self._gauge(
            "wirewatch_files_versions", "How many versions of feeds, routes and rules the processes that live work by."
        )
        self._feeds = self._gauge("wirewatch_feeds", "Feeds that are polled, by how their last poll ended.", "state")
        self._outbox = self._gauge("wirewatch_outbox_deliveries", "Messages in the outbox, by state.", "state")
        self._oldest = self._gauge(
            "wirewatch_outbox_oldest_due_seconds",
            "For how long the message waits that could have been posted first; 0 when none is due.",
        )
        self._stuck = self._gauge(
            "wirewatch_outbox_stuck_deliveries", "Messages that wait behind one that will never be posted."
        )
        self._channels = self._gauge("wirewatch_channels_broken", "Channels that cannot be posted to.")
        self._stories = self._gauge("wirewatch_stories", "Stories in the database.")
        self._items_stored = self._gauge("wirewatch_items_stored", "Items in the database.")
        self._size = self._gauge("wirewatch_database_size_bytes", "Size of the database on its disk.")
        self._free = self._gauge(
            "wirewatch_database_free_bytes", "Free space on the disk of a SQLite database; NaN for PostgreSQL."
        )
        self._read_at = self._gauge(
            "wirewatch_database_read_timestamp_seconds", "When the figures of the database were last read."
        )
        self._transactions = self._histogram(
            "wirewatch_transaction_seconds", "How long transactions took, waits for locks included.", _SECONDS, "kind"
        )
        self._lag = self._histogram(
            "wirewatch_loop_lag_seconds", "By how much the event loop is late when it wakes a task.", _SECONDS
        )
        for state in DeliveryState:
            self._outbox.labels(str(state))
        for kind in ("read", "write"):
            self._transactions.labels(kind)
        self._free.set(float("nan"))

    def _gauge(self, name: str, about: str, *labels: str) -> Gauge:
        return Gauge(name, about, labels, registry=self.registry)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(name, about, labels, registry=self.registry)

    def _histogram(self, name: str, about: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(name, about, labels, buckets=buckets, registry=self.registry)

    def polled(self, status: PollStatus, entries: int, observations: Sequence[Observation]) -> None:
        """Count a poll, and what it brought."""
        self._polls.labels(str(status)).inc()
        self._brought(entries, observations)

    def pushed(self, outcome: str, entries: int = 0, observations: Sequence[Observation] = ()) -> None:
        """Count a push that was `taken`, that `failed` or was `forged`, and what it brought."""
        self._pushes.labels(outcome).inc()
        self._brought(entries, observations)

    def count_pushing(self, count: Callable[[], int]) -> None:
        """Tell how many feeds push by what `count` says when somebody asks."""
        self._pushing.set_function(count)

    def _brought(self, entries: int, observations: Sequence[Observation]) -> None:
        self._entries.inc(entries)
        for one in observations:
            self._items.labels(str(one.identity.judgement)).inc()
            for match in one.matches:
                self._matches.labels(match.rule, match.way).inc()
            if one.verdict is not None:
                self._verdicts.labels(str(one.verdict.action), str(one.verdict.reason)).inc()

    def called(self, sink: str, call: str, outcome: str, seconds: float) -> None:
        """Count a call to a sink; `outcome` is one of those of `deliver.sink`, in small letters, or "failed"."""
        self._calls.labels(sink, call, outcome).inc()
        self._call_seconds.labels(sink, call).observe(seconds)

    def posted(self, published: datetime | None, found: datetime, now: datetime) -> None:
        """Note how late a card was posted."""
        if published is not None:
            self._published_to_posted.observe(max(0.0, (now - published).total_seconds()))
        self._found_to_posted.observe(max(0.0, (now - found).total_seconds()))

    def measured(self, signs: VitalSigns, stored: Stored, *, free: int | None, now: datetime) -> None:
        """Tell how the database stands; `free` is how many bytes its disk has left, None where that is not known."""
        polls = signs.polls
        for state, count in (
            ("working", polls.total - polls.failing),
            ("failing", polls.failing),
            ("never_polled", polls.never_taken),
        ):
            self._feeds.labels(state).set(count)
        alive = signs.alive(now)
        self._began.clear()
        self._seen.clear()
        for name, beat in alive.items():
            self._seen.labels(name, beat.kind).set(beat.at.timestamp())
            if beat.began_at is not None:
                self._began.labels(name, beat.kind).set(beat.began_at.timestamp())
        self._versions.set(len({beat.files for beat in alive.values() if beat.files}))
        for delivery_state in DeliveryState:
            self._outbox.labels(str(delivery_state)).set(signs.outbox.get(delivery_state, 0))
        oldest = signs.oldest_due_at
        self._oldest.set(0 if oldest is None else max(0.0, (now - oldest).total_seconds()))
        self._stuck.set(signs.stuck)
        self._channels.set(len(signs.channel_problems))
        self._stories.set(stored.stories)
        self._items_stored.set(stored.items)
        self._size.set(stored.size)
        self._free.set(float("nan") if free is None else free)
        self._read_at.set(now.timestamp())

    def transaction(self, kind: str, seconds: float) -> None:
        """Note how long a transaction took; `kind` is read or write. Called on the threads of the store."""
        self._transactions.labels(kind).observe(seconds)

    def lagged(self, seconds: float) -> None:
        """Note by how much the event loop was late."""
        self._lag.observe(max(0.0, seconds))

    def count_restarts(self, count: Callable[[], int]) -> None:
        """Ask `count` at each scrape how often the parser was begun anew."""
        self._restarts.count = count

    def meaning(self, outcome: str) -> None:
        """Note what became of a text that the sentence encoder was to read."""
        self._meanings.labels(outcome).inc()

    def meaning_restarted(self) -> None:
        """Note that the process of the sentence encoder was ended."""
        self._meaning_restarts.inc()

    def loaded(self, rules: Sequence[LoadedRule], *, without_error: bool, reload: bool) -> None:
        """Tell which rules are loaded; `reload` False for the reading at the start."""
        self._last_reload.set(without_error)
        self._rules.clear()
        for rule in rules:
            self._rules.labels(rule.id, rule.hash, str(rule.status)).set(1)
        if reload:
            self._reloads.labels("success" if without_error else "failure").inc()

    def reload_failed(self) -> None:
        """Tell that changed files could not be read at all."""
        self._last_reload.set(0)
        self._reloads.labels("failure").inc()

    def canary_arrived(self, at: datetime) -> None:
        """Tell when a test entry went through the whole chain."""
        self._canary.set(at.timestamp())
