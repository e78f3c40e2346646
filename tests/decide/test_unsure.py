"""What becomes of unsure matches: told as any other, marked, or gathered in a digest, and never silenced."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from monitor.decide.decider import Decider
from monitor.decide.digest import ALERTS_LISTED
from monitor.decide.policy import Policy
from monitor.decide.timing import CRITICAL_UNSURE_WAIT, UNSURE_WAIT
from monitor.model import (
    Action,
    CardMessage,
    Context,
    Delivery,
    DigestMessage,
    DigestReason,
    FollowUpMessage,
    Match,
    QuietHours,
    Route,
    Routes,
    Severity,
    Story,
    Unsure,
)
from tests.support.builders import NOW, first_poll, item, joins, known_feed, match, new, revision, route, starts

OTHER = "civilian-strikes"


def decider(context: Context, *routes: Route) -> Decider:
    return Decider(Policy(routes=Routes(routes or (route(),))), context, now=NOW)


def unsure(what: Unsure = Unsure.DIGEST, rule: str = "cluster-munitions", **over: Any) -> Match:
    return match(rule, confidence=0.3, sure=False, unsure=what, **over)


def after(desk: Decider, *, sent: bool) -> Context:
    """What the store knows after these decisions: the digests are open until they are `sent`."""
    story = Story(story_id="s1", started_at=NOW, updated_at=NOW, members=(), cards=desk.cards)
    return known_feed(stories=(story,), digests=() if sent else desk.deliveries)


def only(deliveries: tuple[Delivery, ...]) -> Delivery:
    assert len(deliveries) == 1
    return deliveries[0]


FIRST = [
    ("sure", [match()], "card", "new_story", ""),
    ("told as any other", [unsure(Unsure.ALERT)], "card", "new_story", ""),
    ("marked", [unsure(Unsure.MARK)], "card", "new_story", ", marked unsure"),
    ("gathered", [unsure()], "digest", "unsure_digest", "in the unsure digest of desk"),
    (
        "gathered, by two rules",
        [unsure(), unsure(rule=OTHER)],
        "digest",
        "unsure_digest",
        "in the unsure digest of desk",
    ),
    ("one rule is sure", [unsure(), match(OTHER)], "card", "new_story", ""),
    ("one rule marks", [unsure(), unsure(Unsure.MARK, OTHER)], "card", "new_story", ", marked unsure"),
    ("one rule alerts", [unsure(), unsure(Unsure.ALERT, OTHER)], "card", "new_story", ""),
    ("critical ones do not wait", [unsure(severity=Severity.CRITICAL)], "card", "new_story", ", marked unsure"),
]


@pytest.mark.parametrize(("case", "matches", "kind", "reason", "detail"), FIRST, ids=[case[0] for case in FIRST])
def test_a_first_report_waits_for_a_digest_only_if_every_rule_is_unsure_and_asks_for_one(
    case: str, matches: list[Match], kind: str, reason: str, detail: str
) -> None:
    desk = decider(known_feed())
    verdict = desk.decide(item(), new(), matches, starts())
    delivery = only(desk.deliveries)
    assert (verdict.action, verdict.reason, delivery.message.kind) == (Action.ALERT, reason, kind), case
    assert verdict.detail.endswith(detail)
    assert ("unsure" in verdict.detail) is bool(detail)
    assert delivery.not_before == (NOW if kind == "card" else NOW + UNSURE_WAIT)


def test_each_route_judges_by_the_matches_meant_for_it() -> None:
    desk = decider(known_feed(), route("a"), route("b"))
    desk.decide(item(), new(), [unsure(send_to=("a",)), match(OTHER, send_to=("b",))], starts())
    assert {one.route: one.message.kind for one in desk.deliveries} == {"a": "digest", "b": "card"}


def test_unsure_alerts_of_a_route_gather_in_one_digest() -> None:
    desk = decider(known_feed())
    for number in range(3):
        desk.decide(item(), new(f"i{number}"), [unsure()], starts(f"s{number}"))
    message = only(desk.deliveries).message
    assert isinstance(message, DigestMessage)
    assert (message.why, len(message.alerts)) == (DigestReason.UNSURE, 3)


def test_a_digest_of_unsure_ones_keeps_quiet_hours_and_a_first_poll_has_one_digest_for_all() -> None:
    evening = route(quiet_hours=QuietHours(time(12, 10), time(14), "UTC"))
    desk = decider(known_feed(), evening)
    desk.decide(item(), new(), [unsure()], starts())
    digest = only(desk.deliveries)
    assert (digest.severity < Severity.CRITICAL, digest.not_before) == (True, NOW + UNSURE_WAIT)
    desk = decider(first_poll())
    desk.decide(item(), new("i1"), [unsure()], starts("s1"))
    desk.decide(item(), new("i2"), [match()], starts("s2"))
    message = only(desk.deliveries).message
    assert isinstance(message, DigestMessage)
    assert message.why is DigestReason.CATCH_UP


# The first report, the later one, whether the first was sent by then; what becomes of the later one, and its news.
LATER = [
    (
        "sure after a mark",
        [unsure(Unsure.MARK)],
        [match()],
        Action.UPDATE,
        "now_sure",
        "now clearly on topic: Cluster munitions",
    ),
    (
        "sure after a sent digest",
        [unsure()],
        [match()],
        Action.UPDATE,
        "now_sure",
        "now clearly on topic: Cluster munitions",
    ),
    ("unsure after a mark", [unsure(Unsure.MARK)], [unsure(Unsure.MARK)], Action.FOLLOW_UP, "further_report", ""),
    ("unsure after sure", [match()], [unsure()], Action.FOLLOW_UP, "further_report", ""),
    ("sure after one told as sure", [unsure(Unsure.ALERT)], [match()], Action.FOLLOW_UP, "further_report", ""),
    ("another rule, gathered", [match()], [unsure(rule=OTHER)], Action.FOLLOW_UP, "further_report", ""),
    (
        "another rule, marked",
        [match()],
        [unsure(Unsure.MARK, OTHER)],
        Action.UPDATE,
        "new_rule",
        "also Civilian strikes",
    ),
    (
        "another rule and sure",
        [unsure()],
        [match(), match(OTHER)],
        Action.UPDATE,
        "new_rule",
        "also Civilian strikes; now clearly on topic: Cluster munitions",
    ),
    (
        "more severe, gathered",
        [match(severity=Severity.LOW)],
        [unsure(severity=Severity.HIGH)],
        Action.FOLLOW_UP,
        "further_report",
        "",
    ),
    (
        "more severe, marked",
        [match(severity=Severity.LOW)],
        [unsure(Unsure.MARK, severity=Severity.HIGH)],
        Action.UPDATE,
        "severity_raised",
        "severity raised from low to high",
    ),
]


@pytest.mark.parametrize(("case", "first", "later", "action", "reason", "news"), LATER, ids=[case[0] for case in LATER])
def test_a_later_report_of_a_story_the_desk_was_told(
    case: str, first: list[Match], later: list[Match], action: Action, reason: str, news: str
) -> None:
    before = decider(known_feed())
    before.decide(item(), new("i1"), first, starts())
    desk = decider(after(before, sent=True))
    verdict = desk.decide(item(), new("i2"), later, joins())
    delivery = only(desk.deliveries)
    assert (verdict.action, verdict.reason) == (action, reason), case
    assert isinstance(delivery.message, FollowUpMessage)
    # None of it is about what happened: it stands in the small print.
    assert (delivery.message.news, delivery.message.also, delivery.broadcast) == ("", news, bool(news))


def test_that_a_rule_is_met_for_sure_is_news_once() -> None:
    before = decider(known_feed())
    before.decide(item(), new("i1"), [unsure(Unsure.MARK), unsure(Unsure.MARK, OTHER)], starts())
    desk = decider(after(before, sent=True))
    verdicts = [desk.decide(item(), new(f"i{number}"), [match()], joins()) for number in (2, 3)]
    assert [verdict.action for verdict in verdicts] == [Action.UPDATE, Action.FOLLOW_UP]
    (card,) = desk.cards
    assert card.unsure == {OTHER}


def test_a_copy_or_an_edit_that_is_sure_is_told_though_its_words_are_known() -> None:
    before = decider(known_feed())
    before.decide(item(), new("i1"), [unsure(Unsure.MARK)], starts())
    for identity, link in ((new("i2"), joins(copy_of="i1")), (revision("i1"), joins(own=True))):
        desk = decider(after(before, sent=True))
        assert desk.decide(item(), identity, [match()], link).reason == "now_sure"


FAINT: dict[str, Any] = {"confidence": 0.02, "sure": False, "unsure": Unsure.FAINT}


@pytest.mark.parametrize("severity", Severity)
def test_what_is_below_the_floor_of_its_rule_is_never_told_alone_and_never_dropped(severity: Severity) -> None:
    desk = decider(known_feed())
    verdict = desk.decide(item(), new("i1"), [match(severity=severity, **FAINT)], starts())
    delivery = only(desk.deliveries)
    assert (verdict.action, verdict.reason) == (Action.ALERT, "unsure_digest")
    assert isinstance(delivery.message, DigestMessage)
    wait = CRITICAL_UNSURE_WAIT if severity is Severity.CRITICAL else UNSURE_WAIT
    assert delivery.not_before == NOW + wait


def test_a_critical_one_takes_the_others_of_its_digest_with_it() -> None:
    desk = decider(known_feed())
    desk.decide(item(), new("i1"), [match(**FAINT)], starts("s1"))
    desk.decide(item(), new("i2"), [match(severity=Severity.CRITICAL, **FAINT)], starts("s2"))
    delivery = only(desk.deliveries)
    assert (delivery.not_before, delivery.severity) == (NOW + CRITICAL_UNSURE_WAIT, Severity.CRITICAL)


def test_a_rule_that_is_sure_is_told_at_once_and_only_as_urgent_as_it_is() -> None:
    desk = decider(known_feed())
    sure = match(OTHER, severity=Severity.MEDIUM)
    desk.decide(item(), new("i1"), [match(severity=Severity.CRITICAL, **FAINT), sure], starts())
    delivery = only(desk.deliveries)
    assert isinstance(delivery.message, CardMessage)
    assert (delivery.severity, delivery.message.alert.severity) == (Severity.MEDIUM, Severity.MEDIUM)


def test_what_is_below_the_floor_is_no_news_of_a_story_whatever_its_severity() -> None:
    before = decider(known_feed())
    before.decide(item(), new("i1"), [match()], starts())
    desk = decider(after(before, sent=True))
    verdict = desk.decide(item(), new("i2"), [match(OTHER, severity=Severity.CRITICAL, **FAINT)], joins())
    assert verdict.action is Action.FOLLOW_UP
    assert not only(desk.deliveries).broadcast


@pytest.mark.parametrize(
    ("also", "listed", "kind"),
    [
        pytest.param([], True, "card", id="listed as maybe off topic"),
        pytest.param([match(OTHER)], True, "follow-up", id="listed as news"),
        pytest.param([], False, "follow-up", id="on a card that says so"),
    ],
)
def test_sure_news_of_a_story_is_a_card_where_a_digest_only_listed_it_as_maybe_off_topic(
    also: list[Match], listed: bool, kind: str
) -> None:
    """A reply below the line of a digest has neither facts nor buttons, and nothing keeps it up to date."""
    before = decider(known_feed())
    before.decide(item(), new("i1"), [unsure(Unsure.MARK), *also], starts())
    (known,) = before.cards
    story = Story(story_id="s1", started_at=NOW, updated_at=NOW, members=(), cards=(replace(known, listed=listed),))
    desk = decider(known_feed(stories=(story,)))
    verdict = desk.decide(item(), new("i2"), [match()], joins())
    made = only(desk.deliveries)
    assert (verdict.action, verdict.reason, made.message.kind) == (Action.UPDATE, "now_sure", kind)
    assert (only_card := desk.cards[0]).delivery_id == (made.delivery_id if kind == "card" else known.delivery_id)
    assert not (kind == "card" and only_card.listed)


class TestWhileTheDigestIsOpen:
    def opened(self, *stories: str) -> Decider:
        desk = decider(known_feed())
        for story in stories:
            desk.decide(item(), new(f"i-{story}"), [unsure()], starts(story))
        return desk

    def test_a_further_unsure_report_stays_in_it(self) -> None:
        desk = decider(after(self.opened("s1"), sent=False))
        verdict = desk.decide(item(), new("i2"), [unsure(rule=OTHER)], joins())
        message = only(desk.deliveries).message
        assert (verdict.action, verdict.reason) == (Action.FOLLOW_UP, "in_digest")
        assert isinstance(message, DigestMessage)
        assert [one.rule for one in message.alerts[0].matches] == ["cluster-munitions", OTHER]

    @pytest.mark.parametrize("later", [[match()], [unsure(Unsure.MARK, OTHER)]], ids=["sure", "marked by another rule"])
    def test_a_report_that_does_not_wait_takes_its_story_out_and_has_a_card(self, later: list[Match]) -> None:
        before = self.opened("s1", "s2")
        desk = decider(after(before, sent=False))
        verdict = desk.decide(item("Sure of it"), new("i2"), later, joins())
        assert verdict.action is Action.UPDATE
        assert verdict.detail.endswith("until now in the unsure digest of desk")
        kinds = {one.message.kind: one for one in desk.deliveries}
        left, card = kinds["digest"].message, kinds["card"].message
        assert isinstance(left, DigestMessage)
        assert [alert.story_id for alert in left.alerts] == ["s2"]
        assert isinstance(card, CardMessage)
        assert (card.alert.title, kinds["card"].not_before) == ("Sure of it", NOW)
        assert {one.delivery_id for one in desk.cards} == {kinds["card"].delivery_id}

    def test_a_digest_of_that_story_alone_goes_out_now_as_its_card(self) -> None:
        before = self.opened("s1")
        desk = decider(after(before, sent=False))
        verdict = desk.decide(item("Sure of it"), new("i2"), [match(OTHER)], joins())
        assert (verdict.action, verdict.reason) == (Action.UPDATE, "new_rule")
        delivery = only(desk.deliveries)
        assert delivery.delivery_id == only(before.deliveries).delivery_id
        assert delivery.not_before == NOW
        assert isinstance(delivery.message, DigestMessage)
        (alert,) = delivery.message.alerts
        assert (alert.title, [one.rule for one in alert.matches]) == ("Sure of it", [OTHER, "cluster-munitions"])
        assert not alert.doubtful

    def test_a_critical_way_does_not_wait_for_the_digest(self) -> None:
        desk = decider(after(self.opened("s1"), sent=False))
        verdict = desk.decide(item(), new("i2"), [unsure(severity=Severity.CRITICAL)], joins())
        assert (verdict.action, verdict.reason) == (Action.UPDATE, "severity_raised")
        assert only(desk.deliveries).not_before == NOW

    def test_a_story_in_a_later_part_has_a_card_of_its_own(self) -> None:
        """That part is a reply in the thread of the first one, where nobody would see it."""
        stories = [f"x{number}" for number in range(ALERTS_LISTED)]
        before = self.opened(*stories, "s1")
        first, second = before.deliveries
        assert second.parent_id == first.delivery_id
        desk = decider(after(before, sent=False))
        desk.decide(item(), new("i2"), [match()], joins())
        card, *digest = desk.deliveries
        assert isinstance(card.message, CardMessage)
        assert card.message.alert.story_id == "s1"
        shown = [one.message.alerts for one in digest if isinstance(one.message, DigestMessage)]
        assert [len(alerts) for alerts in shown] == [9, 1], "a part that is there keeps a story"
        assert "s1" not in {alert.story_id for alerts in shown for alert in alerts}
