"""Who is told what: one card per story and route, threads for the rest, and a reason for everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from monitor.collect.identity import known_item
from monitor.decide.decider import MOST_IN_FLOOD, Decider, no_match
from monitor.decide.digest import ALERTS_LISTED, ALERTS_PER_PART
from monitor.decide.policy import Policy
from monitor.model import (
    FEED_LIMIT,
    Action,
    Card,
    CardChange,
    CardMessage,
    Context,
    DateLag,
    Delivery,
    DigestMessage,
    DigestReason,
    FeedRhythm,
    FollowUpMessage,
    FollowUps,
    QuietHours,
    Reaction,
    Route,
    Routes,
    Severity,
    Story,
    Told,
    Unsure,
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
from tests.support.messages import alert, record


def decider(context: Context, *routes: Route, ops: Route | None = None, **policy: Any) -> Decider:
    return Decider(Policy(routes=Routes(routes or (route(),), ops), **policy), context, now=NOW)


def told(*cards: Card) -> Context:
    """A known feed, and a story the routes of these cards know of."""
    story = Story(story_id="s1", started_at=NOW - hours(1), updated_at=NOW - hours(1), members=(), cards=cards)
    return known_feed(stories=(story,))


def card(name: str = "desk", *rules: str, severity: Severity = Severity.HIGH) -> Card:
    known = frozenset(rules or ("cluster-munitions",))
    return Card(story_id="s1", route=name, delivery_id="d1", rules=known, severity=severity)


def only(deliveries: tuple[Delivery, ...]) -> Delivery:
    assert len(deliveries) == 1
    return deliveries[0]


def test_a_new_story_is_one_card_per_route() -> None:
    desk = decider(known_feed(), route("a"), route("b"))
    verdict = desk.decide(item(), new(), [match()], starts())
    assert (verdict.action, verdict.reason) == (Action.ALERT, "new_story")
    assert {one.route for one in desk.deliveries} == {"a", "b"}
    assert all(isinstance(one.message, CardMessage) for one in desk.deliveries)
    assert {(one.story_id, one.route) for one in desk.cards} == {("s1", "a"), ("s1", "b")}


def test_no_match_is_a_verdict_too() -> None:
    verdict = no_match(new(), None)
    assert (verdict.action, verdict.reason) == (Action.NONE, "no_match")


def test_a_rule_on_test_is_recorded_and_not_posted() -> None:
    desk = decider(known_feed())
    verdict = desk.decide(item(), new(), [match(live=False)], starts())
    assert (verdict.action, verdict.reason) == (Action.SUPPRESSED, "rule_on_test")
    assert desk.deliveries == ()


@pytest.mark.parametrize(
    ("least", "severities", "kind", "rules"),
    [
        (Severity.LOW, (Severity.LOW, Severity.CRITICAL), "card", {"a", "b"}),
        (Severity.HIGH, (Severity.LOW, Severity.CRITICAL), "digest", {"b"}),
        (Severity.HIGH, (Severity.HIGH, Severity.LOW), "card", {"a", "b"}),
        (Severity.HIGH, (Severity.LOW, Severity.LOW), "", set()),
    ],
)
def test_an_unsure_match_lifts_no_other_above_the_least_severity(
    least: Severity, severities: tuple[Severity, Severity], kind: str, rules: set[str]
) -> None:
    """A route that wants what is high gets no card that says low because of what may be off topic."""
    desk = decider(known_feed(), route(min_severity=least))
    unsure = match("b", severities[1], sure=False, unsure=Unsure.FAINT)
    desk.decide(item(), new(), [match("a", severities[0]), unsure], starts())
    assert [one.message.kind for one in desk.deliveries] == ([kind] if kind else [])
    for one in desk.deliveries:
        assert isinstance(one.message, CardMessage | DigestMessage)
        alerts = [one.message.alert] if isinstance(one.message, CardMessage) else one.message.alerts
        assert {found.rule for shown in alerts for found in shown.matches} == rules
        assert all(shown.waits or shown.severity >= least for shown in alerts)


def test_a_further_report_goes_to_the_thread_of_the_card() -> None:
    desk = decider(told(card()))
    verdict = desk.decide(item(), new("i2"), [match()], joins())
    delivery = only(desk.deliveries)
    assert (verdict.action, delivery.parent_id, delivery.broadcast) == (Action.FOLLOW_UP, "d1", False)
    assert isinstance(delivery.message, FollowUpMessage)


@pytest.mark.parametrize(
    ("followups", "parent", "broadcast"),
    [
        (FollowUps.THREAD, "d1", False),
        (FollowUps.THREAD_AND_CHANNEL, "d1", True),
        (FollowUps.CHANNEL, None, False),
    ],
)
def test_a_route_says_where_further_reports_go(followups: FollowUps, parent: str | None, broadcast: bool) -> None:
    desk = decider(told(card()), route(followups=followups))
    desk.decide(item(), new("i2"), [match()], joins())
    delivery = only(desk.deliveries)
    assert (delivery.parent_id, delivery.broadcast) == (parent, broadcast)


@pytest.mark.parametrize(
    ("matches", "reason", "news"),
    [
        ([match(), match("civilian-strikes")], "new_rule", "also Civilian strikes"),
        ([match(severity=Severity.CRITICAL)], "severity_raised", "severity raised from high to critical"),
    ],
)
def test_what_is_material_bumps_the_channel(matches: list[Any], reason: str, news: str) -> None:
    desk = decider(told(card()))
    verdict = desk.decide(item(), new("i2"), matches, joins())
    delivery = only(desk.deliveries)
    assert (verdict.action, verdict.reason) == (Action.UPDATE, reason)
    assert (delivery.broadcast, delivery.parent_id) == (True, "d1")
    assert isinstance(delivery.message, FollowUpMessage)
    assert (delivery.message.news, delivery.message.also) == ("", news)
    assert only_card(desk).rules >= {"cluster-munitions"}


def only_card(desk: Decider) -> Card:
    assert len(desk.cards) == 1
    return desk.cards[0]


def test_a_syndicated_copy_is_a_duplicate_and_posts_nothing() -> None:
    desk = decider(told(card()))
    verdict = desk.decide(item(), new("i2"), [match()], joins(copy_of="i1"))
    assert (verdict.action, verdict.reason, desk.deliveries) == (Action.DUPLICATE, "copy", ())


def test_an_edited_headline_that_adds_nothing_posts_nothing() -> None:
    desk = decider(told(card()))
    verdict = desk.decide(item(), revision(), [match()], joins(own=True))
    assert (verdict.action, verdict.reason, desk.deliveries) == (Action.DUPLICATE, "revision", ())


def test_an_edit_that_meets_another_rule_is_an_update() -> None:
    desk = decider(told(card()))
    verdict = desk.decide(item(), revision(), [match(), match("civilian-strikes")], joins(own=True))
    assert verdict.action is Action.UPDATE
    assert len(desk.deliveries) == 1


def test_two_reports_of_one_story_in_one_poll_make_one_card() -> None:
    desk = decider(known_feed())
    first = desk.decide(item(), new("i1"), [match()], starts())
    second = desk.decide(item("Nine dead in Idlib, medics say"), new("i2"), [match()], joins())
    assert (first.action, second.action) == (Action.ALERT, Action.FOLLOW_UP)
    assert [type(one.message) for one in desk.deliveries] == [CardMessage, FollowUpMessage]
    assert desk.deliveries[1].parent_id == desk.deliveries[0].delivery_id


def test_send_to_names_the_routes_and_ops_hears_only_what_names_it() -> None:
    desk = decider(known_feed(), route("a"), route("b"), ops=route("ops"))
    desk.decide(item(), new(), [match(send_to=("b",))], starts())
    assert [one.route for one in desk.deliveries] == ["b"]
    everyone = decider(known_feed(), route("a"), route("b"), ops=route("ops"))
    everyone.decide(item(), new(), [match()], starts())
    assert [one.route for one in everyone.deliveries] == ["a", "b"]


def test_a_card_knows_that_an_official_speaks_though_only_the_rule_of_another_route_found_that() -> None:
    desk = decider(known_feed(), route("a"), route("b"))
    matches = [match(send_to=("a",)), match("reactions", send_to=("b",), says=Reaction.DENIAL)]
    desk.decide(item(), new(), matches, starts())
    told = [one.message.alert for one in desk.deliveries if isinstance(one.message, CardMessage)]
    assert [(one.spoken, [by.rule for by in one.matches]) for one in told] == [
        (True, ["cluster-munitions"]),
        (True, ["reactions"]),
    ]


def test_several_routes_to_one_channel_make_one_card_with_all_their_rules() -> None:
    desk = decider(known_feed(), Route(name="a", channel="C1"), Route(name="b", channel="C1"))
    matches = [match(send_to=("a",)), match("civilian-strikes", send_to=("b",)), match("official-reactions")]
    desk.decide(item(), new(), matches, starts())
    message = only(desk.deliveries).message
    assert isinstance(message, CardMessage)
    assert [one.rule for one in message.alert.matches] == [
        "cluster-munitions",
        "civilian-strikes",
        "official-reactions",
    ]


@pytest.mark.parametrize(
    ("rule", "severity", "where", "action", "reason"),
    [
        ("civilian-strikes", Severity.CRITICAL, "s1", Action.FOLLOW_UP, "further_report"),
        ("civilian-strikes", Severity.CRITICAL, "s2", Action.DUPLICATE, "round_up"),
        ("official-reactions", Severity.HIGH, "s1", Action.UPDATE, "new_rule"),
        ("official-reactions", Severity.HIGH, "s2", Action.ALERT, "new_story"),
    ],
)
def test_what_cards_of_the_stories_that_a_round_up_repeats_have_is_no_news(
    rule: str, severity: Severity, where: str, action: Action, reason: str
) -> None:
    """The route has cards of s1 (or not, if `where` is the other) and s2; the round-up is linked to s1."""
    own = replace(card("desk", "cluster-munitions"), story_id="s1")
    other = replace(card("desk", "civilian-strikes", severity=Severity.CRITICAL), story_id="s2", delivery_id="d2")
    stories = tuple(
        Story(story_id=one.story_id, started_at=NOW, updated_at=NOW, members=(), cards=(one,))
        for one in (own, other)
        if where in ("s1", one.story_id)
    )
    desk = decider(known_feed(stories=stories), route())
    link = joins(several=True, repeats=("s1", "s2"))
    verdict = desk.decide(item(), new("i9"), [match(rule, severity=severity)], link)
    assert (verdict.action, verdict.reason) == (action, reason)
    assert len(desk.deliveries) == (reason != "round_up")


@pytest.mark.parametrize(
    ("matches", "detail"),
    [
        ([match(send_to=("nowhere",))], "routes.yaml has no route named nowhere"),
        ([match(severity=Severity.LOW)], "severity low is below min_severity of desk"),
    ],
)
def test_a_match_that_no_route_takes_says_why(matches: list[Any], detail: str) -> None:
    desk = decider(known_feed(), route(min_severity=Severity.HIGH))
    verdict = desk.decide(item(), new(), matches, starts())
    assert (verdict.action, verdict.reason, verdict.detail) == (Action.SUPPRESSED, "no_route", detail)


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


class TestQuietAndBusy:
    quiet = QuietHours(time(10), time(14), "UTC")

    def test_quiet_hours_hold_all_but_critical_and_end_in_one_digest(self) -> None:
        desk = decider(known_feed(), route(quiet_hours=self.quiet))
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
        desk = decider(replace(told(card()), digests=(digest,)), route(quiet_hours=TestQuietAndBusy.quiet))
        return desk, digest


def test_deciding_the_same_twice_gives_the_same_keys() -> None:
    """The outbox refuses a key it has, so a poll that is repeated after a crash posts nothing twice."""
    keys = []
    for _ in range(2):
        desk = decider(known_feed(), route("a"), route("b"))
        desk.decide(item(), new(), [match()], starts())
        keys.append([one.key for one in desk.deliveries])
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == 2


# -- live cards --------------------------------------------------------------------------------------------------


def shown(message: CardMessage, *changes: CardChange) -> CardMessage:
    for change in changes:
        message = change.applied(message)
    return message


FIRST = CardMessage(alert=alert(story_id="s1", item_id="i1", title="First", severity=Severity.MEDIUM))


def test_a_further_report_changes_the_card_and_counts() -> None:
    desk = decider(told(card()))
    said = record()
    desk.decide(item(), new("i2"), [match("strikes", Severity.CRITICAL, evidence=())], joins(), said)
    (change,) = desk.changes
    after = shown(FIRST, change)
    assert (change.delivery_id, after.updates, after.updated_at) == ("d1", 1, NOW)
    assert (after.alert.title, after.alert.record, after.alert.severity) == ("First", said, Severity.CRITICAL)
    assert [one.rule for one in after.alert.matches] == [*(one.rule for one in FIRST.alert.matches), "strikes"]


def test_a_copy_changes_what_the_card_says_and_is_no_update() -> None:
    desk = decider(told(card()))
    assert desk.decide(item(), new("i2"), [match()], joins(copy_of="i1"), record()).action is Action.DUPLICATE
    after = shown(FIRST, *desk.changes)
    assert (after.updates, after.alert.record.outlets) == (0, 9)


def test_an_edited_headline_is_shown_on_the_card_and_keeps_when_it_was_first_seen() -> None:
    desk = decider(told(card()))
    edited = item("First, corrected", seen_at=NOW + hours(1))
    desk.decide(edited, revision("i1"), [match("strikes")], joins(own=True), record())
    after = shown(FIRST, *desk.changes).alert
    assert (after.title, after.seen_at) == ("First, corrected", FIRST.alert.seen_at)
    assert after.matches[0].rule == "strikes"
    assert all(not one.evidence for one in after.matches[1:]), "their words are not in this headline"


def test_a_report_for_another_route_changes_what_this_route_reads_of_the_story() -> None:
    desk = decider(told(card("a"), card("b")), route("a"), route("b"))
    desk.decide(item(), new("i2"), [match(send_to=("b",))], joins(), record())
    of_a = [change for change in desk.changes if change.report is None]
    assert [(change.delivery_id, change.told) for change in of_a] == [("d1", False)]
    assert shown(FIRST, *of_a).alert.record == record()


def test_after_a_split_the_card_of_both_stories_says_what_its_own_does() -> None:
    desk = decider(told(card()))
    desk.decide(item(), new("i2"), [match()], joins(), record())
    of_other = replace(FIRST, alert=replace(FIRST.alert, story_id="s0"))
    after = shown(of_other, *desk.changes)
    assert (after.alert, after.updates) == (of_other.alert, 1)


def test_news_of_a_story_whose_card_was_deleted_is_a_new_card_and_the_rest_goes_where_it_went() -> None:
    desk = decider(told(replace(card(), gone=True)))
    verdict = desk.decide(item(), new("i2"), [match("strikes")], joins())
    again = only(desk.deliveries)
    assert (verdict.action, type(again.message), again.parent_id) == (Action.UPDATE, CardMessage, None)
    assert "somebody deleted" in verdict.detail
    assert desk.cards[-1].delivery_id == again.delivery_id != "d1"
    desk.decide(item("Further"), new("i3"), [match("strikes")], joins())
    assert desk.deliveries[-1].parent_id == again.delivery_id
    quiet = decider(told(replace(card(), gone=True)))
    quiet.decide(item(), new("i2"), [match()], joins())
    assert isinstance(only(quiet.deliveries).message, FollowUpMessage)


@pytest.mark.parametrize("news", [True, False], ids=["with news", "without"])
def test_a_later_report_of_a_story_whose_card_was_rejected_makes_a_card(news: bool) -> None:
    """The channel has seen nothing of it yet; a copy of a report that it never got is no copy to it."""
    desk = decider(told(replace(card(), rejected=True)))
    joined = joins() if news else replace(joins(), copy_of="i1")
    verdict = desk.decide(item(), new("i2"), [match("strikes") if news else match()], joined)
    again = only(desk.deliveries)
    assert (verdict.action, type(again.message), again.parent_id) == (Action.ALERT, CardMessage, None)
    assert "rejected the one before" in verdict.detail
    desk.decide(item("Further"), new("i3"), [match("strikes")], joins())
    assert desk.deliveries[-1].parent_id == again.delivery_id


def test_what_takes_the_place_of_a_deleted_card_may_be_a_digest_and_not_one_that_the_story_began_before() -> None:
    night = route(quiet_hours=TestQuietAndBusy.quiet)
    first, again = decider(known_feed(), night), decider(told(replace(card(), gone=True)), night)
    first.decide(item(), new(), [match()], starts())
    again.decide(item(), new("i2"), [match(), match("strikes")], joins())
    assert only(first.deliveries).message.kind == only(again.deliveries).message.kind == "digest"
    assert only(first.deliveries).key != only(again.deliveries).key


def test_a_story_that_waits_in_a_digest_has_no_card_to_change() -> None:
    desk = decider(first_poll())
    desk.decide(item(), new("i1"), [match()], starts())
    desk.decide(item("Further"), new("i2"), [match()], joins())
    assert desk.changes == ()


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
