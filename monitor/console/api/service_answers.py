"""How what is known of feeds, rules, judgements and messages becomes what the API answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.app.inquiry import Inquiry
from monitor.collect.course import health_of
from monitor.console.api import service_shapes
from monitor.console.api.answers import item_line, verdict_of
from monitor.console.api.shape import shaped
from monitor.decide.precision import precision
from monitor.match.rule import Rule
from monitor.model import ConfigFile, FeedState, RatedItem, RuleMatch, RuleWeek, ToldAlert, WaitingDelivery
from monitor.wording.safe import safe, web_address


def why(found: Inquiry) -> service_shapes.Why:
    """Whether the desk got an article, and why."""
    return service_shapes.Why(
        said=found.answer.said,
        steps=tuple(
            service_shapes.WhyStep(name=one.name, words=one.words, stopped=one.stopped) for one in found.answer.steps
        ),
        item=found.history.item_id if found.history else None,
        alike=tuple(map(item_line, found.alike)),
        feeds=found.feeds,
    )


def feed_list(
    known: Iterable[FeedState], polled: Iterable[str], now: datetime, *, failing: bool
) -> service_shapes.FeedList:
    """The feeds that are `polled`, of which the `known` ones ever were, or those of them that fail alone."""
    states = {state.feed_id: state for state in known}
    found = (states.get(feed_id) or FeedState(feed_id=feed_id) for feed_id in sorted(polled))
    return service_shapes.FeedList(feeds=tuple(feed_line(one, now) for one in found if one.failures or not failing))


def feed_line(state: FeedState, now: datetime) -> service_shapes.FeedLine:
    """A feed, and how it does."""
    return shaped(
        service_shapes.FeedLine,
        state,
        id=state.feed_id,
        health=str(health_of(state, now)),
        polled=state.polled_at,
        succeeded=state.succeeded_at,
        next_poll=state.next_poll_at,
    )


def rule_line(rule: Rule) -> service_shapes.RuleLine:
    """A rule that the service uses."""
    return shaped(service_shapes.RuleLine, rule, file=rule.path.name)


def matched_item(found: RuleMatch) -> service_shapes.MatchedItem:
    """An item that a rule matched."""
    return shaped(
        service_shapes.MatchedItem,
        found,
        item=found.item_id,
        url=web_address(found.url) or None,
        seen=found.seen_at,
        way=safe(found.match.way),
        severity=str(found.match.severity),
        sure=found.match.sure,
        words=tuple(dict.fromkeys(safe(piece.text) for piece in found.match.evidence)),
        verdict=verdict_of(found.verdict),
    )


def week(name: str, rules: Sequence[RuleWeek]) -> service_shapes.Week:
    """What became of each rule's alerts in a week."""
    counted = tuple(shaped(service_shapes.RuleWeek, one, precision=precision(one)) for one in rules)
    return service_shapes.Week(week=name, rules=counted)


def judgement(said: RatedItem) -> service_shapes.Judgement:
    """What somebody said of an item."""
    return shaped(service_shapes.Judgement, said, item=said.item_id)


def alert_line(told: ToldAlert) -> service_shapes.AlertLine:
    """A card or digest."""
    return shaped(
        service_shapes.AlertLine,
        told,
        id=told.delivery_id,
        decided=told.decided_at,
        posted=told.posted_at,
        item=told.item_id or None,
        found=told.found_at,
        story=told.story_id,
    )


def waiting_message(waits: WaitingDelivery) -> service_shapes.WaitingMessage:
    """A message that was not posted and should be."""
    return shaped(service_shapes.WaitingMessage, waits, id=waits.delivery_id, decided=waits.decided_at)


def file(found: ConfigFile) -> service_shapes.File:
    """A file that people edit."""
    return service_shapes.File(name=found.name, good_since=found.good_since, wrong=found.wrong)
