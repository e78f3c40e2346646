"""Watches the rules for silence: looks every ten minutes, judges every hour, reports to ops (docs/decisions/0038)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from monitor.collect.course import health_of
from monitor.decide.notices import silences as silence_notices
from monitor.health import silence
from monitor.match.engine import Engine
from monitor.match.rule import Rule, Status
from monitor.model import (
    ConfigFile,
    Delivery,
    FeedHealth,
    FeedState,
    MatchedBefore,
    Route,
    RuleHours,
    Silence,
)
from monitor.model.stores import FeedsStore, FilesStore, SilencesStore

log = structlog.get_logger()

EVERY = timedelta(minutes=10)
_JUDGED_EVERY = timedelta(minutes=55)
_NAME = "silence"
EVERYTHING = "everything"
"""What evidence calls the term of a way that needs no words."""

_BEFORE = timedelta(days=2)
"""So long before a rule fell silent an edit may have been that is to blame."""

_Key = tuple[str, str]


class SilenceStore(FeedsStore, FilesStore, SilencesStore, Protocol):
    """What watching rules needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def begin_upkeep(self, name: str, now: datetime, every: timedelta) -> str | None:
        """Take a part of the upkeep that is due, in all processes once; None when it is not due."""

    async def look_at_hour(self, now: datetime, *, forget: datetime) -> None:
        """Note that the service looked in this hour, and forget the hours before `forget`."""

    async def rule_hours(self, since: datetime, now: datetime) -> RuleHours:
        """What live rules matched by hour since then."""

    async def items_by_hour(self, since: datetime, now: datetime, languages: Collection[str]) -> RuleHours:
        """How much feeds brought by hour in each language, which stands for the rule."""

    async def matched_before(self, asked: Mapping[_Key, datetime]) -> Mapping[_Key, MatchedBefore]:
        """By what rules matched last before a time, by rule and language."""

    async def save_silences(
        self, known: Sequence[Silence], change: Callable[[], tuple[Sequence[Silence], Sequence[Delivery]]]
    ) -> int:
        """Write what `change` makes of the silences, with its notices; how many notices were new."""


async def look(store: SilenceStore, engine: Engine, feed_ids: Collection[str], ops: Route | None, now: datetime) -> int:
    """Note this look and, once an hour, judge the rules; how many messages that put into the outbox.

    Raises:
        StoreError: the database cannot be used; the next judgement tries again.
    """
    since = now - silence.WEEKS * silence.WEEK * silence.HOUR - silence.HOUR
    await store.look_at_hour(now, forget=since)
    if await store.begin_upkeep(_NAME, now, _JUDGED_EVERY) is None:
        return 0
    known = await store.silences()
    hours = await store.rule_hours(since, now)
    rules = {rule.id: rule for rule in engine.rules if rule.status is Status.LIVE}
    # Some hundred rules take a second, and the event loop has other things to do.
    found = await asyncio.to_thread(judged, hours, known, rules, now)
    new = {(one.rule, one.language): one.since for one in found if one.found_at == now}
    if new:
        causes = await _causes(store, hours, found, new, rules, feed_ids, now)
        found = [replace(one, cause=causes.get((one.rule, one.language), one.cause)) for one in found]
    for one in found:
        words = silence_notices.silence_words(one)
        if one.found_at == now:
            log.warning("a rule matches far less than usual", action="rule_silent", silence=words, cause=one.cause)
        elif one.over_at == now:
            log.info("a rule matches as usual again", action="rule_heard", rule=one.rule, language=one.language)
    return await store.save_silences(known, lambda: silence_notices.told(found, ops, now=now))


def judged(hours: RuleHours, known: Sequence[Silence], rules: Collection[str], now: datetime) -> list[Silence]:
    """The silences as they are now: those of rules that are gone are left out, new ones have no cause yet. Pure."""
    before = {(one.rule, one.language): one for one in known if one.rule in rules}
    seen = silence.Hours(hours, now)
    series = seen.series(rules)
    found = []
    for key in sorted(series.keys() | before.keys()):
        matches, old = series.get(key) or [0] * seen.length, before.get(key)
        if old is not None and old.over_at is None:
            over = silence.is_over(matches, seen, since=old.since, found_at=old.found_at)
            found.append(replace(old, over_at=now) if over else old)
            continue
        apart = seen.skipped(old.since, old.over_at) if old else ()
        quiet = silence.quiet(matches, seen, after=old.over_at if old else None, apart=apart)
        if quiet is not None:
            found.append(
                Silence(
                    rule=key[0],
                    language=key[1],
                    since=seen.silent_since(matches, quiet),
                    found_at=now,
                    hours=quiet.hours,
                    expected=quiet.expected,
                    seen=quiet.seen,
                )
            )
        elif old is not None:
            found.append(old)
    return found


async def _causes(
    store: SilenceStore,
    hours: RuleHours,
    found: Sequence[Silence],
    new: Mapping[_Key, datetime],
    rules: Mapping[str, Rule],
    feed_ids: Collection[str],
    now: datetime,
) -> dict[_Key, str]:
    before = await store.matched_before(new)
    states = {state.feed_id: state for state in await store.feed_states()}
    files = await store.config_files()
    languages = {language for _, language in new if language}
    items = await store.items_by_hour(hours.since, now, languages)
    seen = silence.Hours(items, now)
    brought = seen.series(languages)
    causes = {}
    for one in found:
        key = one.rule, one.language
        if key not in new:
            continue
        rule, shares = rules[one.rule], silence.shares(hours, one.rule, one.language, one.since)
        quiet = silence.quiet(brought.get((one.language, one.language), [0] * seen.length), seen)
        causes[key] = silence_notices.cause_of(
            shares=shares,
            feeds={feed: _how(feed, states, feed_ids, now) for feed in shares},
            rule_hash=rule.hash,
            terms=_terms(rule),
            before=before[key],
            edited=_edited(rule, files, one.since - _BEFORE, now),
            language=(quiet.seen, quiet.expected) if quiet and one.language else None,
        )
    return causes


def _terms(rule: Rule) -> frozenset[str]:
    """The terms by which a rule can match now."""
    everything = {EVERYTHING} if any(way.everything for way in rule.ways) else set()
    return frozenset(term.written for terms in rule.words.values() for term in terms) | everything


def _how(
    feed: str, states: Mapping[str, FeedState], feed_ids: Collection[str], now: datetime
) -> tuple[FeedHealth, datetime | None] | None:
    """How a feed does and since when, None for one that is polled no more."""
    state = states.get(feed)
    if feed not in feed_ids or state is None:
        return None
    health = health_of(state, now)
    since = state.failing_since if state.failures else state.course.new_at if health is FeedHealth.FROZEN else None
    return health, since


def _edited(rule: Rule, files: Sequence[ConfigFile], since: datetime, now: datetime) -> tuple[str, datetime] | None:
    """The file of a rule, or of words that it takes, that was edited last in a period, and when."""
    words = {term.path for terms in rule.words.values() for term in terms if term.path is not None}
    names = {rule.path.name, *(f"words/{path.name}" for path in words)}
    edits = [
        (file.good_since, file.name)
        for file in files
        if file.good_since is not None
        and since <= file.good_since <= now
        and any(file.name.endswith(f"/{name}") for name in names)
    ]
    at, name = max(edits, default=(None, ""))
    return (name, at) if at is not None else None
