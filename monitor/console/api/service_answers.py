"""How what is known of feeds, rules, judgements and messages becomes what the API answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.app.inquiry import Inquiry
from monitor.collect.course import health_of
from monitor.console.api import service_shapes
from monitor.console.api.answers import item_line, verdict_of
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


def feed_line(state: FeedState, now: datetime) -> service_shapes.FeedLine:
    """A feed, and how it does."""
    return service_shapes.FeedLine(
        id=state.feed_id,
        health=str(health_of(state, now)),
        polled=state.polled_at,
        succeeded=state.succeeded_at,
        next_poll=state.next_poll_at,
        failures=state.failures,
        failing_since=state.failing_since,
        reason=safe(state.reason) if state.reason else None,
        doubt=safe(state.doubt) if state.doubt else None,
        left_out=state.left_out,
    )


def rule_line(rule: Rule) -> service_shapes.RuleLine:
    """A rule that the service uses."""
    return service_shapes.RuleLine(
        id=rule.id,
        title=safe(rule.title),
        status=str(rule.status),
        severity=str(rule.severity),
        file=rule.path.name,
        hash=rule.hash,
    )


def matched_item(found: RuleMatch) -> service_shapes.MatchedItem:
    """An item that a rule matched."""
    return service_shapes.MatchedItem(
        item=found.item_id,
        title=safe(found.title),
        source=safe(found.source),
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
    return service_shapes.Week(
        week=name,
        rules=tuple(
            service_shapes.RuleWeek(
                rule=one.rule,
                title=safe(one.title),
                alerts=one.alerts,
                claimed=one.claimed,
                relevant=one.relevant,
                not_relevant=one.not_relevant,
                besides=one.besides,
                precision=precision(one),
            )
            for one in rules
        ),
    )


def judgement(said: RatedItem) -> service_shapes.Judgement:
    """What somebody said of an item."""
    return service_shapes.Judgement(
        item=said.item_id,
        title=safe(said.title),
        rule=said.rule,
        relevant=said.relevant,
        cause=str(said.cause) if said.cause else None,
        word=safe(said.word),
        reason=safe(said.reason),
        by=safe(said.by),
        at=said.at,
    )


def alert_line(told: ToldAlert) -> service_shapes.AlertLine:
    """A card or digest."""
    return service_shapes.AlertLine(
        id=told.delivery_id,
        kind=told.kind,
        route=told.route,
        state=str(told.state),
        severity=str(told.severity),
        decided=told.decided_at,
        posted=told.posted_at,
        items=told.items,
        item=told.item_id or None,
        title=safe(told.title),
        source=safe(told.source),
        published=told.published,
        found=told.found_at,
        story=told.story_id,
    )


def waiting_message(waits: WaitingDelivery) -> service_shapes.WaitingMessage:
    """A message that was not posted and should be."""
    return service_shapes.WaitingMessage(
        id=waits.delivery_id,
        kind=waits.kind,
        route=waits.route,
        channel=waits.channel,
        state=str(waits.state),
        decided=waits.decided_at,
        not_before=waits.not_before,
        tries=waits.tries,
        reason=safe(waits.reason),
    )


def file(found: ConfigFile) -> service_shapes.File:
    """A file that people edit."""
    return service_shapes.File(name=found.name, good_since=found.good_since, wrong=found.wrong)
