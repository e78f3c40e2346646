"""What a person's wish to merge two stories, or to split one, leads to: pure, over the stories as they stand.

A merge or a split holds in every channel, as one in the console does; it is said in the threads of the channel where
somebody wished it. docs/decisions/0068 has the reasons.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from monitor.decide.mutes import in_thread
from monitor.model import (
    DeskAct,
    DeskCard,
    DeskDone,
    DeskMessage,
    EditKind,
    MutedReport,
    StoryDetails,
    StoryEdit,
)
from monitor.model.ids import desk_key
from monitor.wording.counts import counted
from monitor.wording.people import name_of
from monitor.wording.safe import isolated, safe, shortened

LISTED = 10
"""How many of the reports that were split off the thread names."""

_HEADLINE = 80
_IN_SLACK = "in Slack"


def unchanged(words: str) -> str:
    """Why nothing was done, as the person reads it."""
    return f"Nothing was changed: {words}"


def cannot_change(story: StoryDetails, asked: str, open_for: timedelta, now: datetime) -> str:
    """Why nobody can merge or split a story from its card any more; empty when they can.

    `asked` is its id as the person saw it, `open_for` how long reports join a story after its last one.
    """
    if story.summary.story_id != asked:
        return unchanged("somebody merged this story into another one before. Its card says into which.")
    if now - story.summary.last_seen_at > open_for:
        return unchanged("the story is closed, no report joins it any more. Its page in the console can still do it.")
    return ""


def merge(card: DeskCard, act: DeskAct, source: StoryDetails, target: StoryDetails | None) -> DeskDone:
    """Merge the story of a card into another one, whose card serves on."""
    if target is None:
        return DeskDone(reply=unchanged("the other story is not known any more."))
    if target.summary.story_id == source.summary.story_id:
        return DeskDone(reply=unchanged("somebody merged the two before, they are one story."))
    count = counted(len(source.reports), "report")
    into = next((one for one in target.cards if one.channel == card.channel), None)
    told = []
    if into is not None:
        words = f"{name_of(act.by)} merged the story {_title(source)} into this one: {count}."
        message = DeskMessage(story_id=target.summary.story_id, words=words)
        key = desk_key(f"{act.key}:into")
        told.append(in_thread(key, into.route, card.channel, into.delivery_id, message, act.at))
    if card.closed:
        words = f"{name_of(act.by)} merged this story into {_title(target)}, whose card shows what comes in."
        message = DeskMessage(story_id=target.summary.story_id, words=words)
        told.append(in_thread(desk_key(act.key), card.route, card.channel, card.posted_as, message, act.at))
    reply = f"Merged: {count} moved to {_title(target)}, and later reports go to its thread. "
    reply += "To undo it, split the reports off there."
    edit = _edit(EditKind.MERGE, act, source, other=target.summary.story_id)
    return DeskDone(reply=reply, edit=edit, deliveries=tuple(told))


def split(card: DeskCard, act: DeskAct, story: StoryDetails, chosen: Collection[str]) -> DeskDone:
    """Split some reports of a card's story off into a new one."""
    reports = [one for one in story.reports if one.item_id in chosen]
    if len(reports) < len(set(chosen)):
        return DeskDone(reply=unchanged("somebody moved some of these reports before. Open the form again."))
    if not reports or len(reports) == len(story.reports):
        return DeskDone(reply=unchanged("choose some reports and leave others: one event must stay here."))
    count = counted(len(reports), "report")
    # The card goes along with the report that it was made for.
    shared = card.alert is not None and card.alert.item_id in chosen
    after = "this card is the new story's too" if shared else "the next report of it gets a card of its own"
    listed = tuple(MutedReport(title=one.title, source=one.source, url=one.url) for one in reports[-LISTED:])
    message = DeskMessage(
        story_id=story.summary.story_id,
        words=f"{name_of(act.by)} split {count} off this story into a new one; {after}:",
        reports=listed,
        more=len(reports) - len(listed),
    )
    told = in_thread(desk_key(act.key), card.route, card.channel, card.posted_as, message, act.at)
    reply = f"Split off: {count} in a new story; {after}. To undo it, merge the new story into this one in the console."
    edit = _edit(EditKind.SPLIT, act, story, items=tuple(one.item_id for one in reports))
    return DeskDone(reply=reply, edit=edit, deliveries=(told,))


def _edit(
    kind: EditKind, act: DeskAct, story: StoryDetails, *, other: str = "", items: tuple[str, ...] = ()
) -> StoryEdit:
    return StoryEdit(
        kind=kind,
        story_id=story.summary.story_id,
        other_id=other,
        item_ids=items,
        by=act.by.name,
        reason=_IN_SLACK,
        at=act.at,
    )


def _title(story: StoryDetails) -> str:
    title = isolated(shortened(safe(story.summary.headline), _HEADLINE))
    return f"“{title}”" if title else f"story {story.summary.story_id}"
