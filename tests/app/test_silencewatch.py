"""Rules that fall silent: ops reads it once with the likely cause and once that it is over, whatever restarts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.app import silencewatch
from monitor.decide.notices.silences import FOLDED, cause_of, told
from monitor.match.engine import Engine, compile_rules
from monitor.match.rule import Status
from monitor.model import (
    ConfigFile,
    FailureClass,
    FeedHealth,
    FeedState,
    MatchedBefore,
    Route,
    Silence,
)
from storage.store import Store
from tests.support.builders import NOW
from tests.support.rules import rule
from tests.support.stored import batch, item, lookup, match, matched, new

OPS = Route(name="ops", channel="C0OPS")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEEKS = 5


def engine_of(*ids: str, terms: Sequence[str] = ("cluster bomb",), version: str = "0a1b2c") -> Engine:
    made = rule({"weapon": list(terms)})
    return compile_rules([replace(made, id=name, hash=version, path=Path(f"{name}.yaml")) for name in ids])


def times(until: datetime, *, days: int = WEEKS * 7) -> Iterable[datetime]:
    """Six times a day, to a day."""
    first = until - days * DAY
    return (first + number * 4 * HOUR for number in range(days * 6))


async def report(store: Store, at: Iterable[datetime], *rules: str, language: str = "ar", feed: str = "wire") -> None:
    """Reports of a feed that rules matched at these times."""
    shown = []
    for moment in at:
        name = f"{feed}-{language}-{moment.isoformat()}"
        made = item(name, seen_at=moment, language=language, feed_id=feed)
        evidence = replace(match().evidence[0], term="cluster bomb")
        matches = tuple(match(one, rule_hash="0a1b2c", evidence=(evidence,)) for one in rules)
        shown.append(new(name, item=made, matches=matches))
    await store.judge(lookup(feed), batch(*shown, state=FeedState(feed_id=feed, baselined_at=NOW - 90 * DAY)))


class Desk:
    """A service that looks again and again, and what ops reads."""

    def __init__(self, store: Store, *rules: str) -> None:
        self.store = store
        self.engine = engine_of(*rules)
        self.now = NOW
        self.ops: Route | None = OPS

    async def hours(self, count: int) -> None:
        """So many hours in which the service looks every ten minutes."""
        for _ in range(count * 6):
            await self.look()
            self.now += timedelta(minutes=10)

    async def look(self) -> None:
        await silencewatch.look(self.store, self.engine, {"wire", "other"}, self.ops, self.now)

    async def told(self) -> list[str]:
        waiting = await self.store.waiting_for([OPS.channel], self.now, limit=99)
        return [f"{one.message.title}: {one.message.text}" for one in waiting]  # type: ignore[union-attr]


async def test_ops_reads_once_that_a_rule_is_silent_and_once_that_it_is_over(store: Store) -> None:
    desk = Desk(store, "strikes", "reactions")
    await report(store, times(NOW - 3 * DAY), "strikes")
    await report(store, times(NOW), "reactions", language="en")
    await store.save_feed(
        FeedState(
            feed_id="wire",
            baselined_at=NOW - 90 * DAY,
            failures=40,
            failing_since=NOW - 3 * DAY,
            failure=FailureClass.HTTP,
            reason="HTTP 403",
        )
    )
    await desk.look()
    (text,) = await desk.told()
    assert text == (
        "Rule strikes matches far less than usual: strikes: no match since 2026-03-01 09:00 UTC; about 12 are usual in "
        "2 d. Likely cause: all of its matches came from wire (blocked since 2026-03-01 12:00 UTC).\n"
        "You get a message when they match as usual again."
    )
    await desk.look()
    desk.now += HOUR
    await desk.look()
    assert len(await desk.told()) == 1, "nothing is said twice, whoever looks"
    came = desk.now
    await report(store, (came + number * HOUR for number in range(9)), "strikes")
    await desk.hours(12)
    _, over = await desk.told()
    assert over.startswith("Rule strikes matches as usual again: strikes: it matched far less for 3 d 7 h.")
    await desk.hours(2)
    assert len(await desk.told()) == 2


async def test_a_rule_that_is_gone_or_was_silent_without_anybody_to_tell_leaves_nothing_behind(store: Store) -> None:
    desk = Desk(store, "strikes")
    desk.ops = None
    await report(store, times(NOW - 3 * DAY), "strikes")
    await desk.look()
    assert [one.told_at for one in await store.silences()] == [None, None]
    desk.engine = engine_of("reactions")
    desk.ops = OPS
    desk.now += HOUR
    await desk.look()
    assert await store.silences() == []
    assert await desk.told() == []


async def test_while_the_service_was_off_no_rule_was_silent(store: Store) -> None:
    desk = Desk(store, "strikes")
    await report(store, times(NOW), "strikes")
    await desk.hours(2)
    desk.now += 4 * DAY
    await desk.hours(2)
    assert await desk.told() == []


async def test_an_edit_that_took_a_word_is_named(store: Store) -> None:
    desk = Desk(store, "strikes")
    await report(store, times(NOW - 3 * DAY), "strikes")
    desk.engine = engine_of("strikes", terms=["air strike"], version="ffffff")
    edited = ConfigFile(name="rules/strikes.yaml", content="x", good_since=NOW - 3 * DAY - HOUR)
    await store.save_config_files([edited], (), ())
    await desk.look()
    (text,) = await desk.told()
    assert (
        "Likely cause: rules/strikes.yaml was edited on 2026-03-01 at 11:00 UTC. “cluster bomb” stood in 200 of its "
        "last 200 matches, and it is no longer among its words." in text
    )


async def test_a_rule_on_test_is_not_expected_to_match(store: Store) -> None:
    desk = Desk(store, "strikes")
    on_test = replace(desk.engine.rules[0], status=Status.TEST)
    desk.engine = compile_rules([on_test])
    await report(store, times(NOW - 3 * DAY), "strikes")
    await desk.look()
    assert await store.silences() == []


async def test_the_reports_of_one_story_count_once_a_day(store: Store) -> None:
    await report(store, [NOW + number * timedelta(minutes=1) for number in range(3)], "strikes")
    reports = [matched(str(number), "x", fresh=not number, at=NOW + number * HOUR) for number in range(5)]
    await store.judge(lookup("bbc"), batch(*reports))
    counts = (await store.rule_hours(NOW - DAY, NOW + DAY)).counts
    found = {(one.rule, one.language, one.feed_id): (one.hour, one.count) for one in counts}
    assert found == {
        ("strikes", "ar", "wire"): (NOW, 3),  # without a story, each is one of its own
        ("cluster-munitions", "en", "bbc"): (NOW, 1),
    }


def silence(name: str, language: str = "", **over: object) -> Silence:
    made = Silence(
        rule=name, language=language, since=NOW - DAY, found_at=NOW, hours=24, expected=14.2, seen=1, cause="Why."
    )
    return replace(made, **over)  # type: ignore[arg-type]


def test_a_quiet_holiday_is_one_notice_and_what_follows_waits() -> None:
    many = [silence(f"rule-{number:02}", language) for number in range(20) for language in ("", "en", "ar")]
    known, notices = told(many, OPS, now=NOW)
    assert len(notices) == 1
    title, text = notices[0].message.title, notices[0].message.text  # type: ignore[union-attr]
    assert title == "20 rules match far less than usual"
    assert text.count("\n") == 9
    assert "and 12 more" in text
    later = [*known, silence("late", found_at=NOW + HOUR)]
    known, notices = told(later, OPS, now=NOW + HOUR)
    assert notices == ()
    assert known == tuple(later)
    known, notices = told(known, OPS, now=NOW + FOLDED)
    assert [one.message.title for one in notices] == ["Rule late matches far less than usual"]  # type: ignore[union-attr]


def test_a_clock_that_was_ahead_keeps_no_notice_back() -> None:
    ahead = silence("a", told_at=NOW + 30 * DAY)
    assert len(told([ahead, silence("b")], OPS, now=NOW)[1]) == 1


def test_the_end_of_what_ops_was_not_told_is_not_told() -> None:
    quiet = silence("a", told_at=None, over_at=NOW)
    assert told([quiet], OPS, now=NOW) == ((quiet,), ())


BEFORE = MatchedBefore(count=50, hashes=("old",), terms={"cluster bomb": 40, "bomblet": 12})
SINCE = NOW - DAY
CAUSES: dict[str, tuple[dict[str, object], str]] = {
    "a feed that blocks": (
        {"shares": {"a": 0.7, "b": 0.3}, "feeds": {"a": (FeedHealth.BLOCKED, SINCE), "b": (FeedHealth.OK, None)}},
        "70% of its matches came from a (blocked since 2026-03-03 12:00 UTC).",
    ),
    "feeds that were taken out": (
        {"shares": {"a": 0.6, "b": 0.4}, "feeds": {"a": None, "b": None}},
        "all of its matches came from a (no longer polled) and b (no longer polled).",
    ),
    "a small feed that is down explains little": (
        {"shares": {"a": 0.8, "b": 0.2}, "feeds": {"a": (FeedHealth.OK, None), "b": (FeedHealth.GONE, None)}},
        "No cause is known",
    ),
    "a word that was taken out": (
        {"before": BEFORE, "rule_hash": "new", "terms": frozenset({"bomblet"}), "edited": ("rules/a.yaml", SINCE)},
        "on 2026-03-03 at 12:00 UTC. “cluster bomb” stood in 40 of its last 50 matches, and it is no longer among its",
    ),
    "all words": (
        {"before": BEFORE, "rule_hash": "new", "terms": frozenset(), "edited": None},
        "the rule was edited. “cluster bomb” and “bomblet” stood in 40 of its last 50 matches, and they are no longer",
    ),
    "an edit that took no word": (
        {"before": BEFORE, "rule_hash": "new", "terms": frozenset(BEFORE.terms), "edited": ("rules/a.yaml", SINCE)},
        "Likely cause: rules/a.yaml was edited on 2026-03-03 at 12:00 UTC.",
    ),
    "a language": ({"language": (3, 61.5)}, "the feeds in this language brought 3 items, about 62 are usual"),
    "nothing": ({}, "No cause is known: its feeds work, and the rule was not edited."),
}


@pytest.mark.parametrize(("given", "words"), CAUSES.values(), ids=CAUSES)
def test_the_likely_cause_is_named(given: dict[str, object], words: str) -> None:
    usual: dict[str, object] = {
        "shares": {"a": 1.0},
        "feeds": {"a": (FeedHealth.OK, None)},
        "rule_hash": "old",
        "terms": frozenset({"cluster bomb", "bomblet"}),
        "before": BEFORE,
        "edited": None,
        "language": None,
    }
    assert words in cause_of(**usual | given)  # type: ignore[arg-type]
