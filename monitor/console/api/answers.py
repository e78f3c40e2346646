"""How what the store knows of stories and items becomes what the API answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.console.acts import mutings
from monitor.console.api import item_shapes, story_shapes
from monitor.console.api.shape import shaped
from monitor.console.filters import slack_link
from monitor.decide.mutes import touching
from monitor.model import (
    Claim,
    DeliveryHistory,
    DeskCard,
    FoundItem,
    ItemHistory,
    Match,
    Mute,
    RevisionHistory,
    StoryDelivery,
    StoryDetails,
    StoryEdit,
    StoryLine,
    StoryReport,
    VerdictHistory,
)
from monitor.wording.history import history_text
from monitor.wording.safe import safe, web_address

MOST_REPORTS = 1_000


def story_line(line: StoryLine, gist: str) -> story_shapes.StoryLine:
    """A story in a list."""
    one = line.summary
    return shaped(
        story_shapes.StoryLine,
        one,
        id=one.story_id,
        gist=safe(gist),
        first_seen=one.first_seen_at,
        last_seen=one.last_seen_at,
        reports=one.items,
        outlets=one.families,
        rules=line.rules,
        languages=line.languages,
        held_by=tuple(map(safe, line.held_by)),
        muted=line.muted,
        not_relevant=line.dismissed,
    )


def story(found: StoryDetails, claims: Sequence[Claim], cards: Sequence[DeskCard], now: datetime) -> story_shapes.Story:
    """All that is known of a story."""
    one = found.summary
    return shaped(
        story_shapes.Story,
        one,
        id=one.story_id,
        first_seen=one.first_seen_at,
        last_seen=one.last_seen_at,
        outlets=one.families,
        reports=tuple(map(_report, found.reports[-MOST_REPORTS:])),
        claims=tuple(shaped(story_shapes.Claim, claim, item=claim.item_id, at=claim.seen_at) for claim in claims),
        cards=tuple(_card(card, now) for card in cards),
        messages=tuple(map(_story_message, found.deliveries)),
        edits=tuple(map(edit, found.edits)),
        merged=found.merged,
    )


def _report(report: StoryReport) -> story_shapes.Report:
    url = web_address(report.url) or None
    return shaped(story_shapes.Report, report, item=report.item_id, url=url, found=report.first_seen_at)


def _story_message(message: StoryDelivery) -> story_shapes.StoryMessage:
    return shaped(
        story_shapes.StoryMessage,
        message,
        id=message.delivery_id,
        decided=message.created_at,
        posted=message.sent_at,
        link=slack_link(message.channel, message.ts) or None,
        items=message.item_ids,
    )


def edit(done: StoryEdit) -> story_shapes.Edit:
    """A merge or a split."""
    return shaped(story_shapes.Edit, done, story=done.story_id, other=done.other_id, items=done.item_ids)


def _card(card: DeskCard, now: datetime) -> story_shapes.Card:
    return shaped(
        story_shapes.Card,
        card,
        id=card.delivery_id,
        held_by=safe(card.assignment.by.name) if card.assignment else None,
        judged_by=safe(card.rating.by) if card.rating and not card.rating.relevant else None,
        mutes=tuple(mute(one.mute) for one in touching(card, now)),
        can_mute=tuple(story_shapes.Muting(what=what, words=safe(words)) for what, words in mutings(card)),
    )


def mute(one: Mute) -> story_shapes.Mute:
    """What a route does not want to get."""
    return shaped(story_shapes.Mute, one, by=safe(one.by.name), began=one.began_at)


def item_line(found: FoundItem) -> item_shapes.ItemLine:
    """An item in a list."""
    url, verdict = web_address(found.url) or None, verdict_of(found.verdict)
    return shaped(item_shapes.ItemLine, found, id=found.item_id, url=url, found=found.first_seen_at, verdict=verdict)


def verdict_of(verdict: VerdictHistory | None) -> item_shapes.Verdict | None:
    """What was decided, None when nothing was yet."""
    return None if verdict is None else shaped(item_shapes.Verdict, verdict, story=verdict.story_id)


def item(found: ItemHistory) -> item_shapes.Item:
    """An item and its path."""
    return shaped(
        item_shapes.Item,
        found,
        id=found.item_id,
        feed=found.feed_id,
        url=web_address(found.url) or None,
        found=found.first_seen_at,
        story=found.story.story_id if found.story else None,
        story_reason=safe(found.story_reason) if found.story_reason else None,
        revisions=tuple(map(_revision, found.revisions)),
        messages=tuple(map(_item_message, found.deliveries)),
        path=tuple(map(safe, history_text(found).splitlines())),
    )


def _revision(one: RevisionHistory) -> item_shapes.Revision:
    return shaped(
        item_shapes.Revision,
        one,
        number=one.revision,
        seen=one.seen_at,
        matches=tuple(map(_match, one.matches)),
        verdict=verdict_of(one.verdict),
    )


def _item_message(message: DeliveryHistory) -> item_shapes.ItemMessage:
    return shaped(
        item_shapes.ItemMessage,
        message,
        id=message.delivery_id,
        decided=message.created_at,
        posted=message.sent_at,
        attempts=tuple(
            shaped(item_shapes.Attempt, one, number=one.attempt, started=one.started_at, ended=one.ended_at)
            for one in message.attempts
        ),
    )


def _match(match: Match) -> item_shapes.Match:
    evidence = tuple(shaped(item_shapes.Evidence, piece) for piece in match.evidence)
    return shaped(item_shapes.Match, match, title=safe(match.rule_title), evidence=evidence)
