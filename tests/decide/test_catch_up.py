"""What a first poll shows, and articles that come late: one digest, or silence, with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.collect.identity import known_item
from monitor.decide.decider import Decider
from monitor.decide.digest import ALERTS_LISTED, ALERTS_PER_PART
from monitor.decide.policy import Policy
from monitor.model import (
    Action,
    CardMessage,
    Context,
    DateLag,
    Delivery,
    DigestMessage,
    DigestReason,
    FeedRhythm,
    Routes,
    Severity,
)
from tests.support.builders import (
    NOW,
    first_poll,
    hours,
    item,
    joins,
    known_feed,
    match,
    minutes,
    new,
    revision,
    route,
    starts,
)
from tests.support.deciders import decider, only


class TestCatchUp:
    def test_young_matches_of_a_first_poll_are_one_digest_per_route(self) -> None:
        desk = decider(first_poll(), digest_wait=minutes(1))
        for number in range(3):
            verdict = desk.decide(item(), new(f"i{number}"), [match()], starts(f"s{number}"))
            assert (verdict.action, verdict.reason) == (Action.ALERT, "catch_up_digest")
        digest = only(desk.deliveries)
        assert isinstance(digest.message, DigestMessage)
        assert (digest.message.why, len(digest.message.alerts)) == (DigestReason.CATCH_UP, 3)
        assert digest.not_before == NOW + minutes(1)
        assert {one.delivery_id for one in desk.cards} == {digest.delivery_id}

    def test_older_matches_are_stored_in_silence(self) -> None:
        desk = decider(first_poll())
        verdict = desk.decide(item(published=NOW - hours(30)), new(), [match()], starts())
        assert (verdict.action, verdict.reason, desk.deliveries) == (Action.SUPPRESSED, "catch_up", ())

    @pytest.mark.parametrize(
        ("feed_id", "first_seen", "published", "silent"),
        [
            pytest.param("wire", 99, 130, True, id="too old at the feed's first poll"),
            pytest.param("wire", 99, 100, False, id="young at the first poll, and then not for this route"),
            pytest.param("wire", 20, 60, False, id="late in a known feed, and muted"),
            pytest.param("wire", 20, 21, False, id="below the least severity until now"),
            pytest.param("sister", 99, 130, True, id="of another feed, old when it was seen"),
            pytest.param("sister", 20, 21, False, id="of another feed, and young"),
        ],
    )
    def test_an_edit_of_an_item_stored_in_silence_stays_silent_and_no_other(
        self, feed_id: str, first_seen: float, published: float, silent: bool
    ) -> None:
        """Whatever kept the route from its first version, an article that was young then is told of when it changes."""
        seen = item(published=NOW - hours(published))
        known = known_item(replace(seen, feed_id=feed_id, seen_at=NOW - hours(first_seen)), new(), None)
        desk = decider(known_feed(known=(known,)))
        verdict = desk.decide(seen, revision(), [match(severity=Severity.CRITICAL)], joins(own=True))
        assert (verdict.reason, len(desk.deliveries)) == (("catch_up", 0) if silent else ("new_story", 1))

    @pytest.mark.parametrize(("days", "told"), [(0, "catch_up_digest"), (1, "catch_up_digest"), (2, "catch_up")])
    def test_a_date_without_a_time_may_be_of_any_hour_of_its_day(self, days: int, told: str) -> None:
        day = datetime(NOW.year, NOW.month, NOW.day, tzinfo=UTC) - timedelta(days=days)
        late = replace(first_poll().state, feed_id="wire")
        desk = Decider(Policy(routes=Routes((route(),))), Context(state=late), now=day + timedelta(days=days, hours=11))
        assert desk.decide(item(published=day), new(), [match()], starts()).reason == told

    def test_all_alerts_on_each_as_for_a_known_feed(self) -> None:
        desk = decider(first_poll(), catch_up=None)
        desk.decide(item(published=NOW - hours(30)), new(), [match()], starts())
        assert isinstance(only(desk.deliveries).message, CardMessage)

    def test_none_stores_everything_in_silence(self) -> None:
        desk = decider(first_poll(), catch_up=hours(0))
        verdict = desk.decide(item(published=None), new(), [match()], starts())
        assert (verdict.reason, desk.deliveries) == ("catch_up", ())

    def test_new_articles_that_are_old_share_a_digest_however_critical(self) -> None:
        desk = decider(known_feed())
        for number in range(3):
            critical = match(severity=Severity.CRITICAL)
            old = item(published=NOW - hours(30))
            verdict = desk.decide(old, new(f"i{number}"), [critical], starts(f"s{number}"))
            assert (verdict.action, verdict.reason) == (Action.ALERT, "late_digest")
        digest = only(desk.deliveries)
        assert isinstance(digest.message, DigestMessage)
        assert (digest.message.why, len(digest.message.alerts)) == (DigestReason.LATE, 3)
        assert digest.not_before == NOW

    @pytest.mark.parametrize(
        ("published", "identity", "catch_up"),
        [
            (NOW - hours(11), new(), hours(1)),
            (NOW - hours(30), revision(), hours(12)),
            (NOW - hours(30), new(), hours(48)),
            (NOW - hours(30), new(), None),
            (None, new(), hours(12)),
            (NOW - hours(25), new(), hours(12)),
        ],
        ids=["young", "an edit is news", "young by WIREWATCH_CATCH_UP", "all", "without a date", "a clock behind"],
    )
    def test_a_known_feeds_article_is_a_card_unless_it_is_both_new_and_old(
        self, published: Any, identity: Any, catch_up: Any
    ) -> None:
        known = known_feed()
        if published == NOW - hours(25):
            lag = DateLag(least=hours(24), most=hours(24), polls=3)
            known = replace(known, state=replace(known.state, rhythm=FeedRhythm(lag=lag)))
        desk = decider(known, catch_up=catch_up)
        desk.decide(item(published=published), identity, [match()], starts())
        assert isinstance(only(desk.deliveries).message, CardMessage)

    def test_a_digest_still_open_takes_the_next_feeds_alerts(self) -> None:
        first = decider(first_poll())
        first.decide(item(), new("i1"), [match()], starts("s1"))
        second = decider(first_poll(digests=first.deliveries))
        second.decide(item(), new("i2"), [match()], starts("s2"))
        grown = only(second.deliveries)
        assert grown.delivery_id == only(first.deliveries).delivery_id
        assert isinstance(grown.message, DigestMessage)
        assert [alert.story_id for alert in grown.message.alerts] == ["s1", "s2"]

    def test_a_long_digest_lists_ten_says_how_many_more_there_are_and_goes_on_in_its_thread(self) -> None:
        desk = decider(first_poll())
        for number in range(ALERTS_LISTED + ALERTS_PER_PART + 1):
            desk.decide(item(), new(f"i{number}"), [match()], starts(f"s{number}"))
        first, *rest = desk.deliveries
        assert [one.parent_id for one in rest] == [first.delivery_id] * 2
        messages = [one.message for one in desk.deliveries if isinstance(one.message, DigestMessage)]
        assert [(one.part, len(one.alerts)) for one in messages] == [(1, 10), (2, 20), (3, 1)]
        assert [len(one.later) for one in messages] == [21, 0, 0]
        assert [one.earlier for one in messages] == [0, 10, 30]

    @pytest.mark.parametrize("polls", [1, 3], ids=["at once", "over several polls"])
    def test_what_is_most_urgent_stands_first_whenever_it_comes(self, polls: int) -> None:
        """In the channel and in the thread: a critical one that comes last is not the last of 25."""
        severities = [Severity.LOW] * 8 + [Severity.MEDIUM] * 8 + [Severity.HIGH] * 8 + [Severity.CRITICAL]
        open_digests: tuple[Delivery, ...] = ()
        told: dict[str, Delivery] = {}
        size = -(-len(severities) // polls)
        for number in range(polls):
            desk = decider(first_poll(digests=open_digests))
            for place, severity in list(enumerate(severities))[number * size : (number + 1) * size]:
                desk.decide(item(), new(f"i{place}"), [match(severity=severity)], starts(f"s{place}"))
            told |= {one.delivery_id: one for one in desk.deliveries}
            open_digests = tuple(told.values())
        parts = sorted(
            ((one, one.message) for one in open_digests if isinstance(one.message, DigestMessage)),
            key=lambda part: part[1].part,
        )
        shown = [alert.severity for _, message in parts for alert in message.alerts]
        assert shown == sorted(severities, reverse=True)
        assert [len(message.alerts) for _, message in parts] == [10, 15]
        assert [one.severity for one, _ in parts] == [Severity.CRITICAL, Severity.MEDIUM]
        assert parts[0][1].later == tuple(shown[10:])

    def test_what_would_go_to_the_thread_of_a_digest_that_was_posted_begins_another(self) -> None:
        desk = decider(first_poll())
        for number in range(ALERTS_LISTED + 1):
            desk.decide(item(), new(f"i{number}"), [match()], starts(f"s{number}"))
        first, second = desk.deliveries
        later = decider(first_poll(digests=(second,)))
        later.decide(item(), new("i99"), [match()], starts("s99"))
        begun = only(later.deliveries)
        assert begun.parent_id is None
        assert begun.delivery_id not in (first.delivery_id, second.delivery_id)

    def test_a_second_report_of_a_story_in_the_digest_adds_only_its_rules(self) -> None:
        desk = decider(first_poll())
        desk.decide(item(), new("i1"), [match()], starts())
        verdict = desk.decide(item(), new("i2"), [match("official-reactions")], joins())
        digest = only(desk.deliveries)
        assert isinstance(digest.message, DigestMessage)
        assert verdict.reason == "in_digest"
        assert [one.rule for one in digest.message.alerts[0].matches] == ["cluster-munitions", "official-reactions"]
