"""What waits for others: quiet and busy hours, and floods, as digests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.decide.decider import Decider
from monitor.decide.teller import MOST_IN_FLOOD
from monitor.model import FEED_LIMIT, Action, Context, Delivery, DigestMessage, DigestReason, Severity, Story, Told
from tests.support.builders import NOW, hours, item, joins, known_feed, match, new, route, starts
from tests.support.deciders import QUIET, card, decider, only, told
from tests.support.messages import alert


class TestQuietAndBusy:
    def test_quiet_hours_hold_all_but_critical_and_end_in_one_digest(self) -> None:
        desk = decider(known_feed(), route(quiet_hours=QUIET))
        desk.decide(item(), new("i1"), [match()], starts("s1"))
        desk.decide(item(), new("i2"), [match()], starts("s2"))
        desk.decide(item(), new("i3"), [match(severity=Severity.CRITICAL)], starts("s3"))
        kinds = {one.message.kind: one for one in desk.deliveries}
        assert isinstance(kinds["digest"].message, DigestMessage)
        assert kinds["digest"].message.why is DigestReason.QUIET_HOURS
        assert {one.not_before for one in kinds.values()} == {NOW}, "the outbox asks the route how long it is quiet"

    def test_above_max_per_hour_alerts_gather_and_critical_ones_do_not(self) -> None:
        desk = decider(known_feed(cards_last_hour={"desk": 4}), route(max_per_hour=5))
        for number in range(4):
            desk.decide(item(), new(f"i{number}"), [match()], starts(f"s{number}"))
        desk.decide(item(), new("i9"), [match(severity=Severity.CRITICAL)], starts("s9"))
        kinds = [one.message.kind for one in desk.deliveries]
        assert sorted(kinds) == ["card", "card", "digest"]
        digest = next(one.message for one in desk.deliveries if isinstance(one.message, DigestMessage))
        assert (digest.why, len(digest.alerts)) == (DigestReason.BUSY, 3)

    @pytest.mark.parametrize("why", [DigestReason.QUIET_HOURS, DigestReason.BUSY, DigestReason.BACKLOG])
    def test_a_story_in_a_digest_that_waits_is_told_alone_once_it_is_critical(self, why: DigestReason) -> None:
        desk, digest = self.waits(why)
        verdict = desk.decide(item(), new("i2"), [match(severity=Severity.CRITICAL)], joins())
        assert (verdict.action, verdict.reason) == (Action.UPDATE, "severity_raised")
        assert verdict.detail.endswith(f"until now in the {why} digest of desk")
        messages = {one.message.kind: one for one in desk.deliveries}
        alone, left = messages["card"], messages["digest"]
        assert (alone.not_before, alone.severity) == (NOW, Severity.CRITICAL)
        # The card that was folded into a backlog had the key of a first card.
        assert alone.key == f"card:s1:desk:{digest.delivery_id}"
        assert isinstance(left.message, DigestMessage)
        assert [one.story_id for one in left.message.alerts] == ["s2"]
        assert [one.delivery_id for one in desk.cards] == [alone.delivery_id]

    def test_a_digest_of_nothing_but_a_story_that_is_critical_now_goes_out_as_its_card(self) -> None:
        desk, digest = self.waits(DigestReason.QUIET_HOURS, "s1")
        desk.decide(item(), new("i2"), [match(severity=Severity.CRITICAL)], joins())
        delivery = only(desk.deliveries)
        assert delivery.delivery_id == digest.delivery_id
        assert (delivery.not_before, delivery.severity) == (NOW, Severity.CRITICAL)

    def test_what_is_critical_already_or_not_yet_stays_in_its_digest(self) -> None:
        desk, _ = self.waits(DigestReason.QUIET_HOURS)
        assert desk.decide(item(), new("i2"), [match("strikes")], joins()).reason == "in_digest"
        desk, _ = self.waits(DigestReason.CATCH_UP)
        assert desk.decide(item(), new("i2"), [match(severity=Severity.CRITICAL)], joins()).reason == "in_digest"

    @staticmethod
    def waits(why: DigestReason, *stories: str) -> tuple[Decider, Delivery]:
        """What decides while a digest of these stories waits for this reason, and the digest."""
        alerts = tuple(
            alert(story_id=name, item_id="i1", severity=Severity.HIGH, matches=(match(),))
            for name in stories or ("s1", "s2")
        )
        digest = Delivery(
            delivery_id="d1",
            key="digest",
            route="desk",
            channel="C1",
            severity=Severity.HIGH,
            message=DigestMessage(why=why, alerts=alerts),
            created_at=NOW,
            not_before=NOW + hours(2),
        )
        desk = decider(replace(told(card()), digests=(digest,)), route(quiet_hours=QUIET))
        return desk, digest


class TestFlood:
    """One feed that brings more than its share of reports in an hour: it mutes nobody, and is told in digests."""

    @staticmethod
    def many(context: Context, count: int, **changed: Any) -> tuple[Decider, list[Any]]:
        desk = decider(context)
        critical = match(severity=Severity.CRITICAL)
        told = [desk.decide(item(), new(f"i{n}"), [critical], starts(f"s{n}"), **changed) for n in range(count)]
        return desk, told

    def test_so_many_are_told_alone_and_the_rest_wait_in_one_digest_critical_or_not(self) -> None:
        desk, verdicts = self.many(known_feed(), FEED_LIMIT + 15)
        kinds = [one.message.kind for one in desk.deliveries]
        assert (kinds.count("card"), kinds.count("digest")) == (FEED_LIMIT, 2)
        digests = [one.message for one in desk.deliveries if isinstance(one.message, DigestMessage)]
        assert {one.why for one in digests} == {DigestReason.FLOOD}
        assert sum(len(one.alerts) for one in digests) == 15
        assert [one.reason for one in verdicts] == ["new_story"] * FEED_LIMIT + ["flood_digest"] * 15
        assert desk.flooded

    def test_what_the_hour_before_brought_counts(self) -> None:
        _, verdicts = self.many(known_feed(told_of_feed=FEED_LIMIT - 1), 2)
        assert [one.reason for one in verdicts] == ["new_story", "flood_digest"]

    def test_what_no_digest_holds_is_kept_with_its_reason(self) -> None:
        desk, verdicts = self.many(known_feed(told_of_feed=FEED_LIMIT), MOST_IN_FLOOD + 5)
        assert [one.action for one in verdicts].count(Action.SUPPRESSED) == 5
        assert verdicts[-1].reason == "flood"
        digests = [one.message for one in desk.deliveries if isinstance(one.message, DigestMessage)]
        assert sum(len(one.alerts) for one in digests) == MOST_IN_FLOOD

    def test_further_reports_are_shown_on_the_card_alone(self) -> None:
        desk = decider(replace(told(card()), told_of_feed=FEED_LIMIT))
        verdict = desk.decide(item(), new("i2"), [match()], joins())
        assert (verdict.action, verdict.reason, desk.deliveries) == (Action.FOLLOW_UP, "flood", ())
        assert [change.story_id for change in desk.changes] == ["s1"]
        assert desk.flooded

    def test_what_only_the_card_shows_is_news_when_another_feed_brings_it(self) -> None:
        """An edit of a card is not told aloud: whoever read the card before does not see it."""
        known = told(replace(card(), told=Told()))
        flooding = decider(replace(known, told_of_feed=FEED_LIMIT))
        report = item("Severity rises"), new("i2"), [match(severity=Severity.CRITICAL)], joins()
        assert (flooding.decide(*report).reason, flooding.deliveries, flooding.cards) == ("flood", (), ())
        assert [one.told for one in flooding.changes] == [False]
        assert decider(known).decide(*report).reason == "severity_raised"

    def test_another_feed_takes_its_story_out_of_the_flood(self) -> None:
        flooding, _ = self.many(known_feed(told_of_feed=FEED_LIMIT), 3)
        story = Story(story_id="s1", started_at=NOW, updated_at=NOW, members=(), cards=flooding.cards)
        cards = tuple(one for one in flooding.cards if one.story_id == "s1")
        honest = decider(known_feed(stories=(replace(story, cards=cards),), digests=flooding.deliveries))
        verdict = honest.decide(item(), new("i9"), [match(severity=Severity.CRITICAL)], joins("s1"))
        assert verdict.action is Action.UPDATE
        assert [one.message.kind for one in honest.deliveries] == ["card", "digest"]
