"""How what the store knows of stories and items becomes what the API answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.console.acts import mutings
from monitor.console.api import shapes
from monitor.console.filters import slack_link
from monitor.decide.mutes import touching
from monitor.model import (
    Claim,
    DeskCard,
    FoundItem,
    ItemHistory,
    Match,
    Mute,
    StoryDetails,
    StoryEdit,
    StoryLine,
    VerdictHistory,
)
from monitor.wording.history import history_text
from monitor.wording.safe import safe, web_address

MOST_REPORTS = 1_000


def story_line(line: StoryLine, gist: str) -> shapes.StoryLine:
    """A story in a list."""
    one = line.summary
    return shapes.StoryLine(
        id=one.story_id,
        headline=safe(one.headline),
        gist=safe(gist),
        severity=None if one.severity is None else str(one.severity),
        first_seen=one.first_seen_at,
        last_seen=one.last_seen_at,
        reports=one.items,
        outlets=one.families,
        rules=line.rules,
        languages=line.languages,
        held_by=tuple(map(safe, line.held_by)),
        muted=line.muted,
    )


def story(found: StoryDetails, claims: Sequence[Claim], cards: Sequence[DeskCard], now: datetime) -> shapes.Story:
    """All that is known of a story."""
    one = found.summary
    return shapes.Story(
        id=one.story_id,
        headline=safe(one.headline),
        severity=None if one.severity is None else str(one.severity),
        first_seen=one.first_seen_at,
        last_seen=one.last_seen_at,
        outlets=one.families,
        reports=tuple(
            shapes.Report(
                item=report.item_id,
                title=safe(report.title),
                source=safe(report.source),
                url=web_address(report.url) or None,
                found=report.first_seen_at,
                revisions=report.revisions,
                reason=safe(report.reason),
                copy_of=report.copy_of,
            )
            for report in found.reports[-MOST_REPORTS:]
        ),
        claims=tuple(map(_claim, claims)),
        cards=tuple(_card(card, now) for card in cards),
        messages=tuple(
            shapes.StoryMessage(
                id=message.delivery_id,
                kind=message.kind,
                route=message.route,
                state=str(message.state),
                decided=message.created_at,
                posted=message.sent_at,
                link=slack_link(message.channel, message.ts) or None,
                items=message.item_ids,
            )
            for message in found.deliveries
        ),
        edits=tuple(map(edit, found.edits)),
        merged=found.merged,
    )


def edit(done: StoryEdit) -> shapes.Edit:
    """A merge or a split."""
    return shapes.Edit(
        kind=str(done.kind),
        story=done.story_id,
        other=done.other_id,
        items=done.item_ids,
        by=safe(done.by),
        reason=safe(done.reason),
        at=done.at,
    )


def _claim(claim: Claim) -> shapes.Claim:
    return shapes.Claim(
        kind=str(claim.kind),
        value=safe(claim.value),
        words=safe(claim.words),
        claimant=safe(claim.claimant),
        quote=safe(claim.quote),
        source=safe(claim.source),
        item=claim.item_id,
        language=claim.language,
        at=claim.seen_at,
    )


def _card(card: DeskCard, now: datetime) -> shapes.Card:
    return shapes.Card(
        id=card.delivery_id,
        route=card.route,
        held_by=safe(card.assignment.by.name) if card.assignment else None,
        judged_by=safe(card.rating.by) if card.rating and not card.rating.relevant else None,
        mutes=tuple(mute(one.mute) for one in touching(card, now)),
        can_mute=tuple(shapes.Muting(what=what, words=safe(words)) for what, words in mutings(card)),
    )


def mute(one: Mute) -> shapes.Mute:
    """What a route does not want to get."""
    return shapes.Mute(
        scope=str(one.scope),
        subject=one.subject,
        words=safe(one.words),
        route=one.route,
        by=safe(one.by.name),
        began=one.began_at,
        until=one.until,
    )


def item_line(found: FoundItem) -> shapes.ItemLine:
    """An item in a list."""
    return shapes.ItemLine(
        id=found.item_id,
        title=safe(found.title),
        source=safe(found.source),
        url=web_address(found.url) or None,
        found=found.first_seen_at,
        verdict=verdict_of(found.verdict),
    )


def verdict_of(verdict: VerdictHistory | None) -> shapes.Verdict | None:
    """What was decided, None when nothing was yet."""
    if verdict is None:
        return None
    return shapes.Verdict(
        action=str(verdict.action), reason=verdict.reason, detail=safe(verdict.detail), story=verdict.story_id
    )


def item(found: ItemHistory) -> shapes.Item:
    """An item and its path."""
    return shapes.Item(
        id=found.item_id,
        feed=found.feed_id,
        source=safe(found.source),
        title=safe(found.title),
        url=web_address(found.url) or None,
        language=found.language,
        published=found.published,
        found=found.first_seen_at,
        story=found.story.story_id if found.story else None,
        story_reason=safe(found.story_reason) if found.story_reason else None,
        copy_of=found.copy_of,
        revisions=tuple(
            shapes.Revision(
                number=revision.revision,
                seen=revision.seen_at,
                title=safe(revision.title),
                summary=safe(revision.summary),
                reason=safe(revision.reason),
                matches=tuple(map(_match, revision.matches)),
                verdict=verdict_of(revision.verdict),
            )
            for revision in found.revisions
        ),
        messages=tuple(
            shapes.ItemMessage(
                id=message.delivery_id,
                kind=message.kind,
                route=message.route,
                state=str(message.state),
                decided=message.created_at,
                posted=message.sent_at,
                reason=safe(message.reason) if message.reason else None,
                attempts=tuple(
                    shapes.Attempt(
                        number=attempt.attempt,
                        look_up=attempt.look_up,
                        started=attempt.started_at,
                        ended=attempt.ended_at,
                        result=str(attempt.result) if attempt.result else None,
                        reason=safe(attempt.reason) if attempt.reason else None,
                    )
                    for attempt in message.attempts
                ),
            )
            for message in found.deliveries
        ),
        path=tuple(map(safe, history_text(found).splitlines())),
    )


def _match(match: Match) -> shapes.Match:
    return shapes.Match(
        rule=match.rule,
        title=safe(match.rule_title),
        way=safe(match.way),
        severity=str(match.severity),
        live=match.live,
        sure=match.sure,
        confidence=match.confidence,
        evidence=tuple(
            shapes.Evidence(
                field=str(piece.field),
                start=piece.start,
                end=piece.end,
                text=safe(piece.text),
                term=safe(piece.term),
                how=str(piece.how),
                group=piece.group,
            )
            for piece in match.evidence
        ),
    )
